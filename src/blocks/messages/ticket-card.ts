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

/** A ticket as this person may see it. */
export function ticketCard(ticket: Ticket): Message {
  const twin = [
    `${ticket.number}: ${ticket.title}.`,
    `State: ${ticket.state}.`,
    ...ticket.fields.map(({ label, text }) => `${label}: ${text}.`),
    ticket.url,
  ].join(' ');
  return message(twin, [...ticketBlocks(ticket), { type: 'actions', elements: [openButton(ticket)] }]);
}
