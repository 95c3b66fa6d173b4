import { ACTIONS } from '../blocks/actions.ts';
import { notice } from '../blocks/messages/notice.ts';
import { heldKey, messageKey } from '../records/journal.ts';
import type { PlainKey } from '../words/index.ts';
import type { House } from './house.ts';
import type { Asked } from './perform.ts';

export type Click = {
  asked: Asked;
  value: string;
  /** Names what the button stands for: the same however often it is pressed, until its message is drawn anew. */
  deed: string;
};
export type OnClick = (house: House, click: Click) => Promise<void>;

/** Says who may read a reply that was held back. */
const sendHeld =
  (lane: 'comment' | 'note'): OnClick =>
  async (house, { asked, value }) => {
    const { person, correlationId, reply } = asked;
    const { replies } = house;
    const say = async (key: PlainKey) => asked.answer(notice((await house.wordsFor(person))(key)));
    if (!(await replies.held(person, value)))
      return say(`replies.held.${(await replies.decided(person, value)) ?? 'unknown'}`);
    // Pressed again after a crash, or twice at once, it is what was said first.
    const chosen = await replies.decide(person, value, lane);
    if (chosen === 'expired' || chosen === 'deleted') return say(`replies.held.${chosen}`);
    // Read after the decision: whoever edits the message looks for one after changing the words, so no change is lost.
    const held = await replies.held(person, value);
    if (!held) return say(`replies.held.${chosen}`);
    const { ref, text, fileIds, message, threadTs } = held;
    const args = { ref, text, fileIds, message, lane: chosen };
    const key = messageKey(person, message);
    const dm = { kind: 'dm' as const, channel: reply.channel, threadTs: threadTs ?? message.ts };
    const payload = { v: 1 as const, correlationId, person, reply: dm, operation: 'comment', args, key };
    await house.enqueue('operate', payload, heldKey(person, message.ts));
    // Only now: what was typed must not be lost between the two.
    await replies.dropHeld(person, value);
    await say(`replies.sent.${chosen}`);
  };

/** The answers to the question who may read a reply. */
export const HELD_CLICKS: Record<string, OnClick> = {
  [ACTIONS.sendAsComment]: sendHeld('comment'),
  [ACTIONS.sendAsNote]: sendHeld('note'),
};
