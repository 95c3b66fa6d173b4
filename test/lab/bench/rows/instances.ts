import { randomBytes } from 'node:crypto';
import { closeQueues, createEnqueue, createQueues, type Enqueue } from '../../../../src/jobs/enqueue.ts';
import { clientOf } from '../../../sandbox/redis.ts';
import { connectUrlIn, followConnect } from '../../../support/flow.ts';
import { instancesOf } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';
import { adaOf } from '../ada.ts';
import { preciseNow, withHouse } from '../house.ts';
import type { Row } from '../row.ts';
import { spreadOf } from '../stats.ts';

const FILINGS = 150;
const LATENCY_MS = 50;
/** The other one answers after so long, and has more to do than its worker has hands. */
const HANGS_MS = 3_000;
const BACKLOG = 200;
const TARGET = 1.2;

/** Filings on one instance while another one hangs, and while that is idle: one worker process serves both. */
export const instances: Row = {
  name: 'instances',
  about: `${FILINGS} filings on one instance, while ${BACKLOG} wait for another one that takes ${HANGS_MS} ms to answer`,
  run: (settings) =>
    withHouse(
      {
        serviceNow: { latencyMs: LATENCY_MS, transactions: 16 },
        second: {},
        env: { SERVICENOW_POLL_SECONDS: '0' },
      },
      async (house) => {
        const { ada, serviceNow, second, publicUrl } = house;
        if (!second) throw new Error('there is no second instance');
        await house.start('web');
        await house.start('worker');
        await house.link();
        const { body } = await ada.command('connect hr');
        await followConnect({ publicUrl, serviceNow: second }, connectUrlIn(body), 'requester');
        const connection = clientOf(house.store.url);
        const [here, there] = instancesOf(house).map((instance) => {
          const queues = createQueues(connection, instance);
          return { queues, enqueue: createEnqueue(queues, connection, 10_000, async () => undefined) };
        });
        if (!here || !there) throw new Error('there are not two');
        const enqueueHere = here.enqueue;
        const filed = () =>
          serviceNow.requests.filter(({ method, path }) => method === 'POST' && path.includes('/table/'));
        const askedThere = () => second.requests.filter(({ path }) => path.startsWith('/api/')).length;

        async function file(count: number, { enqueue }: { enqueue: Enqueue }): Promise<void> {
          await Promise.all(
            Array.from({ length: count }, () => {
              const key = `instances-${randomBytes(8).toString('hex')}`;
              const draft = {
                title: 'Printer on fire',
                description: '',
                impact: '3',
                urgency: '3',
                fileIds: [],
              } as const;
              const args = { submission: key, draft };
              const person = adaOf(house);
              const payload = { v: 1 as const, correlationId: key, person, operation: 'incident', args, key };
              return enqueue('operate', payload, `file-${key}`);
            }),
          );
        }
        /** @returns how many were filed in a second */
        async function rate(): Promise<number> {
          const before = filed().length;
          const begin = preciseNow();
          await file(FILINGS, { enqueue: enqueueHere });
          await until('all to be filed', () => filed().length >= before + FILINGS, 60_000);
          return (FILINGS * 1_000) / (preciseNow() - begin);
        }

        const pairs: { idle: number; beside: number }[] = [];
        try {
          // The bound grows while the instance answers quickly.
          for (let warmUp = 0; warmUp < 3; warmUp++) await rate();
          for (let run = 0; run < settings.repetitions; run++) {
            settings.log(`instances: repetition ${run + 1}`);
            const idle = await rate();
            const before = askedThere();
            second.faults.set({ kind: 'latency', ms: HANGS_MS });
            await file(BACKLOG, there);
            await until('the other one to be asked', () => askedThere() > before);
            const beside = await rate();
            if ((await there.queues.interactive.getActiveCount()) === 0) throw new Error('the other one was idle');
            second.faults.clear();
            await there.queues.interactive.drain();
            await until(
              'the other one to be done',
              async () => (await there.queues.interactive.getActiveCount()) === 0,
              60_000,
            );
            pairs.push({ idle, beside });
          }
        } finally {
          await closeQueues(here.queues);
          await closeQueues(there.queues);
          connection.disconnect();
        }
        const ratio = spreadOf(pairs.map(({ idle, beside }) => idle / beside));
        return [
          {
            name: 'filings beside one that hangs',
            unit: '/s',
            subject: spreadOf(pairs.map(({ beside }) => beside)),
            floor: spreadOf(pairs.map(({ idle }) => idle)),
            ratio,
            target: { words: `≤ × ${TARGET} of the time`, met: ratio.median <= TARGET },
            note: 'the floor: the same while the other one is idle',
          },
        ];
      },
    ),
};
