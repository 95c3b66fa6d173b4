import type { Message } from '../../blocks/message.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { filterWords, subscriptionShared } from '../../blocks/messages/subscription.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export function say(result: Result, t: T): Message {
  if (result === 'elsewhere') return notice(t('subscriptions.elsewhere'));
  if ('paused' in result) return subscriptionShared(result, result.isShared, t);
  return notice(t('subscriptions.made', { what: filterWords(result, t) }));
}
