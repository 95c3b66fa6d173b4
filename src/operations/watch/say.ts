import type { Message } from '../../blocks/message.ts';
import { notFound, notice } from '../../blocks/messages/notice.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say(result: Result, t: T): Message {
  if ('missing' in result) return notFound(result.kind, result.missing, t);
  const { number, isNew } = result;
  return notice(t(isNew ? 'result.watched' : 'result.watched-already', { number }));
}
