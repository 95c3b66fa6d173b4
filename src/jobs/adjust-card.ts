import { notice } from '../blocks/messages/notice.ts';
import { whyMessage } from '../blocks/messages/notification.ts';
import { refKey } from '../records/ref.ts';
import { recordType, shownValue, storedValue } from '../records/types.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Why am I told, and how do I hear less: the card's menu; and how do I get the card of what a list told of. */
export const adjustCard: ProcessorOf<'adjust-card'> = {
  async process({ person, reply, ref, change, correlationId }, context) {
    const { numberField } = recordType(ref.type);
    const record = await context.desk(person).read(ref, ['sys_id', numberField, 'state']);
    const number = (record && shownValue(record, numberField)) || 'this ticket';
    const say = (sentence: string) => context.reply(person, reply, notice(sentence));

    if (change === 'unwatch') {
      await context.watches.remove(person, ref);
      return say(`You hear no more of ${number}.`);
    }
    const card = await context.cards.forward(person, ref, (before) => {
      if (change === 'mute') return { ...before, muted: true };
      if (change === 'snoozeDay') return { ...before, snoozed: { until: context.now() + DAY_MS } };
      if (change === 'snoozeState' && record)
        return { ...before, snoozed: { whileState: storedValue(record, 'state') } };
      return before;
    });
    const isUnseen = !card?.message;
    const reason = isUnseen ? await context.watches.reasonOf(person, ref) : undefined;
    if (change === 'show' && reason) {
      const watcher = { kind: 'person', person } as const;
      const payload = { v: 1, correlationId, person, watcher, ref, reason, show: true } as const;
      await context.enqueue('notify-watcher', payload, `show-${context.jobId}`);
      return;
    }
    if (!card || (isUnseen && !reason)) return say(`You are not watching ${number} any more.`);
    switch (change) {
      case 'show':
        return say(`${number} has a message of its own in this conversation already.`);
      case 'why':
        return context.reply(person, reply, whyMessage(number, card.reason, refKey(ref)));
      case 'mute':
        return say(
          `${number} is muted. Its card stays current, and I send no messages about it. To hear of it again, type /snow watch ${number}.`,
        );
      case 'snoozeDay':
        return say(`I keep quiet about ${number} for a day, and then tell you what happened.`);
      case 'snoozeState':
        return say(`I keep quiet about ${number} until its state changes, and then tell you what happened.`);
    }
  },
  onGiveUp: answerFailure,
};
