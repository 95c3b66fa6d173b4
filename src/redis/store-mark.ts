import type { RedisClient } from './connection.ts';
import { keysOf } from './keys.ts';

/** Lies in the store from the first start on. Where it is gone, so is everything else: links, watches, what was told. */
export function createStoreMark(redis: RedisClient, instance: string, now: () => number) {
  const key = keysOf(instance).store();
  return {
    isGone: async (): Promise<boolean> => (await redis.exists(key)) === 0,
    /** @returns true where there was none */
    leave: async (): Promise<boolean> => (await redis.set(key, new Date(now()).toISOString(), 'NX')) === 'OK',
  };
}
