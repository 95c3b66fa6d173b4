import type { Redis } from 'ioredis';
import { scanKeys } from './store-dump.ts';

/** One clock for the bridge and its neighbours. It runs, and jumps where a story says that time passes. */
export function createClock() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  return {
    now,
    /** For `startFlow`: everybody looks at this clock. */
    options: { now, slack: { now }, serviceNow: { now } },
    /** Everybody's clock jumps, and keys in the store grow older by as much: Redis has a clock of its own. */
    async pass(ms: number, redis: Redis): Promise<void> {
      ahead += ms;
      for (const key of await scanKeys(redis)) {
        const left = await redis.pttl(key);
        if (left <= 0) continue;
        if (left > ms) await redis.pexpire(key, left - ms);
        else await redis.del(key);
      }
    },
  };
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
