import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { addressOf, clientOf, type Store, startStore, withDatabase } from '../sandbox/redis.ts';
import { createWorld } from '../sandbox/world.ts';
import { startFlow } from '../support/flow.ts';

/** A store that stands for somebody's own: with something in it, and named by the environment in which the tests run. */
let somebodys: Store;
let theirs: Redis;

beforeAll(async () => {
  somebodys = await startStore();
  process.env['REDIS_URL'] = somebodys.url;
  theirs = clientOf(somebodys.url);
  await theirs.set('a link', 'of somebody');
});

afterAll(async () => {
  delete process.env['REDIS_URL'];
  theirs.disconnect();
  await somebodys.close();
});

test('a story does not use the store that REDIS_URL names', async () => {
  const flow = await startFlow();
  const names = flow.env['REDIS_URL'];
  await flow.close();
  expect(addressOf(names ?? '')).not.toEqual(addressOf(somebodys.url));
  expect(await theirs.get('a link')).toBe('of somebody');
  expect(await theirs.dbsize()).toBe(1);
});

test('a simulated neighbourhood does not, either', async () => {
  const world = await createWorld();
  await world.close();
  expect(world.store.url).not.toBe(somebodys.url);
});

test('a database that holds anything is refused, and keeps it', async () => {
  await expect(startFlow({ store: somebodys })).rejects.toThrow('the database holds 1 keys');
  expect(await theirs.get('a link')).toBe('of somebody');
});

test('an empty database of the same store is not', async () => {
  const flow = await startFlow({ store: { ...somebodys, url: withDatabase(somebodys.url, 3) } });
  await flow.close();
  expect(await theirs.dbsize()).toBe(1);
});
