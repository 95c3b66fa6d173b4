import { notice } from '../blocks/messages/notice.ts';
import { filterWords, subscriptionShared } from '../blocks/messages/subscription.ts';
import { LinkRequiredError } from '../errors.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

/** Makes, changes, adopts or ends a channel's subscription. It runs with the rights of whoever made or adopted it. */
export const saveSubscription: ProcessorOf<'save-subscription'> = {
  async process({ person, reply, id, channel, change }, context) {
    const link = await context.links.find(person);
    if (!link) throw new LinkRequiredError('none');
    if (link.status === 'broken') throw new LinkRequiredError('broken');
    const before = await context.subscriptions.find(id);
    const say = (sentence: string) => context.reply(person, reply, notice(sentence));
    // The id came through a client: what it names must belong to the conversation in which it was pressed, and channels
    // that two organisations share have one id in both.
    if (before && (before.channel !== channel || before.owner.tenant !== person.tenant))
      return say('That subscription belongs to another channel.');
    if (change.kind !== 'save' && !before) return say('That subscription has ended already.');

    switch (change.kind) {
      case 'end':
        await context.subscriptions.remove(id);
        return say('That subscription has ended.');
      case 'adopt':
        // A retry meets what it did itself.
        if (before && !before.paused && !(context.again && before.owner.user === person.user))
          return say('Somebody has taken it over already.');
        if (before?.paused)
          await context.subscriptions.save({ ...before, owner: person, paused: false, createdAt: context.madeAt });
        return say('You have taken it over. It now runs with your rights.');
      case 'save': {
        // Whoever has let it go on there before need not be asked again.
        const isNew = !before || before.paused;
        const isShared = isNew ? await context.messenger.isShared(person, channel) : false;
        const paused = isShared !== false;
        const subscription = {
          id,
          channel,
          owner: person,
          filter: change.filter,
          createdAt: context.madeAt,
          paused,
        };
        await context.subscriptions.save(subscription);
        if (paused) return context.reply(person, reply, subscriptionShared(subscription, isShared));
        return say(
          `This channel now hears of ${filterWords(subscription)}. It runs with your rights; if I am not in the channel yet, invite me.`,
        );
      }
    }
  },
  onGiveUp: answerFailure,
};
