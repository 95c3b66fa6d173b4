import { setTimeout as sleep } from 'node:timers/promises';
import { type JobsOptions, Queue } from 'bullmq';
import { UnavailableError } from '../errors.ts';
import { type RedisClient, untilReady } from '../redis/connection.ts';
import { queuePrefix } from '../redis/keys.ts';
import { QUEUES, type QueueName } from './define.ts';
import { type JobName, jobRow, type PayloadOf } from './index.ts';

/**
 * Puts a job into its queue. Resolves once Redis has it.
 * @param id the idempotency key: made from what Slack or ServiceNow named, never from our clock; the same id while its job
 *   is kept adds nothing
 * @throws {UnavailableError} where Redis did not take it in time; then nothing was done
 */
export type Enqueue = <N extends JobName>(name: N, payload: PayloadOf<N>, id: string) => Promise<void>;

export type Queues = Record<QueueName, Queue>;

const HOUR_SECONDS = 3600;
const PAUSE_MS = 50;

/** Finished jobs are kept so that a repeat of the same request is recognised; failed ones so that they can be looked into. */
const KEPT: JobsOptions = {
  removeOnComplete: { age: HOUR_SECONDS },
  removeOnFail: { age: 30 * 24 * HOUR_SECONDS },
};

export function createQueues(connection: RedisClient, instance: string): Queues {
  // The connection logs its troubles itself; a queue that nobody listens to prints each of them once more.
  const queue = (name: QueueName) =>
    new Queue(name, {
      connection,
      prefix: queuePrefix(name, instance),
      skipMetasUpdate: true,
      streams: { events: { maxLen: 100 } },
    }).on('error', () => {});
  return { interactive: queue('interactive'), deliver: queue('deliver'), notify: queue('notify'), sync: queue('sync') };
}

/** @param patienceMs how long to keep trying while Redis is away */
export function createEnqueue(queues: Queues, connection: RedisClient, patienceMs: number): Enqueue {
  return async (name, payload, id) => {
    const { queue, schema, attempts } = jobRow(name);
    const data = schema.parse(payload);
    const options: JobsOptions = { ...KEPT, jobId: jobId(id), attempts, backoff: { type: 'custom' } };
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        await untilReady(connection, Math.max(1, deadline - Date.now()));
        await queues[queue].add(name, data, options);
        return;
      } catch (cause) {
        // Adding again is safe: the same id adds nothing.
        if (Date.now() + PAUSE_MS >= deadline)
          throw new UnavailableError('store-unavailable', `${name} not enqueued`, { cause });
        await sleep(PAUSE_MS);
      }
    }
  };
}

/** BullMQ refuses `:` and all-digit ids. */
export const jobId = (id: string) => `j-${id.replace(/[^\w.-]+/g, '-')}`.slice(0, 200);

/** How many jobs of each queue wait, run, are delayed or have failed. */
export async function countJobs(queues: Queues): Promise<{ queue: string; state: string; count: number }[]> {
  const counts = await Promise.all(
    (Object.keys(QUEUES) as QueueName[]).map(async (queue) =>
      Object.entries(await queues[queue].getJobCounts('waiting', 'active', 'delayed', 'failed')).map(
        ([state, count]) => ({ queue, state, count }),
      ),
    ),
  );
  return counts.flat();
}

export const closeQueues = (queues: Queues) => Promise.all(Object.values(queues).map((queue) => queue.close()));
