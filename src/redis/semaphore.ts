import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { RedisClient } from './connection.ts';
import { keepRenewing } from './lock.ts';

/** KEYS: a sorted set of holders by the end of their lease. ARGV: now, end of the lease, holder, limit. */
const ACQUIRE = `
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[1])
if redis.call('zcard', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('zadd', KEYS[1], ARGV[2], ARGV[3])
redis.call('pexpireat', KEYS[1], ARGV[2])
return 1`;

/** KEYS: the same. ARGV: the new end of the lease, holder. A place that was given away meanwhile stays given away. */
const RENEW = `
if redis.call('zadd', KEYS[1], 'XX', 'CH', ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('pexpireat', KEYS[1], ARGV[1])
return 1`;

const SHORTEST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 40;

/**
 * At most `limit` holders at a time across all processes. A lease is renewed while it is held, so it may be short: the place
 * of a process that died is free again when it ends.
 * @returns a function that waits for a place and gives back how to leave it
 */
export function createSemaphore(redis: RedisClient, key: string, limit: number, leaseMs: number, now: () => number) {
  /** @throws {UnavailableError} where no place came free in time */
  return async (patienceMs: number): Promise<() => Promise<void>> => {
    const holder = randomUUID();
    const deadline = now() + patienceMs;
    while ((await redis.eval(ACQUIRE, 1, key, now(), now() + leaseMs, holder, limit)) !== 1) {
      if (now() > deadline)
        throw new UnavailableError('servicenow-unavailable', 'no place in time among the requests to the instance');
      await sleep(SHORTEST_WAIT_MS + Math.random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS));
    }
    const stop = keepRenewing(() => redis.eval(RENEW, 1, key, now() + leaseMs, holder), leaseMs);
    return async () => {
      stop();
      await redis.zrem(key, holder);
    };
  };
}
