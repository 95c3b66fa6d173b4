import type { Database } from './database.ts';
import { type Field, fieldOf, tables } from './schema.ts';
import { toUtc } from './time.ts';
import type { Row, User } from './types.ts';

/** `sysparm_input_display_value=true` (fact sheet §2.2): a write in the words that the writer sees, as what is stored. */
export const storedValues = (db: Database, table: string, shown: Row, writer: User): Row =>
  Object.fromEntries(
    Object.entries(shown).map(([name, text]) => {
      const field = fieldOf(table, name);
      return [name, field && text ? storedValue(db, table, field, name, text, writer) : text];
    }),
  );

/** A label that no choice has stays as it is; a name that no record has names none. */
function storedValue(db: Database, table: string, field: Field, name: string, text: string, writer: User): string {
  switch (field.kind) {
    case 'choice':
      return db.choiceValue(table, name, text) ?? text;
    case 'reference':
      return recordNamed(db, field.to ?? '', text);
    case 'list':
      return text
        .split(',')
        .map((each) => (each.includes('@') ? each.trim() : recordNamed(db, field.to ?? '', each.trim())))
        .filter(Boolean)
        .join(',');
    case 'datetime':
      return toUtc(inOrder(text, writer.dateFormat), writer.timeZone);
    default:
      return text;
  }
}

const recordNamed = (db: Database, table: string, text: string): string =>
  (db.get(table, text) ?? db.rows(table).find((row) => row[tables[table]?.display ?? ''] === text))?.['sys_id'] ?? '';

/** `dd.MM.yyyy HH:mm:ss` as `yyyy-MM-dd HH:mm:ss`. */
function inOrder(text: string, dateFormat: string): string {
  const at = (part: string) => text.slice(dateFormat.indexOf(part), dateFormat.indexOf(part) + part.length);
  return `${at('yyyy')}-${at('MM')}-${at('dd')}${text.slice(dateFormat.length)}`;
}
