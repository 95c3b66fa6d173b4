import type { Message } from '../../blocks/message.ts';
import { notFound, notice } from '../../blocks/messages/notice.ts';
import type { Result } from './run.ts';

export function say(result: Result): Message {
  if ('missing' in result) return notFound(result.label, result.missing);
  const { number = 'this ticket', wasWatched } = result;
  return notice(wasWatched ? `You hear no more of ${number}.` : `You were not watching ${number}.`);
}
