import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, bearer, type Caller, clock, record, records, start, tokensFor } from './client.ts';

let sn: ServiceNow;
let ada: Caller;
let bob: Caller;
let ann: Caller;
const time = clock();

beforeAll(async () => {
  sn = await start({ now: time.now });
  ada = await as(sn, sn.people.requester);
  bob = await as(sn, sn.people.agent);
  ann = await as(sn, sn.people.admin);
});
afterEach(() => {
  sn.settings.honourCallerSysId = true;
});
afterAll(() => sn.close());

const INCIDENTS = '/api/now/table/incident';

/** A request with these headers only; fetch would add its own. */
const bare = (method: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const sent = request(sn.url + INCIDENTS, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end(method === 'POST' ? '{}' : undefined);
  });
const number = (n: string) => `sysparm_query=number=${n}`;
const failure = (message: string, detail: string | null) => ({ error: { message, detail }, status: 'failure' });

describe('shapes of a value', () => {
  const read = async (params: string) => {
    const fields = 'sysparm_fields=state,caller_id,business_service,active,opened_at,priority';
    const [row] = records(await bob('GET', `${INCIDENTS}?${number('INC0010001')}&${fields}&${params}`));
    return row;
  };
  const link = () => `${sn.url}/api/now/table/sys_user/${sn.people.requester.sysId}`;

  test('raw: strings in UTC, a reference with its link, an empty reference as an empty string', async () => {
    expect(await read('')).toEqual({
      state: '2',
      caller_id: { link: link(), value: sn.people.requester.sysId },
      business_service: '',
      active: 'true',
      opened_at: '2026-02-03 09:15:00',
      priority: '3',
    });
  });

  test('display: labels, and a reference without its value', async () => {
    expect(await read('sysparm_display_value=true')).toEqual({
      state: 'In Progress',
      caller_id: { display_value: 'Ada Requester', link: link() },
      business_service: '',
      active: 'true',
      opened_at: '2026-02-03 09:15:00',
      priority: '3 - Moderate',
    });
  });

  test('all: both, also for an empty reference', async () => {
    expect(await read('sysparm_display_value=all')).toMatchObject({
      state: { display_value: 'In Progress', value: '2' },
      caller_id: { display_value: 'Ada Requester', value: sn.people.requester.sysId, link: link() },
      business_service: { display_value: '', value: '' },
      active: { display_value: 'true', value: 'true' },
    });
  });

  test('without links a reference is its id, its name, or both', async () => {
    const exclude = 'sysparm_exclude_reference_link=true';
    const { sysId } = sn.people.requester;
    expect((await read(exclude))?.['caller_id']).toBe(sysId);
    expect((await read(`${exclude}&sysparm_display_value=true`))?.['caller_id']).toBe('Ada Requester');
    expect((await read(`${exclude}&sysparm_display_value=all`))?.['caller_id']).toEqual({
      display_value: 'Ada Requester',
      value: sysId,
    });
  });

  test("times are shown in the reader's zone and format", async () => {
    const path = `${INCIDENTS}?${number('INC0010004')}&sysparm_display_value=all&sysparm_fields=opened_at`;
    const carl = await as(sn, sn.people.colleague);
    const [forCarl, forAda] = [records(await carl('GET', path)), records(await ada('GET', path))];
    expect(forCarl).toEqual([{ opened_at: { display_value: '02/03/2026 01:15:00', value: '2026-02-03 09:15:00' } }]);
    expect(forAda).toEqual([{ opened_at: { display_value: '03.02.2026 10:15:00', value: '2026-02-03 09:15:00' } }]);
  });

  test('a list of people, and a dot-walked field, which comes back flat', async () => {
    const path = `${INCIDENTS}?${number('INC0010004')}&sysparm_display_value=all&sysparm_fields=watch_list,caller_id.email,nonsense`;
    expect(records(await bob('GET', path))).toEqual([
      {
        watch_list: { display_value: 'Ada Requester', value: sn.people.requester.sysId },
        'caller_id.email': { display_value: 'carl@example.com', value: 'carl@example.com' },
      },
    ]);
  });
});

describe('lists', () => {
  test('no match is an empty list, but 404 in version 1', async () => {
    expect((await bob('GET', `${INCIDENTS}?${number('INC9999999')}`)).json).toEqual({ result: [] });
    const old = await bob('GET', `/api/now/v1/table/incident?${number('INC9999999')}`);
    expect(old.status).toBe(404);
    expect(old.json).toMatchObject(
      failure('No Record found', 'Records matching query not found. Check query parameter or offset parameter'),
    );
  });

  test('the version of the request shows up in links', async () => {
    const answer = await bob('GET', `/api/now/v2/table/incident?${number('INC0010001')}&sysparm_fields=caller_id`);
    expect(answer.text).toContain('/api/now/v2/table/sys_user/');
  });

  test('pages carry a total and the links that apply', async () => {
    const answer = await bob('GET', `${INCIDENTS}?sysparm_limit=4&sysparm_offset=4&sysparm_fields=number`);
    expect(answer.headers.get('x-total-count')).toBe('10');
    const rels = [...(answer.headers.get('link') ?? '').matchAll(/sysparm_offset=(\d+)>;rel="(\w+)"/g)];
    expect(rels.map(([, offset, rel]) => `${rel} ${offset}`)).toEqual(['first 0', 'prev 0', 'next 8', 'last 8']);
    const whole = await bob('GET', `${INCIDENTS}?sysparm_fields=number`);
    expect(whole.headers.get('link')).toBeNull();
  });

  test('no count, no links', async () => {
    const answer = await bob('GET', `${INCIDENTS}?sysparm_limit=4&sysparm_no_count=true`);
    expect([answer.headers.get('x-total-count'), answer.headers.get('link')]).toEqual([null, null]);
  });

  test('plain field=value pairs are a query too, and task holds every kind of ticket', async () => {
    const path = '/api/now/table/task?sysparm_fields=number,sys_class_name,caller_id&number=';
    expect(records(await bob('GET', `${path}INC0010001`))).toEqual([
      { number: 'INC0010001', sys_class_name: 'incident' },
    ]);
    expect(records(await bob('GET', `${path}CHG0010001`))).toEqual([
      { number: 'CHG0010001', sys_class_name: 'change_request' },
    ]);
  });
});

describe('writes', () => {
  test('an insert answers 201 with the record, its place, and the defaults', async () => {
    const answer = await ada('POST', INCIDENTS, { short_description: 'New', impact: 2, urgency: '1', priority: '5' });
    expect(answer.status).toBe(201);
    const row = record(answer);
    expect(answer.headers.get('location')).toBe(`${sn.url}/api/now/table/incident/${row['sys_id']}`);
    expect(row).toMatchObject({
      state: '1',
      incident_state: '1',
      impact: '2',
      urgency: '1',
      priority: '2',
      category: 'inquiry',
      contact_type: 'phone',
      active: 'true',
      approval: 'not requested',
      caller_id: '',
      sys_mod_count: '0',
      sys_created_by: 'ada.requester',
      opened_by: { value: sn.people.requester.sysId },
    });
    expect(row['number']).toMatch(/^INC00100\d\d$/);
  });

  test('a chosen sys_id is honoured, once', async () => {
    const sysId = 'a'.repeat(32);
    expect(record(await ada('POST', INCIDENTS, { sys_id: sysId }))['sys_id']).toBe(sysId);
    const again = await ada('POST', INCIDENTS, { sys_id: sysId });
    expect(again.status).toBe(403);
    expect(again.json).toMatchObject({ error: { message: 'Operation Failed' }, status: 'failure' });
    expect(again.text).toContain('Unique Key violation');
  });

  test('an instance may ignore a chosen sys_id, and any ignores one that is none', async () => {
    expect(record(await ada('POST', INCIDENTS, { sys_id: 'not-an-id' }))['sys_id']).toMatch(/^[0-9a-f]{32}$/);
    sn.settings.honourCallerSysId = false;
    expect(record(await ada('POST', INCIDENTS, { sys_id: 'b'.repeat(32) }))['sys_id']).not.toBe('b'.repeat(32));
  });

  test('unknown fields and values that are on no list are ignored', async () => {
    const answer = await bob('POST', INCIDENTS, { short_description: 'x', colour: 'red', state: '99' });
    expect(record(answer)).toMatchObject({ short_description: 'x', state: '1' });
    expect(record(answer)).not.toHaveProperty('colour');
  });

  test('PUT keeps absent fields, "" clears one, and each change counts', async () => {
    const { sys_id } = record(await bob('POST', INCIDENTS, { short_description: 'one', description: 'two' }));
    time.advance(5);
    const changed = record(await bob('PUT', `${INCIDENTS}/${sys_id}`, { description: '' }));
    expect(changed).toMatchObject({ short_description: 'one', description: '', sys_mod_count: '1' });
    expect(changed['sys_updated_on']).toBe('2026-02-03 09:15:05');
    const same = record(await bob('PATCH', `${INCIDENTS}/${sys_id}`, { description: '' }));
    expect(same['sys_mod_count']).toBe('1');
  });

  test('display values are taken where the request says so, in the zone and format of who writes', async () => {
    const shown = `${INCIDENTS}?sysparm_input_display_value=true&sysparm_exclude_reference_link=true`;
    const people = { caller_id: 'Ada Requester', assigned_to: 'Nobody At All', watch_list: 'Carl Colleague, x@y.com' };
    const made = record(await bob('POST', shown, { urgency: '1 - High', due_date: '2026-07-01 10:00:00', ...people }));
    expect(made).toMatchObject({
      urgency: '1',
      // London has summer time then.
      due_date: '2026-07-01 09:00:00',
      caller_id: sn.people.requester.sysId,
      assigned_to: '',
      watch_list: `${sn.people.colleague.sysId},x@y.com`,
    });
    const place = shown.replace('?', `/${made['sys_id']}?`);
    expect(record(await ann('PATCH', place, { state: 'In Progress' }))['state']).toBe('2');
    const stored = await bob('PATCH', place.replace('=true', '=false'), { state: 'New' });
    expect(record(stored)['state']).toBe('2');
  });

  test('of an array only the first element is processed', async () => {
    const before = sn.db.rows('incident').length;
    const answer = await bob('POST', INCIDENTS, [{ short_description: 'first' }, { short_description: 'second' }]);
    expect(record(answer)['short_description']).toBe('first');
    expect(sn.db.rows('incident').length).toBe(before + 1);
  });

  test('the body of the answer can be left out, and the method named in a header', async () => {
    const { sys_id } = record(await bob('POST', INCIDENTS, {}));
    const answer = await bob(
      'POST',
      `${INCIDENTS}/${sys_id}`,
      { short_description: 'quiet' },
      {
        'x-http-method-override': 'PATCH',
        'x-no-response-body': 'true',
      },
    );
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(sn.db.get('incident', sys_id ?? '')?.['short_description']).toBe('quiet');
  });

  test('a deleted record is gone', async () => {
    const { sys_id } = record(await bob('POST', INCIDENTS, {}));
    expect((await bob('DELETE', `${INCIDENTS}/${sys_id}`)).status).toBe(403);
    const gone = await ann('DELETE', `${INCIDENTS}/${sys_id}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await ann('GET', `${INCIDENTS}/${sys_id}`)).status).toBe(404);
  });
});

describe('refusals', () => {
  test.each([
    ['an unknown table', 'GET', '/api/now/table/foo', 400, failure('Invalid table foo', null)],
    ['a wrong path', 'GET', '/api/now/tables', 400, failure('Requested URI does not represent any resource', null)],
    [
      'a missing record',
      'GET',
      `${INCIDENTS}/${'0'.repeat(32)}`,
      404,
      failure('No Record found', "Record doesn't exist or ACL restricts the record retrieval"),
    ],
    [
      'a number where a sys_id belongs',
      'GET',
      `${INCIDENTS}/INC0010001`,
      404,
      failure('No Record found', "Record doesn't exist or ACL restricts the record retrieval"),
    ],
  ])('%s', async (_, method, path, status, body) => {
    const answer = await bob(method, path);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual(body);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=UTF-8');
  });

  test('no token and a false token get the same answer', async () => {
    const [none, wrong] = [
      await fetch(sn.url + INCIDENTS, { headers: { accept: 'application/json' } }),
      await bearer(sn, 'nonsense')('GET', INCIDENTS),
    ];
    expect([none.status, wrong.status]).toEqual([401, 401]);
    expect(await none.json()).toEqual(wrong.json);
    expect(wrong.headers.get('www-authenticate')).toBe('BASIC realm="Service-now"');
  });

  test('a name and its password are as good as a token; a wrong one, or an account out of use, is not', async () => {
    const status = async (pair: string) => {
      const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
      return (await ada('GET', INCIDENTS, undefined, { authorization })).status;
    };
    const { requester, locked } = sn.people;
    expect(await status(`${requester.userName}:${requester.password}`)).toBe(200);
    expect(await status(`${requester.userName}:guessed`)).toBe(401);
    expect(await status(requester.userName)).toBe(401);
    expect(await status(`nobody:${requester.password}`)).toBe(401);
    expect(await status(`${locked.userName}:${locked.password}`)).toBe(401);
  });

  test('Accept and Content-Type have to name JSON', async () => {
    expect((await bob('GET', INCIDENTS, undefined, { accept: 'text/html' })).status).toBe(406);
    expect((await bob('POST', INCIDENTS, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    const authorization = `Bearer ${(await tokensFor(sn, sn.people.agent)).access_token}`;
    expect(await bare('GET', { authorization })).toBe(400);
    expect(await bare('POST', { authorization, accept: 'application/json' })).toBe(400);
  });

  test('what is no JSON is refused, and so is more than 10 MB', async () => {
    const broken = await bob('POST', INCIDENTS, '{"short_description":');
    expect(broken.status).toBe(400);
    expect(broken.text).toContain('Exception while reading request');
    const large = await bob('POST', INCIDENTS, { description: 'x'.repeat(10_485_760) });
    expect(large.status).toBe(400);
    expect(large.text).toContain('Max allowed: 10485760 bytes.');
  });
});

test('answers carry the headers of the platform, cookies included', async () => {
  const { headers } = await bob('GET', `${INCIDENTS}?sysparm_limit=1`);
  expect(headers.get('server')).toBe('ServiceNow');
  expect(headers.get('x-transaction-id')).toMatch(/^[0-9a-f]+$/);
  const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
  expect(names).toEqual(expect.arrayContaining(['JSESSIONID', 'glide_user_route', 'BIGipServerpool_sandbox']));
});
