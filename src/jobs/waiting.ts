import type { Job } from 'bullmq';
import { z } from 'zod';
import type { Links } from '../accounts/links.ts';
import { CorruptDataError } from '../errors.ts';
import { type Wish, wishSchema } from '../operations/define.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, TTL } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import type { QueueName } from './define.ts';
import type { Queues } from './enqueue.ts';

/** A parked job looks by itself now and then, in case it was parked the moment the person connected. */
const LOOK_AGAIN_MS = 10 * 60_000;
const AT_ONCE_MS = 100;
/** Nobody comes back for a form after this. */
const KEPT_MS = 60 * 60_000;

/** What needs a click to go on, because Slack opens no form without one. `channel`: where it was asked for. */
const keptSchema = wishSchema.extend({ channel: z.string(), until: z.number() });
type Kept = Wish & { channel: string };

/** The field of a wish that needs a click; all others are jobs. */
const FORM = 'form';

/**
 * What waits for a person to connect, whatever it is: an operation with its arguments. A job stays in its queue, delayed, and
 * is woken by name; what needs a click is kept here, the last one of each person, until they press Continue.
 */
export function createWaiting(
  redis: RedisClient,
  vault: Vault,
  instance: string,
  queues: Queues,
  links: Links,
  now: () => number,
) {
  const keys = keysOf(instance);
  const place = (queue: QueueName, job: Job) => `${queue}/${job.id}`;

  async function write(person: Person, field: string, value: string): Promise<void> {
    const key = keys.waiting(person);
    await redis.multi().hset(key, field, value).expire(key, TTL.waiting).exec();
  }

  /** @returns undefined where it cannot be read */
  function open(person: Person, sealed: string): z.infer<typeof keptSchema> | undefined {
    try {
      return openJson(vault, keptSchema, sealed, keys.waiting(person));
    } catch (error) {
      if (error instanceof CorruptDataError) return undefined;
      throw error;
    }
  }

  return {
    isParked: async (person: Person, queue: QueueName, job: Job): Promise<boolean> =>
      (await redis.hexists(keys.waiting(person), place(queue, job))) === 1,

    /**
     * @param account the ServiceNow user as whom it is to be done; absent where that does not matter
     * @returns until when to delay the job
     */
    async park(person: Person, queue: QueueName, job: Job, account: string | undefined): Promise<number> {
      await write(person, place(queue, job), '');
      // The person may have connected between the failure and the entry above; then nobody would wake this job.
      const link = await links.find(person);
      const fits = link?.status === 'linked' && (account === undefined || link.user.sysId === account);
      return now() + (fits ? AT_ONCE_MS : LOOK_AGAIN_MS);
    },

    /** @returns how many were woken, and how many are on their way to bed and have to be woken again in a moment */
    async resume(person: Person): Promise<{ woken: number; busy: number }> {
      const key = keys.waiting(person);
      let [woken, busy] = [0, 0];
      for (const entry of await redis.hkeys(key)) {
        if (entry === FORM) continue;
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
        await redis.hdel(key, entry);
      }
      return { woken, busy };
    },

    async unpark(person: Person, queue: QueueName, job: Job): Promise<void> {
      await redis.hdel(keys.waiting(person), place(queue, job));
    },

    /** For what needs a click. */
    keep: (person: Person, wish: Kept): Promise<void> =>
      write(person, FORM, vault.seal(JSON.stringify({ ...wish, until: now() + KEPT_MS }), keys.waiting(person))),

    /** Which operation goes on at a click; where it cannot be read, nobody knows which. */
    async waitsFor(person: Person): Promise<string | undefined> {
      const sealed = await redis.hget(keys.waiting(person), FORM);
      if (sealed === null) return undefined;
      const { operation = 'unknown', until = now() + 1 } = open(person, sealed) ?? {};
      return until > now() ? operation : undefined;
    },

    /** That, and it waits no longer. */
    async take(person: Person): Promise<Kept | undefined> {
      const key = keys.waiting(person);
      const [[, raw] = []] = (await redis.multi().hget(key, FORM).hdel(key, FORM).exec()) ?? [];
      const kept = typeof raw === 'string' ? open(person, raw) : undefined;
      if (!kept || kept.until <= now()) return undefined;
      const { operation, args, channel } = kept;
      return { operation, args, channel };
    },
  };
}

export type Waiting = ReturnType<typeof createWaiting>;
