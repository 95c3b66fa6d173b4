import { z } from 'zod';
import { CorruptDataError } from '../errors.ts';
import { filterSchema } from '../records/filter.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, personSchema, TTL } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';

const subscriptionSchema = z.object({
  id: z.string().regex(/^[\w-]{8,40}$/),
  channel: z.string(),
  /** Whose rights it runs with. */
  owner: personSchema,
  filter: filterSchema,
  createdAt: z.number(),
  /** The owner's link is gone: nothing is told until a colleague adopts it. */
  paused: z.boolean().default(false),
});

export type Subscription = z.infer<typeof subscriptionSchema>;

export function createSubscriptions(redis: RedisClient, vault: Vault, instance: string) {
  async function find(id: string): Promise<Subscription | undefined> {
    const key = keys.subscription(id);
    const sealed = await redis.get(key);
    return sealed === null ? undefined : openJson(vault, subscriptionSchema, sealed, key);
  }

  /** What cannot be read is passed over: one corrupt entry must not silence the others. */
  async function all(): Promise<Subscription[]> {
    const ids = await redis.smembers(keys.subscriptions(instance));
    const found = await Promise.all(
      ids.map((id) =>
        find(id).catch((error: unknown) => {
          if (error instanceof CorruptDataError) return undefined;
          throw error;
        }),
      ),
    );
    return found.filter((each) => each !== undefined);
  }

  return {
    /** @throws {CorruptDataError} */
    find,
    all,
    async save(subscription: Subscription): Promise<void> {
      const key = keys.subscription(subscription.id);
      await redis.set(key, vault.seal(JSON.stringify(subscription), key));
      await redis.del(keys.shutOut(subscription.id));
      await redis.sadd(keys.subscriptions(instance), subscription.id);
    },
    async remove(id: string): Promise<void> {
      await redis.srem(keys.subscriptions(instance), id);
      await redis.del(keys.subscription(id), keys.shutOut(id));
    },
    /** Has its owner been told that the app may not post in the channel? */
    isShutOutKnown: async (id: string): Promise<boolean> => (await redis.exists(keys.shutOut(id))) === 1,
    async markShutOut(id: string): Promise<void> {
      await redis.set(keys.shutOut(id), '1', 'EX', TTL.shutOut);
    },
    /** @param tenant a channel that two organisations share has one id in both */
    inChannel: async (tenant: string, channel: string) =>
      (await all()).filter((each) => each.channel === channel && each.owner.tenant === tenant),
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
