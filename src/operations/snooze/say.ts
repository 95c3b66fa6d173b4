import type { Message } from '../../blocks/message.ts';
import { notice, notWatched } from '../../blocks/messages/notice.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say({ number: known, until, isDone }: Result, t: T): Message {
  const number = known ?? t('result.this-ticket');
  if (!isDone) return notWatched(number, t);
  return notice(t(until === 'tomorrow' ? 'result.quiet-for-a-day' : 'result.quiet-in-state', { number }));
}
