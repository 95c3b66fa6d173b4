import type { Message } from '../../blocks/message.ts';
import { notice, notWatched } from '../../blocks/messages/notice.ts';
import type { Result } from './run.ts';

export const say = ({ number = 'this ticket', isDone }: Result): Message =>
  isDone
    ? notice(
        `${number} is muted. Its card stays current, and I send no messages about it. To hear of it again, type /snow watch ${number}.`,
      )
    : notWatched(number);
