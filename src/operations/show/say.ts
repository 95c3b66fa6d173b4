import type { Message } from '../../blocks/message.ts';
import { notFound, notice } from '../../blocks/messages/notice.ts';
import { ticketCard } from '../../blocks/messages/ticket-card.ts';
import type { Result } from './run.ts';

export function say(result: Result): Message {
  if ('ticket' in result) return ticketCard(result.ticket, result.typed);
  if ('others' in result)
    return notice(`There are ${result.others.join(' and ')}. Type the one you mean with all its digits.`);
  return notFound(result.label, result.missing);
}
