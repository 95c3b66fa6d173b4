import type { RichTextElement } from '@slack/types';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, normal, plain, richText, truncate } from '../text.ts';

/** The same, with our words for its columns and for what ServiceNow leaves empty. */
export const inWords = (ticket: Ticket, t: T): Ticket => ({
  ...ticket,
  number: t.label(ticket.number),
  title: t.label(ticket.title),
  state: t.label(ticket.state),
  fields: ticket.fields.map(({ label, text }) => ({ label: t.label(label), text })),
});

/** Its twin's beginning. */
export function twinOf(ticket: Ticket, t: T): string {
  const { number, title, state } = inWords(ticket, t);
  const priority = ticket.fields.find(({ label }) => label === 'Priority')?.text;
  return priority
    ? t('ticket.twin.priority', { number, title, state, priority })
    : t('ticket.twin', { number, title, state });
}

const DESCRIPTION_LIMIT = 600;
const FIELD_LIMIT = 200;

/** What a ticket's fields look like, wherever a card is shown. */
export function ticketBlocks(ticket: Ticket, t: T): Message['blocks'] {
  const { number, title, state, fields, description: whole } = inWords(ticket, t);
  const rows: RichTextElement[][] = [{ label: t.label('State'), text: state }, ...fields].map(({ label, text }) => [
    bold(`${label}: `),
    normal(truncate(text, FIELD_LIMIT)),
  ]);
  const description = whole && whole !== title ? whole : '';
  return [
    { type: 'header', text: plain(`${number} · ${title}`, LIMITS.header) },
    richText(...rows),
    ...(description ? [{ type: 'section', text: plain(description, DESCRIPTION_LIMIT) } as const] : []),
  ];
}

export const openButton = (ticket: Ticket, t: T) =>
  button({
    action: ACTIONS.openInServiceNow,
    text: t('ticket.open'),
    label: t('ticket.open.label', { number: t.label(ticket.number) }),
    url: ticket.url,
  });

/** What somebody typed behind a ticket's number. */
export type TypedWords = { ref: string; words: string; forStaff: boolean };

/** A ticket as this person may see it. @param typed words that they may want to have on it */
export function ticketCard(ticket: Ticket, typed: TypedWords | undefined, t: T): Message {
  const { number, title, state, fields, url } = inWords(ticket, t);
  const offer = typed && (typed.forStaff ? t('ticket.offer.for-staff') : t('ticket.offer', { number }));
  const twin = [
    t('ticket.twin', { number, title, state }),
    ...fields.map(({ label, text }) => `${label}: ${text}.`),
    url,
    ...(offer ? [offer] : []),
  ].join(' ');
  const add = (value: string) =>
    button({
      action: ACTIONS.addComment,
      text: t('ticket.add-it'),
      label: t('ticket.add-it.label', { number }),
      value,
    });
  return message(twin, [
    ...ticketBlocks(ticket, t),
    ...(offer ? [{ type: 'section', text: plain(offer, LIMITS.section) } as const] : []),
    {
      type: 'actions',
      elements: [...(typed && !typed.forStaff ? [add(`${typed.ref} ${typed.words}`)] : []), openButton(ticket, t)],
    },
  ]);
}
