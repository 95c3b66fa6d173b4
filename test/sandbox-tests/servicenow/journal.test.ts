import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, type Caller, clock, record, records, start } from './client.ts';

let sn: ServiceNow;
let ada: Caller;
let bob: Caller;
let ann: Caller;
let path: string;
const time = clock();

beforeAll(async () => {
  sn = await start({ now: time.now });
  ada = await as(sn, sn.people.requester);
  bob = await as(sn, sn.people.agent);
  ann = await as(sn, sn.people.admin);
  const filed = record(await ada('POST', '/api/now/table/incident', { short_description: 'x', comments: 'First' }));
  path = `/api/now/table/incident/${filed['sys_id']}`;
  time.advance(60);
  await bob('PATCH', path, { work_notes: 'Between us', comments: 'Seen [code]<b>it</b>[/code]' });
});
afterAll(() => sn.close());

test('reads back empty in raw mode', async () => {
  expect(record(await bob('GET', path))).toMatchObject({ comments: '', work_notes: '', comments_and_work_notes: '' });
});

test("is text for people: newest first, in the reader's zone and format, [code] untouched", async () => {
  const text = record(await ada('GET', `${path}?sysparm_display_value=true`))['comments'];
  expect(text).toBe(
    '03.02.2026 10:16:00 - Bob Agent (Additional comments)\nSeen [code]<b>it</b>[/code]\n\n' +
      '03.02.2026 10:15:00 - Ada Requester (Additional comments)\nFirst\n\n',
  );
});

test('the merged view holds only what the reader may see', async () => {
  const merged = async (caller: Caller) =>
    record(await caller('GET', `${path}?sysparm_display_value=true`))['comments_and_work_notes'];
  expect(await merged(ada)).not.toContain('Between us');
  expect(await merged(bob)).toContain('2026-02-03 09:16:00 - Bob Agent (Work notes)\nBetween us\n\n');
});

test('two entries in one write are one update', async () => {
  expect(record(await bob('GET', path))['sys_mod_count']).toBe('1');
});

test('a repeated write is a second entry', async () => {
  await bob('PATCH', path, { work_notes: 'Twice' });
  const again = record(await bob('PATCH', path, { work_notes: 'Twice' }));
  expect(again['sys_mod_count']).toBe('3');
  const entries = sn.journal(path.split('/').at(-1) ?? '');
  expect(entries.filter((entry) => entry.value === 'Twice')).toHaveLength(2);
});

test('sys_journal_field is empty for all but administrators', async () => {
  const id = path.split('/').at(-1);
  const query = `/api/now/table/sys_journal_field?sysparm_query=element_id=${id}^element=comments^ORDERBYsys_created_on`;
  expect((await ada('GET', query)).json).toEqual({ result: [] });
  expect((await bob('GET', query)).json).toEqual({ result: [] });
  expect(records(await ann('GET', query))).toMatchObject([
    { name: 'incident', value: 'First', sys_created_by: 'ada.requester', sys_created_on: '2026-02-03 09:15:00' },
    { sys_created_by: 'bob.agent' },
  ]);
});
