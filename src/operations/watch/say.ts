import type { Message } from '../../blocks/message.ts';
import { notFound, notice } from '../../blocks/messages/notice.ts';
import type { Result } from './run.ts';

export function say(result: Result): Message {
  if ('missing' in result) return notFound(result.label, result.missing);
  const { number, isNew } = result;
  return notice(
    isNew
      ? `You are watching ${number}. I tell you by direct message when it changes.`
      : `You are watching ${number} already.`,
  );
}
