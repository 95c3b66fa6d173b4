import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { closeQueues, createQueues } from '../../../src/jobs/enqueue.ts';
import { clientOf } from '../../sandbox/redis.ts';
import { instanceOf } from '../../support/store.ts';
import { type House, preciseNow, withHouse } from '../bench/house.ts';
import { atEach } from '../bench/load.ts';
import { exitOnSignals } from '../signals.ts';
import { type Cast, play } from './day.ts';
import { createDeeds, type Done } from './deeds.ts';
import { BEHAVIOUR, UNIT_COSTS } from './figures.ts';
import { between, createMeter, heldBytes, infoOf } from './meter.ts';
import { type Deed, needOf, ratesOf } from './model.ts';
import { createSettlers, type Member } from './people.ts';
import { report } from './report.ts';
import { limitTable, markdown, needTable, unitTable } from './tables.ts';

/**
 * `npm run capacity`: holds the arithmetic of docs/capacity.md against the bridge itself. A store full of people, real
 * processes, and the busiest hour of a day, so many times faster that this machine is busy.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10000' },
    speed: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
    workers: { type: 'string', default: '1' },
    latency: { type: 'string', default: '20' },
    /** Slack's limits apply, as if all were in one workspace. */
    strict: { type: 'boolean', default: false },
    /** Only the arithmetic: the tables of docs/capacity.md. */
    paper: { type: 'boolean', default: false },
  },
});
exitOnSignals();
if (values.paper) {
  console.log([unitTable(), needTable(), limitTable()].map(markdown).join('\n\n'));
  process.exit(0);
}
const [people, speed, seconds, workers, latencyMs] = [
  values.people,
  values.speed,
  values.seconds,
  values.workers,
  values.latency,
].map(Number) as [number, number, number, number, number];

const LIMIT_MS = 10 * 60_000;
const SETTLE_MS = 120_000;
const WARM_UP_PER_SECOND = 20;
const SECRET = 'a-plainly-fake-webhook-secret';

setTimeout(() => {
  console.error(`It took longer than ${LIMIT_MS / 60_000} minutes and was stopped.`);
  process.exit(1);
}, LIMIT_MS).unref();

// Ended from outside, it takes its store and its processes along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const log = (line: string) => console.error(line);

await withHouse(
  {
    // An instance with a service identity that pushes as well: what docs/operations.md asks of anybody with many people.
    serviceNow: { crowd: people, latencyMs, now: preciseNow, clientCredentialsUser: 'ann.admin' },
    slack: { crowd: people, now: preciseNow, rateLimits: values.strict ? 'strict' : 'off' },
    env: { SERVICENOW_POLL_SECONDS: String(BEHAVIOUR.pollSeconds), SERVICENOW_WEBHOOK_SECRET: SECRET },
  },
  async (house) => {
    const rates = ratesOf(people * speed, BEHAVIOUR);
    const connection = clientOf(house.store.url);
    const queues = createQueues(connection, instanceOf(house));
    try {
      log(`${people} people are settled`);
      const memory = await settle(house);
      log('the bridge starts');
      const processes = { web: [await house.start('web')], worker: [] as { pid: number }[] };
      for (let each = 0; each < workers; each++) processes.worker.push(await house.start('worker'));
      const pids = { web: processes.web.map(({ pid }) => pid), worker: processes.worker.map(({ pid }) => pid) };
      const meter = await createMeter(house, pids, queues);
      house.serviceNow.push.configure({ url: `${house.publicUrl}/servicenow/events`, secret: SECRET });
      const settlers = createSettlers(house);
      const { cast, actors } = castOf(settlers, rates);
      log(`warm-up: ${cast.told.length} people get a card`);
      await warmUp(house, cast);
      await meter.settled(SETTLE_MS);
      await settlers.linkAll(true, 0, actors);
      log(`${seconds} s of the busiest hour, ${speed} times as fast`);
      const before = await meter.read();
      const day = await play(house, cast, rates, seconds, meter);
      const atEnd = await meter.read();
      await meter.settled(SETTLE_MS);
      const after = await meter.read();
      const need = needOf(rates, people, BEHAVIOUR, UNIT_COSTS, { web: 1, worker: workers, redis: 1 });
      const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${house.store.kind}`;
      console.log(
        report({
          title: `${people} people, ${speed} times as fast; ${workers} worker(s), ServiceNow takes ${latencyMs} ms; ${machine}`,
          house,
          day,
          seconds,
          need,
          memory: { bytes: memory, people },
          whole: between(before, after),
          loaded: between(before, atEnd),
          strict: values.strict,
        }),
      );
    } finally {
      await closeQueues(queues);
      connection.disconnect();
    }
  },
);
process.exit(0);

/** @returns the bytes that it took */
async function settle(house: House): Promise<number> {
  const used = async () => heldBytes(await infoOf(house.redis));
  const before = await used();
  const settlers = createSettlers(house);
  await settlers.linkAll(false);
  const everybody = settlers.everybody();
  const tickets = everybody.map(() => Array.from({ length: BEHAVIOUR.watches }, () => randomBytes(16).toString('hex')));
  const ticketOf = (person: number, nth: number) => tickets[person]?.[nth] ?? '';
  await settlers.watchAll(everybody, BEHAVIOUR.watches, ticketOf);
  const like = house.serviceNow.db.rows('incident')[0] ?? {};
  await settlers.cardAll(everybody, BEHAVIOUR.cards, like, ticketOf);
  return (await used()) - before;
}

/** So many different people that the assumed share of requests begins with a refresh. */
function castOf(settlers: ReturnType<typeof createSettlers>, rates: Record<Deed, number>) {
  const share = (perSecond: number) => Math.max(1, Math.round(perSecond * seconds * BEHAVIOUR.expired));
  const askers = Math.min(share(rates.show + rates.list + rates.filing + rates.watch), Math.floor(people / 2));
  const watchers = Math.min(share(rates.told), Math.floor(people / 4));
  const asking = settlers.members(0, askers, 'Asked for');
  const told = settlers.members(askers, askers + watchers, 'Watched');
  const unheard = settlers.members(askers + watchers, askers + watchers + 50, 'Watched by nobody');
  // One after the other, or those who look first would be those who file first, and always the same.
  const turned = (part: number) => [...asking.slice(askers * part), ...asking.slice(0, askers * part)];
  const cast: Cast = {
    show: asking,
    list: turned(0.55),
    filing: turned(0.85),
    watch: turned(0.95),
    told,
    unheard,
  };
  return { cast, actors: askers + watchers };
}

async function warmUp(house: House, { show, told }: Cast): Promise<void> {
  const deeds = createDeeds(house);
  const done: Promise<Done>[] = [];
  const some = show.slice(0, 2 * WARM_UP_PER_SECOND);
  const acts: (() => Promise<Done>)[] = [
    ...(['show', 'list', 'filing'] as const).flatMap((deed) =>
      some.map((member: Member, nth) => () => deeds[deed](member, nth)),
    ),
    ...told.map((member) => () => deeds.watch(member)),
  ];
  const begin = preciseNow() + 100;
  await atEach(
    acts.map((_, index) => begin + (index * 1000) / WARM_UP_PER_SECOND),
    (index) => {
      const act = acts[index];
      if (act) done.push(act());
    },
  );
  const refused = (await Promise.all(done)).flatMap((each) => each.refused);
  if (refused.length > 0) log(`  refused: ${refused.length}, e.g. ${refused[0]}`);
}
