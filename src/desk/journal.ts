import type { JournalField } from '../records/changes.ts';
import type { JournalRow } from '../records/journal.ts';
import { storedValue } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { queryRecords } from '../servicenow/table.ts';

const NEWEST = 50;

/**
 * The newest entries of a record's journals, newest first, with their writers. Few people may read that table: for all
 * others it is empty, whatever was written.
 */
export async function readJournal(request: AsPerson, sysId: string): Promise<Record<JournalField, JournalRow[]>> {
  const rows = await queryRecords(
    request,
    'sys_journal_field',
    {
      where: [{ field: 'element_id', is: 'equal', value: sysId }],
      orderBy: { field: 'sys_created_on', descending: true },
    },
    { columns: ['sys_id', 'element', 'element_id', 'value', 'sys_created_by', 'sys_created_on'], limit: NEWEST },
  );
  const of = (element: JournalField) =>
    rows
      .filter((row) => storedValue(row, 'element_id') === sysId && storedValue(row, 'element') === element)
      .map((row) => ({
        text: storedValue(row, 'value'),
        by: storedValue(row, 'sys_created_by'),
        at: storedValue(row, 'sys_created_on'),
      }));
  return { comments: of('comments'), work_notes: of('work_notes') };
}
