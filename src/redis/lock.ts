import { randomUUID } from 'node:crypto';
import type { RedisClient } from './connection.ts';

const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/**
 * Takes a lock if nobody holds it.
 * @returns how to give it back, or undefined where somebody else holds it. It frees itself after `ttlSeconds`.
 */
export async function tryLock(
  redis: RedisClient,
  key: string,
  ttlSeconds: number,
): Promise<(() => Promise<void>) | undefined> {
  const holder = randomUUID();
  const taken = await redis.set(key, holder, 'EX', ttlSeconds, 'NX');
  if (taken !== 'OK') return undefined;
  return async () => {
    await redis.eval(RELEASE, 1, key, holder);
  };
}
