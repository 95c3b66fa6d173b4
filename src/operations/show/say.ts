import type { Message } from '../../blocks/message.ts';
import { notFound, notice } from '../../blocks/messages/notice.ts';
import { ticketCard } from '../../blocks/messages/ticket-card.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say(result: Result, t: T): Message {
  if ('ticket' in result) return ticketCard(result.ticket, result.typed, t);
  if ('others' in result) return notice(t('result.several', { numbers: t.all(result.others) }));
  return notFound(result.kind, result.missing, t);
}
