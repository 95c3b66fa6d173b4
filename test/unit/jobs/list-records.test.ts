import { expect, test } from '@jest/globals';
import { createDesk } from '../../../src/desk/desk.ts';
import { latestOwn } from '../../../src/jobs/list-records.ts';
import type { AsPerson } from '../../../src/servicenow/client.ts';
import { parseAnswer } from '../../../src/servicenow/schema.ts';

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
