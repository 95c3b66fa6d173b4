import { notice } from '../blocks/messages/notice.ts';
import { ticketCard } from '../blocks/messages/ticket-card.ts';
import { meantFor } from '../records/meant-for.ts';
import { refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { recordType } from '../records/types.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

/** Shows a ticket by its number, with this person's rights. */
export const showRecord: ProcessorOf<'show-record'> = {
  async process({ person, reply, args }, { desk, instanceUrl, reply: answer }) {
    const { type, record, others } = await desk(person).find(args);
    const { label } = recordType(args.type);
    const { words } = args;
    const typed =
      record && words
        ? { ref: refKey({ type, sysId: record.sysId }), words, forStaff: meantFor(words) === 'staff' }
        : undefined;
    if (record) await answer(person, reply, ticketCard(toTicket(type, record, instanceUrl), typed));
    else if (others.length > 0)
      await answer(
        person,
        reply,
        notice(`There are ${others.join(' and ')}. Type the one you mean with all its digits.`),
      );
    else
      await answer(
        person,
        reply,
        notice(`I found no ${label} ${args.candidates[0]}. It may not exist, or you may not see it.`),
      );
  },
  onGiveUp: answerFailure,
};
