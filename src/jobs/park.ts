import type { Job } from 'bullmq';
import type { Links } from '../accounts/links.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person, TTL } from '../redis/keys.ts';
import type { QueueName } from './define.ts';
import type { Queues } from './enqueue.ts';

/** A parked job looks by itself now and then, in case it was parked the moment the person connected. */
const LOOK_AGAIN_MS = 10 * 60_000;
const AT_ONCE_MS = 100;

/** Work that waits for a person to connect stays in its queue, delayed, and is woken by name. */
export function createParking(redis: RedisClient, queues: Queues, links: Links, now: () => number) {
  return {
    isParked: async (person: Person, queue: QueueName, job: Job): Promise<boolean> =>
      (await redis.sismember(keys.parked(person), `${queue}/${job.id}`)) === 1,

    /**
     * @param account the ServiceNow user as whom it is to be done; absent where that does not matter
     * @returns until when to delay the job
     */
    async park(person: Person, queue: QueueName, job: Job, account: string | undefined): Promise<number> {
      const key = keys.parked(person);
      await redis.sadd(key, `${queue}/${job.id}`);
      await redis.expire(key, TTL.parked);
      // The person may have connected between the failure and the entry above; then nobody would wake this job.
      const link = await links.find(person);
      const fits = link?.status === 'linked' && (account === undefined || link.user.sysId === account);
      return now() + (fits ? AT_ONCE_MS : LOOK_AGAIN_MS);
    },

    /** @returns how many were woken, and how many are on their way to bed and have to be woken again in a moment */
    async resume(person: Person): Promise<{ woken: number; busy: number }> {
      const key = keys.parked(person);
      let [woken, busy] = [0, 0];
      for (const entry of await redis.smembers(key)) {
        const [queue = '', id = ''] = entry.split('/');
        const job = queue in queues ? await queues[queue as QueueName].getJob(id) : undefined;
        if (await job?.isActive()) {
          busy++;
          continue;
        }
        if (job && (await job.isDelayed())) {
          await job.promote();
          woken++;
        }
        await redis.srem(key, entry);
      }
      return { woken, busy };
    },

    async unpark(person: Person, queue: QueueName, job: Job): Promise<void> {
      await redis.srem(keys.parked(person), `${queue}/${job.id}`);
    },
  };
}

export type Parking = ReturnType<typeof createParking>;
