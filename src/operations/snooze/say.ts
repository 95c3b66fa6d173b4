import type { Message } from '../../blocks/message.ts';
import { notice, notWatched } from '../../blocks/messages/notice.ts';
import type { Result } from './run.ts';

export function say({ number = 'this ticket', until, isDone }: Result): Message {
  if (!isDone) return notWatched(number);
  const end = until === 'tomorrow' ? 'for a day' : 'until its state changes';
  return notice(`I keep quiet about ${number} ${end}, and then tell you what happened.`);
}
