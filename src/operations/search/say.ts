import { ACTIONS } from '../../blocks/actions.ts';
import type { Message } from '../../blocks/message.ts';
import { ticketPage } from '../../blocks/messages/ticket-list.ts';
import type { Result } from './run.ts';

export const say = ({ words, ...page }: Result): Message =>
  ticketPage({
    heading: `Incidents with “${words.join(' ')}”`,
    empty: 'I found nothing that you may see. Try fewer or other words.',
    ...page,
    turn: ACTIONS.turnFound,
  });
