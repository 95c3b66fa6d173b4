import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lastWordAbove, turnsAfter, whoMayRead } from '../../../src/conversation/lanes.ts';

const CARD = { ts: '1000.000000' };
const at = (seconds: number) => ({ ts: `${seconds}.000000` });
const turn = (at: number, internal: boolean) => ({ at, internal });

describe('the last word that somebody saw above their reply', () => {
  const turns = [turn(2_000, true), turn(3_000, false)];
  test.each<[string, Parameters<typeof lastWordAbove>[0], number, string]>([
    ['nothing but the card', { message: CARD }, 1_500, 'open'],
    ['before the note', { message: CARD, turns }, 1_999, 'open'],
    ['after the note', { message: CARD, turns }, 2_001, 'internal'],
    ['a comment came while they typed', { message: CARD, turns }, 3_060, 'perhaps-internal'],
    ['long after the comment', { message: CARD, turns }, 4_000, 'open'],
    ['below an earlier card', { message: CARD }, 999, 'unknown'],
    [
      'a note is on its way',
      { message: CARD, telling: { since: 2_000_000, internal: true } },
      2_001,
      'perhaps-internal',
    ],
    [
      'a note is on its way since later',
      { message: CARD, telling: { since: 2_000_000, internal: true } },
      1_500,
      'open',
    ],
    ['a comment is on its way', { message: CARD, telling: { since: 2_000_000 } }, 2_001, 'open'],
  ])('%s', (_, thread, seconds, expected) => {
    expect(lastWordAbove(thread, at(seconds))).toBe(expected);
  });

  test('of a reply that bears no time is not known', () => {
    expect(lastWordAbove({ message: CARD }, { ts: '\u0000' })).toBe('unknown');
  });

  test('is never called open where it was internal, however much is told afterwards', () => {
    const tellings = fc.array(fc.record({ at: fc.integer({ min: 1_001, max: 9_000 }), internal: fc.boolean() }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(tellings, fc.integer({ min: 1_001, max: 9_000 }), (told, when) => {
        const inOrder = told.toSorted((one, other) => one.at - other.at);
        const turns = inOrder.reduce<ReturnType<typeof turnsAfter>>(turnsAfter, []);
        const last = inOrder.findLast((each) => each.at <= when);
        const word = lastWordAbove({ message: CARD, turns }, at(when));
        if (last?.internal) expect(word).not.toBe('open');
        if (!inOrder.some(({ internal }) => internal)) expect(word).toBe('open');
      }),
    );
  });
});

test.each([
  ['open', 'everybody'],
  ['internal', 'ask'],
  ['perhaps-internal', 'ask'],
  ['unknown', 'look'],
] as const)('below a word that is %s, a reply is for %s', (above, verdict) => {
  expect(whoMayRead(above)).toBe(verdict);
});
