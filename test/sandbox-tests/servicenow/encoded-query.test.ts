import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, type Caller, clock, records, start } from './client.ts';

let sn: ServiceNow;
let bob: Caller;
let ada: Caller;

beforeAll(async () => {
  const time = clock();
  sn = await start({ now: time.now });
  time.advance(-3600);
  sn.db.insert('incident', { short_description: 'An hour ago' });
  time.advance(3600);
  bob = await as(sn, sn.people.agent);
  ada = await as(sn, sn.people.requester);
});
afterEach(() => {
  sn.settings.invalidQuery = 'drop';
  sn.violations.length = 0;
});
afterAll(() => sn.close());

const query = (caller: Caller, text: string, table = 'incident') =>
  caller('GET', `/api/now/table/${table}?sysparm_fields=number&sysparm_query=${encodeURIComponent(text)}`);
const numbers = async (text: string, table?: string) =>
  records(await query(bob, text, table)).map((row) => Number(row['number']?.slice(-2)));

test.each([
  ['=', 'number=INC0010002', [2]],
  ['= without regard to case', 'short_description=MAIL ARRIVES HOURS LATE', [4]],
  ['!=', 'active!=true', [9, 10]],
  ['IN', 'numberININC0010001,INC0010003', [1, 3]],
  ['NOT IN', 'active=true^numberNOT ININC0010001,INC0010002', [3, 4, 5, 6, 7, 8, 11]],
  ['LIKE', 'short_descriptionLIKEvpn', [1]],
  ['NOT LIKE', 'active=false^short_descriptionNOT LIKEtwice', [9]],
  ['STARTSWITH', 'short_descriptionSTARTSWITHp', [6, 9]],
  ['ENDSWITH', 'short_descriptionENDSWITHmonth', [6]],
  ['ISEMPTY', 'caller_idISEMPTY', [7, 11]],
  ['ISNOTEMPTY', 'business_serviceISNOTEMPTY', [4]],
  ['<= compares numbers as numbers', 'priority<=3', [1, 4, 6]],
  ['BETWEEN', 'priorityBETWEEN2@3', [1, 4]],
  ['a time in UTC', 'sys_created_on<2026-02-03 09:15:00', [11]],
  ['a reach of time', 'sys_created_onRELATIVELT@minute@ago@30', [11]],
  ['a reach of time, ends included', 'sys_created_onRELATIVELE@minute@ago@60', [11]],
  ['a reach of time up to now', 'numberININC0010010,INC0010011^sys_created_onRELATIVEGE@minute@ago@59', [10]],
  ['SAMEAS', 'active=true^caller_idSAMEASassigned_to^ORopened_bySAMEAScaller_id^category=network', [1]],
  ['full text', '123TEXTQUERY321=battery laptop', [2]],
  ['a dot-walk', 'caller_id.email=carl@example.com^active=true', [4, 5, 6]],
  ['^OR belongs to the condition before it', 'active=true^priority=1^ORpriority=3', [1, 6]],
  ['^NQ starts over', 'priority=1^NQnumber=INC0010010', [6, 10]],
  ['order', 'active=true^priority<=3^ORDERBYpriority', [6, 4, 1]],
  ['order, descending', 'active=true^priority<=3^ORDERBYDESCpriority^EQ', [1, 4, 6]],
  ['^^ is no escape', 'short_descriptionLIKEa^^number=INC0010004', [4]],
])('%s', async (_, text, expected) => {
  expect(await numbers(text)).toEqual(expected);
});

test('a date in a query may be read in the zone of who asks, whose clock is then an hour or more off', async () => {
  sn.settings.dateLiterals = 'user-zone';
  try {
    const since = 'number=INC0010011^sys_created_on>=2026-02-03 08:30:00';
    sn.db.update('sys_user', sn.people.agent.sysId, { time_zone: 'America/New_York' });
    expect(await numbers(since)).toEqual([]);
    sn.db.update('sys_user', sn.people.agent.sysId, { time_zone: 'Asia/Kolkata' });
    expect(await numbers(since)).toEqual([11]);
    expect(await numbers('number=INC0010011^sys_created_onRELATIVEGE@minute@ago@60')).toEqual([11]);
  } finally {
    sn.settings.dateLiterals = 'utc';
    sn.db.update('sys_user', sn.people.agent.sysId, { time_zone: 'Europe/London' });
  }
});

test('who a task is assigned to may be a question that only an administrator is allowed', async () => {
  sn.settings.assignedToQueries = 403;
  try {
    const { status, text } = await query(bob, `assigned_to=${sn.people.agent.sysId}`, 'task');
    expect({ status, text }).toMatchObject({
      status: 403,
      text: expect.stringContaining('Insufficient rights to query'),
    });
    expect((await query(bob, 'active=true', 'task')).status).toBe(200);
  } finally {
    sn.settings.assignedToQueries = 'allowed';
  }
});

describe('a part that is not understood', () => {
  test('is dropped: a typo returns the whole table', async () => {
    expect(await numbers('nmuber=INC0010002')).toHaveLength(11);
    expect(await numbers('nmuber=INC0010002^priority=1')).toEqual([6]);
    expect(await numbers('state~2^priority=1')).toEqual([6]);
  });

  test('empties the result if the instance is so configured', async () => {
    sn.settings.invalidQuery = 'norows';
    expect(await numbers('nmuber=INC0010002^priority=1')).toEqual([]);
  });

  test('a field that may not be read is refused by newer instances', async () => {
    sn.settings.invalidQuery = 'deny403';
    const denied = await query(ada, 'manager=x', 'sys_user');
    expect(denied.status).toBe(403);
    expect(denied.json).toEqual({
      error: {
        message: 'Insufficient rights to query records',
        detail: 'Field(s) present in the query do not have permission to be read',
      },
      status: 'failure',
    });
    expect((await query(bob, 'manager=x', 'sys_user')).status).toBe(200);
  });
});

describe('scripts in a value', () => {
  test.each([
    ['opened_by=javascript:gs.getUserID()', [7, 8]],
    ['sys_created_by=javascript:gs.getUserName()', [7, 8]],
    ['sys_created_on<javascript:gs.hoursAgo(0)', [11]],
    ['sys_created_on>=javascript:gs.daysAgo(1)^priority=1', [6]],
  ])('%s', async (text, expected) => {
    expect(await numbers(text)).toEqual(expected);
  });

  test('any other one finds nothing and is held against the client', async () => {
    expect(await numbers('number!= JavaScript:gs.getProperty("x")')).toEqual([]);
    expect(sn.violations).toHaveLength(1);
    expect(sn.violations[0]).toContain('gs.getProperty');
  });
});
