import { parseAnyNumber } from '../../records/number.ts';
import type { Ticket } from '../../records/ticket.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';
import { inWords, openButton } from './ticket-card.ts';

type TicketPage = {
  heading: string;
  /** What to say where there is nothing at all. */
  empty: string;
  tickets: Ticket[];
  isFirst: boolean;
  /** The pager's values: what asks for the next page, and for the first one. */
  next: unknown;
  first: unknown;
  /** The pager's action. */
  turn: string;
};

const TITLE_LIMIT = 300;

export function ticketPage({ heading, tickets: raw, isFirst, next, first, turn, ...words }: TicketPage, t: T): Message {
  const tickets = raw.map((ticket) => inWords(ticket, t));
  const empty = next ? t('list.none-here') : isFirst ? words.empty : t('list.no-more');
  const lines = tickets.map(
    (ticket) => `${ticket.number} · ${ticket.state}${priority(ticket, t)}: ${truncate(ticket.title, TITLE_LIMIT)}`,
  );
  const pager = [
    ...(first ? [button({ action: turn, text: t('list.first-page'), value: JSON.stringify(first) })] : []),
    ...(next ? [button({ action: turn, text: t('list.next-page'), value: JSON.stringify(next) })] : []),
  ];
  // Slack wants action ids to differ within a block.
  for (const [index, element] of pager.entries()) element.action_id = `${turn}-${index}`;
  return message([heading, ...(lines.length > 0 ? lines : [empty])].join('\n'), [
    { type: 'header', text: plain(heading, LIMITS.header) },
    ...(tickets.length === 0 ? [{ type: 'section', text: plain(empty, LIMITS.section) } as const] : []),
    ...tickets.map(
      (ticket) =>
        ({
          type: 'section',
          text: plain(
            `${ticket.number} · ${ticket.state}${priority(ticket, t)}\n${truncate(ticket.title, TITLE_LIMIT)}`,
            LIMITS.section,
          ),
          accessory: details(ticket, t),
        }) as const,
    ),
    ...(pager.length > 0 ? [{ type: 'actions', elements: pager } as const] : []),
  ]);
}

/** What we do not know by its number is shown where it is known. */
const details = (ticket: Ticket, t: T) =>
  parseAnyNumber(ticket.number)
    ? button({
        action: ACTIONS.showTicket,
        text: t('list.details'),
        label: t('press.show', { number: ticket.number }),
        value: ticket.number,
      })
    : openButton(ticket, t);

const priority = (ticket: Ticket, t: T) => {
  const field = ticket.fields.find(({ label }) => label === t.label('Priority'));
  return field ? ` · ${field.text}` : '';
};
