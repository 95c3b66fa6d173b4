import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { closeQueues, createEnqueue, createQueues } from '../../../../src/jobs/enqueue.ts';
import { clientOf } from '../../../sandbox/redis.ts';
import { instanceOf } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';
import { accessTokenOf, adaOf, INSERT_PATH, incidentFields } from '../ada.ts';
import { type House, withHouse } from '../house.ts';
import type { Result, Row } from '../row.ts';
import { spreadOf } from '../stats.ts';

/** A large instance. It has room for more than that in its queue, and the bridge is allowed to send more. */
const PLACES = 16;
const QUEUE = 150;
const MAX_PARALLEL = '200';
const WORKERS = 2;
const LATENCY_MS = 500;
const SLOW_MS = 3_000;
const SPELL_MS = 10_000;
const WINDOW_MS = 8_000;
const USED = 0.9;
const BACK_MS = 10_000;
/** Jobs are there at all times: as many as the instance could do in all the time that this takes. */
const LOAD = (PLACES * 1_000) / LATENCY_MS;

/** How much of an instance the bridge uses under load, what it sends in vain, and how soon it is back after a slow spell. */
export const pace: Row = {
  name: 'pace',
  about: `an instance of ${PLACES} transactions at a time, a queue of ${QUEUE}, and more work than it can do`,
  run: (settings) =>
    withHouse(
      {
        serviceNow: { transactions: PLACES, transactionQueue: QUEUE, latencyMs: LATENCY_MS, mostAtOnce: 1_000 },
        env: { SERVICENOW_MAX_PARALLEL: MAX_PARALLEL, SERVICENOW_POLL_SECONDS: '0' },
      },
      async (house) => {
        const { serviceNow } = house;
        const web = await house.start('web');
        await house.link();
        await web.end('SIGTERM');
        const connection = clientOf(house.store.url);
        const queues = createQueues(connection, instanceOf(house));
        const enqueue = createEnqueue(queues, connection, 10_000, async () => undefined);
        const inserts = () =>
          serviceNow.requests.filter(({ method, path }) => method === 'POST' && path.includes('/table/'));
        /** A second, of those that came within a span. */
        const rate = (from: number, to: number) =>
          (inserts().filter(({ at }) => at >= from && at < to).length * 1_000) / (to - from);
        /** @returns how long it took until a second had as many as that */
        const reach = async (perSecond: number, from: number, what: string): Promise<number> => {
          await until(what, () => rate(Date.now() - 1_000, Date.now()) >= perSecond, 60_000);
          return Date.now() - from;
        };

        const repetitions = settings.quick ? 1 : 3;
        try {
          const floor = await floorOf(house, rate);
          const work = LOAD * (30 + repetitions * ((SPELL_MS + WINDOW_MS) / 1_000 + 20));
          await Promise.all(Array.from({ length: work }, () => file()));
          const begin = Date.now();
          for (let worker = 0; worker < WORKERS; worker++) await house.start('worker');
          await until('the first filing', () => inserts().some(({ at }) => at >= begin));
          const grown = await reach(floor * USED, Date.now(), 'full speed');
          const used: number[] = [];
          const back: number[] = [];
          for (let run = 0; run < repetitions; run++) {
            settings.log(`pace: repetition ${run + 1}`);
            const from = Date.now();
            await sleep(WINDOW_MS);
            used.push(rate(from, Date.now()));
            serviceNow.settings.latencyMs = SLOW_MS;
            await sleep(SPELL_MS);
            serviceNow.settings.latencyMs = LATENCY_MS;
            back.push((await reach(floor * USED, Date.now(), 'full speed after a slow spell')) / 1_000);
          }
          const refused = serviceNow.requests.filter(({ status }) => status === 429).length;
          const ratio = spreadOf(used.map((each) => each / floor));
          return [
            {
              name: 'filings under load',
              unit: '/s',
              subject: spreadOf(used),
              floor: spreadOf([floor]),
              ratio,
              target: { words: `≥ × ${USED}`, met: ratio.median >= USED },
              note: `full speed ${(grown / 1_000).toFixed(1)} s after the first filing; at most ${serviceNow.maxConcurrent()} at once`,
            },
            {
              name: 'full speed again after a slow spell',
              unit: 's',
              subject: spreadOf(back),
              floor: spreadOf([SLOW_MS / 1_000]),
              ratio: spreadOf(back.map((each) => (each * 1_000) / SLOW_MS)),
              target: { words: `≤ ${BACK_MS / 1_000} s`, met: Math.max(...back) * 1_000 <= BACK_MS },
              note: 'the floor: what was sent within the spell takes as long as that',
            },
            {
              name: 'turned away with 429',
              unit: '',
              subject: spreadOf([refused]),
              target: { words: '0: the bound stops before the queue is full', met: refused === 0 },
            },
          ] satisfies Result[];
        } finally {
          await closeQueues(queues);
          connection.disconnect();
        }

        async function file(): Promise<void> {
          const key = `pace-${randomBytes(8).toString('hex')}`;
          const draft = { title: 'Printer on fire', description: '', impact: '3', urgency: '3', fileIds: [] } as const;
          const args = { submission: key, draft };
          const person = adaOf(house);
          const payload = { v: 1 as const, correlationId: key, person, operation: 'incident', args, key };
          await enqueue('operate', payload, `file-${key}`);
        }
      },
    ),
};

/** What the instance does for whoever sends as much as it can take. */
async function floorOf(house: House, rate: (from: number, to: number) => number): Promise<number> {
  const token = await accessTokenOf(house);
  const agent = new Agent({ connections: 2 * PLACES });
  const from = Date.now();
  const until = from + WINDOW_MS;
  const keepSending = async () => {
    while (Date.now() < until) {
      const sysId = randomBytes(16).toString('hex');
      const answer = await request(`${house.serviceNow.url}${INSERT_PATH}`, {
        method: 'POST',
        dispatcher: agent,
        headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(incidentFields('Direct', sysId, house.serviceNow.people.requester.sysId)),
      });
      await answer.body.text();
    }
  };
  await Promise.all(Array.from({ length: 2 * PLACES }, keepSending));
  await agent.close();
  // Its first requests came all at once.
  return rate(from + 1_000, until);
}
