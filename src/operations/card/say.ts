import type { Message } from '../../blocks/message.ts';
import { notice, notWatched } from '../../blocks/messages/notice.ts';
import type { Result } from './run.ts';

export function say({ number = 'this ticket', found }: Result): Message | undefined {
  if (found === 'not-watched') return notWatched(number);
  if (found === 'is-there') return notice(`${number} has a message of its own in this conversation already.`);
  return undefined;
}
