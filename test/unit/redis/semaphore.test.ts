import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSemaphore } from '../../../src/redis/semaphore.ts';
import { until } from '../../support/until.ts';
import { emptyRedis } from '../support.ts';

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});
afterEach(() => redis.disconnect());

test('so many at a time, and the next when one leaves', async () => {
  const take = createSemaphore(redis, 'places', 2, 60_000, Date.now);
  const leave = await take(0);
  await take(0);
  await expect(take(0)).rejects.toThrow('no place in time');
  await leave();
  await (await take(1000))();
});

test('who works for longer than a lease keeps the place', async () => {
  const take = createSemaphore(redis, 'places', 1, 3000, Date.now);
  const leave = await take(0);
  const [holder = ''] = await redis.zrange('places', 0, 0);
  const first = Number(await redis.zscore('places', holder));
  await until('the renewal', async () => Number(await redis.zscore('places', holder)) > first);
  await expect(take(200)).rejects.toThrow('no place in time');
  await leave();
});

test('the place of a process that died is free when its lease ends', async () => {
  await redis.zadd('places', Date.now() + 200, 'somebody who was killed');
  const take = createSemaphore(redis, 'places', 1, 60_000, Date.now);
  await expect(take(0)).rejects.toThrow('no place in time');
  await (await take(2000))();
});
