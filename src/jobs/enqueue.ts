import { setTimeout as sleep } from 'node:timers/promises';
import { type JobsOptions, Queue } from 'bullmq';
import { isUnheard, UnavailableError } from '../errors.ts';
import { nameStoreTrouble, type RedisClient, untilReady } from '../redis/connection.ts';
import { type Person, queuePrefix } from '../redis/keys.ts';
import { withinTime } from '../within-time.ts';
import { type JobName, jobRow, type PayloadOf } from './catalogue.ts';
import { kindOf, policyOf, QUEUES, type QueueName } from './define.ts';
import { createFairness } from './fairness.ts';

/**
 * Puts a job into its queue. Resolves once Redis has it.
 * @param id the idempotency key: made from what Slack or ServiceNow named, never from our clock; the same id while its job
 *   is kept adds nothing, but for a look that failed
 * @param anew a job of this id that has ended does not count: what it looked at may have changed, or a button is pressed again
 * @throws {UnavailableError} where Redis did not take it in time: `store-unavailable` where nothing was done, `store-silent`
 *   only where the job was sent and nobody says whether it is there
 */
export type Enqueue = <N extends JobName>(
  name: N,
  payload: PayloadOf<N>,
  id: string,
  options?: { anew?: boolean },
) => Promise<void>;

export type Queues = Record<QueueName, Queue>;

const HOUR_SECONDS = 3600;
const PAUSE_MS = 50;
/** With the patience of whoever answers Slack, well within its three seconds. */
const LOOK_MS = 400;

/** Finished jobs are kept so that a repeat of the same request is recognised; failed ones so that they can be looked into. */
const KEPT = {
  removeOnComplete: { age: HOUR_SECONDS },
  removeOnFail: { age: 30 * 24 * HOUR_SECONDS },
} satisfies JobsOptions;
/** Push and poll find a change within minutes of each other; after that the same version may be another one, restored. */
const LOOKED_SECONDS = 10 * 60;

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

/**
 * @param patienceMs how long to keep trying while Redis is away
 * @param accountOf the ServiceNow user as whom somebody is linked
 */
export function createEnqueue(
  queues: Queues,
  connection: RedisClient,
  patienceMs: number,
  accountOf: (person: Person) => Promise<string | undefined>,
): Enqueue {
  const priorityOf = createFairness(Date.now);
  return async (name, payload, id, { anew = false } = {}) => {
    const row = jobRow(name);
    const { queue, schema, isLook } = row;
    // What it does not name is left out, so that nothing gets into Redis by oversight.
    const data = schema.parse(payload) as typeof payload;
    const options: JobsOptions = {
      ...KEPT,
      ...(isLook ? { removeOnComplete: { age: LOOKED_SECONDS } } : {}),
      jobId: jobId(id),
      attempts: policyOf(row, data).attempts,
      // Nobody waits for the rest.
      ...(QUEUES[queue].isBackground || !('person' in payload) ? {} : { priority: priorityOf(queue, payload.person) }),
      backoff: { type: 'custom' },
    };
    // A job that has ended in one of these ways goes on standing under its id, and nothing is added until it is removed.
    const ended: string[] = [...(anew ? ['completed'] : []), ...(anew || isLook ? ['failed'] : [])];
    const deadline = Date.now() + patienceMs;
    const timeLeft = () => Math.max(1, deadline - Date.now());
    let mayBeThere = false;
    for (;;) {
      let isSent = false;
      const attempt = async () => {
        await untilReady(connection, timeLeft());
        const actsAs = kindOf(row, data) === 'deed' && 'person' in payload ? payload.person : undefined;
        const account = actsAs && (await accountOf(actsAs));
        // Whoever waited has been told by then that nothing was done.
        if (Date.now() >= deadline) throw outOfTime();
        const add = () => queues[queue].add(name, account ? { ...data, account } : data, options);
        isSent = true;
        const [state] = await Promise.all([ended.length > 0 && queues[queue].getJobState(jobId(id)), add()]);
        if (!state || !ended.includes(state)) return;
        await queues[queue].remove(jobId(id));
        await add();
      };
      try {
        return await withinTime(timeLeft(), attempt(), outOfTime);
      } catch (cause) {
        // Only what was sent can have been done: a question that was not answered has changed nothing.
        mayBeThere ||= isSent && isUnheard(nameStoreTrouble(cause));
        if (Date.now() + PAUSE_MS >= deadline) {
          if (mayBeThere && (await isThere(queues[queue], jobId(id), ended))) return;
          throw new UnavailableError(mayBeThere ? 'store-silent' : 'store-unavailable', `${name} not enqueued`, {
            cause,
          });
        }
        // Adding again is safe: the same id adds nothing.
        await sleep(PAUSE_MS);
      }
    }
  };
}

const outOfTime = () => new UnavailableError('store-silent', 'Redis did not answer in time');

/** True where the store says so in time. That it says no proves nothing: what was sent may still be on its way. */
async function isThere(queue: Queue, id: string, ended: string[]): Promise<boolean> {
  const look = async () => {
    const job = await queue.getJob(id);
    return job !== undefined && (ended.length === 0 || !ended.includes(await queue.getJobState(id)));
  };
  return withinTime(LOOK_MS, look(), outOfTime).catch(() => false);
}

/** BullMQ refuses `:` and all-digit ids. */
export const jobId = (id: string) => `j-${id.replace(/[^\w.-]+/g, '-')}`.slice(0, 200);

/** How many jobs of each queue wait, run, are delayed or have failed. Those with a priority wait like the others. */
export async function countJobs(queues: Queues): Promise<{ queue: string; state: string; count: number }[]> {
  const counts = await Promise.all(
    (Object.keys(QUEUES) as QueueName[]).map(async (queue) => {
      const {
        prioritized = 0,
        waiting = 0,
        ...others
      } = await queues[queue].getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
      const all = { waiting: waiting + prioritized, ...others };
      return Object.entries(all).map(([state, count]) => ({ queue, state, count }));
    }),
  );
  return counts.flat();
}

export const closeQueues = (queues: Queues) => Promise.all(Object.values(queues).map((queue) => queue.close()));
