import { ACTIONS } from '../../blocks/actions.ts';
import type { Message } from '../../blocks/message.ts';
import { ticketPage } from '../../blocks/messages/ticket-list.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say({ list: { kind, state }, ...page }: Result, t: T): Message {
  const words = { heading: t(`list.${kind}-${state}`), empty: t(`list.${kind}-${state}.none`) };
  return ticketPage({ ...words, ...page, turn: ACTIONS.turnPage }, t);
}
