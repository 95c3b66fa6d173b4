import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';

/** One or two sentences, nothing else. */
export const notice = (sentence: string): Message =>
  message(sentence, [{ type: 'section', text: plain(sentence, LIMITS.section) }]);

/** We did not understand. Offers the nearest known words, and to file what was typed as an incident. */
export function notUnderstood(typed: string, suggestion: string | undefined, prefix: string): Message {
  const first = `I don't know “${truncate(typed, 60)}”.`;
  const next = suggestion ? ` Did you mean “${prefix}${suggestion}”?` : ` Type “${prefix}help” to see what I can do.`;
  return message(first + next, [
    { type: 'section', text: plain(first + next, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.fileIncident, text: 'File it as an incident', value: typed }),
        button({ action: ACTIONS.showHelp, text: 'Show help' }),
      ],
    },
  ]);
}

/** It begins like a command and goes on like a sentence. @param instead what the command would be */
export function sentenceOrCommand(typed: string, instead: string): Message {
  const text = `Shall I file “${truncate(typed, 60)}” as an incident? ${instead}`;
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        button({ action: ACTIONS.fileIncident, text: 'File it as an incident', value: typed }),
        button({ action: ACTIONS.showHelp, text: 'Show help' }),
      ],
    },
  ]);
}

/** Words for one ticket, or for staff: filed as an incident they would be read by others. @param words for a comment on it */
export function notForAnybody(typed: string, number: string, words: string): Message {
  const text = `I don't know “${truncate(typed, 60)}”, and nothing of it was sent. ${
    number ? `Answer below the card of ${number}, or open it in ServiceNow.` : 'Answer below the card of its ticket.'
  }`;
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [
        ...(number
          ? [button({ action: ACTIONS.showTicket, text: `Show ${number}`, value: `${number} ${words}`.trim() })]
          : []),
        button({ action: ACTIONS.showHelp, text: 'Show help' }),
      ],
    },
  ]);
}

/** Where Slack lets us open no form by ourselves: a message or a mention. The button's click permits it. */
export function openFormOffer(typed: string): Message {
  const text = 'Press the button, and I open the form for you.';
  return message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    {
      type: 'actions',
      elements: [button({ action: ACTIONS.fileIncident, text: 'File an incident', value: typed, style: 'primary' })],
    },
  ]);
}

/** The same for other forms. */
export const buttonOffer = (text: string, action: string): Message =>
  message(text, [
    { type: 'section', text: plain(text, LIMITS.section) },
    { type: 'actions', elements: [button({ action, text: 'Open', style: 'primary' })] },
  ]);

/** ServiceNow does not tell a ticket that is not there from one that this person may not see. */
export const notFound = (label: string, number: string): Message =>
  notice(`I found no ${label} ${number}. It may not exist, or you may not see it.`);

/** Its card has gone, and whatever was asked of it with it. */
export const notWatched = (number: string): Message => notice(`You are not watching ${number} any more.`);
