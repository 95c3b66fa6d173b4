import { subscriptionList } from '../../blocks/messages/subscription.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

export const unsubscribe = defineOperation({
  name: 'unsubscribe',
  kind: 'question',
  words: ['unsubscribe', 'subscriptions'],
  usage: ['unsubscribe'],
  summary: 'operations.unsubscribe',
  args: noArgs,
  parse: alone,
  atOnce: async (_args, { subscriptions }, t) => subscriptionList(await subscriptions(), t),
});
