import type { Choice } from '../records/choices.ts';
import type { Condition, Query } from '../records/query.ts';
import { asSeen } from '../records/typed.ts';
import { type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { isBlank } from '../servicenow/query.ts';
import { queryRecords } from '../servicenow/table.ts';

const LIMIT = 20;

type Source = {
  table: string;
  columns: string[];
  query: (text: string) => Query;
  label: (row: ServiceNowRecord) => string;
};

const MOST_WORDS = 4;

/** A name in any order, the beginning of a user name, or an e-mail address. */
function whoIs(typed: string): Condition[] {
  const text = asSeen(typed).normalize('NFKC').trim();
  const names = text.split(/[\s,;]+/).filter((name) => !isBlank(name));
  if (text.includes('@'))
    return [
      {
        is: 'any',
        of: [
          { field: 'email', is: 'starts', text },
          { field: 'user_name', is: 'starts', text },
        ],
      },
    ];
  if (names.length > 1)
    return names.slice(0, MOST_WORDS).map((name) => ({ field: 'name', is: 'contains', text: name }));
  return [
    {
      is: 'any',
      of: [
        { field: 'name', is: 'contains', text },
        { field: 'user_name', is: 'starts', text },
      ],
    },
  ];
}

/** Selects whose options live in ServiceNow. */
const SOURCES = {
  item: {
    table: 'cmdb_ci',
    columns: ['sys_id', 'name'],
    query: (text) => ({ where: [{ field: 'name', is: 'contains', text }], orderBy: { field: 'name' } }),
    label: (row) => shownValue(row, 'name'),
  },
  caller: {
    table: 'sys_user',
    columns: ['sys_id', 'name', 'user_name', 'active'],
    query: (text) => ({
      where: [{ field: 'active', is: 'equal', value: 'true' }, ...whoIs(text)],
      orderBy: { field: 'name' },
    }),
    label: (row) => `${shownValue(row, 'name')} (${storedValue(row, 'user_name')})`,
  },
  group: {
    table: 'sys_user_group',
    columns: ['sys_id', 'name', 'active'],
    query: (text) => ({
      where: [
        { field: 'active', is: 'equal', value: 'true' },
        { field: 'name', is: 'contains', text },
      ],
      orderBy: { field: 'name' },
    }),
    label: (row) => shownValue(row, 'name'),
  },
} as const satisfies Record<string, Source>;

export type OptionSource = keyof typeof SOURCES;

/** What this person may choose. @param timeoutMs a person is looking at a spinner, and Slack waits three seconds at most */
export async function findOptions(
  request: AsPerson,
  source: OptionSource,
  text: string,
  timeoutMs: number,
): Promise<Choice[]> {
  if (isBlank(text)) return [];
  const { table, columns, query, label }: Source = SOURCES[source];
  const rows = await queryRecords(request, table, query(text), { columns, limit: LIMIT, timeoutMs });
  return rows.map((row) => ({ value: row.sysId, label: label(row) })).filter((option) => option.label !== '');
}
