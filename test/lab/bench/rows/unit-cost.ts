import { setTimeout as sleep } from 'node:timers/promises';
import { closeQueues, createQueues } from '../../../../src/jobs/enqueue.ts';
import { clientOf } from '../../../sandbox/redis.ts';
import { instanceOf } from '../../../support/store.ts';
import { createDeeds } from '../../capacity/deeds.ts';
import { between, createMeter, type Meter, type Reading } from '../../capacity/meter.ts';
import { METHODS } from '../../capacity/model.ts';
import { createSettlers, type Member } from '../../capacity/people.ts';
import { withHouse } from '../house.ts';
import { atEach } from '../load.ts';
import type { Result, Row } from '../row.ts';
import { spreadOf } from '../stats.ts';

const PER_SECOND = 25;
const IDLE_MS = 5_000;
const SETTLE_MS = 30_000;
const SECRET = 'a-plainly-fake-webhook-secret';

const FIGURES = ['webMs', 'workerMs', 'redisMs', 'redisCommands', 'serviceNow', 'usedBytes'] as const;
const UNITS = { webMs: 'ms', workerMs: 'ms', redisMs: 'ms', redisCommands: '', serviceNow: '', usedBytes: 'B' };

/** What each deed costs, one kind at a time: the unit costs of `test/lab/capacity/model.ts`. */
export const unitCost: Row = {
  name: 'unit-cost',
  about: 'what one deed costs each part; the figures behind docs/capacity.md',
  run: (settings) => {
    const each = settings.quick ? 25 : 100;
    const rounds = settings.quick ? 2 : settings.repetitions;
    return withHouse(
      {
        serviceNow: { crowd: each * (rounds + 2) },
        slack: { crowd: each * (rounds + 2) },
        env: { SERVICENOW_POLL_SECONDS: '0', SERVICENOW_WEBHOOK_SECRET: SECRET },
      },
      async (house) => {
        const settlers = createSettlers(house);
        await settlers.linkAll(false);
        const askers = settlers.members(0, each, 'Asked for');
        const others = settlers.members(each, 2 * each, 'Watched by nobody');
        // All made before the instance pushes: what is new would be pushed, and counted.
        const watching = Array.from({ length: rounds }, (_, round) =>
          settlers.members((round + 2) * each, (round + 3) * each, 'Watched'),
        );
        const web = await house.start('web');
        const worker = await house.start('worker');
        const connection = clientOf(house.store.url);
        const queues = createQueues(connection, instanceOf(house));
        try {
          const meter = await createMeter(house, { web: [web.pid], worker: [worker.pid] }, queues);
          const deeds = createDeeds(house);
          house.serviceNow.push.configure({ url: `${house.publicUrl}/servicenow/events`, secret: SECRET });
          const idle = await idleCost(meter);
          const run = (members: Member[], act: (member: Member, nth: number) => Promise<unknown>) =>
            costOf(members, act, meter, idle);
          // Everybody's code is compiled, and everybody's name is known, before it counts.
          for (const deed of ['show', 'list', 'filing'] as const) await run(askers, deeds[deed]);
          const samples: Record<string, Reading[]> = {};
          for (let round = 0; round < rounds; round++) {
            settings.log(`unit-cost: repetition ${round + 1}`);
            const watchers = watching[round] ?? [];
            const expired = async () => {
              await settlers.linkAll(true, 0, each);
              return run(askers, deeds.show);
            };
            for (const [name, sample] of [
              ['show', () => run(askers, deeds.show)],
              ['show, token expired', expired],
              ['list', () => run(askers, deeds.list)],
              ['filing', () => run(askers, deeds.filing)],
              ['watch', () => run(watchers, deeds.watch)],
              ['told', () => run(watchers, deeds.told)],
              ['unheard', () => run(others, deeds.unheard)],
            ] as const)
              samples[name] = [...(samples[name] ?? []), await sample()];
          }
          return [...idleLines(idle), ...Object.entries(samples).flatMap(([name, list]) => lines(name, list))];
        } finally {
          await closeQueues(queues);
          connection.disconnect();
        }
      },
    );
  },
};

async function idleCost(meter: Meter): Promise<Reading> {
  const before = await meter.read();
  await sleep(IDLE_MS);
  return between(before, await meter.read());
}

/** The mean of one deed, without what passing time alone costs. */
async function costOf(
  members: readonly Member[],
  act: (member: Member, nth: number) => Promise<unknown>,
  meter: Meter,
  idle: Reading,
): Promise<Reading> {
  const before = await meter.read();
  const begin = performance.timeOrigin + performance.now() + 100;
  const done: Promise<unknown>[] = [];
  await atEach(
    members.map((_, index) => begin + (index * 1000) / PER_SECOND),
    (index) => {
      const member = members[index];
      if (member) done.push(act(member, index));
    },
  );
  await Promise.all(done);
  await meter.settled(SETTLE_MS);
  const all = between(before, await meter.read());
  const share = (name: (typeof FIGURES)[number]) => (all[name] - (idle[name] * all.at) / idle.at) / members.length;
  return {
    ...all,
    ...Object.fromEntries(FIGURES.map((name) => [name, share(name)])),
    slack: Object.fromEntries(METHODS.map((name) => [name, all.slack[name] / members.length])) as Reading['slack'],
  };
}

const lines = (name: string, samples: Reading[]): Result[] => [
  ...FIGURES.map((figure) => ({
    name: `${name}: ${figure}`,
    unit: UNITS[figure],
    subject: spreadOf(samples.map((sample) => sample[figure])),
  })),
  ...METHODS.filter((method) => samples.some(({ slack }) => slack[method] > 0)).map((method) => ({
    name: `${name}: ${method}`,
    unit: '',
    subject: spreadOf(samples.map(({ slack }) => slack[method])),
  })),
];

const idleLines = (idle: Reading): Result[] =>
  (['webMs', 'workerMs', 'redisMs', 'redisCommands'] as const).map((figure) => ({
    name: `idle, a second: ${figure}`,
    unit: UNITS[figure],
    subject: spreadOf([(idle[figure] * 1000) / idle.at]),
  }));
