import { expect, test } from '@jest/globals';
import { hearDeletion, hearEdit, hearNothing, hearReply, sendHeld } from '../../../src/conversation/hear.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import { takeTurn } from '../../../src/conversation/turn.ts';
import { NotYetError } from '../../../src/errors.ts';
import { MAX_COMMENT } from '../../../src/records/draft.ts';
import { messageKey, refOf } from '../../../src/records/journal.ts';
import { ADA, emptyRedis, failureOf, INSTANCE, NOON, T, vault } from '../support.ts';

const REF = { type: 'incident', sysId: 'a'.repeat(32) } as const;
const MESSAGE = { channel: 'D1', ts: '1700000000.1' };
const KEY = messageKey(ADA, MESSAGE);

/** A store of replies in which Ada has written one below a card. */
async function afterReply() {
  const redis = await emptyRedis();
  const replies = createReplies(redis, vault, INSTANCE, () => NOON);
  const heard = await hearReply(replies, ADA, REF, { text: 'It is down', fileIds: ['F1'], message: MESSAGE });
  return { redis, replies, heard };
}

const edit = (text: string, editedAt?: string) => ({
  message: MESSAGE,
  text,
  before: 'It is down',
  editedAt,
  eventTs: '1700000009.9',
  eventId: 'Ev1',
});

test('words below a card are a comment on its ticket', async () => {
  const { redis, heard } = await afterReply();
  expect(heard).toEqual({ kind: 'comment', ref: REF, key: KEY, text: 'It is down', fileIds: ['F1'], message: MESSAGE });
  redis.disconnect();
});

test.each([
  [
    'adds a correction, under one name however often it is sent',
    edit('It is up', '1700000008.8'),
    { kind: 'comment', text: 'It is up', corrects: MESSAGE, key: `edit-${ADA.tenant}-D1-${MESSAGE.ts}-1700000008.8` },
  ],
  [
    'of which Slack does not say when is told by its event',
    edit('It is up'),
    { kind: 'comment', key: `edit-${ADA.tenant}-D1-${MESSAGE.ts}-Ev1` },
  ],
  ['that changes no words is none', edit('It is down'), undefined],
  ['that is too long is said to be', edit('x'.repeat(MAX_COMMENT + 1)), { kind: 'answer' }],
  ['of a message that is no reply is none', { ...edit('It is up'), message: { channel: 'D1', ts: '9.9' } }, undefined],
])('an edit %s', async (_what, thought, expected) => {
  const { redis, replies } = await afterReply();
  const heard = await hearEdit(replies, ADA, thought);
  expected ? expect(heard).toMatchObject(expected) : expect(heard).toBeUndefined();
  redis.disconnect();
});

test('an edit of a reply that is held back changes that reply', async () => {
  const { redis, replies } = await afterReply();
  await replies.hold(ADA, { ref: REF, text: 'It is down', fileIds: [], message: MESSAGE });
  expect(await hearEdit(replies, ADA, edit('It is up'))).toBeUndefined();
  expect(await replies.held(ADA, MESSAGE.ts)).toMatchObject({ text: 'It is up' });
  redis.disconnect();
});

test.each([
  ['had not begun', 'before it was sent', []],
  ['had begun', 'may be in ServiceNow already', ['begin']],
  ['had arrived', 'stays in ServiceNow', ['begin', 'write']],
])('whoever deletes a reply that %s hears so', async (_what, words, done) => {
  const { redis, replies } = await afterReply();
  const mark = refOf(KEY);
  if (done.includes('begin'))
    await replies.begin(ADA, { ref: REF, lane: 'comment' }, { messageTs: MESSAGE.ts }, [mark]);
  if (done.includes('write')) await replies.noteWritten(ADA, [mark]);
  const heard = await hearDeletion(replies, ADA, MESSAGE);
  expect(heard?.kind === 'answer' && T(heard.says)).toContain(words);
  expect(await hearDeletion(replies, ADA, { channel: 'D1', ts: '9.9' })).toBeUndefined();
  redis.disconnect();
});

test('what was written first is carried out first, and the wait grows', async () => {
  const { redis, replies } = await afterReply();
  const later = await hearReply(replies, ADA, REF, {
    text: 'Since noon',
    fileIds: [],
    message: { channel: 'D1', ts: '1700000005.1' },
  });
  const open = new Set([KEY]);
  const turn = (key: string, age: number) =>
    takeTurn(
      { person: ADA, ref: REF, key },
      { replies, isUnfinished: async (act) => open.has(act), madeAt: NOON - age, now: () => NOON },
    );
  await turn(KEY, 0);
  expect(await failureOf(turn(later.key, 0))).toMatchObject({ fate: { until: NOON + 500 } });
  expect(await failureOf(turn(later.key, 20_000))).toMatchObject({ fate: { until: NOON + 5_000 } });
  const waiting = await failureOf(turn(later.key, 3_600_000));
  expect(waiting).toBeInstanceOf(NotYetError);
  expect(waiting).toMatchObject({ fate: { until: NOON + 60_000 } });
  open.clear();
  await turn(later.key, 0);
  expect(await replies.aheadOf(ADA, REF, later.key)).toEqual([]);
  redis.disconnect();
});

/** Ada's reply is held back until she says who may read it. */
async function heldBack() {
  const { redis, replies } = await afterReply();
  await replies.hold(ADA, { ref: REF, text: 'It is down', fileIds: [], message: MESSAGE, threadTs: '1699999999.1' });
  const sent: unknown[] = [];
  const send = (lane: 'comment' | 'note') =>
    sendHeld(replies, ADA, { messageTs: MESSAGE.ts, lane }, async (release) => void sent.push(release));
  return { redis, replies, sent, send };
}

test('the first word on who may read a held reply counts, and it is sent once', async () => {
  const { redis, replies, sent, send } = await heldBack();
  expect(await send('note')).toEqual({ sent: 'note' });
  expect(sent).toEqual([
    expect.objectContaining({ comment: expect.objectContaining({ key: KEY, lane: 'note' }), threadTs: '1699999999.1' }),
  ]);
  expect([await send('comment'), sent.length]).toEqual([{ said: 'note' }, 1]);
  expect(await hearNothing(replies, ADA, MESSAGE.ts)).toBe(false);
  redis.disconnect();
});

test('a held reply that did not become a job is sent by the next press, as was said first', async () => {
  const { redis, replies, sent, send } = await heldBack();
  const refuses = () => Promise.reject(new Error('store away'));
  await expect(sendHeld(replies, ADA, { messageTs: MESSAGE.ts, lane: 'comment' }, refuses)).rejects.toThrow('store');
  expect([await send('note'), sent.length]).toEqual([{ sent: 'comment' }, 1]);
  redis.disconnect();
});

test('a held reply of which nobody said anything in time is not sent', async () => {
  const { redis, replies, sent, send } = await heldBack();
  expect(await hearNothing(replies, ADA, MESSAGE.ts)).toBe(true);
  expect([await send('note'), sent]).toEqual([{ said: 'expired' }, []]);
  expect(await sendHeld(replies, ADA, { messageTs: '9.9', lane: 'note' }, async () => {})).toEqual({ said: 'unknown' });
  redis.disconnect();
});
