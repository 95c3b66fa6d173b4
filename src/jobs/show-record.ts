import { z } from 'zod';
import { notice } from '../blocks/messages/notice.ts';
import { ticketCard } from '../blocks/messages/ticket-card.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType, shownValue } from '../records/types.ts';
import { queryRecords } from '../servicenow/table.ts';
import { answerFailure } from './answer-failure.ts';
import { defineJob } from './define.ts';
import { withReply } from './payload.ts';
import { showRecordArgs } from './work-types.ts';

/** Shows a ticket by its number, with this person's rights. */
export const showRecord = defineJob({
  queue: 'interactive',
  schema: z.strictObject({ ...withReply, args: showRecordArgs }),
  attempts: 3,
  withoutLink: 'park',
  async process({ person, reply, args: { type, candidates } }, { asPerson, instanceUrl, reply: answer }) {
    const { table, label } = recordType(type);
    const rows = await queryRecords(
      asPerson(person),
      table,
      { where: [{ field: 'number', is: 'in', values: candidates }] },
      { columns: cardColumns(type), limit: candidates.length + 1 },
    );
    // ServiceNow drops a condition that it does not like, so the rows are held against the question.
    const found = rows.filter((row) => candidates.includes(shownValue(row, 'number').toUpperCase()));
    const [record, another] = found;
    if (!record)
      await answer(
        person,
        reply,
        notice(`I found no ${label} ${candidates[0]}. It may not exist, or you may not see it.`),
      );
    else if (another) {
      const numbers = found.map((row) => shownValue(row, 'number')).join(' and ');
      await answer(person, reply, notice(`There are ${numbers}. Type the one you mean with all its digits.`));
    } else await answer(person, reply, ticketCard(toTicket(type, record, instanceUrl)));
  },
  onGiveUp: answerFailure,
});
