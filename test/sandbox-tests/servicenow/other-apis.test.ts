import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, type Caller, record, records, start } from './client.ts';

let sn: ServiceNow;
let ada: Caller;
let bob: Caller;

beforeAll(async () => {
  sn = await start({ maxAttachmentBytes: 20_000_000 });
  ada = await as(sn, sn.people.requester);
  bob = await as(sn, sn.people.agent);
});
afterAll(() => sn.close());

const idOf = (number: string) => sn.db.rows('task').find((row) => row['number'] === number)?.['sys_id'] ?? '';

describe('attachments', () => {
  const upload = (caller: Caller, name: string, bytes: string, changes: Record<string, string> = {}) => {
    const params = new URLSearchParams({
      table_name: 'incident',
      table_sys_id: idOf('INC0010001'),
      file_name: name,
      ...changes,
    });
    return caller('POST', `/api/now/attachment/file?${params}`, bytes, { 'content-type': 'image/png' });
  };

  test('go up raw, beyond the limit for JSON, and come down again', async () => {
    const bytes = 'x'.repeat(11_000_000);
    const answer = await upload(ada, 'a.png', bytes);
    expect(answer.status).toBe(201);
    const meta = record(answer);
    expect(meta).toMatchObject({
      file_name: 'a.png',
      content_type: 'image/png',
      size_bytes: '11000000',
      table_name: 'incident',
      sys_created_by: 'ada.requester',
    });
    expect(answer.headers.get('location')).toBe(`${sn.url}/api/now/attachment/${meta['sys_id']}`);
    const down = await bob('GET', new URL(meta['download_link'] ?? '').pathname);
    expect(down.text).toBe(bytes);
    expect(JSON.parse(down.headers.get('x-attachment-metadata') ?? '')).toMatchObject({ file_name: 'a.png' });
    const query = `table_name=incident^table_sys_id=${idOf('INC0010001')}`;
    expect(records(await ada('GET', `/api/now/attachment?sysparm_query=${query}`))).toHaveLength(1);
  });

  test('are as visible as their record', async () => {
    const other = { table_sys_id: idOf('INC0010005') };
    const { sys_id } = record(await upload(bob, 'b.png', 'b', other));
    expect((await ada('GET', `/api/now/attachment/${sys_id}/file`)).status).toBe(404);
    expect((await upload(ada, 'c.png', 'c', other)).status).toBe(404);
  });

  test.each([
    ['without a name', { file_name: '' }, 400],
    ['on an unknown table', { table_name: 'foo' }, 400],
    ['of a blocked kind', { file_name: 'virus.EXE' }, 403],
    ['on a closed record', { table_sys_id: 'closed' }, 403],
  ])('%s they are refused', async (_, changes: Record<string, string>, status) => {
    if (changes['table_sys_id']) changes['table_sys_id'] = idOf('INC0010009');
    expect((await upload(ada, 'a.png', 'a', changes)).status).toBe(status);
  });

  test('too large they are refused', async () => {
    expect((await upload(ada, 'a.png', 'x'.repeat(20_000_001))).status).toBe(400);
  });
});

describe('statistics', () => {
  test('count what the person may read, as strings', async () => {
    const path = '/api/now/stats/incident?sysparm_count=true&sysparm_query=active=true';
    expect((await ada('GET', path)).json).toEqual({ result: { stats: { count: '4' } } });
    expect((await bob('GET', path)).json).toEqual({ result: { stats: { count: '8' } } });
  });

  test('come in groups', async () => {
    const path = '/api/now/stats/incident?sysparm_count=true&sysparm_query=active=true&sysparm_group_by=state';
    expect(records(await bob('GET', `${path}&sysparm_display_value=true`))).toContainEqual({
      stats: { count: '1' },
      groupby_fields: [{ field: 'state', value: 'On Hold' }],
    });
  });

  test('of a table that may not be read are refused', async () => {
    const answer = await ada('GET', '/api/now/stats/sys_user_group?sysparm_count=true');
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ error: { detail: "No permission to read table 'sys_user_group'" } });
  });
});

describe('knowledge', () => {
  type Articles = { meta: { count: number }; articles: { id: string; title: string; number: string }[] };

  test('finds published articles only', async () => {
    const answer = await bob('GET', '/api/sn_km_api/knowledge/articles?query=vpn');
    const { meta, articles } = (answer.json as { result: Articles }).result;
    expect(meta.count).toBe(1);
    expect(articles[0]).toMatchObject({ title: 'Set up the VPN', number: 'KB0010001' });
    const whole = await ada('GET', `/api/sn_km_api/knowledge/articles/${articles[0]?.number}`);
    expect(record(whole)['content']).toContain('<b>VPN</b>');
    expect((await ada('GET', '/api/sn_km_api/knowledge/articles/KB0010004')).status).toBe(404);
  });
});

describe('the catalog', () => {
  const item = (name: string) => sn.db.rows('sc_cat_item').find((row) => row['name'] === name)?.['sys_id'] ?? '';
  const items = '/api/sn_sc/servicecatalog/items';

  test('lists items and their questions', async () => {
    const found = records(await ada('GET', `${items}?sysparm_text=vpn`));
    expect(found).toMatchObject([{ name: 'VPN access', type: 'catalog_item' }]);
    const { variables } = record(await ada('GET', `${items}/${item('VPN access')}`)) as unknown as {
      variables: { name: string; mandatory: boolean; friendly_type: string }[];
    };
    expect(variables[1]).toMatchObject({ name: 'reason', mandatory: true, friendly_type: 'multi_line_text' });
  });

  test('takes an order and files a request with an item', async () => {
    const answer = await ada('POST', `${items}/${item('VPN access')}/order_now`, {
      sysparm_quantity: '1',
      variables: { vpn_type: 'full', reason: 'travel' },
    });
    expect(answer.status).toBe(200);
    const order = record(answer);
    expect(order).toMatchObject({ table: 'sc_request', request_number: order['number'] });
    const line = sn.db.rows('sc_req_item').find((row) => row['request'] === order['sys_id']);
    expect(line).toMatchObject({ requested_for: sn.people.requester.sysId, stage: 'delivery' });
  });

  test.each([
    ['Invalid quantity value', { sysparm_quantity: '0', variables: { vpn_type: 'full', reason: 'x' } }],
    ['Mandatory Variables are required', { sysparm_quantity: '1', variables: { vpn_type: 'full' } }],
  ])('%s', async (message, body) => {
    const answer = await ada('POST', `${items}/${item('VPN access')}/order_now`, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { message }, status: 'failure' });
  });

  test('a record producer files an incident', async () => {
    const answer = await ada('POST', `${items}/${item('Report an outage')}/submit_producer`, {
      variables: { short_description: 'Mail is down' },
    });
    const made = record(answer);
    expect(made).toMatchObject({ table: 'incident' });
    expect(sn.db.get('incident', made['sys_id'] ?? '')).toMatchObject({
      short_description: 'Mail is down',
      caller_id: sn.people.requester.sysId,
    });
  });
});
