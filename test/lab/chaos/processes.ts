import { setTimeout as sleep } from 'node:timers/promises';
import { type BridgeProcess, MAIN, startBridgeProcess } from '../../sandbox/bridge-process.ts';
import type { AppendFsync, Store } from '../../sandbox/redis.ts';
import { clientOf, startStore } from '../../sandbox/redis.ts';
import { createWorld, freePort, type World } from '../../sandbox/world.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { startCanary } from './canary.ts';

/** One process of the fleet; whoever strikes it holds it until it is well again. */
export type Member = {
  role: 'web' | 'worker';
  port: number;
  process: BridgeProcess | undefined;
  struck: boolean;
  /** The main file of the build that it runs. */
  build: string;
};

type Clock = { offsetMs: number };

/** When the store was killed, and how much of what it had acknowledged by then it forgot, both in ms. */
export type StoreKill = { at: number; forgottenMs: number };

/** The fleet and its neighbours. */
export type House = {
  world: World;
  store: Store;
  balancer: Balancer;
  members: Member[];
  /** How far the neighbours' clocks are off. */
  clocks: { slack: Clock; serviceNow: Clock };
  /** Ends it without warning and starts another in its place, as a supervisor does. */
  replace(member: Member, downMs: number): Promise<void>;
  /** Lets it end what it has in hand and starts another build in its place, as a rollout does. */
  rollOut(member: Member, build: string): Promise<void>;
  /** Stops it in the middle of whatever it does, and lets it go on as if nothing had happened. */
  freeze(member: Member, forMs: number): Promise<void>;
  restartStore(downMs: number): Promise<void>;
  /** As in a failover: it keeps its connections and refuses every write, until it is the primary again. */
  demoteStore(forMs: number): Promise<void>;
  /** It stops in the middle of whatever it does: nothing is refused, and nothing answered. */
  freezeStore(forMs: number): Promise<void>;
  storeKills: StoreKill[];
  close(): Promise<void>;
};

export const WEBHOOK_SECRET = 'a-plainly-fake-webhook-secret';

export type HouseOptions = {
  people: number;
  random: () => number;
  appendFsync: AppendFsync;
  /** Main files, given to the processes of each role in turn; the one build that lies here, if absent. */
  builds?: readonly string[] | undefined;
  log: (line: string) => void;
};

export async function openHouse(options: HouseOptions): Promise<House> {
  const store = await startStore(options.appendFsync);
  const roles = ['web', 'web', 'worker', 'worker'] as const;
  const members: Member[] = [];
  const { builds = [MAIN] } = options;
  for (const [index, role] of roles.entries())
    members.push({
      role,
      port: await freePort(),
      process: undefined,
      struck: false,
      build: builds[index % builds.length] ?? MAIN,
    });
  const balancer = await startBalancer(members.filter(({ role }) => role === 'web').map(({ port }) => port));
  const clocks = { slack: { offsetMs: 0 }, serviceNow: { offsetMs: 0 } };
  const world = await createWorld({
    store,
    port: balancer.port,
    serviceNow: {
      crowd: options.people,
      latencyMs: 5,
      clientCredentialsUser: 'ann.admin',
      now: () => Date.now() + clocks.serviceNow.offsetMs,
    },
    slack: {
      crowd: options.people,
      rateLimits: 'off',
      // Slack waits 0, 60 and 300 seconds; a shorter day has shorter hours.
      retryDelaysMs: [500, 6_000, 30_000],
      random: options.random,
      now: () => Date.now() + clocks.slack.offsetMs,
    },
    env: { SERVICENOW_WEBHOOK_SECRET: WEBHOOK_SECRET, SERVICENOW_POLL_SECONDS: '3', LOG_LEVEL: 'info' },
  });

  let open = true;
  let storeIsStruck = false;
  /** One trouble at a time: whoever is down already cannot be struck. */
  async function strikeStore(act: () => Promise<void>): Promise<void> {
    if (storeIsStruck) return;
    storeIsStruck = true;
    try {
      await act();
    } finally {
      storeIsStruck = false;
    }
  }
  const storeKills: StoreKill[] = [];
  const canary = store.kill ? startCanary(store.url.slice('unix://'.length)) : undefined;
  async function start(member: Member): Promise<void> {
    // Without its store a process does not come up; a supervisor tries again.
    while (open) {
      try {
        const started = await startBridgeProcess(
          { ...world.env, PORT: String(member.port) },
          member.role,
          member.build,
        );
        started.onLine((line) => complain(line, options.log));
        if (open) member.process = started;
        else await started.end('SIGKILL');
        return;
      } catch {
        await sleep(500);
      }
    }
  }
  await Promise.all(members.map(start));

  return {
    world,
    store,
    balancer,
    members,
    clocks,
    storeKills,
    async replace(member, downMs) {
      await member.process?.end('SIGKILL');
      await sleep(downMs);
      await start(member);
    },
    async rollOut(member, build) {
      await member.process?.end('SIGTERM');
      member.build = build;
      await start(member);
    },
    async freeze(member, forMs) {
      member.process?.child.kill('SIGSTOP');
      await sleep(forMs);
      member.process?.child.kill('SIGCONT');
    },
    restartStore: (downMs) =>
      strikeStore(async () => {
        await store.kill?.();
        const at = Date.now();
        await sleep(downMs);
        await store.restart?.();
        storeKills.push({ at, forgottenMs: (await canary?.forgottenMs()) ?? 0 });
      }),
    demoteStore: (forMs) =>
      strikeStore(async () => {
        await orderStore(store.url, 'REPLICAOF', '127.0.0.1', '1');
        await sleep(forMs);
        await orderStore(store.url, 'REPLICAOF', 'NO', 'ONE');
      }),
    freezeStore: (forMs) =>
      strikeStore(async () => {
        store.freeze?.();
        await sleep(forMs);
        store.thaw?.();
      }),
    async close() {
      open = false;
      canary?.close();
      await Promise.all(members.map(({ process: each }) => each?.end('SIGKILL')));
      await balancer.close();
      await world.close();
      await store.close();
    },
  };
}

async function orderStore(url: string, command: string, ...words: string[]): Promise<void> {
  const client = clientOf(url);
  try {
    await client.call(command, ...words);
  } finally {
    client.disconnect();
  }
}

/** `CHAOS_SHOW=words` prints the fleet's log lines with these words. */
function complain(line: string, log: (line: string) => void): void {
  const wanted = process.env['CHAOS_SHOW'];
  if (wanted && new RegExp(wanted).test(line)) log(line);
}
