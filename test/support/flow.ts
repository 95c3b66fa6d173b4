import { Writable } from 'node:stream';
import type { Redis } from 'ioredis';
import { type Bridge, type Role, startBridge } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { clientOf } from '../sandbox/redis.ts';
import type { PersonName, SlackPerson } from '../sandbox/slack/server.ts';
import { createWorld, type World, type WorldOptions } from '../sandbox/world.ts';
import { createClock } from './clock.ts';
import { ownDatabase, refuseUsed } from './own-database.ts';
import { ownPort } from './port.ts';
import { until } from './until.ts';

/** The whole house in this process, with simulated neighbours: what people do goes through signed HTTP, as in production. */
export type Flow = World & {
  bridge: Bridge;
  logLines: string[];
  /** A bare connection to the bridge's store, to look into. */
  redis: Redis;
  person(name: PersonName): SlackPerson;
  /** Plays `/snow connect` to its end in a browser. @returns the last page */
  link(name: 'ada' | 'carl' | 'bob' | 'eve' | 'ann'): Promise<string>;
  restart(): Promise<void>;
  /** Time passes for the bridge and its neighbours, unless the story brought a clock of its own, which stays as it is. */
  pass(ms: number): Promise<void>;
  /** Starts one more bridge on the same store; `close` ends it, too. */
  join(role: Role, env?: Record<string, string>): Promise<Bridge>;
  close(): Promise<void>;
};

export const TRANSPORTS = ['http', 'socket'] as const;
type Transport = (typeof TRANSPORTS)[number];

export type FlowOptions = WorldOptions & {
  role?: Role;
  /** How Slack reaches the bridge: by signed requests, or over a WebSocket that the bridge has opened. */
  transport?: Transport;
  now?: () => number;
  /** Changes `env` where it depends on the neighbours' own addresses and secrets. */
  configure?: (world: World) => void | Promise<void>;
};

const SERVICENOW_PERSON = { ada: 'requester', carl: 'colleague', bob: 'agent', eve: 'approver', ann: 'admin' } as const;

export async function startFlow(options: FlowOptions = {}): Promise<Flow> {
  // Stories count requests, so nothing polls unless the story is about that.
  const port = options.port ?? (await ownPort());
  const store = options.store ?? (await ownDatabase());
  await refuseUsed(store.url);
  const clock = createClock();
  const ours = options.now ? {} : { now: clock.now };
  const world = await createWorld({
    ...options,
    slack: { ...ours, ...options.slack },
    serviceNow: { ...ours, ...options.serviceNow },
    store,
    port,
    env: { SERVICENOW_POLL_SECONDS: '0', ...options.env },
  });
  if (options.transport === 'socket') useSocket(world);
  await options.configure?.(world);
  const logLines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logLines.push(...chunk.toString().trimEnd().split('\n'));
      done();
    },
  });
  const log = createLog('debug', destination);
  const start = async (role = options.role ?? 'both', env = {}) =>
    closedOnce(await startBridge(parseConfig({ ...world.env, ...env }), role, log, options.now ?? clock.now));
  const redis = clientOf(store.url);
  let bridge = await start();
  const joined: Bridge[] = [];

  const flow: Flow = {
    ...world,
    logLines,
    redis,
    get bridge() {
      return bridge;
    },
    person: (name) => world.slack.person(name),
    async link(name) {
      const person = world.slack.person(name);
      const { body } = await person.command('connect');
      const page = await followConnect(flow, connectUrlIn(body), SERVICENOW_PERSON[name]);
      await until(`${name}'s DM about the link`, () =>
        person.dm().messages.some(({ text }) => text.includes('You are connected as')),
      );
      return page.html;
    },
    async pass(ms) {
      if (!options.now) await clock.pass(ms, redis);
    },
    async restart() {
      await bridge.close();
      bridge = await start();
    },
    async join(role, env) {
      const another = await start(role, env);
      joined.push(another);
      return another;
    },
    async close() {
      await Promise.all([bridge, ...joined].map((each) => each.close()));
      redis.disconnect();
      await world.close();
      if (!options.store) await store.close();
    },
  };
  return flow;
}

/** A story may close what is closed at its end anyway. */
function closedOnce(bridge: Bridge): Bridge {
  let ended: Promise<void> | undefined;
  return { ...bridge, close: () => (ended ??= bridge.close()) };
}

function useSocket({ env, slack }: World): void {
  env['SLACK_APP_TOKEN'] = slack.appToken;
  delete env['SLACK_SIGNING_SECRET'];
}

/** The address behind a Connect button, wherever it is in an answer. */
export function connectUrlIn(body: unknown): string {
  const url = /http:\/\/127\.0\.0\.1:\d+\/servicenow\/connect\?id=[\w-]+/.exec(JSON.stringify(body))?.[0];
  if (!url) throw new Error(`no connect address in ${JSON.stringify(body)}`);
  return url;
}

/** A browser with a cookie jar of its own, as far as our pages need one. */
export function newBrowser() {
  const jar = new Map<string, string>();
  return {
    jar,
    async go(url: string, init: RequestInit = {}): Promise<{ status: number; html: string; location: string | null }> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const [name = '', value = ''] = pair.split('=');
        if (/expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      return { status: response.status, html: await response.text(), location: response.headers.get('location') };
    },
  };
}

type Browser = ReturnType<typeof newBrowser>;

/** Reads our page, presses Continue, signs in at ServiceNow, and comes back. */
export async function followConnect(
  flow: Pick<Flow, 'publicUrl' | 'serviceNow'>,
  url: string,
  as: keyof Flow['serviceNow']['people'],
  options: { decision?: 'allow' | 'deny'; browser?: Browser; backIn?: Browser } = {},
): Promise<{ status: number; html: string }> {
  const browser = options.browser ?? newBrowser();
  await browser.go(url);
  const id = new URL(url).searchParams.get('id') ?? '';
  const away = await browser.go(`${flow.publicUrl}/servicenow/connect`, {
    method: 'POST',
    body: new URLSearchParams({ id }),
  });
  if (!away.location) return away;
  const back = await flow.serviceNow.authorize(flow.serviceNow.people[as], away.location, options.decision ?? 'allow');
  return (options.backIn ?? browser).go(back);
}
