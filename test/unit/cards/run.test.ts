import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Situation } from '../../../src/cards/plan.ts';
import { bringUpToDate, type Uses } from '../../../src/cards/run.ts';
import { type Card, createCards } from '../../../src/cards/store.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import { NotYetError } from '../../../src/errors.ts';
import { createWatches, type Watcher, type Watches, watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import { DEFAULT_PREFERENCES } from '../../../src/records/preferences.ts';
import type { ServiceNowRecord } from '../../../src/records/types.ts';
import type { Post } from '../../../src/slack/messenger.ts';
import { ADA, clockAt, emptyRedis, endingsIn, INSTANCE, NOON, readableLog, row, T, USER, vault } from '../support.ts';

const REF = { type: 'incident', sysId: 'a'.repeat(32) } as const;
const SITUATION: Situation = {
  type: 'incident',
  reason: 'asked',
  reader: { ...USER, own: [] },
  isWanted: true,
  rows: undefined,
  files: [],
  preferences: DEFAULT_PREFERENCES,
  mayBegin: true,
  now: NOON,
  noticedAt: NOON,
};

const PASSED_ON = row({ sys_mod_count: '4', assigned_to: 'b'.repeat(32) });
const TOLD_OF_IT: Card = {
  message: { channel: 'D1', ts: '1.000100' },
  reason: 'assigned',
  told: snapshotOf('incident', PASSED_ON),
  toldAt: NOON,
};

/** A look at a ticket that has gone to somebody else. @param meanwhile what happens before the watch is over */
async function lookAtPassedOn(
  card: Card | undefined,
  again: ServiceNowRecord | undefined,
  meanwhile: (watches: Watches) => Promise<unknown> = async () => {},
) {
  const redis = await emptyRedis();
  const endings = endingsIn(redis);
  const [cards, watches] = [createCards(redis, vault, INSTANCE, endings), createWatches(redis, INSTANCE, endings)];
  const watcher = { kind: 'person', person: ADA } as const;
  await watches.add(ADA, REF, 'assigned');
  if (card) await cards.add(watcherId(watcher), REF.sysId, card);
  await meanwhile(watches);
  const looks: string[] = [];
  const uses = {
    watches,
    instanceUrl: 'https://dev98042.service-now.com',
    wordsFor: async () => T,
    log: readableLog().log,
    readAgain: async () => again,
    later: { lookNow: async (name: string) => void looks.push(name) },
  } as unknown as Uses;
  const situation: Situation = { ...SITUATION, reason: 'assigned', mayBegin: false };
  const held = await cards.hold(watcherId(watcher), REF.sysId);
  if (!held) throw new Error('the card is in use');
  const seen = { card, record: PASSED_ON, situation };
  await bringUpToDate({ person: ADA, watcher, ref: REF, reason: 'assigned' }, held, seen, uses);
  await held.release();
  const isDeclined = await watches.isDeclined({ watcher: watcherId(watcher), sysId: REF.sysId });
  const result = { reason: isDeclined ? 'declined' : await watches.reasonOf(ADA, REF), looks: looks.length };
  redis.disconnect();
  return result;
}

describe.each([
  ['was told of the ticket', TOLD_OF_IT],
  ['was not told of it yet', undefined],
])('a ticket that has gone to somebody else, where the watcher %s', (_what, card) => {
  test('is watched no more', async () => {
    expect(await lookAtPassedOn(card, PASSED_ON)).toEqual({ reason: undefined, looks: 0 });
  });

  test('is watched anew where it was given back meanwhile', async () => {
    const back = row({ sys_mod_count: '5', assigned_to: USER.sysId });
    expect(await lookAtPassedOn(card, back)).toEqual({ reason: 'assigned', looks: 1 });
  });

  test('is not taken from whoever asked for it meanwhile', async () => {
    const ask = (watches: Watches) => watches.add(ADA, REF, 'asked');
    expect(await lookAtPassedOn(card, PASSED_ON, ask)).toEqual({ reason: 'asked', looks: 0 });
  });

  test('stays declined where that was said meanwhile', async () => {
    const decline = (watches: Watches) => watches.remove(ADA, REF);
    const again = async (watches: Watches) => {
      await decline(watches);
      await watches.add(ADA, REF, 'assigned');
    };
    const back = row({ sys_mod_count: '5', assigned_to: USER.sysId });
    expect(await lookAtPassedOn(card, back, again)).toEqual({ reason: 'declined', looks: 0 });
  });
});

/** Slack and a clock for cards; a process dies before or after the chosen of its calls and writes. */
async function world(watcher: Watcher) {
  const redis = await emptyRedis();
  const endings = endingsIn(redis);
  const cards = createCards(redis, vault, INSTANCE, endings);
  const posts: { key: string; text: string }[] = [];
  const clock = clockAt(NOON);
  let lifetime = Number.POSITIVE_INFINITY;
  const live = async <T>(call: () => T | Promise<T>): Promise<T> => {
    if (--lifetime === 0) throw new Error('died before');
    const result = await call();
    if (--lifetime === 0) throw new Error('died after');
    return result;
  };
  const post = async ({ key, message, before, perhapsSince }: Post) => {
    const there = perhapsSince === undefined ? -1 : posts.findIndex((one) => one.key === key);
    if (there < 0) await before?.();
    const index = there < 0 ? posts.push({ key, text: message.text }) - 1 : there;
    return { channel: 'D1', ts: `${index + 1}.1` };
  };
  const uses = {
    messenger: {
      postDirect: (_person: unknown, one: Post) => live(() => post(one)),
      postIn: (_person: unknown, _channel: string, _thread: unknown, one: Post) => live(() => post(one)),
      update: () => live(() => undefined),
    },
    replies: createReplies(redis, vault, INSTANCE),
    channelOf: async () => 'D1',
    readJournal: async () => undefined,
    nameOf: async () => 'Bob',
    instanceUrl: 'https://dev98042.service-now.com',
    wordsFor: async () => T,
    now: clock.now,
    log: readableLog().log,
  } as unknown as Uses;
  const id = watcherId(watcher);

  /** One run of the job. @param steps how many calls and writes it lives */
  async function look(record: ServiceNowRecord, steps = Number.POSITIVE_INFINITY): Promise<void> {
    clock.advance(4_000);
    const held = await cards.hold(id, REF.sysId);
    if (!held) throw new Error('the card is in use');
    lifetime = steps;
    const card = await held.find();
    const reason = watcher.kind === 'person' ? 'asked' : 'subscribed';
    const reader = watcher.kind === 'person' ? { ...USER, own: [] } : undefined;
    const seen = { card, record, situation: { ...SITUATION, reason, reader, now: clock.now() } } as const;
    const mortal = { ...held, save: (one: Card) => live(() => held.save(one)) };
    await bringUpToDate({ person: ADA, watcher, ref: REF, reason }, mortal, seen, uses).catch((error: Error) => {
      // What has to wait is looked at again with the next run.
      if (!error.message.startsWith('died') && !(error instanceof NotYetError)) throw error;
    });
    await held.release();
  }
  return { look, posts, forget: () => cards.remove(id, REF.sysId), close: () => redis.disconnect() };
}

test.each<[string, Watcher, (words: string) => number]>([
  ['a person is told each change once', { kind: 'person', person: ADA }, () => 1],
  [
    'a channel is told each comment once, and no work note',
    { kind: 'channel', subscription: 's1' },
    (words) => (words.startsWith('note') ? 0 : 1),
  ],
])('however often a process dies: %s', async (_what, watcher, times) => {
  const happening = fc.record({
    isNote: fc.boolean(),
    lives: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 6 }), fc.nat(9), async (happenings, first) => {
      const { look, posts, close } = await world(watcher);
      const said: Record<'comments' | 'work_notes', string> = { comments: '', work_notes: '' };
      const after = (saves: number) => row({ number: 'INC0010023', state: '1', sys_mod_count: String(saves), ...said });
      await look(after(0), first);
      await look(after(0));
      const all = happenings.map(({ isNote, lives }, index) => ({
        words: `${isNote ? 'note' : 'comment'}-${index}`,
        isNote,
        lives,
      }));
      for (const [index, { words, isNote, lives }] of all.entries()) {
        const kind = isNote ? 'Work notes' : 'Comments';
        const journal = isNote ? 'work_notes' : 'comments';
        said[journal] = `2026-11-23 12:00:0${index} - Bob Agent (${kind})\n${words}\n\n${said[journal]}`;
        await look(after(index + 1), lives);
      }
      await look(after(all.length));
      await look(after(all.length));
      const texts = posts.map(({ text }) => text).join('\n');
      for (const { words } of all) expect(texts.split(words).length - 1).toBe(times(words));
      expect(posts.filter(({ key }) => key.startsWith('card-'))).toHaveLength(1);
      close();
    }),
    { numRuns: 20 },
  );
});

test('a second card is no message of the first one, although Slack was asked for it twice', async () => {
  const { posts, look, forget, close } = await world({ kind: 'person', person: ADA });
  await look(row({}));
  await forget();
  for (let lives = 1; lives <= 3; lives++) await look(row({}), lives);
  await look(row({}));
  expect(posts.filter(({ key }) => key.startsWith('card-'))).toHaveLength(2);
  close();
});
