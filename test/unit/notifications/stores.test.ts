import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLinks } from '../../../src/accounts/links.ts';
import { type Arrival, createArrivals } from '../../../src/cards/arrivals.ts';
import { settlesAt } from '../../../src/cards/arrive.ts';
import { type Card, type Cards, createCards, type HeldCard } from '../../../src/cards/store.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import { CorruptDataError, NotYetError } from '../../../src/errors.ts';
import { createDigests } from '../../../src/notifications/digests.ts';
import { createPollState } from '../../../src/notifications/poll-state.ts';
import { createPreferences } from '../../../src/notifications/preferences.ts';
import { createSubscriptions, type Subscription } from '../../../src/notifications/subscriptions.ts';
import { createWatches, watcherId } from '../../../src/notifications/watches.ts';
import { matches } from '../../../src/records/filter.ts';
import { DEFAULT_PREFERENCES } from '../../../src/records/preferences.ts';
import { parseRef, type RecordRef, refKey } from '../../../src/records/ref.ts';
import { keys, personName } from '../../../src/redis/keys.ts';
import { createVault } from '../../../src/redis/vault.ts';
import { dumpStore } from '../../support/store-dump.ts';
import { ADA, BOB, emptyRedis, endingsIn, failureOf, INSTANCE, KEYS, NOON, OTHER_KEY, row, vault } from '../support.ts';

const VPN: RecordRef = { type: 'incident', sysId: 'a'.repeat(32) };
const MAIL: RecordRef = { type: 'incident', sysId: 'b'.repeat(32) };
const ADA_ID = watcherId({ kind: 'person', person: ADA });

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});
afterEach(() => redis.disconnect());

const raw = async () => JSON.stringify(await dumpStore(redis));

test('an empty time is no place to go on from', async () => {
  const state = createPollState(redis, INSTANCE, async () => []);
  await state.advance('service-task', '');
  expect(await state.cursor('service-task')).toBeUndefined();
});

describe('watches', () => {
  test('from both ends, with the first reason, which only asking changes', async () => {
    const watches = createWatches(redis, INSTANCE, endingsIn(redis));
    expect(await watches.add(ADA, VPN, 'filed')).toBe(true);
    expect(await watches.add(ADA, VPN, 'assigned')).toBe(false);
    expect(await watches.watchersOf(VPN.sysId)).toEqual([{ type: 'incident', reason: 'filed', person: ADA }]);
    expect(await watches.of(ADA)).toEqual([{ ...VPN, reason: 'filed' }]);
    expect(await watches.add(ADA, VPN, 'asked')).toBe(false);
    expect(await watches.add(ADA, VPN, 'assigned')).toBe(false);
    expect(await watches.of(ADA)).toEqual([{ ...VPN, reason: 'asked' }]);
    expect(await watches.watchersOf(VPN.sysId)).toMatchObject([{ reason: 'asked' }]);
    expect(await watches.has(ADA, VPN)).toBe(true);
  });
  test('what somebody wants no more does not begin again by itself', async () => {
    const watches = createWatches(redis, INSTANCE, endingsIn(redis));
    await watches.add(ADA, VPN, 'assigned');
    expect(await watches.remove(ADA, VPN)).toBe(true);
    expect(await watches.remove(ADA, VPN)).toBe(false);
    expect(await watches.add(ADA, VPN, 'assigned')).toBe(false);
    expect(await watches.watchersOf(VPN.sysId)).toEqual([]);
    expect(await watches.of(ADA)).toEqual([]);
    expect(await watches.add(ADA, VPN, 'asked')).toBe(true);
    expect(await watches.has(ADA, VPN)).toBe(true);
  });
  test('withdrawn, it may begin again by itself', async () => {
    const watches = createWatches(redis, INSTANCE, endingsIn(redis));
    await watches.add(ADA, VPN, 'filed');
    await watches.add(BOB, VPN, 'asked');
    await watches.withdraw(ADA, VPN);
    expect(await watches.of(ADA)).toEqual([]);
    expect(await watches.watchersOf(VPN.sysId)).toMatchObject([{ person: BOB }]);
    expect(await watches.add(ADA, VPN, 'filed')).toBe(true);
  });
  test('which of many are watched at all', async () => {
    const watches = createWatches(redis, INSTANCE, endingsIn(redis));
    await watches.add(BOB, MAIL, 'asked');
    expect(await watches.watchedAmong([VPN.sysId, MAIL.sysId])).toEqual(new Set([MAIL.sysId]));
    expect(await watches.watchedAmong([])).toEqual(new Set());
  });
  test('one corrupt entry silences nobody else', async () => {
    const watches = createWatches(redis, INSTANCE, endingsIn(redis));
    await watches.add(ADA, VPN, 'asked');
    await redis.hset(KEYS.watchers(VPN.sysId), 'T.X', '{', 'T.Y', '{"type":"spaceship"}');
    await redis.hset(KEYS.watches(ADA), 'incident/../x', 'asked');
    expect(await watches.watchersOf(VPN.sysId)).toHaveLength(1);
    expect(await watches.of(ADA)).toHaveLength(1);
  });
  test('forgotten, nothing of the person is left, and everything of the others', async () => {
    const watches = createWatches(redis, INSTANCE, endingsIn(redis));
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    for (const person of [ADA, BOB]) {
      await watches.add(person, VPN, 'asked');
      await cards.add(watcherId({ kind: 'person', person }), VPN.sysId, card);
      await createReplies(redis, vault, INSTANCE).openThread(person, { channel: 'D1', ts: '1.1' }, MAIL);
      await cards.add(watcherId({ kind: 'person', person }), MAIL.sysId, card);
    }
    await watches.forget(ADA);
    expect((await redis.keys('*')).filter((key) => key.includes(ADA.user))).toEqual([]);
    expect(await watches.watchersOf(VPN.sysId)).toMatchObject([{ person: BOB }]);
    expect((await redis.keys('*')).filter((key) => key.includes(BOB.user))).toHaveLength(4);
  });
});

const card: Card = {
  message: { channel: 'D1', ts: '1.1' },
  reason: 'asked',
  told: {
    modCount: 3,
    fields: { state: ['1', 'New'] },
    comments: { length: 0, hash: '' },
    workNotes: { length: 0, hash: '' },
  },
  toldAt: NOON,
};

const holdCard = async (cards: Cards): Promise<HeldCard> => {
  const held = await cards.hold(ADA_ID, VPN.sysId);
  if (!held) throw new Error('the card is held already');
  return held;
};

describe('cards', () => {
  test('are read as they were written, and lie sealed', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const telling = { key: 'k', since: NOON, text: 'secret words', blocks: [{ type: 'section' }], snapshot: card.told };
    const held = await holdCard(cards);
    await held.save({ ...card, telling });
    expect(await held.find()).toEqual({ ...card, telling });
    expect(await cards.find(ADA_ID, VPN.sysId)).toEqual({ ...card, telling });
    expect(await raw()).not.toContain('secret words');
    expect(await cards.find(ADA_ID, MAIL.sysId)).toBeUndefined();
    await cards.remove(ADA_ID, VPN.sysId);
    expect(await cards.find(ADA_ID, VPN.sysId)).toBeUndefined();
  });
  test('one that came about by another way does not push out what is there', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    await cards.add(ADA_ID, VPN.sysId, card);
    await cards.add(ADA_ID, VPN.sysId, { ...card, reason: 'filed' });
    expect(await cards.find(ADA_ID, VPN.sysId)).toEqual(card);
  });
  test('are held by one at a time, and who has lost one writes it no more', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const first = await holdCard(cards);
    expect(await cards.hold(ADA_ID, VPN.sysId)).toBeUndefined();
    // The lock of a process that stands still runs out.
    await redis.del(KEYS.notifyLock(ADA_ID, VPN.sysId));
    const second = await holdCard(cards);
    await second.save(card);
    expect(await failureOf(first.save({ ...card, toldAt: 0 }))).toBeInstanceOf(NotYetError);
    await first.release();
    expect(await cards.find(ADA_ID, VPN.sysId)).toEqual(card);
    expect(await cards.hold(ADA_ID, VPN.sysId)).toBeUndefined();
    await second.release();
    expect(await cards.hold(ADA_ID, VPN.sysId)).toBeDefined();
  });
  test('one is there before its message, and keeps the message that came first', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const { message, ...unseen } = card;
    await cards.noteMessage(ADA_ID, VPN.sysId, { channel: 'D1', ts: '0.1' });
    expect(await redis.keys('*card*')).toEqual([]);
    await cards.add(ADA_ID, VPN.sysId, unseen);
    expect(await cards.find(ADA_ID, VPN.sysId)).toEqual(unseen);
    await cards.noteMessage(ADA_ID, VPN.sysId, { channel: 'D1', ts: '1.1' });
    await cards.noteMessage(ADA_ID, VPN.sysId, { channel: 'D1', ts: '2.2' });
    expect(await cards.find(ADA_ID, VPN.sysId)).toEqual({ ...unseen, message });
  });
  test('who holds one without its message does not take away the message that comes meanwhile', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const { message: _none, ...unseen } = card;
    const held = await holdCard(cards);
    await held.save(unseen);
    await cards.noteMessage(ADA_ID, VPN.sysId, { channel: 'D1', ts: '1.1' });
    await held.save({ ...unseen, muted: true });
    expect(await held.find()).toEqual({ ...card, muted: true });
  });
  test('a message that has gone is forgotten, and since when the next one may be there is known', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const { message: _gone, ...unseen } = card;
    const held = await holdCard(cards);
    await held.save(card);
    await held.lose({ ...card, askedAt: NOON });
    expect(await held.find()).toEqual({ ...unseen, askedAt: NOON });
  });
  test.each([
    ['of which its watcher has read elsewhere stays', true],
    ['of which nobody has read goes', false],
  ])('where Slack refuses the message, a card %s', async (_what, known) => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const { message: _none, ...unseen } = card;
    const held = await holdCard(cards);
    const asked = { ...unseen, known, askedAt: NOON };
    await held.save(asked);
    await held.takeBack(asked);
    expect(await held.find()).toEqual(known ? { ...unseen, known } : undefined);
  });
  test('where the message of a damaged one is, or may be, is still known', async () => {
    const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
    const held = await holdCard(cards);
    await held.save({ ...card, askedAt: NOON });
    await redis.hset(KEYS.card(ADA_ID, VPN.sysId), 'card', 'v1.x');
    expect(await held.traces()).toEqual({ message: card.message, askedAt: NOON });
  });
  test.each<[string, () => Promise<string>]>([
    ['damaged', async () => 'v1.x'],
    ['not sealed', async () => JSON.stringify(card)],
    [
      'sealed with a key that is gone',
      async () => createVault([OTHER_KEY]).seal(JSON.stringify(card), KEYS.card(ADA_ID, VPN.sysId)),
    ],
    ["somebody else's", async () => vault.seal(JSON.stringify(card), KEYS.card('T.OTHER', VPN.sysId))],
    ['of another shape', async () => vault.seal('{"reason":1}', KEYS.card(ADA_ID, VPN.sysId))],
  ])('one that is %s is corrupt, and said to be', async (_, value) => {
    await redis.hset(KEYS.card(ADA_ID, VPN.sysId), 'card', await value());
    expect(
      await failureOf(createCards(redis, vault, INSTANCE, endingsIn(redis)).find(ADA_ID, VPN.sysId)),
    ).toBeInstanceOf(CorruptDataError);
  });
});

describe('replies', () => {
  test('a thread leads to its record, for its owner', async () => {
    const replies = createReplies(redis, vault, INSTANCE);
    await replies.openThread(ADA, { channel: 'D1', ts: '1.1' }, VPN);
    expect(await replies.recordOfThread(ADA, '1.1')).toEqual(VPN);
    expect(await replies.recordOfThread(ADA, '1.2')).toBeUndefined();
    expect(await replies.recordOfThread(BOB, '1.1')).toBeUndefined();
  });
  test('a message that became a comment leads to its place, and its mark is known for a month', async () => {
    const replies = createReplies(redis, vault, INSTANCE);
    await replies.begin(ADA, { ref: VPN, lane: 'note' }, { messageTs: '1.1', about: '1.1' }, ['aaaaaaaa']);
    await replies.begin(ADA, { ref: MAIL, lane: 'comment' }, { messageTs: '1.2', about: '1.2' }, ['bbbbbbbb']);
    await replies.begin(ADA, { ref: MAIL, lane: 'comment' }, {}, ['cccccccc']);
    expect(await replies.placeOfMessage(ADA, '1.1')).toEqual({ ref: VPN, lane: 'note' });
    expect(await replies.placeOfMessage(ADA, '1.2')).toEqual({ ref: MAIL, lane: 'comment' });
    expect(await replies.placeOfMessage(BOB, '1.2')).toBeUndefined();
    expect(await replies.ownMarks(ADA, ['aaaaaaaa', 'cccccccc', 'dddddddd'])).toEqual(
      new Set(['aaaaaaaa', 'cccccccc']),
    );
    expect(await replies.ownMarks(BOB, ['aaaaaaaa'])).toEqual(new Set());
    expect(await replies.ownMarks(ADA, [])).toEqual(new Set());
    expect(await redis.ttl(KEYS.sent(ADA))).toBe(30 * 24 * 3600);
  });
  test('what somebody writes once a month does not keep what they wrote before', async () => {
    const MONTH_MS = 30 * 24 * 3600_000;
    let at = Date.now();
    const replies = createReplies(redis, vault, INSTANCE, () => at);
    for (let month = 0; month < 24; month++) {
      const ts = `${month}.1`;
      await replies.begin(ADA, { ref: VPN, lane: 'comment' }, { messageTs: ts, about: ts }, [`mark-${month}`]);
      await replies.decide(ADA, ts, 'comment');
      await replies.withdraw(ADA, `${month}.2`, 'none');
      await replies.expect(ADA, VPN, `${month}.3`);
      await replies.noteWritten(ADA, [`mark-${month}`, `attachment-${month}`]);
      at += MONTH_MS - 1000;
    }
    expect(await redis.hlen(KEYS.sent(ADA))).toBeLessThan(20);
    expect(await redis.zcard(KEYS.sentAges(ADA))).toBe(await redis.hlen(KEYS.sent(ADA)));
    expect(await replies.ownMarks(ADA, ['mark-0', 'mark-23'])).toEqual(new Set(['mark-23']));
  });
  test('a held reply waits sealed for two days, is read as often as needed, and dropped once', async () => {
    const replies = createReplies(redis, vault, INSTANCE);
    const held = {
      ref: VPN,
      text: 'secret words',
      fileIds: ['F1'],
      message: { channel: 'D1', ts: '1.1' },
      threadTs: '1.0',
    };
    await replies.hold(ADA, held);
    expect(await redis.ttl(KEYS.held(ADA, '1.1'))).toBe(2 * 24 * 3600);
    expect(await raw()).not.toContain('secret words');
    expect(await replies.held(ADA, '1.1')).toEqual(held);
    expect(await replies.held(ADA, '1.1')).toEqual(held);
    expect(await replies.held(BOB, '1.1')).toBeUndefined();
    expect(await replies.revise(ADA, '1.1', 'other words')).toBe(true);
    expect(await replies.held(ADA, '1.1')).toEqual({ ...held, text: 'other words' });
    expect(await replies.dropHeld(ADA, '1.1')).toBe(true);
    expect(await replies.revise(ADA, '1.1', 'too late')).toBe(false);
    expect(await replies.dropHeld(ADA, '1.1')).toBe(false);
    expect(await replies.held(ADA, '1.1')).toBeUndefined();
  });
  test('a deleted message begins no more, and whoever deletes it hears how far it has come', async () => {
    const replies = createReplies(redis, vault, INSTANCE);
    const place = { ref: VPN, lane: 'comment' } as const;
    const begin = (ts: string, mark: string) => replies.begin(ADA, place, { messageTs: ts, about: ts }, [mark, 'more']);
    expect(await replies.withdraw(ADA, '1.1', 'aaaaaaaa')).toBe('waiting');
    expect(await begin('1.1', 'aaaaaaaa')).toBe(false);
    expect(await replies.ownMarks(ADA, ['aaaaaaaa', 'more'])).toEqual(new Set());
    expect(await replies.isDeleted(ADA, '1.1')).toBe(true);
    expect(await replies.decide(ADA, '1.1', 'note')).toBe('deleted');

    expect(await begin('1.2', 'bbbbbbbb')).toBe(true);
    expect(await replies.isDeleted(ADA, '1.2')).toBe(false);
    expect(await replies.withdraw(ADA, '1.2', 'bbbbbbbb')).toBe('begun');
    expect(await begin('1.2', 'bbbbbbbb')).toBe(false);

    await begin('1.3', 'cccccccc');
    await replies.noteWritten(ADA, ['cccccccc', 'more']);
    // Another run, because Slack refused the tick, takes nothing of that back.
    await begin('1.3', 'cccccccc');
    expect(await replies.withdraw(ADA, '1.3', 'cccccccc')).toBe('written');
  });
  test('of two words about a held reply the first counts, and what is decided is revised no more', async () => {
    const replies = createReplies(redis, vault, INSTANCE);
    await replies.hold(ADA, { ref: VPN, text: 'words', fileIds: [], message: { channel: 'D1', ts: '1.1' } });
    expect(await replies.decided(ADA, '1.1')).toBeUndefined();
    const both = await Promise.all([replies.decide(ADA, '1.1', 'note'), replies.decide(ADA, '1.1', 'comment')]);
    expect(both).toEqual(['note', 'note']);
    expect(await replies.decide(ADA, '1.1', 'expired')).toBe('note');
    expect(await replies.revise(ADA, '1.1', 'other words')).toBe(false);
  });
});

describe('subscriptions', () => {
  const one: Subscription = {
    id: 'subscription-1',
    channel: 'C1',
    owner: ADA,
    filter: { type: 'incident', priorities: ['1'], states: [] },
    createdAt: NOON,
    paused: false,
  };
  test('are found by id, by channel, and all together', async () => {
    const subscriptions = createSubscriptions(redis, vault, INSTANCE);
    await subscriptions.save(one);
    await subscriptions.save({ ...one, id: 'subscription-2', channel: 'C2' });
    expect(await subscriptions.find(one.id)).toEqual(one);
    expect(await subscriptions.find('nothing-there')).toBeUndefined();
    expect(await subscriptions.inChannel(ADA.tenant, 'C1')).toEqual([one]);
    expect(await subscriptions.inChannel('T0ELSEWHERE', 'C1')).toEqual([]);
    expect(await subscriptions.all()).toHaveLength(2);
    await subscriptions.remove(one.id);
    expect(await subscriptions.all()).toHaveLength(1);
    expect(await subscriptions.find(one.id)).toBeUndefined();
  });
  test('are found by what a change says of itself; what it does not say speaks for them', async () => {
    const subscriptions = createSubscriptions(redis, vault, INSTANCE);
    const save = (id: string, filter: Partial<Subscription['filter']>, more: Partial<Subscription> = {}) =>
      subscriptions.save({ ...one, ...more, id, filter: { type: 'incident', priorities: [], states: [], ...filter } });
    const group = (value: string) => ({ assignmentGroup: { value, label: 'A team' } });
    await save('every-one', {});
    await save('of-a-group', group('g1'));
    await save('of-a-group-and-urgent', { ...group('g1'), priorities: ['1', '2'] });
    await save('of-another-group', group('g2'));
    await save('in-two-states', { states: ['1', '2'] });
    await save('of-a-category', { category: { value: 'network', label: 'Network' } });
    await save('of-another-kind', { type: 'problem' });
    await save('paused-one', {}, { paused: true });
    const wanting = async (values?: Record<string, string>) =>
      (await subscriptions.wanting('incident', values)).map(({ id }) => id).sort();

    const all = { assignment_group: 'g1', priority: '3', state: '2', category: '' };
    expect(await wanting(all)).toEqual(['every-one', 'in-two-states', 'of-a-group']);
    expect(await wanting({ ...all, priority: '2', state: '6' })).toEqual([
      'every-one',
      'of-a-group',
      'of-a-group-and-urgent',
    ]);
    const { category: _unknown, ...known } = all;
    expect(await wanting(known)).toContain('of-a-category');
    expect(await wanting()).toHaveLength(6);

    // Changed and ended ones are found where they are now, and nowhere else.
    await save('of-a-group', group('g2'));
    await subscriptions.remove('every-one');
    expect(await wanting(all)).toEqual(['in-two-states']);
    expect(await wanting({ ...all, assignment_group: 'g2' })).toEqual([
      'in-two-states',
      'of-a-group',
      'of-another-group',
    ]);
    expect((await subscriptions.ofOwner(ADA)).map(({ id }) => id)).not.toContain('every-one');
    expect(await raw()).not.toContain('A team');
  });
  test('one that cannot be read silences no other', async () => {
    const subscriptions = createSubscriptions(redis, vault, INSTANCE);
    await subscriptions.save(one);
    for (const [id, value] of [
      ['damaged-1', 'v1.x'],
      ['damaged-2', vault.seal('{"id":1}', KEYS.subscription('damaged-2'))],
      ['damaged-3', vault.seal(JSON.stringify(one), KEYS.subscription(one.id))],
    ] as const) {
      await redis.set(KEYS.subscription(id), value);
      await redis.sadd(KEYS.subscribers(`in/${ADA.tenant}/C1`), id);
      expect(await failureOf(subscriptions.find(id))).toBeInstanceOf(CorruptDataError);
    }
    await redis.hset(KEYS.subscriptions(), 'damaged-4', '{');
    expect(await subscriptions.inChannel(ADA.tenant, 'C1')).toEqual([one]);
    expect((await subscriptions.all()).map(({ id }) => id)).toEqual([one.id]);
  });
  test.each<[string, object, Record<string, string>, boolean]>([
    ['everything', {}, {}, true],
    ['a priority of the list', { priorities: ['1', '2'] }, { priority: '2' }, true],
    ['another priority', { priorities: ['1', '2'] }, { priority: '3' }, false],
    ['the state', { states: ['1'] }, { state: '1' }, true],
    ['another state', { states: ['1'] }, { state: '2' }, false],
    ['the team', { assignmentGroup: { value: 'g', label: 'G' } }, { assignment_group: 'g' }, true],
    ['no team', { assignmentGroup: { value: 'g', label: 'G' } }, {}, false],
    ['the category', { category: { value: 'c', label: 'C' } }, { category: 'c' }, true],
    ['one of two parts', { category: { value: 'c', label: 'C' }, states: ['1'] }, { category: 'c', state: '2' }, false],
  ])('a filter and %s', (_, filter, fields, expected) => {
    expect(matches({ type: 'incident', priorities: [], states: [], ...filter }, row(fields))).toBe(expected);
  });
});

describe('where the poll stands', () => {
  test('one cursor for each source, and nobody polls beside another', async () => {
    const poll = createPollState(redis, INSTANCE, async () => []);
    expect(await poll.cursor('task')).toBeUndefined();
    await poll.advance('task', '2026-11-23 12:00:00');
    expect(await poll.cursor('task')).toBe('2026-11-23 12:00:00');
    expect(await poll.cursor('other')).toBeUndefined();
    const release = await poll.lock();
    expect(await poll.lock()).toBeUndefined();
    await release?.();
    expect(await poll.lock()).toBeDefined();
  });
  test('people take turns; who is unknown is not made known by it; what is damaged is passed over', async () => {
    const links = createLinks(redis, vault, INSTANCE, () => NOON);
    const poll = createPollState(redis, INSTANCE, links.knownIn);
    for (const person of [ADA, BOB]) {
      await redis.hset(KEYS.members(person.tenant), person.user, person.team);
      await redis.zadd(KEYS.pollers(), 0, personName(person));
    }
    await redis.zadd(KEYS.pollers(), -1, '{', -1, JSON.stringify(ADA));
    // These would be the first at every turn.
    expect(await poll.duePeople(2)).toEqual([]);
    expect(await poll.duePeople(2)).toHaveLength(2);
    const [first] = (await poll.duePeople(20)) ?? [];
    await poll.polled(first ?? ADA, NOON);
    expect((await poll.duePeople(20)).at(-1)).toEqual(first);
    expect(await poll.duePeople(20)).toHaveLength(2);
    await poll.polled({ ...ADA, user: 'U0STRANGER' }, NOON);
    expect(await poll.duePeople(20)).toHaveLength(2);
  });
});

describe('arrivals', () => {
  const arrival: Arrival = {
    at: NOON,
    ref: VPN,
    reason: 'assigned',
    number: 'INC1',
    title: 'secret words',
    shown: card,
  };
  test('lie sealed until they are told, and what cannot be read is noted anew', async () => {
    const arrivals = createArrivals(redis, vault, INSTANCE);
    await arrivals.note(ADA, arrival);
    expect(await arrivals.waiting(ADA)).toMatchObject([{ title: 'secret words', shown: { told: card.told } }]);
    expect(await raw()).not.toContain('secret words');
    await redis.hset(KEYS.arrivals(ADA), refKey(VPN), 'v1.damaged');
    expect(await arrivals.waiting(ADA)).toEqual([]);
    await arrivals.note(ADA, arrival);
    await arrivals.leave(ADA, [VPN]);
    expect(await arrivals.has(ADA, VPN)).toBe(false);
    await arrivals.leave(ADA, []);
  });
  test('one process at a time decides on them', async () => {
    const arrivals = createArrivals(redis, vault, INSTANCE);
    const release = await arrivals.lock(ADA);
    expect(await arrivals.lock(ADA)).toBeUndefined();
    await release?.();
    expect(await arrivals.lock(ADA)).toBeDefined();
  });
  test('are told when nothing more came for two seconds, or after half a minute', () => {
    const at = (seconds: number) => ({ at: NOON + seconds * 1000 });
    expect(settlesAt([at(0)], at(0))).toBe(at(2).at);
    expect(settlesAt([at(0), at(1.5)], at(0))).toBe(at(3.5).at);
    expect(settlesAt([at(0), at(29.5)], at(0))).toBe(at(30).at);
  });
});

describe('digests', () => {
  test('a version that comes while a digest is made stays for the next', async () => {
    const digests = createDigests(redis, vault, INSTANCE);
    await digests.collect(ADA, VPN, 4);
    const waiting = await digests.waiting(ADA);
    await digests.collect(ADA, VPN, 5);
    await digests.leave(ADA, waiting);
    expect(await digests.waiting(ADA)).toEqual([`${refKey(VPN)}/5`]);
    expect(parseRef(`${refKey(VPN)}/5`)).toEqual(VPN);
    await digests.leave(ADA, []);
  });
  test('what is being told lies sealed until it is told', async () => {
    const digests = createDigests(redis, vault, INSTANCE);
    const telling = {
      at: NOON,
      key: 'k',
      since: NOON,
      text: 'secret words',
      blocks: [{ type: 'section' }],
      told: [{ ref: VPN, from: 3, snapshot: card.told }],
    };
    expect(await digests.begun(ADA)).toBeUndefined();
    await digests.begin(ADA, telling);
    expect(await digests.begun(ADA)).toEqual(telling);
    expect(await raw()).not.toContain('secret words');
    await digests.end(ADA);
    expect(await digests.begun(ADA)).toBeUndefined();
    await redis.set(KEYS.digestTelling(ADA), vault.seal('{}', KEYS.digestTelling(ADA)));
    expect(await failureOf(digests.begun(ADA))).toBeInstanceOf(CorruptDataError);
  });
});

test('preferences: each their own; what cannot be read is the default', async () => {
  const preferences = createPreferences(redis);
  await preferences.write(ADA, { ...DEFAULT_PREFERENCES, digestAt: '08:00' });
  expect(await preferences.read(ADA)).toMatchObject({ digestAt: '08:00' });
  expect(await preferences.read(BOB)).toEqual(DEFAULT_PREFERENCES);
  await redis.set(keys.preferences(ADA), '{"digestAt":"25:00"}');
  expect(await preferences.read(ADA)).toEqual(DEFAULT_PREFERENCES);
});
