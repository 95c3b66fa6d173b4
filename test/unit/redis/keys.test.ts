import { expect, test } from '@jest/globals';
import { keys, keysOf, type Person, queuePrefix } from '../../../src/redis/keys.ts';

/** What Redis Cluster hashes: the first non-empty braces. */
const tagOf = (key: string) => /\{([^}]+)\}/.exec(key)?.[1];

const DEV = keysOf('dev');

const personal = (of: Person) => [
  ...[DEV.link, DEV.refreshLock, DEV.waiting, DEV.asked, keys.preferences].map((build) => build(of)),
  DEV.options(of, 'item', 'hash'),
];
const ADA: Person = { tenant: 'E1', team: 'T1', user: 'U1' };

test("all of a person's keys share one slot, and no other person's do", () => {
  expect(new Set(personal(ADA).map(tagOf))).toEqual(new Set(['E1.U1']));
  expect(personal({ ...ADA, user: 'U2' }).map(tagOf)).not.toContain('E1.U1');
});

test('on Grid the organisation names a person, whichever workspace they are met in', () => {
  expect(personal({ ...ADA, team: 'T2' })).toEqual(personal(ADA));
});

test('no two builders make the same key from the same words, and every key has a tag', () => {
  // Serves as a person and as a word.
  const x = Object.assign(Object('X') as object, { tenant: 'X', team: 'X', user: 'X' });
  const builders: Record<string, (...words: never[]) => string> = { ...keys, ...keysOf('X') };
  const all = Object.values(builders).map((build) => build(...([x, x, x] as never[])));
  expect(new Set(all).size).toBe(all.length);
  for (const key of all) {
    expect(tagOf(key)).toMatch(/^X(\.X)?$/);
    expect(key).not.toContain('object');
  }
});

test('a queue of an instance has its own slot', () => {
  expect(['interactive', 'sync'].map((queue) => tagOf(queuePrefix(queue, 'dev12345.service-now.com')))).toEqual([
    'sn-interactive.dev12345.service-now.com',
    'sn-sync.dev12345.service-now.com',
  ]);
});
