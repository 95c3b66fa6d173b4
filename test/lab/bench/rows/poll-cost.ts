import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { createEndings } from '../../../../src/notifications/endings.ts';
import { createWatches } from '../../../../src/notifications/watches.ts';
import { keysOf, type Person } from '../../../../src/redis/keys.ts';
import type { CrowdName } from '../../../sandbox/crowd.ts';
import { connectUrlIn, newBrowser } from '../../../support/flow.ts';
import { startRedisProxy } from '../../../support/redis-proxy.ts';
import { prefixOf } from '../../../support/store.ts';
import { scanKeys } from '../../../support/store-dump.ts';
import { until } from '../../../support/until.ts';
import { hostOf } from '../ada.ts';
import { type Cost, growth } from '../growth.ts';
import { type House, inBatches, withHouse } from '../house.ts';
import type { Result, Row, Settings } from '../row.ts';
import { spreadOf } from '../stats.ts';

const SIZES = [10, 1_000, 10_000, 100_000];
const QUICK_SIZES = [10, 1_000];
/** Without a service identity a cycle asks as so many people. */
const PEOPLE = 20;
const CYCLE_MS = 180_000;
const HOUR_MS = 3_600_000;
/** What must not depend on the number of watches at all, where one identity asks for everybody. */
const REQUESTS = 'requests, nothing changed';
const COMMANDS = 'Redis commands, nothing changed';
const SECRET = 'a-plainly-fake-webhook-secret';

/** What the poll asks of ServiceNow and of Redis as the number of watched tickets grows, and how soon people are told. */
export const pollCost: Row = {
  name: 'poll-cost',
  about: 'one cycle of the poll by the number of watched tickets, and the time from a change to the DM',
  async run(settings) {
    const results: Result[] = [];
    for (const service of [true, false]) {
      const costs: Cost[] = [];
      for (const size of settings.quick ? QUICK_SIZES : SIZES) {
        settings.log(`poll-cost: ${size} watched tickets, ${service ? 'a service identity' : "people's own tokens"}`);
        costs.push(await cycleCost(size, service));
      }
      const who = service ? 'service' : 'own tokens';
      results.push(
        ...costs.flatMap((cost) => toResults(cost, who)),
        ...growth(who, costs, service ? [REQUESTS, COMMANDS] : []),
      );
    }
    return [...results, ...(await latency(settings))];
  },
};

const worldFor = (service: boolean, now: () => number) => ({
  serviceNow: { crowd: PEOPLE, now, ...(service ? { clientCredentialsUser: 'ann.admin' } : {}) },
  slack: { crowd: PEOPLE },
  env: { SERVICENOW_POLL_SECONDS: '0', SERVICENOW_WEBHOOK_SECRET: SECRET },
});

async function connect({ slack, serviceNow, publicUrl }: House): Promise<Person[]> {
  const people: Person[] = [];
  for (const person of serviceNow.crowd) {
    const hands = slack.person(person.userName as CrowdName);
    const url = connectUrlIn((await hands.command('connect')).body);
    const browser = newBrowser();
    await browser.go(url);
    const body = new URLSearchParams({ id: new URL(url).searchParams.get('id') ?? '' });
    const away = await browser.go(`${publicUrl}/servicenow/connect`, { method: 'POST', body });
    await browser.go(await serviceNow.authorize(person, away.location ?? '', 'allow'));
    await until(
      'the link',
      () => hands.dm().messages.some(({ text }) => text.includes('You are connected as')),
      60_000,
    );
    people.push({ tenant: slack.team.id, team: slack.team.id, user: hands.id });
  }
  return people;
}

/** The bridge's own job, begun by hand, so that exactly one cycle is counted. */
async function oneCycle(house: House): Promise<void> {
  const queue = new Queue('sync', { connection: house.redis, prefix: prefixOf(house, 'sync'), skipMetasUpdate: true });
  const job = await queue.add('poll-changes', { v: 1, correlationId: 'bench' }, { attempts: 1 });
  await until('the end of the cycle', async () => (await job.isCompleted()) || (await job.isFailed()), CYCLE_MS);
  if (await job.isFailed()) throw new Error('the poll failed');
  await queue.close();
}

async function allTold(house: House): Promise<void> {
  const queue = new Queue('notify', {
    connection: house.redis,
    prefix: prefixOf(house, 'notify'),
    skipMetasUpdate: true,
  });
  const left = () => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
  await until('everybody to be told', async () => (await left()) === 0, CYCLE_MS);
  await queue.close();
}

const toResults = ({ size, figures }: Cost, who: string): Result[] =>
  Object.entries(figures).map(([what, { value, unit = '', note }]) => ({
    name: `${size.toLocaleString('en')} watched, ${who}: ${what}`,
    unit,
    subject: spreadOf([value]),
    ...(note ? { note } : {}),
  }));

function cycleCost(size: number, service: boolean): Promise<Cost> {
  let behind = HOUR_MS;
  const now = () => Date.now() - behind;
  return withHouse(worldFor(service, now), async (house) => {
    const { serviceNow, redis, slack } = house;
    const proxy = await startRedisProxy(house.store.url);
    try {
      // One in a hundred will change; of the others the instance need not even know.
      const changing = Array.from({ length: Math.max(1, size / 100) }, (_, index) => {
        const caller = serviceNow.crowd[index % PEOPLE]?.sysId ?? '';
        return (
          serviceNow.db.insert('incident', { short_description: `Watched ${index}`, caller_id: caller })['sys_id'] ?? ''
        );
      });
      behind = 0;
      await house.start('web');
      await house.start('worker', { REDIS_URL: proxy.url, PORT: '0' });
      const people = await connect(house);
      const watches = createWatches(redis, hostOf(house), createEndings(redis, hostOf(house), Date.now));
      const watched = Array.from({ length: size }, (_, index) => changing[index] ?? randomBytes(16).toString('hex'));
      await inBatches(watched, async (sysId, index) => {
        const person = people[index % PEOPLE];
        if (person) await watches.add(person, { type: 'incident', sysId }, 'asked');
      });
      const perWatch = (await bytesOf(redis, /^sn:watchers:|:watches$/)) / size;

      const count = async (act: () => Promise<void>) => {
        const requests = serviceNow.requests.length;
        const commands = proxy.count.commands;
        await act();
        return { requests: serviceNow.requests.length - requests, commands: proxy.count.commands - commands };
      };
      /** Whoever watches very much is asked for in a cycle of their own. @returns how many it took */
      const everybody = async (): Promise<number> => {
        const begin = Date.now();
        for (let cycles = 1; ; cycles++) {
          await oneCycle(house);
          if (service || (await firstTurn(house)) >= begin) return cycles;
        }
      };
      // The first round only looks where it stands, the second tells what that is.
      await everybody();
      await everybody();
      await allTold(house);
      // Something that concerns nobody happens an hour later, so that the overlap holds none of the watched tickets.
      serviceNow.db.insert('incident', { short_description: 'Watched by nobody' }, serviceNow.people.admin);
      if (service) await everybody();
      const quiet = await count(() => oneCycle(house));
      const turns: number[] = [];
      const round = service ? quiet : await count(async () => void turns.push(await everybody()));
      for (const sysId of changing) serviceNow.db.update('incident', sysId, { state: '2' }, serviceNow.people.agent);
      const posted = slack.calls.length;
      const told = await count(async () => {
        await everybody();
        await allTold(house);
      });
      // What was found has been told; this round reads it again, as the overlap wants, and finds it done.
      const again = await count(async () => void (await everybody()));
      const slackCalls = slack.calls.length - posted;
      const perCard = (await bytesOf(redis, /:card:/)) / changing.length;
      return {
        size,
        figures: {
          [REQUESTS]: { value: quiet.requests },
          [COMMANDS]: { value: quiet.commands },
          ...(service ? {} : { 'cycles until everybody had a turn': { value: turns[0] ?? Number.NaN } }),
          'requests, 1 % changed': { value: told.requests, note: `${changing.length} changed, each told once` },
          'Redis commands, 1 % changed': { value: told.commands },
          'requests, 1 % changed a moment ago': { value: again.requests, note: 'read again by the overlap' },
          'Redis commands, 1 % changed a moment ago': { value: again.commands },
          'requests for each change that is told': { value: (told.requests - again.requests) / changing.length },
          'Redis commands for each change that is told': { value: (told.commands - again.commands) / changing.length },
          'calls to Slack for each change that is told': { value: slackCalls / changing.length },
          ...(service
            ? {
                'memory of a watch': { value: perWatch, unit: 'B' },
                'memory of a card': { value: perCard, unit: 'B', note: 'once something was told' },
              }
            : { 'requests of a round, nothing changed': { value: round.requests } }),
        },
      };
    } finally {
      await proxy.close();
    }
  });
}

/** When whoever waits longest was last asked for, in ms. */
async function firstTurn(house: House): Promise<number> {
  const [, score] = await house.redis.zrange(keysOf(hostOf(house)).pollers(), 0, 0, 'WITHSCORES');
  return Number(score);
}

async function bytesOf(redis: House['redis'], names: RegExp): Promise<number> {
  let bytes = 0;
  await inBatches(
    (await scanKeys(redis)).filter((each) => names.test(each)),
    async (key) => {
      const usage = await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0').catch(() => Number.NaN);
      bytes += Number(usage ?? 0);
    },
  );
  return bytes;
}

const POLL_SECONDS = 2;
/** Changes that come faster than this are told together. */
const BURST_MS = 3_500;

/** From the change in ServiceNow to the message in Slack, beside one read and one post over the same wires. */
function latency(settings: Settings): Promise<Result[]> {
  return withHouse(worldFor(true, Date.now), async (house) => {
    const { serviceNow, slack } = house;
    await house.start('web');
    const greeter = await house.start('worker', { PORT: '0' });
    await connect(house);
    await greeter.end('SIGTERM');
    const [caller] = serviceNow.crowd;
    const hands = slack.person('watcher1');
    const row = serviceNow.db.insert('incident', { short_description: 'Timed', caller_id: caller?.sysId ?? '' });
    const sysId = row['sys_id'] ?? '';
    const lines: Result[] = [];
    for (const way of ['push', 'poll'] as const) {
      const worker = await house.start('worker', {
        PORT: '0',
        SERVICENOW_POLL_SECONDS: way === 'poll' ? String(POLL_SECONDS) : '0',
      });
      const target = { url: `${house.publicUrl}/servicenow/events`, secret: SECRET };
      serviceNow.push.configure(way === 'push' ? target : undefined);
      await hands.command(`watch ${row['number']}`);
      await until('the card', () => hands.dm().messages.some(({ text }) => text.includes('You are told because')));
      const told: number[] = [];
      const floor: number[] = [];
      for (let run = 0; run < settings.repetitions; run++) {
        settings.log(`poll-cost: from a change to the DM by ${way}, ${run + 1}`);
        // By chance, or the poll would always be equally far away.
        await sleep(BURST_MS + Math.random() * POLL_SECONDS * 1000);
        floor.push(await readAndPost(house, sysId));
        const word = `timed-${way}-${run}.`;
        const began = performance.now();
        serviceNow.db.update('incident', sysId, { comments: word }, serviceNow.people.agent);
        await until('the message', () => hands.dm().messages.some(({ text }) => text.includes(word)), 30_000);
        told.push(performance.now() - began);
      }
      lines.push({
        name: `from a change to the DM by ${way}`,
        unit: 'ms',
        subject: spreadOf(told),
        floor: spreadOf(floor),
        ratio: spreadOf(told.map((ms, index) => ms / (floor[index] ?? Number.NaN))),
        note: way === 'poll' ? `asked every ${POLL_SECONDS} s` : 'floor: one read and one post',
      });
      await worker.end('SIGTERM');
    }
    return lines;
  });
}

async function readAndPost({ serviceNow, slack }: House, sysId: string): Promise<number> {
  const grant = await fetch(`${serviceNow.url}/oauth_token.do`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: serviceNow.clientId,
      client_secret: serviceNow.clientSecret,
    }),
  });
  const { access_token: token } = (await grant.json()) as { access_token: string };
  const began = performance.now();
  const read = await fetch(`${serviceNow.url}/api/now/table/incident/${sysId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await read.text();
  const posted = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel: slack.person('watcher2').id, text: 'the floor' }),
  });
  await posted.text();
  return performance.now() - began;
}
