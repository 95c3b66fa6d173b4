import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceNow } from '../../sandbox/servicenow/server.ts';
import { as, type Caller, clock, start, tokenRequest, tokensFor } from './client.ts';

let sn: ServiceNow;
let ada: Caller;
let bob: Caller;
const time = clock();
const INCIDENTS = '/api/now/table/incident';

beforeAll(async () => {
  sn = await start({ now: time.now });
  ada = await as(sn, sn.people.requester);
  bob = await as(sn, sn.people.agent);
});
afterEach(() => {
  sn.faults.clear();
  sn.violations.length = 0;
});
afterAll(() => sn.close());

const count = () => sn.db.rows('incident').length;
const list = (caller: Caller) => caller('GET', `${INCIDENTS}?sysparm_limit=4`);
const file = (caller: Caller) => caller('POST', INCIDENTS, { short_description: 'x' });

test('a hibernating instance answers 200 with a page, on every path', async () => {
  sn.faults.set({ kind: 'hibernate' });
  const answer = await list(ada);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(answer.text).toContain('<title>Instance Hibernating page');
  expect(answer.headers.get('server')).toBe('snow_adc');
  expect(answer.headers.get('x-transaction-id')).toBeNull();
  expect(answer.headers.getSetCookie()).toEqual([]);
  const token = await fetch(`${sn.url}/oauth_token.do`, { method: 'POST' });
  expect([token.status, (await token.text()).includes('hibernating')]).toEqual([200, true]);
});

test.each([
  ['offline', 503],
  ['bad-gateway', 502],
  ['login-html', 200],
] as const)('%s is a page with %s, and nothing is done', async (kind, status) => {
  sn.faults.set({ kind });
  const before = count();
  const answer = await file(ada);
  expect([answer.status, answer.json, count()]).toEqual([status, undefined, before]);
});

test('a dropped request is a 202 without content, and nothing is done', async () => {
  sn.faults.set({ kind: 'drop-202' });
  const before = count();
  const answer = await file(ada);
  expect([answer.status, answer.text, count()]).toEqual([202, '', before]);
});

test('a rate limit says how long to wait', async () => {
  sn.faults.set({ kind: 'rate-limit', retryAfterSeconds: 1423 });
  const answer = await list(ada);
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('1423');
  expect(answer.headers.get('x-ratelimit-reset')).toBe(String(time.now() / 1000 + 1423));
  expect(answer.headers.get('x-ratelimit-remaining')).toBeNull();
  expect(answer.json).toMatchObject({ error: { message: 'Rate limit exceeded' }, status: 'failure' });
});

test('a full queue says nothing of the kind', async () => {
  sn.faults.set({ kind: 'semaphore' });
  const answer = await list(ada);
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBeNull();
  expect(answer.headers.get('x-ratelimit-limit')).toBeNull();
});

test('a cancelled list is a 200 with some rows and an error', async () => {
  sn.faults.set({ kind: 'truncated-200-error' });
  const answer = await list(ada);
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({
    result: [{}, {}],
    error: { message: 'Transaction cancelled: maximum execution time exceeded' },
    status: 'failure',
  });
});

test.each([
  ['timeout-after-commit', 504],
  ['forbidden-after-commit', 403],
] as const)('%s: the record is there, the answer says %s', async (kind, status) => {
  sn.faults.set({ kind, method: 'POST', times: 1 });
  const before = count();
  expect((await file(ada)).status).toBe(status);
  expect(count()).toBe(before + 1);
});

test.each(['reset-after-commit', 'reset-mid-body'] as const)(
  '%s: the record is there, the answer is not',
  async (kind) => {
    sn.faults.set({ kind, method: 'POST' });
    const before = count();
    await expect(file(ada)).rejects.toThrow();
    expect(count()).toBe(before + 1);
  },
);

test('slow: the work is done at once, the answer comes late', async () => {
  sn.faults.set({ kind: 'slow', ms: 60_000, path: /incident$/ });
  const before = count();
  const changed = new Promise<void>((resolve) => {
    const stop = sn.onChange(() => {
      stop();
      resolve();
    });
  });
  const gaveUp = new AbortController();
  const request = fetch(`${sn.url}${INCIDENTS}`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${(await tokensFor(sn, sn.people.requester)).access_token}`,
    },
    body: '{}',
    signal: gaveUp.signal,
  });
  const lost = expect(request).rejects.toThrow();
  await changed;
  gaveUp.abort();
  await lost;
  expect(count()).toBe(before + 1);
});

describe('aim', () => {
  test('one spurious 401, then all is well', async () => {
    sn.faults.set({ kind: 'unauthorized-once' });
    expect([(await list(ada)).status, (await list(ada)).status]).toEqual([401, 200]);
  });

  test('by user, method, path and number', async () => {
    sn.faults.set({ kind: 'rate-limit', user: sn.people.requester.sysId });
    expect([(await list(ada)).status, (await list(bob)).status]).toEqual([429, 200]);
    sn.faults.clear();
    sn.faults.set({ kind: 'bad-gateway', method: 'POST', path: /incident$/, times: 1 });
    expect([(await list(bob)).status, (await file(bob)).status, (await file(bob)).status]).toEqual([200, 502, 201]);
  });

  test('by probability, the same each time', async () => {
    const statuses = async () => {
      sn.faults.clear();
      sn.faults.set({ kind: 'bad-gateway', probability: 0.5 });
      const seen: number[] = [];
      for (let turn = 0; turn < 8; turn += 1) seen.push((await list(bob)).status);
      return seen;
    };
    const first = await statuses();
    expect(new Set(first)).toEqual(new Set([200, 502]));
    expect(await statuses()).toEqual(first);
  });

  test('at the token endpoint only when it is named', async () => {
    sn.faults.set({ kind: 'semaphore' });
    expect((await tokenRequest(sn, { grant_type: 'refresh_token' })).status).toBe(401);
    sn.faults.set({ kind: 'rate-limit', path: /oauth_token/ });
    expect((await tokenRequest(sn, { grant_type: 'refresh_token' })).status).toBe(429);
  });
});

test('a cookie that comes back drops the request and is held against the client', async () => {
  const before = count();
  sn.settings.returnedCookies = 'dropped';
  const answer = await ada('POST', INCIDENTS, {}, { cookie: 'JSESSIONID=ABC' });
  expect([answer.status, count()]).toEqual([202, before]);
  expect(sn.violations).toEqual([`a cookie was sent back to ${INCIDENTS}`]);
  sn.settings.returnedCookies = 'served';
  expect((await ada('GET', INCIDENTS, undefined, { cookie: 'JSESSIONID=ABC' })).status).toBe(200);
  expect(sn.violations).toHaveLength(2);
});

test('four run, fifty wait, the rest is turned away', async () => {
  const busy = await start({ latencyMs: 600_000 });
  const caller = await as(busy, busy.people.agent);
  const statuses: number[] = [];
  const requests: Promise<unknown>[] = [];
  await new Promise<void>((sixRefused) => {
    for (let turn = 0; turn < 60; turn += 1) {
      const noted = list(caller).then(({ status }) => {
        statuses.push(status);
        if (statuses.length === 6) sixRefused();
      });
      requests.push(noted);
    }
  });
  expect(statuses).toEqual([429, 429, 429, 429, 429, 429]);
  expect(busy.maxConcurrent()).toBe(54);
  expect(busy.violations).toEqual(['more than 16 requests at once']);
  busy.settings.latencyMs = 0;
  busy.reset();
  await Promise.all(requests);
  expect(statuses.slice(6)).toEqual(Array.from({ length: 54 }, () => 200));
  await busy.close();
});

test('requests are recorded with their user, and without tokens', async () => {
  sn.requests.length = 0;
  const tokens = await tokensFor(sn, sn.people.requester);
  await tokenRequest(sn, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  await list(ada);
  expect(sn.requests.at(-2)).toMatchObject({ path: '/oauth_token.do', grantType: 'refresh_token', status: 200 });
  expect(sn.requests.at(-1)).toMatchObject({
    method: 'GET',
    path: INCIDENTS,
    query: { sysparm_limit: '4' },
    status: 200,
    user: sn.people.requester.sysId,
    at: time.now(),
  });
  const text = JSON.stringify(sn.requests);
  expect(sn.tokens.issued().filter((token) => text.includes(token))).toEqual([]);
  expect(sn.tokens.issued()).toContain(tokens.refresh_token);
});
