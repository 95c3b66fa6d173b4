import { ACTIONS } from '../blocks/actions.ts';
import { notice } from '../blocks/messages/notice.ts';
import { HELD_REPLY } from '../blocks/messages/notification.ts';
import { type WordsPurpose, wordsForm } from '../blocks/views/words-form.ts';
import { heldKey, messageKey } from '../records/journal.ts';
import { parseRef, type RecordRef, refKey } from '../records/ref.ts';
import { slackCall } from '../slack/call.ts';
import type { House } from './house.ts';
import type { Asked } from './perform.ts';

export type Click = {
  asked: Asked;
  value: string;
  /** Names what the button stands for: the same however often it is pressed, until its message is drawn anew. */
  deed: string;
};
export type OnClick = (house: House, click: Click) => Promise<void>;

export const GONE = notice('I no longer know what that button was for. Please look the ticket up again.');

/**
 * A record's name comes back from a button, perhaps with words that were typed; ServiceNow decides what this person may do
 * to it.
 */
const withRecord =
  (
    act: (house: House, asked: Asked, ref: RecordRef, click: { typed: string; deed: string }) => Promise<void>,
  ): OnClick =>
  async (house, { asked, value, deed }) => {
    const [name = '', typed = ''] = value.split(/ ([\s\S]*)/, 2);
    const ref = parseRef(name);
    await (ref ? act(house, asked, ref, { typed, deed }) : asked.answer(GONE));
  };

const askForWords = (purpose: WordsPurpose): OnClick =>
  withRecord(async (_house, asked, ref, { typed }) => {
    await asked.acknowledge();
    const view = wordsForm(purpose, refKey(ref), asked.reply.channel, typed);
    await slackCall(() => asked.client.views.open({ trigger_id: asked.triggerId ?? '', view }));
  });

/** Says who may read a reply that was held back. */
const sendHeld =
  (lane: 'comment' | 'note'): OnClick =>
  async (house, { asked, value }) => {
    const { person, correlationId, reply } = asked;
    const { replies } = house;
    if (!(await replies.held(person, value)))
      return asked.answer(notice(HELD_REPLY[(await replies.decided(person, value)) ?? 'unknown']));
    // Pressed again after a crash, or twice at once, it is what was said first.
    const chosen = await replies.decide(person, value, lane);
    if (chosen === 'expired' || chosen === 'deleted') return asked.answer(notice(HELD_REPLY[chosen]));
    // Read after the decision: whoever edits the message looks for one after changing the words, so no change is lost.
    const held = await replies.held(person, value);
    if (!held) return asked.answer(notice(HELD_REPLY[chosen]));
    const { ref, text, fileIds, message, threadTs } = held;
    await house.enqueue(
      'update-record',
      {
        v: 1,
        correlationId,
        person,
        reply: { kind: 'dm', channel: reply.channel, ...(threadTs ? { threadTs } : {}) },
        ref,
        update: { kind: 'comment', text, fileIds, lane: chosen },
        key: messageKey(person, message),
        message,
      },
      heldKey(person, message.ts),
    );
    // Only now: what was typed must not be lost between the two.
    await replies.dropHeld(person, value);
    await asked.answer(
      notice(chosen === 'note' ? 'Sent as an internal work note.' : 'Sent as a comment that the caller can read.'),
    );
  };

/** The buttons of a card and of an approval. */
export const CARD_CLICKS: Record<string, OnClick> = {
  [ACTIONS.addComment]: askForWords('comment'),
  [ACTIONS.reopen]: askForWords('reopen'),
  [ACTIONS.reject]: askForWords('reject'),
  [ACTIONS.confirmFixed]: withRecord(async (house, asked, ref, { deed }) => {
    const { person, correlationId, reply } = asked;
    await house.enqueue(
      'update-record',
      { v: 1, correlationId, person, reply, ref, update: { kind: 'confirm-fixed' }, key: deed },
      deed,
      { anew: true },
    );
    await asked.acknowledge();
  }),
  [ACTIONS.approve]: withRecord(async (house, asked, ref, { deed }) => {
    const { person, correlationId, reply } = asked;
    await house.enqueue(
      'decide-approval',
      { v: 1, correlationId, person, reply, ref, decision: 'approved', comment: '' },
      deed,
      { anew: true },
    );
    await asked.acknowledge();
  }),
  [ACTIONS.sendAsComment]: sendHeld('comment'),
  [ACTIONS.sendAsNote]: sendHeld('note'),
};
