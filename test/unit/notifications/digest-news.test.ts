import { describe, expect, test } from '@jest/globals';
import { afterDigest } from '../../../src/cards/plan.ts';
import { newsOf, ticketsIn, toldBy } from '../../../src/notifications/digest-news.ts';
import { type Change, snapshotOf } from '../../../src/records/changes.ts';
import { NOON, row } from '../support.ts';

const REF = { type: 'incident', sysId: 'a'.repeat(32) } as const;
const STATE: Change = { kind: 'state', label: 'State', from: 'New', to: 'Resolved' };
const NOTE: Change = { kind: 'comments', internal: true, author: 'Bob', text: 'HR', isMixed: false };
const before = snapshotOf('incident', row({ sys_mod_count: '3' }));
const record = row({ sys_mod_count: '5', number: 'INC0010023', short_description: 'VPN is down' });

const news = (...changes: Change[]) => ({ changes, own: ['w1'], differs: true, wantsRows: false });
const found = (changes: Change[], kinds: Change['kind'][]) =>
  newsOf({ ref: REF, told: before, record, news: news(...changes) }, kinds, 'https://dev1.service-now.com');

test('a ticket that changed often is one, and what cannot be read is left out', () => {
  const name = `incident/${REF.sysId}`;
  expect(ticketsIn([`${name}/4`, `${name}/5`, 'of-a-later-release/7'])).toEqual([REF]);
});

describe('what a ticket has to tell in a digest', () => {
  test('is what its person wants to hear of', () => {
    expect(found([STATE, NOTE], ['state'])).toMatchObject({ number: 'INC0010023', changes: [STATE] });
    expect(found([NOTE], ['state'])).toBeUndefined();
  });
  test('is marked as told, and as for staff only where some of it is', () => {
    const told = [found([STATE], ['state']), found([NOTE], ['comments'])].flatMap((one) => one ?? []);
    expect(toldBy(told).map(({ from, internal, own }) => [from, internal, own])).toEqual([
      [3, false, ['w1']],
      [3, true, ['w1']],
    ]);
  });
});

describe('the card of a ticket of which a digest has told', () => {
  const snapshot = snapshotOf('incident', record);
  const card = { reason: 'asked', told: before, toldAt: NOON } as const;
  test('knows what was told, and that a note stands above the next reply', () => {
    const after = afterDigest(card, { from: 3, snapshot, internal: true, at: NOON / 1000 }, NOON + 1);
    expect(after).toMatchObject({ told: snapshot, toldAt: NOON + 1, turns: [{ at: NOON / 1000, internal: true }] });
  });
  test('that was told of something later meanwhile stays as it is', () => {
    expect(afterDigest(card, { from: 2, snapshot, at: NOON / 1000 }, NOON + 1)).toEqual(card);
  });
});
