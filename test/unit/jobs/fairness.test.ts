import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFairness } from '../../../src/jobs/fairness.ts';
import { ADA, BOB, clockAt, NOON } from '../support.ts';

const setUp = () => {
  const clock = clockAt(NOON);
  return { clock, priority: createFairness(clock.now) };
};

test('a few jobs at once are nobody’s flood', () => {
  const { priority } = setUp();
  expect(Array.from({ length: 5 }, () => priority('interactive', ADA))).toEqual([0, 0, 0, 0, 0]);
});

test('each further job of a flood stands behind the one before, and before none of somebody else', () => {
  const { priority } = setUp();
  const flood = Array.from({ length: 120 }, () => priority('interactive', ADA));
  expect(flood.slice(5)).toEqual(Array.from({ length: 115 }, (_, index) => index + 1));
  expect(priority('interactive', BOB)).toBe(0);
  expect(priority('deliver', ADA)).toBe(0);
});

test('two floods take turns', () => {
  const { priority } = setUp();
  const floods = Array.from({ length: 50 }, () => [priority('interactive', ADA), priority('interactive', BOB)]);
  expect(floods.every(([one, other]) => one === other)).toBe(true);
});

test('it is forgotten, but slowly: the next job does not overtake those that wait', () => {
  const { clock, priority } = setUp();
  for (let each = 0; each < 20; each++) priority('interactive', ADA);
  clock.advance(5_000);
  expect(priority('interactive', ADA)).toBe(11);
  clock.advance(60_000);
  expect(priority('interactive', ADA)).toBe(0);
});

test('no priority is one that BullMQ refuses', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { maxLength: 300 }), (pauses) => {
      const { clock, priority } = setUp();
      for (const pause of pauses) {
        clock.advance(pause);
        const one = priority('interactive', ADA);
        expect(Number.isInteger(one) && one >= 0 && one < 2 ** 21).toBe(true);
      }
    }),
  );
});
