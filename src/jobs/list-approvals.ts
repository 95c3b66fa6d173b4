import { approvalList } from '../blocks/messages/approval.ts';
import { cardStateOf } from '../cards/face.ts';
import type { Listing } from '../desk/list.ts';
import { LinkRequiredError } from '../errors.ts';
import { refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, DECISION, fits, recordType, storedValue } from '../records/types.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';

const MOST = 10;

/** Pure: what waits for the approval of `me`, the newest first. */
function waitingFor(me: string): Listing {
  const { table, subject, turn, states } = recordType(DECISION);
  const waiting = states.filter(({ means }) => means === 'waiting').map(({ value }) => value);
  return {
    table,
    columns: [...new Set([...cardColumns(DECISION), ...Object.values(subject ?? {}), turn.field])],
    query: {
      where: [
        { field: turn.field, is: 'equal', value: me },
        { field: 'state', is: 'in', values: waiting },
      ],
      orderBy: { field: 'sys_created_on', descending: true },
    },
    answers: (row) => storedValue(row, turn.field) === me && fits(DECISION, 'approve', row),
  };
}

/** What waits for this person's approval. */
export const listApprovals: ProcessorOf<'list-approvals'> = {
  async process({ person, reply }, { desk, links, instanceUrl, reply: answer }) {
    const link = await links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const me = link.user.sysId;
    const mine = desk(person, link);
    const { rows, next } = await mine.list(waitingFor(me), MOST);
    const named = await Promise.all(rows.map((row) => mine.withSubject(DECISION, row)));
    await answer(
      person,
      reply,
      approvalList(
        named.map((row) => ({
          ticket: toTicket(DECISION, row, instanceUrl),
          ref: refKey({ type: DECISION, sysId: row.sysId }),
          canDecide: cardStateOf(DECISION, row).canDecide,
        })),
        next !== undefined,
      ),
    );
  },
  onGiveUp: answerFailure,
};
