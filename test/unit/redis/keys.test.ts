import { expect, test } from '@jest/globals';
import { keys, type Person, queuePrefix } from '../../../src/redis/keys.ts';

/** What Redis Cluster hashes: the first non-empty braces. */
const tagOf = (key: string) => /\{([^}]+)\}/.exec(key)?.[1];

const personal = (of: Person) => [
  keys.link(of, 'dev'),
  keys.refreshLock(of, 'dev'),
  keys.pending(of),
  keys.parked(of),
  keys.asked(of),
  keys.options(of, 'item', 'hash'),
];
const ADA: Person = { tenant: 'E1', team: 'T1', user: 'U1' };

test("all of a person's keys share one slot, and no other person's do", () => {
  expect(new Set(personal(ADA).map(tagOf))).toEqual(new Set(['E1.U1']));
  expect(personal({ ...ADA, user: 'U2' }).map(tagOf)).not.toContain('E1.U1');
});

test('on Grid the organisation names a person, whichever workspace they are met in', () => {
  expect(personal({ ...ADA, team: 'T2' })).toEqual(personal(ADA));
});

test('every builder has a row here', () => {
  expect(Object.keys(keys).sort()).toEqual(
    [
      ...['link', 'refreshLock', 'pending', 'parked', 'asked', 'options'],
      ...['people', 'connect', 'authorization', 'confirmation', 'installation', 'replay', 'choices'],
    ].sort(),
  );
});

test('no two builders make the same key, and every key has a tag', () => {
  const same = { tenant: 'X', team: 'X', user: 'X' };
  const all = [
    ...personal(same),
    keys.link(same, 'pending'),
    keys.people('X'),
    keys.connect('X'),
    keys.authorization('X'),
    keys.confirmation('X'),
    keys.installation('X'),
    keys.replay('X'),
    keys.choices('X', 'X'),
  ];
  expect(new Set(all).size).toBe(all.length);
  for (const key of all) expect(tagOf(key)).toBeTruthy();
});

test('a queue has its own slot', () => {
  expect(['interactive', 'deliver', 'sync'].map(queuePrefix).map(tagOf)).toEqual([
    'sn-interactive',
    'sn-deliver',
    'sn-sync',
  ]);
});
