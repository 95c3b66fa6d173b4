import { ACTIONS } from '../../blocks/actions.ts';
import type { Message } from '../../blocks/message.ts';
import { ticketPage } from '../../blocks/messages/ticket-list.ts';
import type { Args } from './index.ts';
import type { Result } from './run.ts';

const WORDS: Record<Args['list']['kind'], Record<Args['list']['state'], { heading: string; empty: string }>> = {
  mine: {
    open: { heading: 'Your open incidents', empty: 'You have no open incidents.' },
    all: { heading: 'All your incidents', empty: 'You have no incidents yet.' },
  },
  assigned: {
    open: { heading: 'Open tickets assigned to you', empty: 'Nothing is assigned to you.' },
    all: { heading: 'All tickets assigned to you', empty: 'Nothing is assigned to you.' },
  },
};

export const say = ({ list: { kind, state }, ...page }: Result): Message =>
  ticketPage({ ...WORDS[kind][state], ...page, turn: ACTIONS.turnPage });
