import { MAX_COMMENT } from '../records/draft.ts';
import { heldKey, messageKey, refOf } from '../records/journal.ts';
import type { MessageRef } from '../records/place.ts';
import type { RecordRef } from '../records/ref.ts';
import type { Person } from '../redis/keys.ts';
import type { PlainKey } from '../words/index.ts';
import type { Decision, Lane, Replies } from './replies.ts';

/** What becomes of something that a person wrote, or did to it afterwards. */
export type Heard =
  | {
      kind: 'comment';
      ref: RecordRef;
      /** What Slack calls the act: the same however often it is sent. */
      key: string;
      text: string;
      fileIds: string[];
      /** The message that it was; absent for a correction, which names the message that it puts right. */
      message?: MessageRef;
      corrects?: MessageRef;
    }
  | { kind: 'answer'; key: string; says: PlainKey };

/** In seconds. What bears no time goes first and waits for nobody. */
const writtenAt = (ts: string): number => Number(ts) || 0;

/** Words below a card take their place in the line of what their writer says about its ticket. */
export async function hearReply(
  replies: Pick<Replies, 'expect' | 'lineUp'>,
  person: Person,
  ref: RecordRef,
  { text, fileIds, message }: { text: string; fileIds: string[]; message: MessageRef },
): Promise<Heard> {
  const key = messageKey(person, message);
  await replies.expect(person, ref, message.ts);
  await replies.lineUp(person, ref, key, writtenAt(message.ts));
  return { kind: 'comment', ref, key, text, fileIds, message };
}

type Edit = {
  message: MessageRef;
  text: string;
  before: string;
  /** Which edit it is, and when it was made: Slack may send one several times under different event ids. */
  editedAt: string | undefined;
  eventTs: string;
  eventId: string;
};

/** ServiceNow's journal cannot be changed, so an edit adds a correction, unless nothing was sent yet. */
export async function hearEdit(
  replies: Pick<Replies, 'revise' | 'placeOfMessage' | 'lineUp'>,
  person: Person,
  { message, text, before, editedAt, eventTs, eventId }: Edit,
): Promise<Heard | undefined> {
  const fits = text.length <= MAX_COMMENT;
  // Not sent yet, so it can still be what the person wants it to be.
  if (fits && (await replies.revise(person, message.ts, text))) return undefined;
  const place = await replies.placeOfMessage(person, message.ts);
  if (!place || text === before) return undefined;
  const key = `edit-${person.tenant}-${message.channel}-${message.ts}-${editedAt ?? eventId}`;
  if (!fits) return { kind: 'answer', key: `too-long-${key}`, says: 'replies.too-long' };
  // Behind what it corrects, which may still be on its way.
  await replies.lineUp(person, place.ref, key, writtenAt(editedAt ?? eventTs));
  return { kind: 'comment', ref: place.ref, key, text, fileIds: [], corrects: message };
}

/** A deletion stops what has not begun. */
export async function hearDeletion(
  replies: Pick<Replies, 'placeOfMessage' | 'withdraw' | 'dropHeld'>,
  person: Person,
  message: MessageRef,
): Promise<Heard | undefined> {
  if (!(await replies.placeOfMessage(person, message.ts))) return undefined;
  const progress = await replies.withdraw(person, message.ts, refOf(messageKey(person, message)));
  await replies.dropHeld(person, message.ts);
  const key = `deleted-${person.tenant}-${message.channel}-${message.ts}`;
  return { kind: 'answer', key, says: `replies.deleted.${progress}` };
}

/** What becomes of a held reply: it goes out to those who may read it, or something was said of it before. */
export type Sending = { sent: Lane; said?: undefined } | { sent?: undefined; said: Decision | 'unknown' };

/** Its words, once somebody has said who may read them; `job` names what sends them. */
type Release = { comment: Extract<Heard, { kind: 'comment' }> & { lane: Lane }; threadTs: string; job: string };

/**
 * Says who may read a reply that was held back.
 * @param send makes it a job; only then is what was typed forgotten here
 */
export async function sendHeld(
  replies: Pick<Replies, 'held' | 'decide' | 'decided' | 'dropHeld'>,
  person: Person,
  { messageTs, lane }: { messageTs: string; lane: Lane },
  send: (release: Release) => Promise<void>,
): Promise<Sending> {
  if (!(await replies.held(person, messageTs)))
    return { said: (await replies.decided(person, messageTs)) ?? 'unknown' };
  // Pressed again after a crash, or twice at once, it is what was said first.
  const chosen = await replies.decide(person, messageTs, lane);
  if (chosen === 'expired' || chosen === 'deleted') return { said: chosen };
  // Read after the decision: whoever edits the message looks for one after changing the words, so no change is lost.
  const held = await replies.held(person, messageTs);
  if (!held) return { said: chosen };
  const { ref, text, fileIds, message, threadTs = message.ts } = held;
  const comment = {
    kind: 'comment',
    ref,
    key: messageKey(person, message),
    text,
    fileIds,
    message,
    lane: chosen,
  } as const;
  await send({ comment, threadTs, job: heldKey(person, message.ts) });
  await replies.dropHeld(person, messageTs);
  return { sent: chosen };
}

/** Nobody has said in time who may read a held reply. @returns false where somebody has */
export async function hearNothing(
  replies: Pick<Replies, 'decide' | 'dropHeld'>,
  person: Person,
  messageTs: string,
): Promise<boolean> {
  if ((await replies.decide(person, messageTs, 'expired')) !== 'expired') return false;
  await replies.dropHeld(person, messageTs);
  return true;
}
