import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, type Caller, clock, record, records, start } from './client.ts';

let sn: ServiceNow;
let ada: Caller;
let bob: Caller;
let eve: Caller;
let id: string;
const time = clock();
const INCIDENT = '/api/now/table/incident';

beforeAll(async () => {
  sn = await start({ now: time.now });
  ada = await as(sn, sn.people.requester);
  bob = await as(sn, sn.people.agent);
  eve = await as(sn, sn.people.approver);
});
afterAll(() => sn.close());
beforeEach(async () => {
  const filed = await ada('POST', INCIDENT, { short_description: 'x', caller_id: sn.people.requester.sysId });
  id = record(filed)['sys_id'] ?? '';
});

const patch = (caller: Caller, fields: Record<string, string>) =>
  caller('PATCH', `${INCIDENT}/${id}?sysparm_exclude_reference_link=true`, fields);
const mandatory = (labels: string) => ({
  error: {
    message: 'Operation Failed',
    detail: `Data Policy Exception: The following fields are mandatory: ${labels}`,
  },
  status: 'failure',
});
const resolve = { state: '6', close_code: 'Solution provided', close_notes: 'Done.' };

test.each([
  ['1', '1', '1'],
  ['1', '3', '3'],
  ['2', '1', '2'],
  ['2', '3', '4'],
  ['3', '3', '5'],
])('impact %s and urgency %s make priority %s, whatever is written there', async (impact, urgency, priority) => {
  expect(record(await patch(bob, { impact, urgency, priority: '9' }))['priority']).toBe(priority);
});

test('numbers follow one another', async () => {
  const next = record(await bob('POST', INCIDENT, {}))['number'] ?? '';
  const own = sn.db.get('incident', id)?.['number'] ?? '';
  expect(Number(next.slice(3)) - Number(own.slice(3))).toBe(1);
});

describe('resolving', () => {
  test('demands code and notes, by their labels', async () => {
    const answer = await patch(bob, { state: '6' });
    expect([answer.status, answer.json]).toEqual([403, mandatory('Resolution code, Resolution notes')]);
    const half = await patch(bob, { state: '6', close_code: 'Solution provided' });
    expect(half.json).toEqual(mandatory('Resolution notes'));
    expect(sn.db.get('incident', id)?.['state']).toBe('1');
  });

  test('a legacy code is on no list, and so the code is still missing', async () => {
    const answer = await patch(bob, { ...resolve, close_code: 'Solved (Permanently)' });
    expect(answer.json).toEqual(mandatory('Resolution code'));
  });

  test('fills in who and when; the incident stays active until it is closed', async () => {
    const row = record(await patch(bob, resolve));
    expect(row).toMatchObject({
      state: '6',
      incident_state: '6',
      active: 'true',
      resolved_by: sn.people.agent.sysId,
      resolved_at: '2026-02-03 09:15:00',
    });
    expect(record(await patch(bob, { state: '7' }))).toMatchObject({
      active: 'false',
      closed_by: sn.people.agent.sysId,
    });
  });

  test('the caller may reopen: counted, and the resolution is gone', async () => {
    await patch(bob, resolve);
    const row = record(await patch(ada, { state: '2', comments: 'Still broken' }));
    expect(row).toMatchObject({
      state: '2',
      reopen_count: '1',
      reopened_by: sn.people.requester.sysId,
      resolved_at: '',
      close_code: '',
    });
  });

  test('the caller may not reopen what is not resolved, nor close', async () => {
    expect(record(await patch(ada, { state: '2' }))['state']).toBe('1');
    await patch(bob, resolve);
    expect(record(await patch(ada, { state: '7' }))['state']).toBe('6');
  });
});

describe('holding', () => {
  test('needs a reason, and a comment when it is the caller who is waited for', async () => {
    expect((await patch(bob, { state: '3' })).json).toEqual(mandatory('On hold reason'));
    expect((await patch(bob, { state: '3', hold_reason: '1' })).json).toEqual(mandatory('Additional comments'));
    expect((await patch(bob, { state: '3', hold_reason: '4' })).status).toBe(200);
  });

  test("the caller's answer takes it back into work; an agent's does not", async () => {
    await patch(bob, { state: '3', hold_reason: '1', comments: 'Which model?' });
    expect(record(await patch(bob, { comments: 'Hello?' }))['state']).toBe('3');
    expect(record(await patch(ada, { comments: 'An X1' }))).toMatchObject({ state: '2', hold_reason: '' });
  });
});

test('the assignee is cleared when the group changes, unless a new one comes with it', async () => {
  const group = (name: string) => sn.db.rows('sys_user_group').find((row) => row['name'] === name)?.['sys_id'] ?? '';
  const { agent, admin } = sn.people;
  await patch(bob, { assignment_group: group('Service Desk'), assigned_to: agent.sysId });
  expect(record(await patch(bob, { assignment_group: group('Network') }))['assigned_to']).toBe('');
  const both = await patch(bob, { assignment_group: group('Hardware'), assigned_to: admin.sysId });
  expect(record(both)['assigned_to']).toBe(admin.sysId);
});

test('a change follows its state model', async () => {
  const [change] = sn.db.rows('change_request');
  const path = `/api/now/table/change_request/${change?.['sys_id']}`;
  const jump = await bob('PATCH', path, { state: '-1' });
  expect(jump.status).toBe(403);
  expect(jump.text).toContain("Operation against file 'change_request' was aborted by Business Rule 'Change Model");
  expect((await bob('PATCH', path, { state: '-4' })).status).toBe(200);
});

describe('approvals', () => {
  const pending = async () =>
    records(
      await eve(
        'GET',
        '/api/now/table/sysapproval_approver?sysparm_query=approver=javascript:gs.getUserID()^state=requested',
      ),
    );
  const order = async () => {
    const item = sn.db.rows('sc_cat_item').find((row) => row['name'] === 'Headset')?.['sys_id'];
    const path = `/api/sn_sc/servicecatalog/items/${item}/order_now`;
    return record(await ada('POST', path, { sysparm_quantity: '1', variables: {} }))['sys_id'] ?? '';
  };
  const approvalFor = (request: string) =>
    sn.db.rows('sysapproval_approver').find((row) => row['sysapproval'] === request)?.['sys_id'] ?? '';

  test.each([
    ['approved', 'in_process', '2'],
    ['rejected', 'closed_rejected', '4'],
  ])('%s rolls up to the request and its items', async (decision, requestState, itemState) => {
    const request = await order();
    const before = (await pending()).length;
    const path = `/api/now/table/sysapproval_approver/${approvalFor(request)}`;
    expect((await eve('PATCH', path, { state: decision, comments: 'because' })).status).toBe(200);
    expect(await pending()).toHaveLength(before - 1);
    expect(sn.db.get('sc_request', request)).toMatchObject({ approval: decision, request_state: requestState });
    const item = sn.db.rows('sc_req_item').find((row) => row['request'] === request);
    expect(item).toMatchObject({ approval: decision, state: itemState });
  });

  test('a decision is final, and frees the other approvers', async () => {
    const request = await order();
    const other = sn.db.insert('sysapproval_approver', {
      approver: sn.people.admin.sysId,
      sysapproval: request,
      state: 'requested',
    });
    const path = `/api/now/table/sysapproval_approver/${approvalFor(request)}`;
    await eve('PATCH', path, { state: 'approved' });
    expect(sn.db.get('sysapproval_approver', other['sys_id'] ?? '')?.['state']).toBe('not_required');
    expect((await eve('PATCH', path, { state: 'rejected' })).status).toBe(403);
  });
});

test('listeners hear of every change, with what changed and by whom', async () => {
  const heard: unknown[] = [];
  const stop = sn.onChange((change) => heard.push(change));
  await patch(bob, { urgency: '1', comments: 'On it' });
  stop();
  await patch(bob, { urgency: '2' });
  expect(heard).toContainEqual(
    expect.objectContaining({
      table: 'incident',
      sysId: id,
      modCount: 1,
      updatedBy: 'bob.agent',
      changed: ['urgency', 'priority', 'comments'],
    }),
  );
  expect(heard.filter((change) => (change as { table: string }).table === 'incident')).toHaveLength(1);
});

test('a reset brings back what was seeded, with the same ids, and ends all tokens', async () => {
  const before = sn.db.rows('incident')[0]?.['sys_id'];
  sn.reset();
  expect(sn.db.rows('incident')).toHaveLength(10);
  expect(sn.db.rows('incident')[0]?.['sys_id']).toBe(before);
  expect((await bob('GET', INCIDENT)).status).toBe(401);
});
