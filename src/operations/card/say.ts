import type { Message } from '../../blocks/message.ts';
import { notice, notWatched } from '../../blocks/messages/notice.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say({ number: known, found }: Result, t: T): Message | undefined {
  const number = known ?? t('result.this-ticket');
  if (found === 'not-watched') return notWatched(number, t);
  return found === 'is-there' ? notice(t('result.card-is-there', { number })) : undefined;
}
