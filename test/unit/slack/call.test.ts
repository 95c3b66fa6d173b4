import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { fateOf } from '../../../src/errors.ts';
import { slackCall, timeLimitMs, webClientOptions } from '../../../src/slack/call.ts';
import { createCooling } from '../../../src/slack/cooling.ts';

let server: Server;
let apiUrl: string;
let asked: string[];
/** Slack's answer to a method. */
let answers: Record<string, { status?: number; retryAfter?: string; body?: unknown }>;

beforeEach(async () => {
  asked = [];
  answers = {};
  server = createServer((request, response) => {
    const method = request.url?.replace('/api/', '') ?? '';
    asked.push(method);
    const { status = 200, retryAfter, body = { ok: true } } = answers[method] ?? {};
    request.resume().on('end', () => {
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const fate = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => fateOf(error).kind,
  );

describe('what becomes of a call that Slack refuses', () => {
  test.each([
    ['invalid_auth', 'stand-by'],
    ['token_revoked', 'stand-by'],
    ['org_login_required', 'stand-by'],
    ['external_channel_migrating', 'stand-by'],
    ['ratelimited', 'wait'],
    ['rate_limited', 'wait'],
    ['internal_error', 'retry'],
    ['never_heard_of', 'retry'],
    ['restricted_action', 'give-up'],
  ])('with %s: %s', async (error, expected) => {
    answers['chat.postMessage'] = { body: { ok: false, error } };
    const client = new WebClient('xoxb-1', webClientOptions(apiUrl));
    expect(await fate(slackCall(() => client.chat.postMessage({ channel: 'C1', text: 'x' })))).toBe(expected);
  });
});

describe('a 429', () => {
  test('keeps nobody away for longer than an hour, whatever it says', async () => {
    answers['chat.postMessage'] = { status: 429, retryAfter: '99999999' };
    const client = new WebClient('xoxb-1', webClientOptions(apiUrl));
    const refused = await slackCall(() => client.chat.postMessage({ channel: 'C1', text: 'x' })).catch(fateOf);
    expect(refused).toMatchObject({ kind: 'wait' });
    expect('until' in refused && Number(refused.until)).toBeLessThanOrEqual(Date.now() + 3_600_000);
    let now = 0;
    const cooling = createCooling(() => now);
    cooling.note('a', new Response(null, { status: 429, headers: { 'retry-after': '99999999' } }));
    now = 3_600_000;
    expect(cooling.rest('a')).toBeUndefined();
  });

  test('cools the method down for everybody in that workspace, and nothing else', async () => {
    const options = webClientOptions(apiUrl);
    const [one, same, other] = ['xoxb-1', 'xoxb-1', 'xoxb-2'].map((token) => new WebClient(token, options));
    const post = (client: WebClient | undefined) =>
      fate(slackCall(async () => client?.chat.postMessage({ channel: 'C1', text: 'x' })));
    answers['chat.postMessage'] = { status: 429, retryAfter: '30' };
    expect(await post(one)).toBe('wait');
    expect([await post(one), await post(same)]).toEqual(['wait', 'wait']);
    expect(asked).toEqual(['chat.postMessage']);

    answers = {};
    expect(await post(other)).toBe('done');
    expect(await fate(slackCall(async () => one?.auth.test()))).toBe('done');
    expect(asked).toEqual(['chat.postMessage', 'chat.postMessage', 'auth.test']);
  });

  test('is over when it said so', () => {
    let now = 0;
    const cooling = createCooling(() => now);
    cooling.note('a', new Response(null, { status: 429, headers: { 'retry-after': '3' } }));
    now = 2_001;
    expect(cooling.rest('a')?.headers.get('retry-after')).toBe('1');
    now = 3_000;
    expect(cooling.rest('a')).toBeUndefined();
    cooling.note('b', new Response(null, { status: 200, headers: { 'retry-after': '3' } }));
    expect(cooling.rest('b')).toBeUndefined();
  });
});

test('a request may take longer the more it carries', () => {
  const form = new FormData();
  form.append('body', new Blob([new Uint8Array(20 * 1024 * 1024)]), 'big.bin');
  expect(timeLimitMs('a=b')).toBeLessThan(10_100);
  // 20 MB over a line of 512 kbit/s.
  expect(timeLimitMs(form)).toBeGreaterThan(320_000);
  expect(timeLimitMs(new Uint8Array(64_000))).toBe(11_000);
});
