import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { clock, start } from './client.ts';

type Received = { headers: IncomingHttpHeaders; body: string };

let sn: ServiceNow;
let receiver: Server;
let received: Received[];
let statuses: number[];
const time = clock();

beforeEach(async () => {
  received = [];
  statuses = [];
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  sn = await start({ now: time.now });
  const { port } = receiver.address() as AddressInfo;
  sn.push.configure({ url: `http://127.0.0.1:${port}/servicenow/events`, secret: 'shared', retryBaseMs: 1 });
});
afterEach(async () => {
  await sn.close();
  await new Promise((resolve) => receiver.close(resolve));
});

const incident = () => sn.db.rows('incident')[0]?.['sys_id'] ?? '';
const comment = (text: string) => sn.db.update('incident', incident(), { comments: text }, sn.people.agent);
const bodies = () => received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test('a change is posted as the shipped script does: small, signed, without any text of the ticket', async () => {
  const row = comment('secret words');
  await sn.push.idle();
  expect(received).toHaveLength(1);
  const { headers, body } = received[0] as Received;
  expect(JSON.parse(body)).toEqual({
    v: 1,
    event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    attempt: 0,
    table: 'incident',
    sys_id: incident(),
    number: 'INC0010001',
    sys_mod_count: Number(row['sys_mod_count']),
    sys_updated_on: '2026-02-03 09:15:00',
    sys_updated_by: 'bob.agent',
    changed: ['comments'],
    assigned_to: row['assigned_to'],
    approver: '',
    // Codes and ids, by which filters go.
    values: {
      state: row['state'],
      priority: row['priority'],
      assignment_group: row['assignment_group'],
      category: row['category'],
      caller_id: row['caller_id'],
    },
  });
  const timestamp = String(time.now() / 1000);
  expect(headers['x-bridge-timestamp']).toBe(timestamp);
  const mac = createHmac('sha256', 'shared').update(`${timestamp}.${body}`).digest('base64');
  expect(headers['x-bridge-signature']).toBe(`v1=${mac}`);
});

test('only what the rule watches is pushed: not a description, not another table', async () => {
  sn.db.update('incident', incident(), { description: 'y' }, sn.people.agent);
  sn.db.insert('problem', { short_description: 'x' });
  await sn.push.idle();
  expect(received).toEqual([]);
});

test('a failed post is tried again, with a new event id', async () => {
  statuses = [500, 503];
  comment('x');
  await sn.push.idle();
  expect(bodies().map((body) => body['attempt'])).toEqual([0, 1, 2]);
  expect(new Set(bodies().map((body) => body['event_id'])).size).toBe(3);
  expect(sn.push.deliveries.map((delivery) => delivery.status)).toEqual([500, 503, 200]);
});

test('after six repetitions it gives up', async () => {
  statuses = Array.from({ length: 20 }, () => 500);
  comment('x');
  await sn.push.idle();
  expect(received).toHaveLength(7);
});

test('the record is read when it is sent, and so two changes may look alike', async () => {
  sn.push.setBehaviour({ delayMs: 5 });
  comment('one');
  const { sys_mod_count: latest } = comment('two');
  await sn.push.idle();
  expect(bodies().map((body) => String(body['sys_mod_count']))).toEqual([latest, latest]);
});

test('events can be lost, doubled and shuffled', async () => {
  sn.push.setBehaviour({ lose: 1 });
  comment('lost');
  await sn.push.idle();
  expect(received).toHaveLength(0);

  sn.push.setBehaviour({ duplicate: 1 });
  comment('twice');
  await sn.push.idle();
  expect(received).toHaveLength(2);

  received.length = 0;
  sn.push.setBehaviour({ reorder: true, seed: 7 });
  const ids = sn.db.rows('incident').map((row) => row['sys_id'] ?? '');
  for (const id of ids.slice(0, 8)) sn.db.update('incident', id, { comments: 'x' }, sn.people.admin);
  await sn.push.idle();
  const order = bodies().map((body) => String(body['sys_id']));
  expect(order).not.toEqual(ids.slice(0, 8));
  expect([...order].sort()).toEqual(ids.slice(0, 8).sort());
});

test('nothing is sent after a reset', async () => {
  sn.reset();
  comment('x');
  await sn.push.idle();
  expect(received).toEqual([]);
});
