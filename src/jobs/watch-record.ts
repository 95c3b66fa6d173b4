import { notice } from '../blocks/messages/notice.ts';
import { LinkRequiredError } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { recordType, shownValue } from '../records/types.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

/** Begins or ends a person's watch of a ticket that they name by its number. */
export const watchRecord: ProcessorOf<'watch-record'> = {
  async process({ person, reply, correlationId, args: { number, on } }, context) {
    if (!(await context.links.find(person))) throw new LinkRequiredError('none');
    const { label } = recordType(number.type);
    const { type, record } = await context.desk(person).find(number);
    if (!record)
      return context.reply(
        person,
        reply,
        notice(`I found no ${label} ${number.candidates[0]}. It may not exist, or you may not see it.`),
      );
    const ref = { type, sysId: record.sysId };
    const name = shownValue(record, 'number');
    if (!on) {
      const was = await context.watches.remove(person, ref);
      return context.reply(
        person,
        reply,
        notice(was || context.again ? `You hear no more of ${name}.` : `You were not watching ${name}.`),
      );
    }
    const watcher = { kind: 'person', person } as const;
    const isNew = !(await context.watches.has(person, ref));
    // An old card knows nothing of what happened while nobody wanted to hear of it. It goes before a change can begin a new one.
    if (isNew) await context.cards.remove(watcherId(watcher), ref.sysId);
    await context.watches.add(person, ref, 'asked');
    if (!isNew)
      await context.cards.forward(person, ref, (card) => ({
        ...card,
        reason: 'asked',
        muted: false,
        snoozed: undefined,
      }));
    await context.enqueue(
      'notify-watcher',
      { v: 1, correlationId, person, watcher, ref, reason: 'asked' },
      `watch-${ref.sysId}-${watcherId(watcher)}-${context.jobId}`,
    );
    await context.reply(
      person,
      reply,
      notice(
        isNew
          ? `You are watching ${name}. I tell you by direct message when it changes.`
          : `You are watching ${name} already.`,
      ),
    );
  },
  onGiveUp: answerFailure,
};
