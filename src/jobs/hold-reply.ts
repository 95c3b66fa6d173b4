import { laneQuestion } from '../blocks/messages/notification.ts';
import { isShown } from '../cards/store.ts';
import { type LastWord, lastWordAbove, whoMayRead } from '../conversation/lanes.ts';
import type { Desk } from '../desk/desk.ts';
import { unlessGivenUp } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import type { Tools } from '../operations/tools.ts';
import { hasBegun } from '../operations/writing.ts';
import { shownValue } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  'cards' | 'digests' | 'enqueue' | 'log' | 'messenger' | 'now' | 'replies' | 'triedSince' | 'wordsFor'
>;

/** Words below a card, of which nobody has said yet who may read them. */
type Reply = Parameters<Tools['holdBack']>[0];

type Asked = {
  person: Person;
  correlationId: string;
  /** What Slack calls the act. */
  key: string;
  reply: ReplyTarget;
};

/** Whoever has not said by then who may read a reply has it not sent. */
const DAY_MS = 24 * 60 * 60_000;

/**
 * Holds a reply back until its writer has said who may read it, where that is in doubt. However late it is looked at, it is
 * an answer to the word that stood there when it was typed.
 */
export function holdingBack(asked: Asked, desk: Desk, context: Uses): Tools['holdBack'] {
  const { person, reply } = asked;
  const { replies } = context;
  return async (words) => {
    const decision = await replies.decided(person, words.message.ts);
    if (decision === 'deleted') return false;
    // They were asked, and have answered: that is another job's by now.
    if (decision) return true;
    // Decided, and perhaps written, by an earlier run: what was said meanwhile does not make it another answer.
    if (await hasBegun({ replies }, asked)) return false;
    const above = await lastWord(person, words, context);
    const verdict = whoMayRead(above);
    if (verdict === 'everybody' || (verdict === 'look' && !(await seesNotes(words, desk)))) return false;
    await replies.hold(person, { ...words, threadTs: reply.threadTs });
    await ask(asked, words, above === 'internal', context);
    return true;
  };
}

/** A digest that tells of a work note is said before the ticket's card knows of it. */
async function lastWord(person: Person, { ref, message }: Reply, context: Uses): Promise<LastWord> {
  const card = await context.cards.find(watcherId({ kind: 'person', person }), ref.sysId);
  if (!card || !isShown(card)) return 'unknown';
  const digest = await unlessGivenUp(context.digests.begun(person), context);
  const isInDigest = digest?.told.some((one) => one.internal && one.ref.sysId === ref.sysId);
  const telling = digest && isInDigest ? { since: digest.since, internal: true } : card.telling;
  return lastWordAbove({ ...card, telling }, message);
}

/** Without a card, as when its watch has ended, nobody knows what was said last. */
async function seesNotes({ ref }: Reply, desk: Desk): Promise<boolean> {
  const record = await desk.read(ref, ['sys_id', 'work_notes']);
  return record !== undefined && (record.isJournalTooLong === true || shownValue(record, 'work_notes') !== '');
}

/** Asks once, and sees to it that a question without an answer does not end in silence. */
async function ask(
  { person, correlationId, reply }: Asked,
  { message }: Reply,
  wasLast: boolean,
  { messenger, wordsFor, enqueue, triedSince, now }: Uses,
): Promise<void> {
  const threadTs = reply.threadTs ?? message.ts;
  const question = await messenger.postIn(person, message.channel, threadTs, {
    message: laneQuestion(message.ts, wasLast, await wordsFor(person)),
    key: `lane-${message.ts}`,
    perhapsSince: triedSince,
  });
  await enqueue(
    'expire-reply',
    { v: 1, correlationId, person, message, question, threadTs, until: now() + DAY_MS },
    `expire-${person.tenant}-${message.channel}-${message.ts}`,
  );
}
