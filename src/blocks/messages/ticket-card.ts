import type { RichTextElement } from '@slack/types';
import type { Ticket } from '../../records/ticket.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, normal, plain, richText, truncate } from '../text.ts';

const DESCRIPTION_LIMIT = 600;
const FIELD_LIMIT = 200;

/** What a ticket's fields look like, wherever a card is shown. */
export function ticketBlocks(ticket: Ticket): Message['blocks'] {
  const rows: RichTextElement[][] = [{ label: 'State', text: ticket.state }, ...ticket.fields].map(
    ({ label, text }) => [bold(`${label}: `), normal(truncate(text, FIELD_LIMIT))],
  );
  const description = ticket.description && ticket.description !== ticket.title ? ticket.description : '';
  return [
    { type: 'header', text: plain(`${ticket.number} · ${ticket.title}`, LIMITS.header) },
    richText(...rows),
    ...(description ? [{ type: 'section', text: plain(description, DESCRIPTION_LIMIT) } as const] : []),
  ];
}

export const openButton = (ticket: Ticket) =>
  button({
    action: ACTIONS.openInServiceNow,
    text: 'Open in ServiceNow',
    label: `Open ${ticket.number} in ServiceNow`,
    url: ticket.url,
  });

/** What somebody typed behind a ticket's number. */
export type TypedWords = { ref: string; words: string; forStaff: boolean };

const NOTHING_SENT = 'I sent nothing of what you typed after the number.';

/** A ticket as this person may see it. @param typed words that they may want to have on it */
export function ticketCard(ticket: Ticket, typed?: TypedWords): Message {
  const offer =
    typed &&
    [
      NOTHING_SENT,
      typed.forStaff ? 'Work notes are written in ServiceNow.' : `Shall I add it to ${ticket.number} as a comment?`,
    ].join(' ');
  const twin = [
    `${ticket.number}: ${ticket.title}.`,
    `State: ${ticket.state}.`,
    ...ticket.fields.map(({ label, text }) => `${label}: ${text}.`),
    ticket.url,
    ...(offer ? [offer] : []),
  ].join(' ');
  const add = (value: string) =>
    button({ action: ACTIONS.addComment, text: 'Add it as a comment', label: `Comment on ${ticket.number}`, value });
  return message(twin, [
    ...ticketBlocks(ticket),
    ...(offer ? [{ type: 'section', text: plain(offer, LIMITS.section) } as const] : []),
    {
      type: 'actions',
      elements: [...(typed && !typed.forStaff ? [add(`${typed.ref} ${typed.words}`)] : []), openButton(ticket)],
    },
  ]);
}
