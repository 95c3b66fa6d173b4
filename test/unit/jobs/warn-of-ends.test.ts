import { expect, test } from '@jest/globals';
import { endOf } from '../../../src/jobs/warn-of-ends.ts';
import { NOON } from '../support.ts';

const DAY = 24 * 60 * 60_000;

test.each<[string, number, 'warn' | 'let-be']>([
  ['on the first day', 0, 'let-be'],
  ['a moment before the last week', 93 * DAY - 1, 'let-be'],
  ['as the last week begins', 93 * DAY, 'warn'],
  ['in the last moment', 100 * DAY - 1, 'warn'],
  ['when it has ended', 100 * DAY, 'let-be'],
])('%s of a connection', (_, age, kind) => {
  const end = endOf(NOON, NOON + age);
  expect(end.kind).toBe(kind);
  if (end.kind === 'warn') expect(end.endsAt).toBe(NOON + 100 * DAY);
});
