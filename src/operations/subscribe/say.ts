import type { Message } from '../../blocks/message.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { filterWords, OTHER_CHANNELS, subscriptionShared } from '../../blocks/messages/subscription.ts';
import type { Result } from './run.ts';

export function say(result: Result): Message {
  if (result === 'elsewhere') return OTHER_CHANNELS;
  if ('paused' in result) return subscriptionShared(result, result.isShared);
  return notice(
    `This channel now hears of ${filterWords(result)}. It runs with your rights; if I am not in the channel yet, invite me.`,
  );
}
