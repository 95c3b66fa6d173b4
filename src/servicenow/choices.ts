import { shownValue, storedValue } from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { queryRecords } from './table.ts';

export type Choice = { value: string; label: string };

/** The instance's own list for one column. Empty where the person may not read `sys_choice`. */
export async function readChoices(request: AsPerson, table: string, element: string): Promise<Choice[]> {
  const rows = await queryRecords(
    request,
    'sys_choice',
    {
      where: [
        { field: 'name', is: 'equal', value: table },
        { field: 'element', is: 'equal', value: element },
        { field: 'language', is: 'equal', value: 'en' },
        { field: 'inactive', is: 'equal', value: 'false' },
      ],
      orderBy: { field: 'sequence' },
    },
    { columns: ['sys_id', 'name', 'element', 'value', 'label'], limit: 100 },
  );
  // A bad query part is silently ignored, so the answer is held against the question.
  return rows
    .filter((row) => storedValue(row, 'name') === table && storedValue(row, 'element') === element)
    .map((row) => ({ value: storedValue(row, 'value'), label: shownValue(row, 'label') }))
    .filter(({ value, label }) => value !== '' && label !== '');
}
