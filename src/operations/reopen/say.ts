import type { Message } from '../../blocks/message.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { failedWriting } from '../../blocks/messages/writing.ts';
import type { T } from '../../words/index.ts';
import type { Written } from '../writing.ts';

export function say(result: Written | undefined, t: T): Message | undefined {
  if (!result) return undefined;
  const { number, isThere, isSet } = result;
  if (!isSet) return notice(t(isThere ? 'reopen.only-words' : 'reopen.not-taken', { number }));
  return notice(t(isThere ? 'reopen.done' : 'reopen.no-words', { number }));
}

export const sayLast = failedWriting();
