import { beforeEach, expect, test } from '@jest/globals';
import { type Card, createCards } from '../../../src/cards/store.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { endWatches } from '../../../src/jobs/end-watches.ts';
import { KEEP_DECLINED_MS, KEEP_ENDED_MS } from '../../../src/notifications/endings.ts';
import { createWatches, watcherId } from '../../../src/notifications/watches.ts';
import type { RecordRef } from '../../../src/records/ref.ts';
import { ADA, BOB, clockAt, emptyRedis, endingsIn, INSTANCE, KEYS, NOON, readableLog, vault } from '../support.ts';

const VPN: RecordRef = { type: 'incident', sysId: 'a'.repeat(32) };
const MAIL: RecordRef = { type: 'change', sysId: 'b'.repeat(32) };
const ADA_ID = watcherId({ kind: 'person', person: ADA });
const BOB_ID = watcherId({ kind: 'person', person: BOB });
const CHANNEL = watcherId({ kind: 'channel', subscription: 'subscription-1' });
const mark = { length: 0, hash: '' };
const card = (ended: boolean): Card => ({
  message: { channel: 'D1', ts: '1.2' },
  reason: 'asked',
  told: { modCount: 3, fields: {}, comments: mark, workNotes: mark, ...(ended ? { ended } : {}) },
  toldAt: NOON,
});

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});

/** Ada and Bob watch two tickets, and have their cards. */
async function house() {
  const clock = clockAt(NOON);
  const endings = endingsIn(redis, clock.now);
  const watches = createWatches(redis, INSTANCE, endings);
  const cards = createCards(redis, vault, INSTANCE, endings);
  const replies = createReplies(redis, vault, INSTANCE);
  const hold = async (watcher: string, sysId: string) => {
    const held = await cards.hold(watcher, sysId);
    if (!held) throw new Error('the card is held already');
    return held;
  };
  const save = async (watcher: string, sysId: string, one: Card) => {
    const held = await hold(watcher, sysId);
    await held.save(one);
    await held.release();
  };
  for (const person of [ADA, BOB])
    for (const [index, ref] of [VPN, MAIL].entries()) {
      await watches.add(person, ref, 'asked');
      await replies.openThread(person, { channel: 'D1', ts: `1.${index}` }, ref);
      await save(watcherId({ kind: 'person', person }), ref.sysId, card(false));
    }
  const context = {
    watches,
    cards,
    endings,
    log: readableLog().log,
  } satisfies Partial<JobContext>;
  const later = async (ms: number) => {
    clock.advance(ms);
    await endWatches.process({ v: 1, correlationId: 'c' }, context as Partial<JobContext> as JobContext);
  };
  return { watches, cards, replies, hold, save, later, reminders: () => redis.zrange(KEYS.endings(), 0, -1) };
}

test('what was told to have ended goes a month later, from every end; what is open or is somebody else’s stays', async () => {
  const { watches, cards, replies, save, later, reminders } = await house();
  await save(ADA_ID, VPN.sysId, card(true));
  await later(KEEP_ENDED_MS - 1);
  expect(await watches.has(ADA, VPN)).toBe(true);
  await later(1);
  expect(await watches.has(ADA, VPN)).toBe(false);
  expect(await watches.of(ADA)).toEqual([{ ...MAIL, reason: 'asked' }]);
  expect(await cards.find(ADA_ID, VPN.sysId)).toBeUndefined();
  expect(await redis.hgetall(KEYS.threads(ADA))).toEqual({ '1.1': 'change/'.padEnd(39, 'b') });
  expect(await reminders()).toEqual([]);
  expect(await watches.has(BOB, VPN)).toBe(true);
  expect(await cards.find(BOB_ID, VPN.sysId)).toBeDefined();
  expect(await replies.recordOfThread(BOB, '1.0')).toEqual(VPN);
});

test('a word about it begins the month anew, and one that says that it is open again ends it', async () => {
  const { watches, save, later, reminders } = await house();
  for (const ref of [VPN, MAIL]) await save(ADA_ID, ref.sysId, card(true));
  await later(KEEP_ENDED_MS - 1);
  await save(ADA_ID, VPN.sysId, card(true));
  await save(ADA_ID, MAIL.sysId, card(false));
  await later(1);
  expect(await watches.of(ADA)).toHaveLength(2);
  expect(await reminders()).toEqual([`${ADA_ID}/${VPN.sysId}`]);
  await later(KEEP_ENDED_MS);
  expect(await watches.of(ADA)).toEqual([{ ...MAIL, reason: 'asked' }]);
});

test('a channel’s card goes alike', async () => {
  const { cards, save, later } = await house();
  await save(CHANNEL, VPN.sysId, card(true));
  await later(KEEP_ENDED_MS);
  expect(await redis.exists(KEYS.card(CHANNEL, VPN.sysId))).toBe(0);
  expect(await cards.find(ADA_ID, VPN.sysId)).toBeDefined();
});

test('that somebody wants to hear no more is known for a year after the last time when it mattered', async () => {
  const { watches, cards, later, reminders } = await house();
  await watches.remove(ADA, VPN);
  await later(KEEP_DECLINED_MS - 1);
  expect(await watches.add(ADA, VPN, 'assigned')).toBe(false);
  await later(KEEP_DECLINED_MS - 1);
  expect(await redis.hexists(KEYS.watches(ADA), `incident/${VPN.sysId}`)).toBe(1);
  await later(1);
  expect(await redis.hexists(KEYS.watches(ADA), `incident/${VPN.sysId}`)).toBe(0);
  expect(await cards.find(ADA_ID, VPN.sysId)).toBeUndefined();
  expect(await reminders()).toEqual([]);
  expect(await watches.add(ADA, VPN, 'assigned')).toBe(true);
});

test('whoever watches again what they did not want to hear of goes on watching', async () => {
  const { watches, later } = await house();
  await watches.remove(ADA, VPN);
  await watches.add(ADA, VPN, 'asked');
  await later(KEEP_DECLINED_MS);
  expect(await watches.has(ADA, VPN)).toBe(true);
});

test('where somebody is being told just then, it is looked at again the next day', async () => {
  const { watches, hold, save, later } = await house();
  await save(ADA_ID, VPN.sysId, card(true));
  const held = await hold(ADA_ID, VPN.sysId);
  await later(KEEP_ENDED_MS);
  await held.release();
  await later(1);
  expect(await watches.has(ADA, VPN)).toBe(true);
  await later(24 * 60 * 60_000);
  expect(await watches.has(ADA, VPN)).toBe(false);
});

test('a card that cannot be read holds up nothing, and its watch goes on', async () => {
  const { watches, save, later, reminders } = await house();
  for (const watcher of [ADA_ID, BOB_ID]) await save(watcher, VPN.sysId, card(true));
  await redis.hset(KEYS.card(ADA_ID, VPN.sysId), 'card', 'v1.x');
  await later(KEEP_ENDED_MS);
  expect([await watches.has(ADA, VPN), await watches.has(BOB, VPN)]).toEqual([true, false]);
  expect(await reminders()).toEqual([]);
});

test('however much has ended, it goes in one run', async () => {
  const { save, later, reminders } = await house();
  for (let index = 0; index < 250; index++) await save(CHANNEL, index.toString(16).padStart(32, '0'), card(true));
  await later(KEEP_ENDED_MS);
  expect(await reminders()).toEqual([]);
  expect((await redis.keys('*')).filter((key) => key.includes('channel'))).toEqual([]);
});
