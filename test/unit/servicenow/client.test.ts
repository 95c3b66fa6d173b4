import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { CorruptDataError, LinkRequiredError, SlowDownError, UnavailableError } from '../../../src/errors.ts';
import { createServiceNowClient, type ServiceNowClient, type TokenSource } from '../../../src/servicenow/client.ts';
import { clockAt, failureOf, NOON, readableLog } from '../support.ts';

/** A tiny instance: `answer` decides, `seen` remembers. */
let seen: IncomingMessage[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let client: ServiceNowClient;
let clock: ReturnType<typeof clockAt>;
let observed: { path: string; status: number | 'none' }[];
let lines: string[];

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const good = (response: ServerResponse) => json(response, 200, { result: 'yes' });

beforeEach(async () => {
  seen = [];
  observed = [];
  answer = (_request, response) => good(response);
  server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  clock = clockAt(NOON);
  const readable = readableLog();
  lines = readable.lines;
  client = createServiceNowClient({
    instanceUrl: `http://127.0.0.1:${address.port}`,
    maxParallel: 4,
    takePlace: async () => async () => {},
    now: clock.now,
    log: readable.log,
    observe: (outcome) => observed.push(outcome),
  });
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await client.close();
});

function source(): TokenSource & { renewals: string[]; broke: number } {
  return {
    renewals: [],
    broke: 0,
    accessToken: async () => 'first',
    async renewedToken(rejected) {
      this.renewals.push(rejected);
      return 'second';
    },
    async linkBroke() {
      this.broke += 1;
      return new LinkRequiredError('broken');
    },
  };
}
const GET = { method: 'GET', path: '/api/now/table/incident', answer: z.object({ result: z.string() }) } as const;
const tokensSeen = () => seen.map(({ headers }) => headers.authorization);

test('a request carries the token and its query, and the answer comes back as its schema says', async () => {
  const ask = client.as('ada', source());
  expect(await ask({ ...GET, query: { sysparm_query: 'a=1^b=ü & x' } })).toEqual({ result: 'yes' });
  expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer first', accept: 'application/json' });
  expect(new URL(seen[0]?.url ?? '', 'http://x').searchParams.get('sysparm_query')).toBe('a=1^b=ü & x');
});

test('an answer of another shape is refused', async () => {
  answer = (_request, response) => json(response, 200, { result: 7 });
  expect(await failureOf(client.as('ada', source())(GET))).toBeInstanceOf(CorruptDataError);
});

describe('a rejected token', () => {
  test('is renewed once, and the request repeated', async () => {
    const tokens = source();
    answer = (request, response) =>
      request.headers.authorization === 'Bearer first' ? json(response, 401, {}) : good(response);
    expect(await client.as('ada', tokens)(GET)).toEqual({ result: 'yes' });
    expect(tokensSeen()).toEqual(['Bearer first', 'Bearer second']);
    expect(tokens).toMatchObject({ renewals: ['first'], broke: 0 });
  });
  test('rejected again, wherever it is shown, the link is broken', async () => {
    const tokens = source();
    answer = (_request, response) => json(response, 401, {});
    expect(await failureOf(client.as('ada', tokens)(GET))).toBeInstanceOf(LinkRequiredError);
    expect(tokens).toMatchObject({ renewals: ['first'], broke: 1 });
    expect(seen).toHaveLength(4);
  });
  test.each([
    ['says whose it is', 200],
    ['refuses to say whose it is', 403],
  ])(
    'rejected again for this path, while the instance %s: forbidden, and the link is not broken',
    async (_, status) => {
      const tokens = source();
      answer = (request, response) => json(response, request.url?.includes('current_user') ? status : 401, {});
      const failure = await failureOf(client.as('ada', tokens)(GET));
      expect(failure).toMatchObject({ code: 'forbidden', status: 401, fate: { kind: 'give-up' } });
      expect(tokens.broke).toBe(0);
    },
  );
  test('rejected again while nobody can say whose it is: nothing is known, so nothing is broken', async () => {
    const tokens = source();
    answer = (_request, response) => json(response, seen.length <= 2 ? 401 : 503, {});
    expect(await failureOf(client.as('ada', tokens)(GET))).toBeInstanceOf(UnavailableError);
    expect(tokens.broke).toBe(0);
  });
  test('other trouble after the renewal does not break it', async () => {
    const tokens = source();
    answer = (_request, response) => json(response, seen.length === 1 ? 401 : 503, {});
    expect(await failureOf(client.as('ada', tokens)(GET))).toBeInstanceOf(UnavailableError);
    expect(tokens.broke).toBe(0);
  });
});

describe('asked to slow down', () => {
  const limited = (headers: Record<string, string>) => {
    answer = (_request, response) => json(response, 429, {}, { 'retry-after': '60', ...headers });
  };
  test('by a rule, one person waits and nobody else', async () => {
    limited({ 'x-ratelimit-rule': 'r' });
    await failureOf(client.as('ada', source())(GET));
    answer = (_request, response) => good(response);
    expect(await failureOf(client.as('ada', source())(GET))).toMatchObject({
      scope: 'person',
      fate: { until: NOON + 60_000 },
    });
    expect(seen).toHaveLength(1);
    expect(await client.as('bob', source())(GET)).toEqual({ result: 'yes' });
    clock.advance(60_000);
    expect(await client.as('ada', source())(GET)).toEqual({ result: 'yes' });
  });
  test('by a full queue, everybody waits', async () => {
    limited({});
    await failureOf(client.as('ada', source())(GET));
    answer = (_request, response) => good(response);
    const failure = await failureOf(client.as('bob', source())(GET));
    expect(failure).toBeInstanceOf(SlowDownError);
    expect(failure).toMatchObject({ scope: 'instance' });
    expect(seen).toHaveLength(1);
    clock.advance(60_000);
    expect(await client.as('bob', source())(GET)).toEqual({ result: 'yes' });
  });
});

test('a redirect is not followed, so that the token goes nowhere else', async () => {
  answer = (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end();
  expect(await failureOf(client.as('ada', source())(GET))).toBeInstanceOf(UnavailableError);
  expect(seen.map(({ url }) => url)).toEqual(['/api/now/table/incident']);
});

test('a session is never kept: cookies are not sent back', async () => {
  answer = (_request, response) => json(response, 200, { result: 'yes' }, { 'set-cookie': 'JSESSIONID=1; Path=/' });
  const ask = client.as('ada', source());
  await ask(GET);
  await ask(GET);
  expect(seen[1]?.headers.cookie).toBeUndefined();
});

describe('no answer', () => {
  test('in time', async () => {
    answer = () => {};
    const failure = await failureOf(client.as('ada', source())({ ...GET, timeoutMs: 30 }));
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(observed).toMatchObject([{ status: 'none' }]);
  });
  test('a dropped connection is not retried by itself, for the write may have happened', async () => {
    answer = (request) => request.socket.destroy();
    const failure = await failureOf(client.as('ada', source())({ ...GET, method: 'POST', json: { a: '1' } }));
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(seen).toHaveLength(1);
  });
  test('half an answer', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"result"');
      response.socket?.destroySoon();
    };
    expect(await failureOf(client.as('ada', source())(GET))).toBeInstanceOf(UnavailableError);
  });
});

test('an answer without end is not read to its end, packed or not', async () => {
  const packed = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
  answer = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed);
  expect(await failureOf(client.as('ada', source())(GET))).toMatchObject({
    status: 'too-long',
    fate: { kind: 'give-up' },
  });
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  };
  expect(await failureOf(client.as('ada', source())(GET))).toMatchObject({
    status: 'too-long',
    fate: { kind: 'give-up' },
  });
});

test('what is logged names no token, no record and no text', async () => {
  const id = '9d385017c611228701d22104cc95c371';
  await client.as('ada', source())({ ...GET, path: `/api/now/table/incident/${id}`, query: { q: 'ticket text' } });
  expect(lines.join()).toContain('/api/now/table/incident/:id');
  for (const secret of [id, 'first', 'ticket text']) expect(lines.join()).not.toContain(secret);
});
