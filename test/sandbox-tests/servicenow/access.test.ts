import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, type Caller, record, records, start } from './client.ts';

let sn: ServiceNow;
let ada: Caller;
let bob: Caller;
let eve: Caller;
let ann: Caller;

beforeAll(async () => {
  sn = await start();
  ada = await as(sn, sn.people.requester);
  bob = await as(sn, sn.people.agent);
  eve = await as(sn, sn.people.approver);
  ann = await as(sn, sn.people.admin);
});
afterAll(() => sn.close());

const TABLE = '/api/now/table';
const idOf = (number: string) => sn.db.rows('task').find((row) => row['number'] === number)?.['sys_id'] ?? '';
const count = async (caller: Caller, path: string) => records(await caller('GET', `${TABLE}/${path}`)).length;

describe('rows', () => {
  test('without a role only own incidents are seen, while the total counts all', async () => {
    const answer = await ada('GET', `${TABLE}/incident?sysparm_fields=number`);
    expect(records(answer).map((row) => row['number'])).toEqual(
      ['1', '2', '3', '4', '9'].map((digit) => `INC001000${digit}`),
    );
    expect(answer.headers.get('x-total-count')).toBe('10');
  });

  test('the limit is applied before the access rules: an empty page with more behind it', async () => {
    const answer = await ada('GET', `${TABLE}/incident?sysparm_limit=4&sysparm_offset=4&sysparm_fields=number`);
    expect(records(answer)).toEqual([]); // INC0010005 to INC0010008 belong to others
    expect(answer.headers.get('link')).toContain('rel="next"');
  });

  test("somebody else's record does not exist: to read, to change, to delete", async () => {
    const path = `${TABLE}/incident/${idOf('INC0010005')}`;
    const answers = [await ada('GET', path), await ada('PATCH', path, { comments: 'hi' }), await ada('DELETE', path)];
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect(answer.json).toMatchObject({ error: { message: 'No Record found' } });
    }
  });

  test('staff see all incidents, an approver what they approve', async () => {
    expect(await count(bob, 'incident')).toBe(10);
    expect(await count(ann, 'incident')).toBe(10);
    expect((await eve('GET', `${TABLE}/sc_request/${idOf('REQ0010001')}`)).status).toBe(200);
    expect((await eve('GET', `${TABLE}/incident/${idOf('INC0010005')}`)).status).toBe(404);
  });

  test.each([
    ['sys_user_group', 0, 3, 4],
    ['sys_user_has_role', 0, 0, 4],
    ['problem', 0, 1, 1],
    ['cmdb_ci_service', 3, 3, 3],
    ['kb_knowledge', 3, 4, 4],
  ])('%s: nobody is refused, rows are just missing', async (table, forEss, forItil, forAdmin) => {
    expect(await count(ada, table)).toBe(forEss);
    expect(await count(bob, table)).toBe(forItil);
    expect(await count(ann, table)).toBe(forAdmin);
  });

  test('everybody reads choices', async () => {
    const path = 'sys_choice?sysparm_query=name=incident^element=close_code^language=en^inactive=false^ORDERBYsequence';
    expect(await count(ada, path)).toBe(10);
  });
});

describe('fields', () => {
  test('work notes are missing for the caller', async () => {
    const path = `${TABLE}/incident/${idOf('INC0010001')}?sysparm_display_value=true`;
    const [mine, theirs] = [await ada('GET', path), await bob('GET', path)];
    expect(record(mine)).not.toHaveProperty('work_notes');
    expect(mine.text).not.toContain('Gateway log');
    expect(record(theirs)['work_notes']).toContain('Gateway log');
  });

  test('of another person little is seen without a role', async () => {
    const path = `${TABLE}/sys_user/${sn.people.agent.sysId}`;
    expect(Object.keys(record(await ada('GET', path))).sort()).toEqual(
      ['active', 'email', 'name', 'sys_id', 'time_zone', 'user_name'].sort(),
    );
    expect(record(await bob('GET', path))).toHaveProperty('date_format');
  });

  test('what may not be written is left out, and the answer is 200 all the same', async () => {
    const path = `${TABLE}/incident/${idOf('INC0010001')}`;
    const answer = await ada('PATCH', path, { state: '6', assigned_to: '', short_description: 'VPN, still' });
    expect(answer.status).toBe(200);
    expect(record(answer)).toMatchObject({ state: '2', short_description: 'VPN, still' });
    expect(sn.db.get('incident', idOf('INC0010001'))?.['assigned_to']).toBe(sn.people.agent.sysId);
  });

  test('filing without a role cannot assign or write work notes', async () => {
    const answer = await ada('POST', `${TABLE}/incident`, {
      short_description: 'x',
      assigned_to: sn.people.agent.sysId,
      work_notes: 'sneaky',
    });
    expect(record(answer)['assigned_to']).toBe('');
    expect(sn.journal(record(answer)['sys_id'] ?? '')).toEqual([]);
  });
});

describe('writes that are refused', () => {
  const refusal = (operation: string) => ({
    error: { message: 'Operation Failed', detail: `ACL Exception ${operation} Failed due to security constraints` },
    status: 'failure',
  });

  test('inserting without the right', async () => {
    const answer = await ada('POST', `${TABLE}/change_request`, { short_description: 'x' });
    expect([answer.status, answer.json]).toEqual([403, refusal('Insert')]);
  });

  test('changing what is closed, unless as administrator', async () => {
    const path = `${TABLE}/incident/${idOf('INC0010009')}`;
    const answer = await ada('PATCH', path, { comments: 'again' });
    expect([answer.status, answer.json]).toEqual([403, refusal('Update')]);
    expect((await bob('PATCH', path, { state: '2' })).status).toBe(403);
    expect((await ann('PATCH', path, { short_description: 'Printer' })).status).toBe(200);
  });

  test("deciding somebody else's approval", async () => {
    const approval = sn.db.rows('sysapproval_approver').find((row) => row['approver'] === sn.people.admin.sysId);
    const answer = await bob('PATCH', `${TABLE}/sysapproval_approver/${approval?.['sys_id']}`, { state: 'approved' });
    expect([answer.status, answer.json]).toEqual([403, refusal('Update')]);
  });
});

test('who am I', async () => {
  const me = record(await ada('GET', '/api/now/ui/user/current_user'));
  expect(me['user_sys_id']).toBe(sn.people.requester.sysId);
  expect(me).not.toHaveProperty('sys_id');
  const path = `${TABLE}/sys_user?sysparm_query=sys_id=javascript:gs.getUserID()&sysparm_fields=sys_id,email`;
  expect(records(await ada('GET', path))).toEqual([{ sys_id: sn.people.requester.sysId, email: 'ada@example.com' }]);
});

test('two people share one address', async () => {
  expect(await count(ada, 'sys_user?sysparm_query=email=double@example.com')).toBe(2);
});
