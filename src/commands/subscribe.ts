import { noArgs } from '../jobs/work-types.ts';
import { alone, defineCommand } from './outcome.ts';

export const subscribe = defineCommand({
  words: ['subscribe'],
  usage: ['subscribe'],
  summary: 'have this channel told of tickets that fit a filter',
  details: [
    'It runs with your own rights: the channel hears of what you may see. Type it in the channel; I have to be a member of it.',
  ],
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'open-subscription-form' }),
});

export const unsubscribe = defineCommand({
  words: ['unsubscribe', 'subscriptions'],
  usage: ['unsubscribe'],
  summary: 'see, change or end what this channel hears of',
  args: noArgs,
  parse: alone,
  run: () => ({ kind: 'list-subscriptions' }),
});
