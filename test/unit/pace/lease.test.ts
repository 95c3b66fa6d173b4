import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLease, type TakeTurn } from '../../../src/pace/lease.ts';
import { clockAt, emptyRedis, NOON } from '../support.ts';

const MAXIMUM = 16;
let redis: Awaited<ReturnType<typeof emptyRedis>>;
let clock: ReturnType<typeof clockAt>;
beforeEach(async () => {
  redis = await emptyRedis();
  clock = clockAt(NOON);
});
afterEach(() => redis.disconnect());

/** A process of the fleet, which uses each place that it gets. */
function member(name: string) {
  const turn: TakeTurn = createLease(redis, 'places', name, MAXIMUM, clock.now);
  const used = { all: 0, background: 0 };
  return {
    used,
    async want(all: number, background = 0) {
      const lease = await turn({ used, wanted: { all, background } });
      Object.assign(used, lease.places);
      return lease;
    },
    turn,
  };
}

test('a fleet begins with four places', async () => {
  const { bound, places, isShort } = await member('a').want(20);
  expect([bound, places.all, isShort]).toEqual([4, 4, true]);
});

test('all processes together never have more places than the bound', async () => {
  const fleet = ['a', 'b', 'c'].map(member);
  for (const [index, wanted] of [3, 9, 1, 0, 7, 2, 30, 1, 1, 5, 0, 12].entries()) {
    await fleet[index % 3]?.want(wanted, index % 2);
    expect(fleet.reduce((sum, { used }) => sum + used.all, 0)).toBeLessThanOrEqual(4);
  }
});

test('each gets its share of what all want, and at least one', async () => {
  const [flood, quiet] = [member('a'), member('b')];
  await flood.want(40);
  expect((await quiet.want(1)).places.all).toBe(0);
  // One of its requests is done.
  flood.used.all = 3;
  expect((await flood.want(39)).places.all).toBeLessThanOrEqual(4);
  flood.used.all = 3;
  await flood.turn({ used: flood.used, wanted: { all: 3, background: 0 } });
  expect((await quiet.want(1)).places.all).toBe(1);
});

test('the place of a process that died is free when its lease ends', async () => {
  await member('dead').want(4);
  const heir = member('heir');
  expect((await heir.want(2)).places.all).toBe(0);
  clock.advance(15_001);
  expect((await heir.want(2)).places.all).toBe(2);
});

test('what is given back is there for others at once', async () => {
  const [one, other] = [member('a'), member('b')];
  await one.want(4);
  Object.assign(one.used, { all: 0 });
  await one.want(0);
  expect((await other.want(4)).places.all).toBe(4);
});

test('a quarter of the places is kept for persons', async () => {
  const [sync, person] = [member('a'), member('b')];
  expect((await sync.want(20, 20)).places).toEqual({ all: 3, background: 3 });
  expect((await person.want(1)).places.all).toBe(1);
});

test('persons who want all get all but one', async () => {
  const both = member('a');
  expect((await both.want(30, 10)).places).toEqual({ all: 4, background: 1 });
});

test('a bound is changed by whoever knows it, once', async () => {
  const [one, other] = [member('a'), member('b')];
  const { version } = await one.want(1);
  const demand = { used: { all: 0, background: 0 }, wanted: { all: 9, background: 0 } };
  expect(await one.turn(demand, { version, bound: 6 })).toMatchObject({ bound: 6, version: version + 1 });
  expect(await other.turn(demand, { version, bound: 12 })).toMatchObject({ bound: 6, version: version + 1 });
});

test('no bound is higher than this process allows, whatever another one has set', async () => {
  const small = createLease(redis, 'places', 'small', 2, clock.now);
  const demand = { used: { all: 0, background: 0 }, wanted: { all: 9, background: 0 } };
  expect(await small(demand, { version: 0, bound: 12 })).toMatchObject({ bound: 2, places: { all: 2 } });
});

test('where processes outnumber places, who has one passes it on', async () => {
  await redis.hset('places', 'bound', 1);
  const [one, other] = [member('a'), member('b')];
  expect((await one.want(5)).places.all).toBe(1);
  expect((await other.want(5)).places.all).toBe(0);
  // Its request is under way, and it may not send another one after it.
  expect((await one.want(5)).places.all).toBe(0);
  expect((await other.want(5)).places.all).toBe(0);
  // That one is done.
  await one.want(5);
  expect((await other.want(5)).places.all).toBe(1);
});

test('after a long silence the fleet begins anew', async () => {
  await member('a').want(1);
  expect(await redis.pttl('places')).toBeGreaterThan(0);
  expect(await redis.pttl('places')).toBeLessThanOrEqual(10 * 60_000);
});
