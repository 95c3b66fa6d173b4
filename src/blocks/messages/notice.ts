import type { Button } from '@slack/types';
import { sentenceFor } from '../../errors.ts';
import type { RecordTypeName } from '../../records/types.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';

/** One or two sentences, nothing else. */
export const notice = (sentence: string): Message =>
  message(sentence, [{ type: 'section', text: plain(sentence, LIMITS.section) }]);

const offered = (text: string, elements: Button[]): Message =>
  message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    { type: 'actions', elements },
  ]);

const fileIt = (typed: string, t: T) =>
  button({ action: ACTIONS.fileIncident, text: t('press.file-it'), value: typed });
const showHelp = (t: T) => button({ action: ACTIONS.showHelp, text: t('press.help') });

/** As much of what was typed as names it. */
const named = (typed: string) => truncate(typed, 60);

/** We did not understand. Offers the nearest known words, and to file what was typed as an incident. */
export function notUnderstood(typed: string, suggestion: string | undefined, prefix: string, t: T): Message {
  const values = { typed: named(typed), command: `${prefix}${suggestion ?? 'help'}` };
  return offered(t(suggestion ? 'typed.did-you-mean' : 'typed.see-help', values), [fileIt(typed, t), showHelp(t)]);
}

/** It begins like a command and goes on like a sentence. @param instead what the command would be */
export const sentenceOrCommand = (typed: string, instead: string, t: T): Message =>
  offered(t('typed.file-it', { typed: named(typed), instead }), [fileIt(typed, t), showHelp(t)]);

/** Words for one ticket, or for staff: filed as an incident they would be read by others. @param words for a comment on it */
export function notForAnybody(typed: string, number: string, words: string, t: T): Message {
  if (!number) return offered(t('typed.not-for-anybody', { typed: named(typed) }), [showHelp(t)]);
  const value = `${number} ${words}`.trim();
  return offered(t('typed.not-for-anybody.number', { typed: named(typed), number }), [
    button({ action: ACTIONS.showTicket, text: t('press.show', { number }), value }),
    showHelp(t),
  ]);
}

/** Where Slack lets us open no form by ourselves: a message or a mention. The button's click permits it. */
export const openFormOffer = (typed: string, t: T): Message =>
  offered(t('press.opens-form'), [
    button({ action: ACTIONS.fileIncident, text: t('press.file'), value: typed, style: 'primary' }),
  ]);

/** The same for other forms. */
export const buttonOffer = (text: string, action: string, t: T): Message =>
  offered(text, [button({ action, text: t('press.open'), style: 'primary' })]);

/** ServiceNow does not tell a ticket that is not there from one that this person may not see. */
export const notFound = (kind: RecordTypeName, number: string, t: T): Message =>
  notice(t('result.not-found', { kind: t(`kind.${kind}`), number }));

/** Its card has gone, and whatever was asked of it with it. */
export const notWatched = (number: string, t: T): Message => notice(t('result.not-watched', { number }));

/** What failed, and the name by which an administrator finds it in the log. */
export const failure = (error: unknown, reference: string, t: T): Message =>
  notice(t('errors.with-reference', { sentence: sentenceFor(error, t), reference }));
