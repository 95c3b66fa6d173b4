import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App, ReceiverEvent } from '@slack/bolt';
import type { RedisClient } from '../../../src/redis/connection.ts';
import { createHttpReceiver } from '../../../src/slack/http-receiver.ts';
import { clockAt, emptyRedis, NOON, readableLog } from '../support.ts';

describe("Slack's door", () => {
  const SECRET = '8f742231b10e8888abcd99baac85a5aa';
  const FORM = 'application/x-www-form-urlencoded';
  const COMMAND = 'command=%2Fsnow&text=help';
  let redis: Awaited<ReturnType<typeof emptyRedis>>;
  let server: Server;
  let begun: number;
  let passed: unknown[];
  let outcomes: string[];
  let url: string;
  const clock = clockAt(NOON);

  const guard = async (store: RedisClient) => {
    passed = [];
    outcomes = [];
    begun = 0;
    const receiver = createHttpReceiver({
      signingSecret: SECRET,
      redis: store,
      now: clock.now,
      log: readableLog().log,
      observe: (outcome) => outcomes.push(outcome),
      onFailure: () => 500,
    });
    const processEvent = async ({ body, ack }: ReceiverEvent) => {
      begun++;
      await ack();
      passed.push({ ...body });
    };
    receiver.init({ processEvent } as unknown as App);
    server = createServer(receiver.requestListener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('no address');
    url = `http://127.0.0.1:${address.port}/slack/events`;
  };
  beforeEach(async () => {
    redis = await emptyRedis();
    await guard(redis);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    redis.disconnect();
  });

  const sign = (body: string, seconds: number | string, secret = SECRET) =>
    `v0=${createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')}`;
  async function send(body: string, parts: { type?: string; at?: number; headers?: Record<string, string> } = {}) {
    const at = Math.floor((parts.at ?? NOON) / 1000);
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': parts.type ?? FORM,
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': sign(body, at),
        ...parts.headers,
      },
    });
    return response.status;
  }

  test('lets a genuine request through, with its body', async () => {
    expect(await send(COMMAND)).toBe(200);
    expect(passed).toEqual([{ command: '/snow', text: 'help' }]);
    expect(outcomes).toEqual(['accepted']);
  });
  test.each<[string, number, number]>([
    ['five minutes old', -300_000, 200],
    ['older', -301_000, 401],
    ['five minutes ahead', 300_000, 200],
    ['further ahead', 301_000, 401],
  ])('a time stamp that is %s', async (_, shift, status) => {
    expect(await send(COMMAND, { at: NOON + shift })).toBe(status);
    expect(outcomes).toEqual([status === 200 ? 'accepted' : 'stale']);
  });
  test.each<[string, Record<string, string>]>([
    ['another secret', { 'x-slack-signature': sign(COMMAND, NOON / 1000, 'guess') }],
    ['another body', { 'x-slack-signature': sign('command=%2Fother', NOON / 1000) }],
    ['another time', { 'x-slack-signature': sign(COMMAND, NOON / 1000 - 1) }],
    ['another version', { 'x-slack-signature': sign(COMMAND, NOON / 1000).replace('v0', 'v1') }],
    ['an empty one', { 'x-slack-signature': '' }],
    ['more behind it, which would make it another one', { 'x-slack-signature': `${sign(COMMAND, NOON / 1000)}=` }],
    ['a time that is no number', { 'x-slack-request-timestamp': 'noon' }],
  ])('a forged signature: %s', async (_, headers) => {
    expect(await send(COMMAND, { headers })).toBe(401);
    expect(passed).toEqual([]);
    expect(outcomes).toEqual(['forged']);
  });
  test('without any signature', async () => {
    expect((await fetch(url, { method: 'POST', body: COMMAND })).status).toBe(401);
    expect(passed).toEqual([]);
  });
  test.each([
    ['null', 'application/json'],
    ['[]', 'application/json'],
    ['null', 'text/plain'],
    ['payload=null', FORM],
    ['x=1&payload=%5B%5D', FORM],
    ['{not json', 'application/json'],
    ['payload=%7Bnot', FORM],
  ])('a body that holds no object, %s as %s, which Bolt would never answer', async (body, type) => {
    expect(await send(body, { type })).toBe(400);
    expect(passed).toEqual([]);
    expect(outcomes).toEqual(['malformed']);
  });
  test('a command or click sent twice acts once', async () => {
    expect([await send(COMMAND), await send(COMMAND)]).toEqual([200, 409]);
    expect(passed).toHaveLength(1);
    expect(outcomes).toEqual(['accepted', 'replayed']);
  });
  test('a click that was sent before does not even begin: it may do anew what has ended', async () => {
    const click = new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions' }) }).toString();
    expect([await send(click), await send(click)]).toEqual([200, 409]);
    expect(begun).toBe(1);
  });
  test.each([
    ['the check of a certificate', 'ssl_check=1&token=x', FORM, ''],
    ['the check of an address', '{"type":"url_verification","challenge":"c"}', 'application/json', '{"challenge":"c"}'],
  ])('%s is answered at the door', async (_what, body, type, answer) => {
    const at = String(NOON / 1000);
    const headers = { 'content-type': type, 'x-slack-request-timestamp': at, 'x-slack-signature': sign(body, at) };
    const response = await fetch(url, { method: 'POST', body, headers });
    expect([response.status, await response.text()]).toEqual([200, answer]);
    expect(begun).toBe(0);
  });
  test('twice at the same moment, too', async () => {
    const statuses = await Promise.all([send(COMMAND), send(COMMAND)]);
    expect(statuses.sort()).toEqual([200, 409]);
  });
  test('the same words at another time are another request', async () => {
    expect([await send(COMMAND), await send(COMMAND, { at: NOON + 1_000 })]).toEqual([200, 200]);
  });
  test('a forged copy does not use the genuine one up', async () => {
    await send(COMMAND, { headers: { 'x-slack-request-timestamp': String(NOON / 1000 - 1) } });
    expect(await send(COMMAND)).toBe(200);
  });
  test('an event that Slack repeats passes: its id makes the job the same one', async () => {
    const event = { type: 'application/json' };
    expect([await send('{"event_id":"Ev1"}', event), await send('{"event_id":"Ev1"}', event)]).toEqual([200, 200]);
    expect(passed).toHaveLength(2);
  });
  test('a body beyond all that Slack sends is refused', async () => {
    const status = await send('x'.repeat(1024 * 1024 + 1)).catch(() => 'cut off');
    expect([413, 'cut off']).toContain(status);
    expect(passed).toEqual([]);
    expect(outcomes).toEqual(['too-large']);
  });
  test('without Redis it still passes: nothing can be enqueued, and the listener says so', async () => {
    server.close();
    await guard({ set: () => Promise.reject(new Error('down')) } as unknown as RedisClient);
    expect(await send(COMMAND)).toBe(200);
  });
});
