import { z } from 'zod';
import { builtBlocks } from '../blocks/message.ts';
import { ARRIVAL_REASONS } from '../notifications/watches.ts';
import { snapshotSchema } from '../records/changes.ts';
import { type RecordRef, recordRefSchema, refKey } from '../records/ref.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, TTL } from '../redis/keys.ts';
import { tryLock } from '../redis/lock.ts';
import { openJson, type Vault } from '../redis/vault.ts';

/** What came to somebody by itself and they have not been told of: many at once are one message. */
const arrivalSchema = z.object({
  /** When it was noticed, in ms. */
  at: z.number(),
  ref: recordRefSchema,
  reason: z.enum(ARRIVAL_REASONS),
  number: z.string(),
  title: z.string(),
  /** How it stood then: what happens from then on is still to be told. */
  shown: z.object({ told: snapshotSchema, files: z.array(z.string()).optional() }),
});
export type Arrival = z.infer<typeof arrivalSchema>;

/** Written before Slack is asked, as the digest's: after a crash the very same words are looked for. */
const tellingSchema = z.object({
  key: z.string(),
  since: z.number(),
  text: z.string(),
  blocks: builtBlocks,
  told: z.array(arrivalSchema.pick({ ref: true, reason: true, shown: true })),
});
export type ArrivalsTelling = z.infer<typeof tellingSchema>;

export function createArrivals(redis: RedisClient, vault: Vault, instance: string) {
  const keys = keysOf(instance);
  return {
    /** One process at a time decides what becomes of a person's arrivals. @returns how to give it back */
    lock: (person: Person) => tryLock(redis, keys.arrivalsLock(person), TTL.arrivalsLock),

    async note(person: Person, arrival: Arrival): Promise<void> {
      const key = keys.arrivals(person);
      await redis.hset(key, refKey(arrival.ref), vault.seal(JSON.stringify(arrival), key));
      await redis.expire(key, TTL.arrivals);
    },

    /** What cannot be read is none: its own job notes it anew. */
    async waiting(person: Person): Promise<Arrival[]> {
      const key = keys.arrivals(person);
      return Object.values(await redis.hgetall(key)).flatMap((sealed) => {
        try {
          return [openJson(vault, arrivalSchema, sealed, key)];
        } catch {
          return [];
        }
      });
    },

    has: async (person: Person, ref: RecordRef): Promise<boolean> =>
      (await redis.hexists(keys.arrivals(person), refKey(ref))) === 1,

    async leave(person: Person, refs: RecordRef[]): Promise<void> {
      if (refs.length > 0) await redis.hdel(keys.arrivals(person), ...refs.map(refKey));
    },

    /** @throws {CorruptDataError} */
    async begun(person: Person): Promise<ArrivalsTelling | undefined> {
      const key = keys.arrivalsTelling(person);
      const sealed = await redis.get(key);
      return sealed === null ? undefined : openJson(vault, tellingSchema, sealed, key);
    },

    async begin(person: Person, telling: ArrivalsTelling): Promise<void> {
      const key = keys.arrivalsTelling(person);
      await redis.set(key, vault.seal(JSON.stringify(telling), key), 'EX', TTL.arrivalsTelling);
    },

    async end(person: Person): Promise<void> {
      await redis.del(keys.arrivalsTelling(person));
    },
  };
}

export type Arrivals = ReturnType<typeof createArrivals>;
