import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readCached, writeCached } from '../../../src/redis/cache.ts';
import { tryLock } from '../../../src/redis/lock.ts';
import { until } from '../../support/until.ts';
import { emptyRedis } from '../support.ts';

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});
afterEach(() => redis.disconnect());

describe('lock', () => {
  test('one holder at a time; given back, the next may have it', async () => {
    const release = await tryLock(redis, 'lock', 30);
    expect(await tryLock(redis, 'lock', 30)).toBeUndefined();
    await release?.();
    expect(await tryLock(redis, 'lock', 30)).toBeDefined();
  });
  test('of many at once, one gets it', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => tryLock(redis, 'lock', 30)));
    expect(all.filter(Boolean)).toHaveLength(1);
  });
  test('it frees itself', async () => {
    await tryLock(redis, 'lock', 30);
    expect(await redis.ttl('lock')).toBe(30);
  });
  test('it is renewed while it is held, and no longer', async () => {
    const release = await tryLock(redis, 'lock', 3);
    await redis.pexpire('lock', 2_400);
    await until('the renewal', async () => (await redis.pttl('lock')) > 2_500);
    await release?.();
    expect(await redis.exists('lock')).toBe(0);
  });
  test("giving back late does not take away the next holder's", async () => {
    const late = await tryLock(redis, 'lock', 30);
    await redis.del('lock');
    await tryLock(redis, 'lock', 30);
    await late?.();
    expect(await tryLock(redis, 'lock', 30)).toBeUndefined();
  });
});

describe('cache', () => {
  const schema = z.array(z.string());
  test('what was written is read, for its time', async () => {
    await writeCached(redis, 'key', 60, ['a', 'b']);
    expect(await readCached(redis, 'key', schema)).toEqual(['a', 'b']);
    expect(await redis.ttl('key')).toBe(60);
  });
  test('nothing is nothing', async () => {
    expect(await readCached(redis, 'key', schema)).toBeUndefined();
  });
  test.each(['', '{', 'null', '"a"', '[1]', '{"a":1}'])('what does not fit counts as absent: %s', async (raw) => {
    await redis.set('key', raw);
    expect(await readCached(redis, 'key', schema)).toBeUndefined();
  });
});
