import { MAX_COMMENT } from '../records/draft.ts';
import { messageKey, refOf } from '../records/journal.ts';
import type { RecordRef } from '../records/ref.ts';
import type { Person } from '../redis/keys.ts';
import type { MessageRef } from '../slack/message-ref.ts';
import type { PlainKey } from '../words/index.ts';
import type { Replies } from './replies.ts';

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
