import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendFsync } from '../../sandbox/redis.ts';
import { type Moods, randomMoods, unusual } from '../../sandbox/servicenow/moods.ts';
import { seededRandom } from '../../sandbox/servicenow/random.ts';
import type { Row } from '../../sandbox/servicenow/server.ts';
import { randomSlackMoods, type SlackMoods, unusualSlack } from '../../sandbox/slack/moods.ts';
import { watchQueues } from '../jobs-left.ts';
import { recordHistory } from '../replay/evidence.ts';
import { checkWhole, countByFigure, type Figure, type Finding, type Held } from './check.ts';
import { DEEDS, type DeedKind, type DeedName, type Scene } from './deeds.ts';
import { collect } from './evidence.ts';
import { chanceOf, startStorm } from './faults.ts';
import { connect, connections, handsOf, isAskedToConnect, pause } from './hands.ts';
import { type House, openHouse, WEBHOOK_SECRET } from './processes.ts';

export type ChaosOptions = {
  seed: number;
  /** The instance's moods, where the seed is not to draw them. */
  moods?: Moods;
  /** And Slack's. */
  slackMoods?: SlackMoods;
  counts: Record<DeedName, number>;
  people: number;
  /** Deeds a second, all kinds together, while nobody has to press twice. */
  perSecond: number;
  /** Between two troubles, on average. */
  troubleEveryMs: number;
  /** The longest that the deeds may take, and that the bridge may take after them. */
  deedsMs: number;
  settleMs: number;
  short: boolean;
  appendFsync: AppendFsync;
  /** Releases side by side: their main files. */
  builds?: readonly string[];
  /** The troubles, or whatever else happens to the fleet meanwhile. */
  blow?: typeof startStorm;
  say: (line: string) => void;
};

export type ChaosResult = {
  figures: Record<Figure, number>;
  findings: Finding[];
  /** How many of each kind were done; the others met the end of their time. */
  done: Record<DeedName, number>;
  /** Filings and replies of which nobody has promised anything: Slack showed errors only, however often it tried. */
  unpromised: { filings: number; replies: number };
  struck: Record<string, number>;
  /** In which ways the instance, and Slack, were not the usual ones. */
  moods: Partial<Moods & SlackMoods>;
  store: string;
  /** What the store forgot of what it had acknowledged, for each time that it was killed, in ms. */
  forgottenMs: number[];
  deedsMs: number;
  settledMs: number;
};

/** As many as do things in ServiceNow only. */
const STAFF = 6;
const STAFF_LANES = 8;
const LINK_LANES = 6;
const STEADY_MS = 3_000;
const SETTLE_LOOK_MS = 1_000;
/** After Slack's last repetition and some polls nothing more comes by itself. */
const HOPELESS_MS = 40_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const house = await openHouse({
    people: options.people + STAFF * 3,
    random: seededRandom(options.seed + 1),
    appendFsync: options.appendFsync,
    builds: options.builds,
    log: options.say,
  });
  try {
    return await play(house, options);
  } finally {
    await house.close();
  }
}

type Done = { name: DeedName; witness: unknown };

async function play(house: House, options: ChaosOptions): Promise<ChaosResult> {
  const { world } = house;
  const { serviceNow, slack } = world;
  const { say, seed } = options;
  const crowd = serviceNow.crowd;
  // People see what callers see; those who see more would have to say of each reply who may read it.
  const callers = crowd.filter(({ roles }) => !roles.includes('itil')).slice(0, options.people);
  const staff = crowd.filter(({ roles }) => roles.includes('itil')).slice(0, STAFF);
  const people = callers.map((person) => handsOf(world, person));
  const inTime = new AbortController();
  const over = new AbortController();
  // Everybody listens.
  setMaxListeners(0, inTime.signal, over.signal);
  const before = new Set(serviceNow.db.rows('incident').map((row) => row['sys_id']));
  const tickets = (): Row[] => serviceNow.db.rows('incident').filter((row) => !before.has(row['sys_id']));
  const scene: Scene = { world, people, staff, tickets, signal: inTime.signal };

  const moods = options.moods ?? randomMoods(seededRandom(seed + 3));
  serviceNow.setMoods(moods);
  Object.assign(slack.moods, options.slackMoods ?? randomSlackMoods(seededRandom(seed + 4)));
  say(`the instance: ${JSON.stringify(unusual(moods))}; Slack: ${JSON.stringify(unusualSlack(slack.moods))}`);
  const chance = chanceOf(seededRandom(seed));
  const lanes = plan(options, chance, people.length);
  const planned = new Set(
    lanes
      .flat()
      .flatMap(({ deed }) => (deed && typeof deed === 'object' && 'title' in deed ? [String(deed.title)] : [])),
  );

  await inLanes(people, LINK_LANES, async (hands) => {
    await connect(world, hands, AbortSignal.timeout(60_000));
    while (connections(hands).length === 0) await sleep(50);
  });
  say(`${people.length} people are connected`);
  const recorded = recordHistory(serviceNow);
  serviceNow.push.configure({ url: `${world.publicUrl}/servicenow/events`, secret: WEBHOOK_SECRET, retryBaseMs: 500 });

  const { blow = startStorm } = options;
  const storm = blow(house, chanceOf(seededRandom(seed + 2)), {
    pauseMs: options.troubleEveryMs,
    short: options.short,
    say: process.env['CHAOS_TROUBLES'] ? say : () => {},
  });
  const reconnecting = Promise.all(people.map((hands) => reconnectWhenAsked(hands, scene, over.signal)));
  const timer = setTimeout(() => inTime.abort(), options.deedsMs);
  const began = Date.now();
  const done: Done[] = [];
  const total = lanes.reduce((sum, lane) => sum + lane.length, 0);
  const report = setInterval(() => say(`${done.length} of ${total} deeds are done`), 15_000);
  await Promise.all(lanes.map((lane) => walk(lane, scene, done)));
  const deedsMs = Date.now() - began;
  clearTimeout(timer);
  clearInterval(report);
  const struck = await storm.end();
  const count = (name: DeedName) => done.filter((one) => one.name === name).length;
  say(
    `the storm is over after ${Math.round(deedsMs / 1000)} s: ${Object.values(struck).reduce((a, b) => a + b, 0)} troubles`,
  );

  const check = (): { findings: Finding[]; held: Held } => {
    const held = collect(world, {
      people: callers,
      tickets: tickets(),
      histories: [...recorded.histories.values()],
      storeKills: house.storeKills,
    });
    const own = (Object.keys(DEEDS) as DeedName[]).flatMap((name) =>
      (DEEDS[name] as DeedKind<unknown, unknown>).verify(
        done.filter((one) => one.name === name).map(({ witness }) => witness),
        held,
      ),
    );
    return { held, findings: [...own, ...checkWhole(held, planned)] };
  };
  const settledMs = await settle(house, options, () => check().findings);
  over.abort();
  await reconnecting;
  recorded.stop();
  const { held, findings } = check();
  const replies = done
    .filter(({ name }) => name === 'reply')
    .map(({ witness }) => witness as { channel: string; ts: string });
  await slack.idle();
  return {
    figures: countByFigure(findings),
    findings,
    done: { filing: count('filing'), reply: count('reply'), change: count('change') },
    unpromised: {
      filings: done.filter(({ name, witness }) => name === 'filing' && !(witness as { taken: boolean }).taken).length,
      replies: replies.filter(({ channel, ts }) => !held.acknowledged.has(`${channel}/${ts}`)).length,
    },
    struck,
    moods: { ...unusual(moods), ...unusualSlack(slack.moods) },
    store: `${house.store.kind}${house.store.kill ? `, appendfsync ${options.appendFsync}` : ''}`,
    forgottenMs: house.storeKills.map(({ forgottenMs }) => forgottenMs),
    deedsMs,
    settledMs,
  };
}

type Planned = { name: DeedName; by: number; pauseMs: number; deed: unknown };

/** Everything that chance decides, before anything happens: one list for each person and each of the staff. */
function plan({ counts, perSecond }: ChaosOptions, chance: ReturnType<typeof chanceOf>, people: number): Planned[][] {
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const lastingMs = (total / perSecond) * 1000;
  const lanes = { slack: people, servicenow: STAFF_LANES };
  const bySide = { slack: [] as Planned[][], servicenow: [] as Planned[][] };
  for (const side of ['slack', 'servicenow'] as const) {
    const deeds = (Object.keys(DEEDS) as DeedName[])
      .filter((name) => DEEDS[name].side === side)
      .flatMap((name) =>
        Array.from({ length: counts[name] }, (_, index) => ({
          name,
          // The first of everybody is a ticket, because all the rest is about one.
          order: index < people && name === 'filing' ? -1 : chance.random(),
          deed: (DEEDS[name] as DeedKind<unknown, unknown>).plan(index + 1, chance),
        })),
      )
      .sort((a, b) => a.order - b.order);
    const each = lastingMs / Math.max(1, deeds.length / lanes[side]);
    bySide[side] = Array.from({ length: lanes[side] }, (_, by) =>
      deeds
        .filter((_deed, index) => index % lanes[side] === by)
        .map(({ name, deed }) => ({ name, by, deed, pauseMs: chance.between(0, 2 * each) })),
    );
  }
  return [...bySide.slack, ...bySide.servicenow];
}

async function walk(lane: Planned[], scene: Scene, done: Done[]): Promise<void> {
  for (const { name, by, deed, pauseMs } of lane) {
    await pause(pauseMs, scene.signal);
    if (scene.signal.aborted) return;
    const witness = await (DEEDS[name] as DeedKind<unknown, unknown>).perform(deed, by, scene);
    if (witness !== undefined) done.push({ name, witness });
  }
}

async function reconnectWhenAsked(
  hands: ReturnType<typeof handsOf>,
  { world }: Scene,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(1_000, signal);
    if (!isAskedToConnect(hands)) continue;
    const before = connections(hands).length;
    await connect(world, hands, signal);
    while (connections(hands).length === before && !signal.aborted) await pause(100, signal);
  }
}

/**
 * Until no job is left and nothing is missing; then a while longer, in which something could come once too often. What is
 * missing when time is up is counted.
 */
async function settle(
  { store, world }: House,
  { settleMs, say }: ChaosOptions,
  findings: () => Finding[],
): Promise<number> {
  const watched = watchQueues(world, store.url);
  const began = Date.now();
  try {
    let busyAt = Date.now();
    for (let said = Date.now(); Date.now() - began < settleMs; await sleep(SETTLE_LOOK_MS)) {
      const jobs = await watched.left();
      if (jobs > 0) busyAt = Date.now();
      // Only now: looking takes time, and the neighbours live in this very process.
      else if (findings().length === 0 || Date.now() - busyAt > HOPELESS_MS) break;
      if (Date.now() - said > 10_000) {
        said = Date.now();
        say(`${jobs} jobs are left`);
      }
    }
    const settledMs = Date.now() - began;
    await world.serviceNow.push.idle();
    await sleep(STEADY_MS);
    for (const queue of watched.queues)
      for (const job of await queue.getDelayed()) say(`waits: ${job.name} ${job.id} for ${job.delay} ms`);
    for (const queue of watched.queues)
      for (const job of await queue.getFailed()) say(`failed: ${job.name} ${job.id} ${job.failedReason}`);
    return settledMs;
  } finally {
    await watched.close();
  }
}

async function inLanes<T>(all: T[], count: number, each: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await each(next);
    }),
  );
}

export function inWords({
  figures,
  findings,
  done,
  unpromised,
  struck,
  moods,
  store,
  forgottenMs,
  deedsMs,
  settledMs,
}: ChaosResult): string {
  return [
    `${done.filing} filings (${unpromised.filings} never acknowledged), ${done.reply} replies (${unpromised.replies} never acknowledged), ${done.change} changes; store: ${store}`,
    `the neighbours: ${JSON.stringify(moods)}`,
    `${Object.values(struck).reduce((a, b) => a + b, 0)} troubles in ${Math.round(deedsMs / 1000)} s, complete ${Math.round(settledMs / 1000)} s later:`,
    ...Object.entries(struck)
      .sort()
      .map(([name, count]) => `${String(count).padStart(8)}  ${name}`),
    ...(forgottenMs.length > 0
      ? [`what the killed store forgot of what it had acknowledged: ${forgottenMs.join(', ')} ms`]
      : []),
    'found:',
    ...Object.entries(figures).map(([name, count]) => `${String(count).padStart(8)}  ${name}`),
    ...findings.slice(0, 40).map(({ figure, words }) => `${figure}: ${words}`),
  ].join('\n');
}
