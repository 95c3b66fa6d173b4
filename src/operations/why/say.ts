import type { Message } from '../../blocks/message.ts';
import { notWatched } from '../../blocks/messages/notice.ts';
import { whyMessage } from '../../blocks/messages/notification.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export const say = ({ number: known, ref, reason }: Result, t: T): Message => {
  const number = known ?? t('result.this-ticket');
  return reason ? whyMessage(number, reason, ref, t) : notWatched(number, t);
};
