import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { settled } from '../support/filing.ts';
import type { Flow, FlowOptions } from '../support/flow.ts';
import { prefixOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import { startWire } from '../support/tcp-proxy.ts';
import { cardOf, metric, ticketCalled, toldInThread, watching } from '../support/told.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

const SECRET = 'a-plainly-fake-webhook-secret';
const NEXT = 'another-plainly-fake-webhook-secret';
const ADMIN = 'a-plainly-fake-admin-token-of-32-characters';

const withSecret = (options: FlowOptions = {}) =>
  start({
    ...options,
    env: {
      SERVICENOW_WEBHOOK_SECRET: SECRET,
      SERVICENOW_POLL_SECONDS: '0',
      ADMIN_TOKEN: ADMIN,
      ...options.env,
    },
  });

const counted = (flow: Flow, outcome: string) => metric(flow, ADMIN, `bridge_pushes_total{outcome="${outcome}"}`);

type Push = { body?: string; secret?: string; at?: number; headers?: Record<string, string> };

const change = (changed: object = {}) =>
  JSON.stringify({ v: 1, table: 'incident', sys_id: randomBytes(16).toString('hex'), sys_mod_count: 1, ...changed });

function signed({ body = change(), secret = SECRET, at = Date.now() / 1000, headers = {} }: Push = {}) {
  const timestamp = String(Math.floor(at));
  const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('base64');
  return { body, headers: { 'x-bridge-timestamp': timestamp, 'x-bridge-signature': `v1=${mac}`, ...headers } };
}

const send = async ({ publicUrl }: Flow, { body, headers }: ReturnType<typeof signed>): Promise<number> =>
  (await fetch(`${publicUrl}/servicenow/events`, { method: 'POST', body, headers })).status;

/** A job that is at work has a lock beside it. */
const fanOuts = async (flow: Flow): Promise<string[]> =>
  (await flow.redis.keys(`${prefixOf(flow, 'notify')}:*change-*`)).filter((key) => !key.endsWith(':lock'));

test.each<[string, string, number, () => ReturnType<typeof signed>]>([
  ['without a signature', 'unsigned', 401, () => signed({ headers: { 'x-bridge-signature': '' } })],
  ['signed in hex', 'unsigned', 401, () => signed({ headers: { 'x-bridge-signature': `v1=${'a'.repeat(64)}` } })],
  ['with a time that is none', 'unsigned', 401, () => signed({ headers: { 'x-bridge-timestamp': 'today' } })],
  ['without a time', 'unsigned', 401, () => signed({ headers: { 'x-bridge-timestamp': '' } })],
  ['from six minutes ago', 'stale', 401, () => signed({ at: Date.now() / 1000 - 360 })],
  ['from the future', 'stale', 401, () => signed({ at: Date.now() / 1000 + 360 })],
  ['signed with another secret', 'forged', 401, () => signed({ secret: 'a-guess' })],
  ['changed on its way', 'forged', 401, () => ({ ...signed(), body: change() })],
  [
    'with the time moved on',
    'forged',
    401,
    () => signed({ headers: { 'x-bridge-timestamp': String(Math.floor(Date.now() / 1000) + 1) } }),
  ],
  ['of no body', 'malformed', 400, () => signed({ body: '' })],
  ['of no JSON', 'malformed', 400, () => signed({ body: '{"v":1' })],
  ['of another version', 'malformed', 400, () => signed({ body: change({ v: 2 }) })],
  ['about a table with a path in it', 'malformed', 400, () => signed({ body: change({ table: '../x' }) })],
  ['about no id', 'malformed', 400, () => signed({ body: change({ sys_id: 'x^ORactive=true' }) })],
  ['with a negative count', 'malformed', 400, () => signed({ body: change({ sys_mod_count: -1 }) })],
  ['with an approver that is none', 'malformed', 400, () => signed({ body: change({ approver: '*' }) })],
  ['of more than 64 kB', 'unreadable', 413, () => signed({ body: change({ pad: 'x'.repeat(70_000) }) })],
  ['that says it is zipped and is not', 'unreadable', 400, () => signed({ headers: { 'content-encoding': 'gzip' } })],
])('a push %s is refused and counted, and makes no job', async (_what, outcome, status, push) => {
  const flow = await withSecret();
  expect(await send(flow, push())).toBe(status);
  expect(await counted(flow, outcome)).toBe(1);
  expect(await fanOuts(flow)).toEqual([]);
  expect(await send(flow, signed())).toBe(202);
  expect(await counted(flow, 'accepted')).toBe(1);
});

test('a push is taken once, however its signature is spelt', async () => {
  const flow = await withSecret();
  const push = signed();
  expect(await send(flow, push)).toBe(202);
  expect(await send(flow, push)).toBe(409);
  // The last character before the padding carries two bits that decoding ignores.
  const last = push.headers['x-bridge-signature'].at(-2) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const sameBits = alphabet[alphabet.indexOf(last) + 1] ?? '';
  const respelt = `${push.headers['x-bridge-signature'].slice(0, -2)}${sameBits}=`;
  expect(await send(flow, { ...push, headers: { ...push.headers, 'x-bridge-signature': respelt } })).toBe(409);
  expect(await counted(flow, 'replayed')).toBe(2);
  expect(await fanOuts(flow)).toHaveLength(1);
});

test('while the secret is being changed, both are good', async () => {
  const flow = await withSecret({ env: { SERVICENOW_WEBHOOK_SECRET: `${NEXT},${SECRET}` } });
  expect(await send(flow, signed({ secret: SECRET }))).toBe(202);
  expect(await send(flow, signed({ secret: NEXT }))).toBe(202);
  expect(await send(flow, signed({ secret: `${NEXT},${SECRET}` }))).toBe(401);
});

test('without a secret there is no such door', async () => {
  const flow = await start({ env: { ADMIN_TOKEN: ADMIN, SERVICENOW_POLL_SECONDS: '0' } });
  expect(await send(flow, signed({ secret: '' }))).toBe(404);
  expect(await counted(flow, 'off')).toBe(1);
});

test('a flood of bad pushes does not keep a person waiting', async () => {
  const flow = await withSecret();
  const ada = flow.person('ada');
  await ada.command('help');
  const bad = [
    () => signed({ headers: { 'x-bridge-signature': '' } }),
    () => signed({ at: 0 }),
    () => signed({ secret: 'a-guess' }),
    () => signed({ body: 'x'.repeat(60_000), secret: 'a-guess' }),
  ];
  const flood = (async () => {
    const statuses = new Set<number>();
    for (let sent = 0; sent < 2000; sent += 50)
      for (const status of await Promise.all(
        Array.from({ length: 50 }, (_, index) => send(flow, (bad[index % bad.length] ?? signed)())),
      ))
        statuses.add(status);
    return statuses;
  })();
  for (let asked = 0; asked < 5; asked++) {
    const delivery = await ada.command('help');
    expect(delivery).toMatchObject({ status: 200 });
    expect(delivery.latencyMs).toBeLessThan(2_500);
  }
  expect(await flood).toEqual(new Set([401]));
  expect(await fanOuts(flow)).toEqual([]);
}, 60_000);

test('while the store is away the instance is told to come again, and nothing is lost', async () => {
  let wire: Awaited<ReturnType<typeof startWire>> | undefined;
  const flow = await withSecret({
    configure: async (world) => {
      wire = await startWire(world.store.url);
      world.env['REDIS_URL'] = wire.url;
    },
  });
  const close = flow.close.bind(flow);
  flow.close = async () => {
    await wire?.mend();
    await close();
    await wire?.close();
  };
  const ada = flow.person('ada');
  await flow.link('ada');
  const { sysId, number } = ticketCalled(flow, 'VPN drops every ten minutes');
  const card = await watching(ada, number);
  await settled(flow);

  const { push, db, people } = flow.serviceNow;
  push.configure({ url: `${flow.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 200 });
  await wire?.cut();
  db.update('incident', sysId, { comments: 'Try it now, please' }, people.agent);
  await until('a refusal', () => push.deliveries.find(({ status }) => status === 503));
  await wire?.mend();
  await toldInThread(ada, card, 'Try it now, please', 25_000);
  await push.idle();
  expect(push.deliveries.at(-1)?.status).toBe(202);
}, 60_000);

test('the shipped script is understood: repeated, shuffled and delayed pushes tell once', async () => {
  const flow = await withSecret();
  const { push, db, people } = flow.serviceNow;
  push.configure({ url: `${flow.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 20 });
  push.setBehaviour({ duplicate: 1, reorder: true, delayMs: 20 });
  const ada = flow.person('ada');
  await flow.link('ada');
  const { sysId, number } = ticketCalled(flow, 'VPN drops every ten minutes');
  await watching(ada, number);
  db.update('incident', sysId, { comments: 'First' }, people.agent);
  db.update('incident', sysId, { comments: 'Second' }, people.agent);
  const card = await cardOf(ada, number);
  await toldInThread(ada, card, 'Second');
  await push.idle();
  await settled(flow);
  const said = ada
    .dm()
    .messages.map(({ text }) => text)
    .join('\n');
  expect(said.match(/First/g)).toHaveLength(1);
  expect(said.match(/Second/g)).toHaveLength(1);
});
