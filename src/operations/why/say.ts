import type { Message } from '../../blocks/message.ts';
import { notWatched } from '../../blocks/messages/notice.ts';
import { whyMessage } from '../../blocks/messages/notification.ts';
import type { Result } from './run.ts';

export const say = ({ number = 'this ticket', ref, reason }: Result): Message =>
  reason ? whyMessage(number, reason, ref) : notWatched(number);
