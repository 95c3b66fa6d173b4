import type { Database } from './database.ts';
import type { Moods } from './moods.ts';
import { fieldOf } from './schema.ts';
import { displayTime } from './time.ts';
import type { JournalEntry, Row, User } from './types.ts';

/** Journal fields are append-only: entries live in `sys_journal_field`, the record's own column stays empty. */
export function append(db: Database, table: string, row: Row, fields: Row, user: User): string[] {
  const written: string[] = [];
  for (const [element, value] of Object.entries(fields)) {
    if (fieldOf(table, element)?.kind !== 'journal' || element === 'comments_and_work_notes' || value === '') continue;
    db.insert('sys_journal_field', { element, element_id: row['sys_id'] ?? '', name: table, value }, user);
    written.push(element);
  }
  return written;
}

/** Oldest first. */
export function entriesOf(db: Database, sysId: string): JournalEntry[] {
  return db
    .rows('sys_journal_field')
    .filter((entry) => entry['element_id'] === sysId)
    .map((entry) => ({
      element: entry['element'] ?? '',
      value: entry['value'] ?? '',
      by: entry['sys_created_by'] ?? '',
      at: entry['sys_created_on'] ?? '',
    }));
}

/** The text of a journal field as this reader sees it: newest first, a blank line after each entry. */
export function render(db: Database, table: string, sysId: string, elements: string[], reader: User): string {
  const { journalHeaders } = db.moods;
  const entries = entriesOf(db, sysId).filter((entry) => elements.includes(entry.element));
  return (journalHeaders === 'oldest-first' ? entries : entries.reverse())
    .map((entry) => {
      const author = db.rows('sys_user').find((person) => person['user_name'] === entry.by)?.['name'] ?? entry.by;
      const label = fieldOf(table, entry.element)?.label ?? entry.element;
      const at = displayTime(entry.at, reader.timeZone, reader.dateFormat);
      return `${headerOf(journalHeaders, at, author, label)}\n${entry.value}\n\n`;
    })
    .join('');
}

function headerOf(style: Moods['journalHeaders'], at: string, author: string, label: string): string {
  switch (style) {
    case 'renamed':
      return `${at} - ${author} (${label} (Customer visible))`;
    case 'nameless':
      return `${at} - (${label})`;
    case 'name-first':
      return `${author} - ${at} (${label})`;
    default:
      return `${at} - ${author} (${label})`;
  }
}
