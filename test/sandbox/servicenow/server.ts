import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorize } from './browser.ts';
import { crowdPeople, seedCrowd } from './crowd.ts';
import { Database } from './database.ts';
import { Faults, faultReply, frontDoorKinds } from './faults.ts';
import { type Outcome, throughApi, withFaults } from './gate.ts';
import { failure, json, MAX_JSON_BYTES, platformHeaders, type Request, readBody } from './http.ts';
import type { Instance, Settings } from './instance.ts';
import { userOf } from './instance.ts';
import { entriesOf } from './journal.ts';
import { MOODS, type Moods, usualMoods } from './moods.ts';
import { authenticate, revokeEndpoint, tokenEndpoint } from './oauth.ts';
import { Pauses } from './pauses.ts';
import { doubles, seededPeople } from './people.ts';
import { type Delivery, type PushBehaviour, Pushes, type PushTarget } from './pushes.ts';
import { inRealm } from './realm.ts';
import { seed, seedChoices } from './seed.ts';
import { seedFuture } from './seed-tasks.ts';
import { Semaphore } from './semaphore.ts';
import { Sessions } from './sessions.ts';
import { site } from './site.ts';
import { TokenStore } from './token-store.ts';
import {
  ApiError,
  type Change,
  type JournalEntry,
  type Person,
  type PersonKey,
  type RecordedRequest,
  type Row,
  systemUser,
} from './types.ts';

export type { Fault } from './faults.ts';
export type { Person, Row } from './types.ts';

export type Options = Partial<Omit<Settings, 'clientCredentialsUser'>> & {
  port?: number;
  clientId?: string;
  clientSecret?: string;
  redirectUris?: string[];
  appName?: string;
  now?: () => number;
  clientCredentialsUser?: string;
  /** So many more people than the seeded ones. */
  crowd?: number;
  /** Names another instance of the same company: the same numbers under other ids, and the same people with other accounts. */
  realm?: string;
};

export type ServiceNow = {
  url: string;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  /** May be changed while the instance runs. */
  settings: Settings;
  /** Makes it another instance from now on, its choice lists and imported rows included. */
  setMoods(moods: Partial<Moods>): void;
  people: Record<PersonKey, Person>;
  crowd: Person[];
  db: {
    rows(table: string): Row[];
    get(table: string, sysId: string): Row | undefined;
    insert(table: string, fields: Row, asUser?: Person): Row;
    update(table: string, sysId: string, fields: Row, asUser?: Person): Row;
    overwrite(table: string, sysId: string, columns: Row): Row;
    remove(table: string, sysId: string): void;
  };
  journal(sysId: string): JournalEntry[];
  requests: RecordedRequest[];
  tokens: {
    expireAccess(userSysId?: string): void;
    revokeAll(userSysId?: string): void;
    refreshRequests(): number;
    issued(): string[];
    /** As if that user had just allowed the access. */
    grant(userSysId: string): { access: string; refresh: string };
  };
  faults: Pick<Faults, 'set' | 'clear'>;
  onChange(listener: (change: Change) => void): () => void;
  push: {
    /** Off until a target is given, and again with `undefined`. */
    configure(target: PushTarget | undefined): void;
    setBehaviour(behaviour: PushBehaviour): void;
    deliveries: Delivery[];
    idle(): Promise<void>;
  };
  violations: string[];
  maxConcurrent(): number;
  authorize(person: Person, authorizeUrl: string, decision: 'allow' | 'deny'): Promise<string>;
  reset(): void;
  close(): Promise<void>;
};

const secretParams = new Set(['token', 'code', 'client_secret', 'refresh_token', 'access_token', 'code_verifier']);

/** Starts a simulated ServiceNow instance on a loopback port. */
export async function startServiceNow(options: Options = {}): Promise<ServiceNow> {
  const now = options.now ?? Date.now;
  const settings = {
    ...usualMoods(),
    ...moodsIn(options),
    latencyMs: options.latencyMs ?? 0,
    transactions: options.transactions ?? 4,
    transactionQueue: options.transactionQueue ?? 50,
    mostAtOnce: options.mostAtOnce ?? 16,
    maxAttachmentBytes: options.maxAttachmentBytes ?? 1_073_741_824,
    blockedExtensions: options.blockedExtensions ?? ['exe', 'bat', 'cmd', 'com', 'scr', 'vbs'],
    ...(options.clientCredentialsUser ? { clientCredentialsUser: options.clientCredentialsUser } : {}),
  };
  const instance: Instance = {
    url: '',
    clientId: options.clientId ?? randomBytes(16).toString('hex'),
    clientSecret: options.clientSecret ?? `fake-${randomBytes(12).toString('hex')}`,
    appName: options.appName ?? 'Slack bridge',
    redirectUris: options.redirectUris ?? [],
    settings,
    now,
    db: new Database(now, settings),
    tokens: new TokenStore(now),
    sessions: new Sessions(),
    faults: new Faults(),
    files: new Map(),
    passwords: new Map(),
    joined: new Map(),
    requests: [],
    violations: [],
  };
  const seeded = { people: seededPeople(), crowd: crowdPeople(options.crowd ?? 0) };
  const realm =
    options.realm === undefined
      ? undefined
      : inRealm(options.realm, [...Object.values(seeded.people), ...doubles, ...seeded.crowd]);
  const here = (person: Person): Person => realm?.person(person) ?? person;
  const people = Object.fromEntries(
    Object.entries(seeded.people).map(([key, person]) => [key, here(person)]),
  ) as Record<PersonKey, Person>;
  const crowd = seeded.crowd.map(here);
  for (const person of [...Object.values(people), ...doubles.map(here), ...crowd])
    instance.passwords.set(person.userName, person.password);
  const sow = () => {
    seed(instance.db, seeded.people, instance.settings);
    seedCrowd(instance.db, seeded.crowd);
    seedFuture(instance.db, instance.settings.futureRows);
    if (realm) instance.db.translate(realm.value);
  };
  sow();
  const pauses = new Pauses();
  const semaphore = new Semaphore(settings);
  const pushes = new Pushes(instance.db, pauses);
  const gate = { instance, pauses, semaphore };

  const server = createServer((incoming, response) => {
    handle(gate, incoming, response).catch((error: unknown) => {
      // A client that went away is no fault of ours; anything else is a bug of the simulator.
      if (response.destroyed) return;
      instance.violations.push(
        `simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
      );
      response.writeHead(500, { 'Content-Type': 'text/html' }).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  instance.url = `http://127.0.0.1:${port}`;
  instance.sessions.cookieName = `glide_session_store_${port}`;

  const acting = (person: Person | undefined) => (person && userOf(instance, person.sysId)) ?? systemUser;
  return {
    url: instance.url,
    clientId: instance.clientId,
    clientSecret: instance.clientSecret,
    redirectUris: instance.redirectUris,
    settings: instance.settings,
    setMoods(moods) {
      const { choiceLists } = instance.settings;
      Object.assign(instance.settings, moods);
      seedFuture(instance.db, instance.settings.futureRows);
      if (instance.settings.choiceLists === choiceLists) return;
      for (const { sys_id: sysId = '' } of instance.db.rows('sys_choice')) instance.db.remove('sys_choice', sysId);
      seedChoices(instance.db, instance.settings.choiceLists);
    },
    people,
    crowd,
    db: {
      rows: (table) => instance.db.rows(table).map((row) => ({ ...row })),
      get: (table, sysId) => {
        const row = instance.db.get(table, sysId);
        return row && { ...row };
      },
      insert: (table, fields, asUser) => ({ ...instance.db.insert(table, fields, acting(asUser)) }),
      update: (table, sysId, fields, asUser) => ({ ...instance.db.update(table, sysId, fields, acting(asUser)) }),
      overwrite: (table, sysId, columns) => ({ ...instance.db.overwrite(table, sysId, columns) }),
      remove: (table, sysId) => instance.db.remove(table, sysId),
    },
    journal: (sysId) => entriesOf(instance.db, sysId),
    requests: instance.requests,
    tokens: {
      expireAccess: (userSysId) => instance.tokens.expireAccess(userSysId),
      revokeAll: (userSysId) => instance.tokens.revokeAll(userSysId),
      refreshRequests: () => instance.tokens.refreshRequests,
      issued: () => instance.tokens.issued(),
      grant: (userSysId) => ({
        access: instance.tokens.issue('access', userSysId, 'useraccount'),
        refresh: instance.tokens.issue('refresh', userSysId, 'useraccount'),
      }),
    },
    faults: instance.faults,
    onChange: (listener) => instance.db.onChange(listener),
    push: {
      configure: (target) => pushes.configure(target),
      setBehaviour: (behaviour) => pushes.setBehaviour(behaviour),
      deliveries: pushes.deliveries,
      idle: () => pushes.idle(),
    },
    violations: instance.violations,
    maxConcurrent: () => semaphore.maxConcurrent,
    authorize: (person, authorizeUrl, decision) => authorize(instance.url, person, authorizeUrl, decision),
    reset() {
      pushes.reset();
      pauses.endAll();
      instance.db.clear();
      instance.files.clear();
      instance.tokens.clear();
      instance.sessions.clear();
      instance.joined.clear();
      instance.faults.clear();
      instance.requests.length = 0;
      instance.violations.length = 0;
      semaphore.maxConcurrent = 0;
      sow();
    },
    async close() {
      pushes.close();
      pauses.endAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const moodsIn = (options: Options): Partial<Moods> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => name in MOODS));

type Gate = { instance: Instance; pauses: Pauses; semaphore: Semaphore };

async function handle(gate: Gate, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { instance } = gate;
  // Not resolved against the base: a path that begins with `//` would name a host.
  const url = new URL(`${instance.url}${incoming.url ?? '/'}`);
  const recorded: RecordedRequest = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries([...url.searchParams].filter(([name]) => !secretParams.has(name))),
    status: 0,
    at: instance.now(),
  };
  instance.requests.push(recorded);
  const outcome = await answer(gate, incoming, url, recorded);
  deliver(outcome, response, recorded, isMachine(url.pathname), instance.now());
}

const SESSION_PATH = '/angular.do';

const isMachine = (path: string) =>
  path.startsWith('/api/') ||
  [SESSION_PATH, '/oauth_token.do', '/oauth_revoke_token.do', '/oauth_revoke.do'].includes(path);

async function answer(gate: Gate, incoming: IncomingMessage, url: URL, recorded: RecordedRequest): Promise<Outcome> {
  const { instance } = gate;
  const user = url.pathname.startsWith('/api/') ? authenticate(instance, incoming.headers.authorization) : undefined;
  const asked = { method: recorded.method, path: url.pathname, user: user?.sysId };
  const closedDoor = instance.faults.strike(frontDoorKinds, asked);
  const page = closedDoor && faultReply(closedDoor, instance.now());
  if (page) {
    incoming.resume();
    return { reply: page, delivery: 'whole' };
  }
  const request: Request = { method: recorded.method, url, headers: incoming.headers, body: Buffer.alloc(0) };
  // The UI's way to a session and its token, which ServiceNow's SDK asks for before each query.
  if (url.pathname === SESSION_PATH && url.searchParams.get('sysparm_type') === 'get_user') {
    incoming.resume();
    return { reply: json(200, {}), delivery: 'whole' };
  }
  if (isMachine(url.pathname) && incoming.headers.cookie !== undefined) {
    instance.violations.push(`a cookie was sent back to ${url.pathname}`);
    if (instance.settings.returnedCookies === 'dropped') {
      incoming.resume();
      return { reply: { status: 202, body: '' }, delivery: 'whole' };
    }
  }
  try {
    const isFile = url.pathname.endsWith('/attachment/file');
    request.body = await readBody(incoming, isFile ? instance.settings.maxAttachmentBytes : MAX_JSON_BYTES);
  } catch (error) {
    if (error instanceof ApiError) return { reply: failure(error), delivery: 'whole' };
    throw error;
  }
  if (url.pathname.startsWith('/api/')) return throughApi(gate, request, recorded);
  if (url.pathname === '/oauth_token.do') {
    const grant = new URLSearchParams(request.body.toString('utf8')).get('grant_type');
    if (grant !== null) recorded.grantType = grant;
    const dropped = instance.faults.strike(['drop-202', 'rate-limit', 'semaphore'], asked);
    const reply = dropped && faultReply(dropped, instance.now());
    if (reply) return { reply, delivery: 'whole' };
    return withFaults(gate, asked, () => tokenEndpoint(instance, request));
  }
  if (isMachine(url.pathname)) return withFaults(gate, asked, () => revokeEndpoint(instance, request));
  return { reply: site(instance, request), delivery: 'whole' };
}

function deliver(
  { reply, delivery }: Outcome,
  response: ServerResponse,
  recorded: RecordedRequest,
  machine: boolean,
  now: number,
) {
  if (delivery === 'none') {
    response.destroy();
    return;
  }
  recorded.status = reply.status;
  const isOurs = machine && reply.headers?.['Server'] === undefined;
  const headers = {
    Date: new Date(now).toUTCString(),
    ...(isOurs ? platformHeaders(response.req.headers.cookie) : {}),
    ...reply.headers,
  };
  const body = Buffer.from(reply.body ?? '');
  if (reply.status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  if (delivery === 'half') {
    response.writeHead(reply.status, { ...headers, 'Content-Length': body.length + 1 });
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
    return;
  }
  response.writeHead(reply.status, headers).end(body);
}
