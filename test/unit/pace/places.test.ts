import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLease } from '../../../src/pace/lease.ts';
import { createPlaces, type Leave, type Places } from '../../../src/pace/places.ts';
import { until } from '../../support/until.ts';
import { emptyRedis } from '../support.ts';

const MAXIMUM = 16;
let redis: Awaited<ReturnType<typeof emptyRedis>>;
let turns: number;
let opened: Places[];
beforeEach(async () => {
  redis = await emptyRedis();
  turns = 0;
  opened = [];
});
afterEach(() => {
  for (const places of opened) places.close();
  redis.disconnect();
});

function open(name: string, now: () => number = Date.now): Places {
  const lease = createLease(redis, 'places', name, MAXIMUM, now);
  const places = createPlaces(
    (demand, proposal) => {
      turns += 1;
      return lease(demand, proposal);
    },
    MAXIMUM,
    now,
  );
  opened.push(places);
  return places;
}

const ada = { who: 'ada', isBackground: false, patienceMs: 60_000 };
const bob = { ...ada, who: 'bob' };
const poll = { who: 'service', isBackground: true, patienceMs: 60_000 };
const answer = (ms: number) => ({ kind: 'GET /', ms, isPushback: false });

/** Asks for places without waiting, and notes in which order they came. */
function line(places: Places) {
  const came: { who: string; leave: Leave }[] = [];
  return {
    came,
    ask: (wanting: typeof ada) =>
      void places.take(wanting).then(
        (leave) => came.push({ who: wanting.who, leave }),
        () => undefined,
      ),
  };
}

test('requests get their places from memory', async () => {
  const places = open('a');
  (await places.take(ada))();
  const before = turns;
  for (let each = 0; each < 50; each++) (await places.take(ada))(answer(5));
  expect(turns).toBe(before);
});

test('four at a time, and the next when one leaves', async () => {
  const places = open('a');
  const { came, ask } = line(places);
  for (let each = 0; each < 6; each++) ask(ada);
  await until('four places', () => came.length === 4);
  await expect(places.take({ ...ada, patienceMs: 120 })).rejects.toThrow('no place in time');
  expect(came).toHaveLength(4);
  came[0]?.leave();
  await until('the fifth', () => came.length === 5);
});

test('whoever has the fewest requests under way is next', async () => {
  const places = open('a');
  const { came, ask } = line(places);
  for (let each = 0; each < 20; each++) ask(ada);
  await until('four places', () => came.length === 4);
  ask(bob);
  came[0]?.leave();
  await until('the fifth', () => came.length === 5);
  expect(came[4]?.who).toBe('bob');
});

test('persons come before what nobody waits for, and always find a place that it may not use', async () => {
  const places = open('a');
  const { came, ask } = line(places);
  for (let each = 0; each < 20; each++) ask(poll);
  await until('three places', () => came.length === 3);
  ask(ada);
  await until('the one that is kept', () => came.length === 4);
  expect(came[3]?.who).toBe('ada');
  ask(bob);
  came[0]?.leave();
  await until('the next', () => came.length === 5);
  expect(came[4]?.who).toBe('bob');
});

test('the bound grows with quick answers, and shrinks with a request that was turned away', async () => {
  const places = open('a');
  const { came, ask } = line(places);
  for (let each = 0; each < 1_000; each++) ask(ada);
  await until('the maximum', () => {
    came.shift()?.leave(answer(200));
    return places.figures().bound === MAXIMUM;
  });
  await until('a place under this bound', () => {
    came.shift()?.leave({ kind: 'GET /', ms: 5, isPushback: true });
    return places.figures().bound === MAXIMUM / 2;
  });
});

test('two processes share, and give back what they do not use', async () => {
  const [one, other] = [open('a'), open('b')];
  const [first, second] = [line(one), line(other)];
  for (let each = 0; each < 4; each++) first.ask(ada);
  await until('all places', () => first.came.length === 4);
  second.ask(bob);
  for (const { leave } of first.came) leave();
  await until('a place for the other', () => second.came.length === 1);
  second.came[0]?.leave();
  await until('all to be given back', async () => (await redis.hlen('places')) === 2);
});

test('a process that stood still sends nothing on a lease that has ended', async () => {
  let shift = 0;
  const places = open('a', () => Date.now() + shift);
  (await places.take(ada))();
  const before = turns;
  shift = 60_000;
  (await places.take(ada))();
  expect(turns).toBeGreaterThan(before);
});

test('whoever waits is told when Redis refuses', async () => {
  const places = createPlaces(() => Promise.reject(new Error('away')), MAXIMUM, Date.now);
  await expect(places.take(ada)).rejects.toThrow('away');
});
