import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, personName, TTL } from '../redis/keys.ts';
import { tryLock } from '../redis/lock.ts';

/**
 * Where the poll stands, on the instance's own clock, for the whole fleet.
 * @param knownIn who stands in a sorted set of names
 */
export function createPollState(
  redis: RedisClient,
  instance: string,
  knownIn: (key: string, names: string[]) => Promise<Person[]>,
) {
  const keys = keysOf(instance);
  return {
    lock: () => tryLock(redis, keys.pollLock(), TTL.pollLock),

    /** The largest `sys_updated_on` seen from this source; undefined before the first poll. */
    cursor: async (source: string): Promise<string | undefined> =>
      (await redis.hget(keys.cursors(), source)) || undefined,

    advance: async (source: string, updatedOn: string): Promise<void> => {
      await redis.hset(keys.cursors(), source, updatedOn);
    },

    /** People whose own token has to poll, the longest ago first. */
    async duePeople(limit: number): Promise<Person[]> {
      const key = keys.pollers();
      return knownIn(key, await redis.zrange(key, 0, limit - 1));
    },

    async polled(person: Person, at: number): Promise<void> {
      await redis.zadd(keys.pollers(), 'XX', at, personName(person));
    },
  };
}

export type PollState = ReturnType<typeof createPollState>;
