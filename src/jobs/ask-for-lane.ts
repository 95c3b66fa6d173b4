import { laneQuestion } from '../blocks/messages/notification.ts';
import { isShown } from '../cards/store.ts';
import { lastWordAbove } from '../conversation/lanes.ts';
import { unlessGivenUp } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { refOf } from '../records/journal.ts';
import type { RecordRef } from '../records/ref.ts';
import { shownValue } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { MessageRef } from '../slack/message-ref.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { JobContext } from './define.ts';

/** Words below a card, of which nobody has said yet who may read them. */
type Answer = {
  person: Person;
  correlationId: string;
  ref: RecordRef;
  /** What Slack calls the act. */
  key: string;
  text: string;
  fileIds: string[];
  message: MessageRef;
  reply: ReplyTarget;
};

/** True where it may have been written before, by this job or by another one for the same act. */
export async function hasBegun(
  { person, key }: Pick<Answer, 'person' | 'key'>,
  { replies }: JobContext,
): Promise<boolean> {
  return (await replies.ownMarks(person, [refOf(key)])).size > 0;
}

/**
 * A reply right below an internal note could tell the caller what was meant for staff. However late it is looked at, it
 * is an answer to the word that stood there when it was typed.
 */
export async function mustAskForLane(answer: Answer, context: JobContext): Promise<boolean> {
  const { person, ref, text, fileIds, message, reply } = answer;
  const decision = await context.replies.decided(person, message.ts);
  if (decision === 'deleted') return false;
  // They were asked, and have answered: that is another job's by now.
  if (decision) return true;
  // Decided, and perhaps written, by an earlier run: what was said meanwhile does not make it another answer.
  if (await hasBegun(answer, context)) return false;
  const card = await context.cards.find(watcherId({ kind: 'person', person }), ref.sysId);
  const above =
    card && isShown(card)
      ? lastWordAbove({ ...card, telling: (await noteInDigest(answer, context)) ?? card.telling }, message)
      : 'unknown';
  if (above === 'open' || (above === 'unknown' && !(await seesNotes(answer, context)))) return false;
  await context.replies.hold(person, { ref, text, fileIds, message, threadTs: reply.threadTs });
  await askForLane(answer, above === 'internal', context);
  return true;
}

/** A digest that tells of a work note is said before the ticket's card knows of it. */
async function noteInDigest({ person, ref }: Answer, context: JobContext) {
  const digest = await unlessGivenUp(context.digests.begun(person), context);
  return digest?.told.some((one) => one.internal && one.ref.sysId === ref.sysId)
    ? { since: digest.since, internal: true }
    : undefined;
}

/** Whoever has not said by then who may read a reply has it not sent. */
const DAY_MS = 24 * 60 * 60_000;

/** Asks once, and sees to it that a question without an answer does not end in silence. */
async function askForLane(
  { person, correlationId, message, reply }: Answer,
  wasLast: boolean,
  { messenger, wordsFor, enqueue, triedSince, now }: JobContext,
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

/** Without a card, as when its watch has ended, nobody knows what was said last; who reads notes may be answering one. */
async function seesNotes({ person, ref }: Answer, { desk }: JobContext): Promise<boolean> {
  const record = await desk(person).read(ref, ['sys_id', 'work_notes']);
  return record !== undefined && (record.isJournalTooLong === true || shownValue(record, 'work_notes') !== '');
}
