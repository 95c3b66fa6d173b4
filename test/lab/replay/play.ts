import { setTimeout as sleep } from 'node:timers/promises';
import { type BridgeProcess, startBridgeProcess } from '../../sandbox/bridge-process.ts';
import type { CrowdName } from '../../sandbox/crowd.ts';
import { startStore } from '../../sandbox/redis.ts';
import { seededRandom } from '../../sandbox/servicenow/random.ts';
import type { Person } from '../../sandbox/servicenow/server.ts';
import { createWorld, type World } from '../../sandbox/world.ts';
import { connectUrlIn, newBrowser } from '../../support/flow.ts';
import { until } from '../../support/until.ts';
import { watchQueues } from '../jobs-left.ts';
import { type Cast, cast } from './cast.ts';
import { collectPosted, recordHistory, watcherOf } from './evidence.ts';
import type { LogRow } from './log.ts';
import { type Evidence, type Reckoning, reckon } from './reckoning.ts';

/** How the bridge hears of changes. A push that gets lost is made up for by the poll, so without one none gets lost. */
export const SET_UPS = {
  both: { in: 'pushes, and a service identity polls', push: { lose: 0.1 }, poll: true, service: true },
  push: { in: 'pushes alone', push: { lose: 0 }, poll: false, service: false },
  service: { in: 'a service identity polls', push: undefined, poll: true, service: true },
  tokens: { in: "people's own tokens poll", push: undefined, poll: true, service: false },
} as const;
export type SetUp = keyof typeof SET_UPS;

export type ReplayOptions = {
  rows: LogRow[];
  watchers: number;
  seed: number;
  /** How often a worker dies without warning. */
  kills: number;
  perSecond: number;
  pollSeconds: number;
  setUp: SetUp;
  /** The longest that the bridge may take after the last update. */
  settleMs: number;
  say: (line: string) => void;
};

export type ReplayResult = {
  /** All that the reckoning is made of. */
  evidence: Evidence;
  reckoning: Reckoning;
  updates: number;
  refused: number;
  kills: number;
  pushes: { sent: number; refused: number };
  slackRefusals: number;
  slackCalls: Record<string, number>;
  pollRequests: number;
  playedMs: number;
  settledMs: number;
  violations: string[];
};

const SECRET = 'a-plainly-fake-webhook-secret';
const PREPARE_MS = 180_000;
const AT_ONCE = 6;

/** Plays a log through both simulators with the built bridge between them, and reckons at the end. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { push, poll, service } = SET_UPS[options.setUp];
  const store = await startStore();
  const world = await createWorld({
    store,
    serviceNow: {
      crowd: options.watchers,
      latencyMs: 5,
      ...(service ? { clientCredentialsUser: 'ann.admin' } : {}),
    },
    slack: { crowd: options.watchers, rateLimits: 'off', random: seededRandom(options.seed) },
    env: {
      ...(push ? { SERVICENOW_WEBHOOK_SECRET: SECRET } : {}),
      SERVICENOW_POLL_SECONDS: String(poll ? options.pollSeconds : 0),
      LOG_LEVEL: process.env['REPLAY_LOG_LEVEL'] ?? 'info',
    },
  });
  const house: House = { world, members: [] };
  try {
    return await run(house, options);
  } finally {
    await Promise.all(house.members.map(({ process: each }) => each?.end('SIGKILL')));
    await world.close();
    await store.close();
  }
}

type Member = { role: 'web' | 'worker'; process: BridgeProcess | undefined };
type House = { world: World; members: Member[] };

async function run({ world, members }: House, options: ReplayOptions): Promise<ReplayResult> {
  const { serviceNow, slack } = world;
  const { say } = options;
  const start = async (member: Member) => {
    member.process = await startBridgeProcess(
      // Whoever is not the web role gets any port for being watched at.
      { ...world.env, ...(member.role === 'worker' ? { PORT: '0' } : {}) },
      member.role,
    );
    const complaint = process.env['REPLAY_SHOW'];
    if (complaint) member.process.onLine((line) => line.includes(complaint) && say(line));
  };
  members.push(...(['web', 'worker', 'worker'] as const).map((role) => ({ role, process: undefined })));
  // All of them, before one that failed ends the play: whoever still starts then would be left behind.
  const starts = await Promise.allSettled(members.map(start));
  for (const each of starts) if (each.status === 'rejected') throw each.reason;

  const crowd = serviceNow.crowd;
  const groups = serviceNow.db.rows('sys_user_group').filter((row) => row['roles'] === '');
  const play = cast(options.rows, crowd, groups, options.seed);
  await inTurns(crowd, (person) => connect(world, person));
  say(`${crowd.length} people are connected`);

  const recorded = recordHistory(serviceNow);
  for (const { fields, by } of play.tickets) serviceNow.db.insert('incident', fields, by);
  await watchAll(world, play, options);
  const ids = new Map([...recorded.histories.values()].map(({ number, sysId }) => [number, sysId]));
  const asked = play.watches.map(({ person, number }) => ({
    watcher: person.userName,
    sysId: ids.get(number) ?? '',
    at: recorded.histories.get(ids.get(number) ?? '')?.steps.at(-1)?.modCount ?? 0,
  }));
  say(`${play.tickets.length} tickets, ${asked.length} watches; ${play.acts.length} updates begin`);

  // From here on nothing is reliable.
  const { push } = SET_UPS[options.setUp];
  if (push) {
    serviceNow.push.configure({ url: `${world.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 500 });
    serviceNow.push.setBehaviour({ ...push, duplicate: 0.1, reorder: true, delayMs: 150, seed: options.seed });
  }
  slack.faults.set({ kind: 'ratelimited', probability: 0.02, retryAfterSeconds: 1 });
  slack.faults.set({ kind: 'drop-after-commit', method: 'chat.postMessage', probability: 0.005 });
  const requestsBefore = serviceNow.requests.length;
  const callsBefore = slack.calls.length;
  const began = Date.now();
  const killing = killWorkers(members, start, options, (play.acts.length / options.perSecond) * 1000);
  const refused = await act(world, play, ids, options);
  const playedMs = Date.now() - began;
  const kills = await killing;
  say(`${play.acts.length} updates in ${Math.round(playedMs / 1000)} s, ${kills} kills; the rest is the bridge's`);

  await serviceNow.push.idle();
  const watchers = crowd.map(watcherOf);
  const collect = (): Evidence => ({
    histories: [...recorded.histories.values()],
    watchers,
    posted: collectPosted(slack, watchers),
    asked,
  });
  const reckonNow = () => reckon(collect());
  const settledMs = await settle(world, options, reckonNow);
  recorded.stop();
  slack.faults.clear();

  const calls = slack.calls.slice(callsBefore);
  const deliveries = serviceNow.push.deliveries;
  const evidence = collect();
  return {
    evidence,
    reckoning: reckon(evidence),
    updates: play.acts.length - refused,
    refused,
    kills,
    pushes: { sent: deliveries.length, refused: deliveries.filter(({ status }) => status !== 202).length },
    slackRefusals: calls.filter(({ ok }) => !ok).length,
    slackCalls: countBy(calls, ({ method }) => method),
    pollRequests: serviceNow.requests
      .slice(requestsBefore)
      .filter(({ query }) => query['sysparm_query']?.includes('sys_updated_on')).length,
    playedMs,
    settledMs,
    violations: [...serviceNow.violations, ...slack.violations],
  };
}

/** `/snow connect`, our page, ServiceNow's login and consent, and back. */
async function connect(world: World, person: Person): Promise<void> {
  const { slack, serviceNow, publicUrl } = world;
  const hands = slack.person(person.userName as CrowdName);
  const url = connectUrlIn((await hands.command('connect')).body);
  const browser = newBrowser();
  await browser.go(url);
  const id = new URL(url).searchParams.get('id') ?? '';
  const away = await browser.go(`${publicUrl}/servicenow/connect`, {
    method: 'POST',
    body: new URLSearchParams({ id }),
  });
  await browser.go(await serviceNow.authorize(person, away.location ?? '', 'allow'));
  await until(
    `${person.userName}'s link`,
    () => hands.dm().messages.some(({ text }) => text.includes('You are connected as')),
    PREPARE_MS,
  );
}

/** Everybody types what they want to watch, and each has every card before anything changes. */
async function watchAll({ slack }: World, { watches }: Cast, { say }: ReplayOptions): Promise<void> {
  await inTurns(watches, async ({ person, number }) => {
    const { status } = await slack.person(person.userName as CrowdName).command(`watch ${number}`);
    if (status !== 200) throw new Error(`/snow watch ${number} was answered with ${status}`);
  });
  say(`${watches.length} times /snow watch`);
  const cards = () => slack.postedMessages({ text: 'You are told because' }).length;
  await until(
    'all cards',
    async () => {
      if (cards() >= watches.length) return true;
      await sleep(250);
      return false;
    },
    PREPARE_MS,
  );
}

/** @returns how many updates the instance's own rules did not allow */
async function act(
  { serviceNow }: World,
  { acts }: Cast,
  ids: Map<string, string>,
  { perSecond, seed }: ReplayOptions,
): Promise<number> {
  const random = seededRandom(seed + 1);
  let refused = 0;
  let due = Date.now();
  for (const { number, fields, by } of acts) {
    // Unevenly, as in life: now two at once, now a pause.
    due += (2000 / perSecond) * random();
    if (due > Date.now()) await sleep(due - Date.now());
    try {
      serviceNow.db.update('incident', ids.get(number) ?? '', fields, by);
    } catch {
      refused++;
    }
  }
  return refused;
}

async function killWorkers(
  members: Member[],
  start: (member: Member) => Promise<void>,
  { kills, seed, say }: ReplayOptions,
  expectedMs: number,
): Promise<number> {
  const random = seededRandom(seed + 2);
  const workers = members.filter(({ role }) => role === 'worker');
  const moments = Array.from({ length: kills }, () => random() * expectedMs * 0.95).sort((a, b) => a - b);
  const began = Date.now();
  let killed = 0;
  for (const moment of moments) {
    await sleep(Math.max(0, began + moment - Date.now()));
    const victim = workers[Math.floor(random() * workers.length)];
    if (!victim) continue;
    await victim.process?.end('SIGKILL');
    killed++;
    say(`kill ${killed} after ${Math.round((Date.now() - began) / 1000)} s`);
    await start(victim);
  }
  return killed;
}

/**
 * Until no job is left and nothing is missing, and then for some polls more, in which something could be told once too
 * often. What is missing when time is up stays missing, and is counted.
 */
async function settle(
  world: World,
  { settleMs, pollSeconds, say }: ReplayOptions,
  reckonNow: () => Reckoning,
): Promise<number> {
  const watched = watchQueues(world, world.store.url);
  const began = Date.now();
  try {
    for (let said = 0; Date.now() - began < settleMs; await sleep(1000)) {
      const jobs = await watched.left();
      if (jobs === 0 && reckonNow().lost === 0) break;
      if (Date.now() - said > 10_000) {
        said = Date.now();
        say(`${jobs} jobs are left`);
      }
    }
    const settledMs = Date.now() - began;
    await sleep(pollSeconds * 3000);
    return settledMs;
  } finally {
    await watched.close();
  }
}

async function inTurns<T>(all: T[], each: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await each(next);
    }),
  );
}

function countBy<T>(all: T[], by: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) counts[by(one)] = (counts[by(one)] ?? 0) + 1;
  return counts;
}
