import { randomBytes } from 'node:crypto';
import type { JobContext } from '../../../../src/jobs/define.ts';
import { fanOutChange } from '../../../../src/jobs/fan-out-change.ts';
import { createEndings } from '../../../../src/notifications/endings.ts';
import { createSubscriptions } from '../../../../src/notifications/subscriptions.ts';
import { createWatches } from '../../../../src/notifications/watches.ts';
import { createVault } from '../../../../src/redis/vault.ts';
import { clientOf } from '../../../sandbox/redis.ts';
import { ownDatabase } from '../../../support/own-database.ts';
import { startRedisProxy } from '../../../support/redis-proxy.ts';
import type { Result, Row } from '../row.ts';
import { spreadOf } from '../stats.ts';

const ALL = 10_000;
const QUICK_ALL = 1_000;
/** Those that want the change that is measured. */
const MATCHES = 5;
const CHANGES = 500;
const MOST = 1.2;
const INSTANCE = 'bench';
const OWNER = { tenant: 'T0BENCH', team: 'T0BENCH', user: 'U0BENCH' };

const id = () => randomBytes(16).toString('hex');

/** What one change costs by the number of channels' subscriptions; the floor is a house with those alone that want it. */
export const subscriptionsCost: Row = {
  name: 'subscriptions',
  about: 'passing on a change that five channels want, beside ten thousand subscriptions that do not want it',
  async run(settings) {
    const all = settings.quick ? QUICK_ALL : ALL;
    const wanted = id();
    const floorHouse = await houseWith(MATCHES, wanted);
    const house = await houseWith(all, wanted);
    try {
      const fits = () => ({ assignment_group: wanted, priority: '3', state: '2', category: 'network' });
      const fitsNone = () => ({ ...fits(), assignment_group: id() });
      const results: Result[] = [];
      for (const [name, values, reads] of [
        ['a change that five want', fits, MATCHES],
        ['a change that nobody wants', fitsNone, 0],
      ] as const) {
        const [subject, floor, ratio]: number[][] = [[], [], []];
        // The code is compiled before it counts.
        for (const each of [floorHouse, house]) await each.pass(values);
        for (let run = 0; run < settings.repetitions; run++) {
          settings.log(`subscriptions: ${name}, repetition ${run + 1}`);
          const [cost, least] = await inTurns(house, floorHouse, values, reads);
          subject?.push(cost);
          floor?.push(least);
          ratio?.push(cost / least);
        }
        const spread = spreadOf(ratio ?? []);
        const [turns, fewest] = [await house.turns(values), await floorHouse.turns(values)];
        results.push(
          {
            name: `${name}, beside ${all.toLocaleString('en')}: time`,
            unit: 'ms',
            subject: spreadOf(subject ?? []),
            floor: spreadOf(floor ?? []),
            ratio: spread,
            target: { words: `≤ ${MOST} ×`, met: spread.median <= MOST },
            note: `reads of ServiceNow: ${reads}`,
          },
          {
            name: `${name}, beside ${all.toLocaleString('en')}: Redis turns`,
            unit: '',
            subject: spreadOf([turns]),
            floor: spreadOf([fewest]),
            target: { words: 'as many', met: turns === fewest },
          },
        );
      }
      return results;
    } finally {
      await floorHouse.close();
      await house.close();
    }
  },
};

type Passing = Awaited<ReturnType<typeof houseWith>>;

/** One change here, the next one there, so that a busy neighbour slows both down. @returns the mean of each, in ms */
async function inTurns(house: Passing, floorHouse: Passing, values: () => object, reads: number) {
  const spent = [0, 0] as [number, number];
  for (let nth = 0; nth < CHANGES; nth++)
    for (const [index, each] of [house, floorHouse].entries()) {
      const began = performance.now();
      const found = await each.pass(values);
      spent[index === 0 ? 0 : 1] += performance.now() - began;
      if (found !== reads) throw new Error(`${found} reads instead of ${reads}`);
    }
  return [spent[0] / CHANGES, spent[1] / CHANGES] as const;
}

/** So many subscriptions, five of which want tickets of one team; the others' teams are others. */
async function houseWith(size: number, wanted: string) {
  const store = await ownDatabase();
  const proxy = await startRedisProxy(store.url);
  const redis = clientOf(store.url);
  const seen = clientOf(proxy.url);
  const vault = createVault([randomBytes(32)]);
  const saved = createSubscriptions(redis, vault, INSTANCE);
  for (let nth = 0; nth < size; nth++)
    await saved.save({
      id: `subscription-${nth}`,
      channel: `C${nth}`,
      owner: OWNER,
      filter: {
        type: 'incident',
        assignmentGroup: { value: nth < MATCHES ? wanted : id(), label: 'A team' },
        priorities: [],
        states: [],
      },
      createdAt: nth,
      paused: false,
    });

  const partsOn = (client: typeof redis) => ({
    subscriptions: createSubscriptions(client, vault, INSTANCE),
    watches: createWatches(client, INSTANCE, createEndings(client, INSTANCE, Date.now)),
    peopleBehind: async () => new Map(),
  });
  async function passOn(client: typeof redis, values: object): Promise<number> {
    let reads = 0;
    const enqueue = async () => {
      reads += 1;
    };
    const context = { ...partsOn(client), enqueue };
    const change = { table: 'incident', sysId: id(), modCount: 1, values };
    // Of the context it uses no more than this.
    await fanOutChange.process({ v: 1, correlationId: 'bench', change }, context as unknown as JobContext);
    return reads;
  }
  return {
    pass: (values: () => object) => passOn(redis, values()),
    async turns(values: () => object): Promise<number> {
      await seen.ping();
      proxy.turns.length = 0;
      await passOn(seen, values());
      return proxy.turns.length;
    },
    async close(): Promise<void> {
      redis.disconnect();
      seen.disconnect();
      await proxy.close();
      await store.close();
    },
  };
}
