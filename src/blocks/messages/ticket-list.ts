import { parseAnyNumber } from '../../records/number.ts';
import type { Ticket } from '../../records/ticket.ts';
import { ACTIONS, button } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';
import { openButton } from './ticket-card.ts';

type TicketList = {
  heading: string;
  /** What to say where there is nothing. */
  empty: string;
  tickets: Ticket[];
  /** The pager's values: where the next page, or the first one, begins. */
  next: string | undefined;
  first: string | undefined;
};

const TITLE_LIMIT = 300;

export function ticketList({ heading, empty, tickets, next, first }: TicketList): Message {
  const lines = tickets.map(
    (ticket) => `${ticket.number} · ${ticket.state}${priority(ticket)}: ${truncate(ticket.title, TITLE_LIMIT)}`,
  );
  const pager = [
    ...(first ? [button({ action: ACTIONS.turnPage, text: 'First page', value: first })] : []),
    ...(next ? [button({ action: ACTIONS.turnPage, text: 'Next page', value: next })] : []),
  ];
  // Slack wants action ids to differ within a block.
  for (const [index, element] of pager.entries()) element.action_id = `${ACTIONS.turnPage}-${index}`;
  return message([heading, ...(lines.length > 0 ? lines : [empty])].join('\n'), [
    { type: 'header', text: plain(heading, LIMITS.header) },
    ...(tickets.length === 0 ? [{ type: 'section', text: plain(empty, LIMITS.section) } as const] : []),
    ...tickets.map(
      (ticket) =>
        ({
          type: 'section',
          text: plain(
            `${ticket.number} · ${ticket.state}${priority(ticket)}\n${truncate(ticket.title, TITLE_LIMIT)}`,
            LIMITS.section,
          ),
          accessory: details(ticket),
        }) as const,
    ),
    ...(pager.length > 0 ? [{ type: 'actions', elements: pager } as const] : []),
  ]);
}

/** What we do not know by its number is shown where it is known. */
const details = (ticket: Ticket) =>
  parseAnyNumber(ticket.number)
    ? button({ action: ACTIONS.showTicket, text: 'Details', label: `Show ${ticket.number}`, value: ticket.number })
    : openButton(ticket);

const priority = (ticket: Ticket) => {
  const field = ticket.fields.find(({ label }) => label === 'Priority');
  return field ? ` · ${field.text}` : '';
};
