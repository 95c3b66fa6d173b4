import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, isWhole, judge, START, type Usual } from '../../../src/pace/bound.ts';

const MAXIMUM = 16;
const LIST = 'GET /api/now/table/incident';
const answers = (count: number, ms: number, kind = LIST): Answer[] =>
  Array.from({ length: count }, () => ({ kind, ms, isPushback: false }));
const pushback: Answer = { kind: LIST, ms: 3, isPushback: true };
const anyAnswer = fc.record({
  kind: fc.constantFrom(LIST, 'POST /api/now/table/incident'),
  ms: fc.nat(65_000),
  isPushback: fc.boolean(),
});

/** An instance with so many transactions at once: what more is sent waits for its turn. */
function rounds(count: number, from: { bound: number; usual: Usual }, instance: { places: number; ms: number }) {
  const seen = [from];
  for (let round = 0; round < count; round++) {
    const { bound, usual } = seen.at(-1) ?? from;
    const ms = instance.ms * Math.max(1, bound / instance.places);
    seen.push(judge({ bound, answers: answers(bound, ms) }, usual, 64, true));
  }
  return seen;
}

describe('the bound', () => {
  test('is a whole number from one to the maximum, whatever was answered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(anyAnswer),
        fc.dictionary(fc.constant(LIST), fc.nat(65_000)),
        fc.boolean(),
        (bound, maximum, heard, usual, isWanted) => {
          const judged = judge({ bound, answers: heard }, usual, maximum, isWanted);
          expect(judged.bound).toBeGreaterThanOrEqual(1);
          expect(judged.bound).toBeLessThanOrEqual(maximum);
          expect(Number.isInteger(judged.bound)).toBe(true);
        },
      ),
    );
  });

  test('shrinks at once when the instance turns a request away, however quick the rest was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.array(anyAnswer), (bound, heard) => {
        const round = { bound, answers: [...heard, pushback] };
        expect(isWhole(round, bound)).toBe(true);
        expect(judge(round, {}, 64, true).bound).toBe(Math.floor(bound / 2));
      }),
    );
  });

  test('recovers to the maximum from wherever it was, once answers are quick and places are wanted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 60_000 }), (bound, ms) => {
        const seen = rounds(12, { bound, usual: { [LIST]: ms } }, { places: 64, ms });
        expect(seen.at(-1)?.bound).toBe(64);
      }),
    );
  });

  test('does not grow as long as nobody lacks a place', () => {
    expect(judge({ bound: START, answers: answers(4, 200) }, {}, MAXIMUM, false).bound).toBe(START);
  });

  test('settles a little above what the instance can do at a time', () => {
    const late = rounds(200, { bound: START, usual: {} }, { places: 16, ms: 250 }).slice(20);
    expect(Math.min(...late.map(({ bound }) => bound))).toBeGreaterThanOrEqual(16);
    expect(Math.max(...late.map(({ bound }) => bound))).toBeLessThanOrEqual(28);
  });

  test('halves when answers take more than twice as long as usual', () => {
    expect(judge({ bound: 16, answers: answers(16, 600) }, { [LIST]: 250 }, MAXIMUM, true).bound).toBe(8);
  });

  test('is given back one by one when a queue begins', () => {
    expect(judge({ bound: 16, answers: answers(16, 400) }, { [LIST]: 250 }, MAXIMUM, true).bound).toBe(15);
  });

  test('does not mind differences of a few milliseconds', () => {
    expect(judge({ bound: 8, answers: answers(8, 90) }, { [LIST]: 3 }, MAXIMUM, true).bound).toBe(11);
  });

  test('compares each kind of request with its like', () => {
    const mixed = [...answers(4, 250), ...answers(4, 2_000, 'POST /api/now/table/incident')];
    const usual = { [LIST]: 250, 'POST /api/now/table/incident': 2_000 };
    expect(judge({ bound: 8, answers: mixed }, usual, MAXIMUM, true).bound).toBe(11);
  });
});

describe('the usual time', () => {
  test('is not learned from a queue of our own making', () => {
    const { usual } = judge({ bound: 16, answers: answers(16, 600) }, { [LIST]: 250 }, MAXIMUM, true);
    expect(usual[LIST]).toBe(250);
  });

  test('of an instance that became slower for good is learned, and it gets its requests again', () => {
    const seen = rounds(40, { bound: 16, usual: { [LIST]: 250 } }, { places: 16, ms: 1_500 });
    expect(Math.min(...seen.map(({ bound }) => bound))).toBeLessThanOrEqual(START);
    expect(seen.at(-1)?.bound).toBeGreaterThanOrEqual(16);
  });

  test('falls quickly once a slow spell is over', () => {
    const slow = rounds(20, { bound: 16, usual: { [LIST]: 250 } }, { places: 16, ms: 2_000 }).at(-1);
    const after = rounds(6, slow ?? { bound: 1, usual: {} }, { places: 16, ms: 250 }).at(-1);
    expect(after?.usual[LIST]).toBeLessThan(400);
  });
});

test('a round is whole when each place has been heard once, and never with a chance few', () => {
  expect(isWhole({ bound: 16, answers: answers(15, 250) }, 16)).toBe(false);
  expect(isWhole({ bound: 16, answers: answers(16, 250) }, 16)).toBe(true);
  expect(isWhole({ bound: 1, answers: answers(3, 250) }, 1)).toBe(false);
  expect(isWhole({ bound: 1, answers: answers(4, 250) }, 1)).toBe(true);
});
