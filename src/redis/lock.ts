import { randomUUID } from 'node:crypto';
import type { RedisClient } from './connection.ts';

const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('expire', KEYS[1], ARGV[2]) end return 0`;

/**
 * Takes a lock if nobody holds it. It is held for as long as the work takes, and `ttlSeconds` longer than its holder lives.
 * @param holder stands in the key, for writes that are to happen only while it is held
 * @returns how to give it back, or undefined where somebody else holds it
 */
export async function tryLock(
  redis: RedisClient,
  key: string,
  ttlSeconds: number,
  holder: string = randomUUID(),
): Promise<(() => Promise<void>) | undefined> {
  const taken = await redis.set(key, holder, 'EX', ttlSeconds, 'NX');
  if (taken !== 'OK') return undefined;
  const stop = keepRenewing(() => redis.eval(RENEW, 1, key, holder, ttlSeconds), ttlSeconds * 1000);
  return async () => {
    stop();
    await redis.eval(RELEASE, 1, key, holder);
  };
}

/** Renews what would end after `ttlMs`, well before it does. @returns how to stop */
function keepRenewing(renew: () => Promise<unknown>, ttlMs: number): () => void {
  // While Redis is away nobody else can take it either, so the next turn is soon enough.
  const timer = setInterval(() => void renew().catch(() => {}), ttlMs / 3).unref();
  return () => clearInterval(timer);
}
