import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createDesk, type Desk } from '../../../../src/desk/desk.ts';
import { BridgeError } from '../../../../src/errors.ts';
import { createLog } from '../../../../src/log.ts';
import { type AsPerson, createServiceNowClient } from '../../../../src/servicenow/client.ts';
import { createOAuth } from '../../../../src/servicenow/oauth.ts';
import { whoIsThis } from '../../../../src/servicenow/people.ts';
import { insertRecord } from '../../../../src/servicenow/table.ts';
import type { Phrase } from '../../../../src/words/index.ts';
import { defineDoor, must } from '../door.ts';
import { type Change, changes, type Damage, damaged, damages, mutate, toJson } from '../mutate.ts';

const ID = '62826bf03710200044e0bfc8bcbe5df1';
const TOKENS = { accessToken: 'a', refreshToken: 'r', accessExpiresAt: 0, refreshIssuedAt: 0 };

/** How bytes are said to be, against how they are. */
const WAYS = [
  'whole',
  'whole',
  'whole',
  'gzipped',
  'not gzip',
  'too short',
  'too long',
  'chunked',
  'cut',
  'bomb',
] as const;
const STATUSES = [200, 200, 200, 200, 201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503] as const;
const TYPES = ['application/json;charset=UTF-8', 'application/json', 'application/json', 'text/html', ''] as const;
const LIMIT_MS = 2_500;
const BOMB = gzipSync(Buffer.alloc(80 * 1024 * 1024, ' '));

type Case = {
  which: number;
  list: Change[];
  damage: Damage;
  way: (typeof WAYS)[number];
  status: number;
  type: string;
  ask: string;
};

/** Asks each kind of question; the answer is whatever the case says. */
const questions = (
  request: AsPerson,
  desk: Desk,
  oauth: ReturnType<typeof createOAuth>,
): Record<string, () => Promise<unknown>> => ({
  'a record': () => desk.read({ type: 'incident', sysId: ID }, ['sys_id', 'number']),
  'by number': () => desk.find({ type: 'incident', candidates: ['INC0010001'] }),
  'a new record': () => insertRecord(request, 'incident', { short_description: 'x' }),
  who: () => whoIsThis(request),
  'a name': () => desk.nameOf('ada.byron'),
  options: () => desk.options('item', 'vpn', LIMIT_MS),
  choices: () => desk.choices('incident', 'category'),
  attachments: () => desk.attachments({ table: 'incident', sysId: ID }),
  'a file': () => desk.readFile(ID, 100_000),
  refresh: () => oauth.refresh(TOKENS),
  code: () => oauth.exchangeCode('code=c&state=s', { state: 's', codeVerifier: 'v'.repeat(43) }),
  revoke: () => oauth.revoke('t', 'POST'),
  'service tokens': () => oauth.serviceTokens(),
});

export const serviceNowWire = defineDoor<Case>({
  name: 'servicenow-wire',
  oracle:
    'every request to ServiceNow ends in a value or in one of our errors, whatever bytes come back: wrong length, cut, compressed or said to be, 80 MB out of 80 kB, HTML, other encodings, other shapes',
  share: 30,
  chunk: 100,
  async open(around) {
    const { answers } = await around.corpus();
    const bodies: unknown[] = [
      ...answers.flatMap(({ body }) => fits(body.toString())),
      { access_token: 'a', refresh_token: 'r', expires_in: 1799, token_type: 'Bearer', scope: 'useraccount' },
      { error: 'server_error', error_description: 'access_denied' },
    ];
    let current: Case | undefined;
    const textOf = ({ which, list }: Case) => toJson(mutate(bodies[which % bodies.length], list));
    const server = createServer((request, response) => {
      request.resume();
      if (!current) return void response.destroy();
      const body = damaged(textOf(current), current.damage);
      const headers: Record<string, string | number> = { connection: 'keep-alive' };
      if (current.type) headers['content-type'] = current.type;
      if (current.ask === 'a file') headers['x-attachment-metadata'] = '{}';
      switch (current.way) {
        case 'whole':
          headers['content-length'] = body.length;
          return void response.writeHead(current.status, headers).end(body);
        case 'gzipped':
          return void response
            .writeHead(current.status, { ...headers, 'content-encoding': 'gzip' })
            .end(gzipSync(body));
        case 'not gzip':
          return void response.writeHead(current.status, { ...headers, 'content-encoding': 'gzip' }).end(body);
        case 'bomb':
          return void response.writeHead(current.status, { ...headers, 'content-encoding': 'gzip' }).end(BOMB);
        case 'chunked':
          response.writeHead(current.status, headers).write(body.subarray(0, body.length / 2));
          return void response.end(body.subarray(body.length / 2));
        case 'too short':
          return void response
            .writeHead(current.status, { ...headers, 'content-length': Math.min(2, body.length) })
            .end(body.subarray(0, 2));
        case 'too long':
        case 'cut':
          response.writeHead(current.status, { ...headers, 'content-length': body.length + 10 });
          return void response.write(body, () => response.destroy());
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const instanceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const log = createLog('silent', new Writable({ write: (_chunk, _encoding, done) => done() }));
    let clock = Date.now();
    const client = createServiceNowClient({
      instanceUrl,
      maxParallel: 4,
      takePlace: async () => async () => {},
      // An hour between cases: being told to slow down is over by then.
      now: () => clock,
      log,
    });
    const oauth = createOAuth({
      scope: 'useraccount',
      instanceUrl,
      clientId: 'c',
      clientSecret: 's',
      redirectUri: `${instanceUrl}/back`,
      now: Date.now,
    });
    const request = client.as('ada', {
      accessToken: async () => 'token',
      renewedToken: async () => 'another',
      linkBroke: async () =>
        new (class extends BridgeError {
          readonly code = 'broken';
          readonly fate = { kind: 'park' } as const;
          readonly forPerson: Phrase = ['errors.link.broken'];
        })('broken'),
    });
    const asked = questions(request, createDesk(request), oauth);
    return {
      arbitrary: fc.record({
        which: fc.nat(bodies.length - 1),
        list: changes(3),
        damage: damages,
        // The bomb takes longer than all others together.
        way: fc.nat(400).map((at) => (at === 400 ? 'bomb' : (WAYS[at % (WAYS.length - 1)] ?? 'whole'))),
        status: fc.constantFrom(...STATUSES),
        type: fc.constantFrom(...TYPES),
        ask: fc.constantFrom(...Object.keys(asked)),
      }),
      async run(input) {
        current = input;
        clock += 3_600_001;
        const held = process.memoryUsage().rss;
        try {
          await asked[input.ask]?.();
          return `${input.ask}: answered`;
        } catch (error) {
          if (!(error instanceof BridgeError)) throw error;
          return error.code;
        } finally {
          const grown = process.memoryUsage().rss - held;
          must(input.way !== 'bomb' || grown < 150 * 1024 * 1024, `${Math.round(grown / 1e6)} MB taken for one answer`);
        }
      },
      async close() {
        await Promise.all([client.close(), oauth.close()]);
        server.closeAllConnections();
        server.close();
      },
      show: (input) => `${input.ask}: ${input.status} ${input.type} ${input.way} ${input.damage.kind} ${textOf(input)}`,
    };
  },
});

function fits(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
