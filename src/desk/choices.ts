import type { Choice } from '../records/choices.ts';
import { type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { queryWindow } from '../servicenow/table.ts';

const WINDOW = 1000;
/** A list in every language that ServiceNow speaks has some thousands of rows. */
const MAX_WINDOWS = 10;

/**
 * The instance's own list for one column. Empty where there is none, or where the person may not read `sys_choice`.
 * @param tables the column's table and what it extends, nearest first
 */
export async function readChoices(request: AsPerson, tables: string[], element: string): Promise<Choice[]> {
  const rows: ServiceNowRecord[] = [];
  for (let offset = 0; offset < WINDOW * MAX_WINDOWS; offset += WINDOW) {
    const { records, total } = await queryWindow(
      request,
      'sys_choice',
      {
        where: [
          { field: 'name', is: 'in', values: tables },
          { field: 'element', is: 'equal', value: element },
          { field: 'inactive', is: 'equal', value: 'false' },
        ],
        orderBy: { field: 'sequence' },
      },
      { columns: ['sys_id', 'name', 'element', 'value', 'label', 'language', 'inactive'], limit: WINDOW, offset },
    );
    rows.push(...records);
    if (offset + WINDOW >= total) break;
  }
  return choicesIn(rows, tables, element);
}

/** Pure: the list of the nearest table that has one; in English, or else in the language that says most. */
export function choicesIn(rows: ServiceNowRecord[], tables: string[], element: string): Choice[] {
  // A bad query part is silently ignored, so the answer is held against the question.
  const fits = (row: ServiceNowRecord) =>
    storedValue(row, 'element') === element &&
    storedValue(row, 'inactive') !== 'true' &&
    storedValue(row, 'value') !== '' &&
    shownValue(row, 'label') !== '';
  const lists = tables.map((table) => rows.filter((row) => storedValue(row, 'name') === table && fits(row)));
  const own = lists.find((list) => list.length > 0) ?? [];
  const inLanguage = (language: string) => own.filter((row) => storedValue(row, 'language') === language);
  const languages = [...new Set(own.map((row) => storedValue(row, 'language')))].map(inLanguage);
  const [chosen = []] = [inLanguage('en'), ...languages.sort((one, another) => another.length - one.length)].filter(
    (list) => list.length > 0,
  );
  const byValue = new Map<string, Choice>();
  for (const row of chosen) {
    const value = storedValue(row, 'value');
    if (!byValue.has(value)) byValue.set(value, { value, label: shownValue(row, 'label') });
  }
  return [...byValue.values()];
}
