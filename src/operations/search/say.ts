import { ACTIONS } from '../../blocks/actions.ts';
import type { Message } from '../../blocks/message.ts';
import { ticketPage } from '../../blocks/messages/ticket-list.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say({ words, ...page }: Result, t: T): Message {
  const heading = t('list.found', { words: words.join(' ') });
  return ticketPage({ heading, empty: t('list.found.none'), ...page, turn: ACTIONS.turnFound }, t);
}
