import { readJsonEach } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person, personSchema, TTL } from '../redis/keys.ts';
import { tryLock } from '../redis/lock.ts';

/** Where the poll stands, on the instance's own clock, for the whole fleet. */
export function createPollState(redis: RedisClient, instance: string) {
  return {
    lock: () => tryLock(redis, keys.pollLock(instance), TTL.pollLock),

    /** The largest `sys_updated_on` seen from this source; undefined before the first poll. */
    cursor: async (source: string): Promise<string | undefined> =>
      (await redis.hget(keys.cursors(instance), source)) ?? undefined,

    advance: async (source: string, updatedOn: string): Promise<void> => {
      await redis.hset(keys.cursors(instance), source, updatedOn);
    },

    /** People whose own token has to poll, the longest ago first. */
    async duePeople(limit: number): Promise<Person[]> {
      const members = await redis.zrange(keys.pollers(instance), 0, limit - 1);
      return readJsonEach(personSchema, members);
    },

    async polled(person: Person, at: number): Promise<void> {
      await redis.zadd(keys.pollers(instance), 'XX', at, JSON.stringify(person));
    },
  };
}

export type PollState = ReturnType<typeof createPollState>;
