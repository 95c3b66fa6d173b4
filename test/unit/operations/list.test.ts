import { describe, expect, test } from '@jest/globals';
import { createDesk } from '../../../src/desk/desk.ts';
import { latestOwn, question } from '../../../src/operations/list/run.ts';
import { question as found } from '../../../src/operations/search/run.ts';
import { searchWords } from '../../../src/records/search.ts';
import type { AsPerson } from '../../../src/servicenow/client.ts';
import { encodeQuery } from '../../../src/servicenow/query.ts';
import { parseAnswer } from '../../../src/servicenow/schema.ts';

import { row } from '../support.ts';

const ME = '9d385017c611228701d22104cc95c371';
const rowOf = (index: number, caller: string) => ({
  sys_id: String(index).padStart(32, '0'),
  number: `INC${String(index).padStart(7, '0')}`,
  caller_id: caller,
  active: 'true',
});

/** An instance that gives `rows` out by windows; access rules have taken out what is not there. */
function instanceWith(rows: (object | undefined)[], counts: boolean) {
  const asked: number[] = [];
  const request: AsPerson = async ({ query, onHeaders, answer }) => {
    const [offset, limit] = [Number(query?.['sysparm_offset']), Number(query?.['sysparm_limit'])];
    asked.push(offset);
    onHeaders?.(new Headers(counts ? { 'x-total-count': String(rows.length) } : {}) as never);
    return parseAnswer(answer, { result: rows.slice(offset, offset + limit).filter(Boolean) }, 'GET');
  };
  return { desk: createDesk(request), asked };
}

/** Three visible ones, then many hidden ones, then two more. */
const rows = Array.from({ length: 130 }, (_, index) => (index < 3 || index >= 128 ? rowOf(index, ME) : undefined));

test.each([true, false])('a list goes on behind its first window (the instance counts: %s)', async (counts) => {
  const near = rows.map((row, index) => row ?? (index === 60 ? rowOf(index, 'somebody') : undefined));
  const { desk, asked } = instanceWith(near, counts);
  const tickets = await latestOwn(desk, ME, 'https://dev1.service-now.com');
  expect(tickets.map(({ number }) => number)).toEqual([
    'INC0000000',
    'INC0000001',
    'INC0000002',
    'INC0000128',
    'INC0000129',
  ]);
  expect(asked).toEqual([0, 60, 120]);
});

test('a list ends with an empty window where nothing is counted', async () => {
  const { desk, asked } = instanceWith(rows.slice(0, 3), false);
  expect(await latestOwn(desk, ME, 'https://dev1.service-now.com')).toHaveLength(3);
  expect(asked).toEqual([0, 60]);
});

const OTHER = '62826bf03710200044e0bfc8bcbe5df1';

type List = Parameters<typeof question>[0] | { kind: 'search'; words: string };
const asked = (list: List) => (list.kind === 'search' ? found(searchWords(list.words)) : question(list, ME));

describe('what a list asks ServiceNow', () => {
  test.each<[string, List, string, string]>([
    ['mine, open', { kind: 'mine', state: 'open' }, 'incident', `caller_id=${ME}^ORopened_by=${ME}^active=true`],
    ['mine, all', { kind: 'mine', state: 'all' }, 'incident', `caller_id=${ME}^ORopened_by=${ME}`],
    ['assigned, open', { kind: 'assigned', state: 'open' }, 'task', `assigned_to=${ME}^active=true`],
    ['assigned, all', { kind: 'assigned', state: 'all' }, 'task', `assigned_to=${ME}`],
    ['a search', { kind: 'search', words: 'vpn ^home' }, 'incident', '123TEXTQUERY321=vpn home'],
  ])('%s', (_, list, table, where) => {
    const listing = asked(list);
    expect(listing.table).toBe(table);
    expect(encodeQuery(listing.query)).toBe(`${where}^ORDERBYDESCsys_updated_on^ORDERBYsys_id`);
  });

  test.each<[string, List, Record<string, string>, boolean]>([
    ['I called', { kind: 'mine', state: 'open' }, { caller_id: ME, active: 'true' }, true],
    ['I opened it', { kind: 'mine', state: 'open' }, { caller_id: OTHER, opened_by: ME, active: 'true' }, true],
    ["somebody else's", { kind: 'mine', state: 'open' }, { caller_id: OTHER, opened_by: OTHER, active: 'true' }, false],
    ['closed', { kind: 'mine', state: 'open' }, { caller_id: ME, active: 'false' }, false],
    ['closed, of all', { kind: 'mine', state: 'all' }, { caller_id: ME, active: 'false' }, true],
    ['a row of nobody', { kind: 'mine', state: 'all' }, {}, false],
    ['assigned to me', { kind: 'assigned', state: 'open' }, { assigned_to: ME, active: 'true' }, true],
    ['assigned to another', { kind: 'assigned', state: 'all' }, { assigned_to: OTHER, active: 'true' }, false],
    ['with the words', { kind: 'search', words: 'vpn' }, { short_description: 'VPN down' }, true],
    ['without them', { kind: 'search', words: 'vpn' }, { short_description: 'Printer' }, false],
  ])(
    'a row that does not answer is dropped, because ServiceNow ignores what it does not like: %s',
    (_, list, fields, expected) => {
      expect(asked(list).answers(row(fields))).toBe(expected);
    },
  );
});
