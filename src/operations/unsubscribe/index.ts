import { subscriptionList } from '../../blocks/messages/subscription.ts';
import { alone, defineOperation, noArgs } from '../define.ts';

export const unsubscribe = defineOperation({
  name: 'unsubscribe',
  kind: 'question',
  words: ['unsubscribe', 'subscriptions'],
  usage: ['unsubscribe'],
  summary: 'see, change or end what this channel hears of',
  args: noArgs,
  parse: alone,
  atOnce: async (_args, { subscriptions }) => subscriptionList(await subscriptions()),
});
