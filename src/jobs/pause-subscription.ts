import { subscriptionPaused, subscriptionShared } from '../blocks/messages/subscription.ts';
import { isShutOut } from '../slack/codes.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'jobId' | 'links' | 'log' | 'messenger' | 'subscriptions' | 'triedSince' | 'wordsFor'>;

/**
 * The owner's link is gone, so nothing may be read on the channel's behalf; or another company has come into the channel, and
 * would read along. The channel is told once, and whoever may can let it go on.
 */
export const pauseSubscription: ProcessorOf<'pause-subscription'> = {
  async process({ person, subscription: id, why }, context: Uses) {
    const { subscriptions, links, messenger, wordsFor, triedSince, jobId, log } = context;
    const subscription = await subscriptions.find(id);
    if (!subscription || subscription.paused || subscription.owner.user !== person.user) return;
    // Connected again meanwhile, by the same person: then there is nothing to pause for.
    if (!why && (await links.find(person))?.status === 'linked') return;
    const t = await wordsFor(person);
    const post = {
      message: why ? subscriptionShared(subscription, true, t) : subscriptionPaused(subscription, t),
      key: jobId,
      perhapsSince: triedSince,
    };
    await messenger.postIn(person, subscription.channel, undefined, post).catch((error: unknown) => {
      if (!isShutOut(error)) throw error;
      log.info({ err: error }, 'paused without a word: the channel is closed to us');
    });
    await subscriptions.save({ ...subscription, paused: true });
  },
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.error({ err: error }, 'a channel could not be told that its subscription is paused'),
};
