import { canReadField, canReadRow } from './acl.ts';
import type { Database } from './database.ts';
import * as journal from './journal.ts';
import type { Moods } from './moods.ts';
import { type Field, fieldOf, fieldsOf, tables } from './schema.ts';
import { displayTime } from './time.ts';
import type { Row, User } from './types.ts';

export type Shape = {
  display: 'false' | 'true' | 'all';
  excludeLink: boolean;
  /** `https://instance/api/now`, with the version that the request named. */
  api: string;
  reader: User;
  values: Moods['columnValues'];
};

type Pair = { value: unknown; display: unknown; link?: string };

/** One record in one of the JSON shapes of fact sheet §2.3. Unknown and unreadable fields are missing. */
export function renderRow(db: Database, table: string, row: Row, names: string[] | undefined, shape: Shape) {
  const own = db.classOf(table, row['sys_id'] ?? '');
  // A query on a parent table knows the parent's fields only.
  const wanted = names ?? Object.keys(fieldsOf(table));
  const result: Record<string, unknown> = {};
  for (const name of wanted) {
    const found = resolve(db, table, own, row, name, shape.reader);
    if (!found) continue;
    const pair = pairOf(db, found.table, found.field, found.name, found.row, shape);
    if (shape.values === 'ragged' && pair.value === '' && pair.display === '') continue;
    result[name] = present(shape.values === 'strings' ? pair : typed(pair, found.field, shape.values), shape);
  }
  return result;
}

type Found = { table: string; row: Row | undefined; name: string; field: Field };

/** Follows a dot-walked name as far as the reader may. */
function resolve(
  db: Database,
  table: string,
  own: string,
  row: Row | undefined,
  path: string,
  reader: User,
): Found | undefined {
  const dot = path.indexOf('.');
  const name = dot < 0 ? path : path.slice(0, dot);
  const field = fieldOf(table, name);
  if (!field || !canReadField(reader, own, name)) return undefined;
  if (dot < 0) return { table: own, row, name, field: fieldOf(own, name) ?? field };
  if (field.kind !== 'reference' || !field.to) return undefined;
  const target = row && db.get(field.to, row[name] ?? '');
  const readable = target && canReadRow(db, reader, field.to, target) ? target : undefined;
  const targetOwn = readable ? db.classOf(field.to, readable['sys_id'] ?? '') : field.to;
  return resolve(db, field.to, targetOwn, readable, path.slice(dot + 1), reader);
}

function pairOf(db: Database, table: string, field: Field, name: string, row: Row | undefined, shape: Shape): Pair {
  if (!row) return { value: '', display: '' };
  if (field.kind === 'journal') {
    const all = name === 'comments_and_work_notes' ? ['comments', 'work_notes'] : [name];
    const elements = all.filter((element) => canReadField(shape.reader, table, element));
    return { value: '', display: journal.render(db, table, row['sys_id'] ?? '', elements, shape.reader) };
  }
  const value = row[name] ?? '';
  const display = displayOf(db, table, field, name, value, shape.reader);
  if (field.kind !== 'reference' || value === '') return { value, display };
  return { value, display, link: `${shape.api}/table/${field.to}/${value}` };
}

export function displayOf(
  db: Database,
  table: string,
  field: Field,
  name: string,
  value: string,
  reader: User,
): string {
  if (value === '') return '';
  switch (field.kind) {
    case 'datetime':
      return displayTime(value, reader.timeZone, reader.dateFormat);
    case 'choice':
      return db.choiceLabel(table, name, value) ?? value;
    case 'class':
      return tables[value]?.label ?? value;
    case 'reference':
      return referenceDisplay(db, field.to ?? '', value);
    case 'list':
      return value
        .split(',')
        .map((id) => (id.includes('@') ? id : referenceDisplay(db, field.to ?? '', id)))
        .join(', ');
    default:
      return value;
  }
}

/** Ids that name no record, such as `global`, are shown as they are; a dangling sys_id is shown empty. */
function referenceDisplay(db: Database, table: string, sysId: string): string {
  const target = db.get(table, sysId);
  if (!target) return sysId === 'global' ? sysId : '';
  const own = db.classOf(table, sysId);
  return target[tables[own]?.display ?? ''] ?? '';
}

/** As some releases and proxies give a column: as what it is, and not as a string. */
function typed(pair: Pair, { kind }: Field, values: Moods['columnValues']): Pair {
  const { value, display } = pair;
  if (typeof value !== 'string' || value === '') return pair;
  if (kind === 'boolean') return { ...pair, value: value === 'true', display: value === 'true' };
  const isNumber = (kind === 'integer' || kind === 'choice') && /^-?\d{1,9}$/.test(value);
  if (isNumber) return { ...pair, value: Number(value), display: display === value ? Number(value) : display };
  return kind === 'list' && values === 'ragged' ? { ...pair, value: value.split(',') } : pair;
}

function present(pair: Pair, shape: Shape): unknown {
  const link = shape.excludeLink || !pair.link ? {} : { link: pair.link };
  switch (shape.display) {
    case 'all':
      return { display_value: pair.display, value: pair.value, ...link };
    case 'true':
      return pair.link && !shape.excludeLink ? { display_value: pair.display, ...link } : pair.display;
    default:
      return pair.link && !shape.excludeLink ? { ...link, value: pair.value } : pair.value;
  }
}
