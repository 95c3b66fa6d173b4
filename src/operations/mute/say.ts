import type { Message } from '../../blocks/message.ts';
import { notice, notWatched } from '../../blocks/messages/notice.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export const say = ({ number: known, isDone }: Result, t: T): Message => {
  const number = known ?? t('result.this-ticket');
  return isDone ? notice(t('result.muted', { number })) : notWatched(number, t);
};
