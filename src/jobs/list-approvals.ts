import { approvalList } from '../blocks/messages/approval.ts';
import type { Listing } from '../desk/list.ts';
import { SUBJECT_REFERENCE } from '../desk/records.ts';
import { LinkRequiredError } from '../errors.ts';
import { refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType, storedValue } from '../records/types.ts';
import { answerFailure } from './answer-failure.ts';
import { cardStateOf } from './card-state.ts';
import type { ProcessorOf } from './catalogue.ts';

const MOST = 10;

/** Pure: what waits for the approval of `me`, the newest first. */
const waitingFor = (me: string): Listing => ({
  table: recordType('approval').table,
  columns: [...new Set([...cardColumns('approval'), ...SUBJECT_REFERENCE, 'approver'])],
  query: {
    where: [
      { field: 'approver', is: 'equal', value: me },
      { field: 'state', is: 'equal', value: 'requested' },
    ],
    orderBy: { field: 'sys_created_on', descending: true },
  },
  answers: (row) => storedValue(row, 'approver') === me && storedValue(row, 'state') === 'requested',
});

/** What waits for this person's approval. */
export const listApprovals: ProcessorOf<'list-approvals'> = {
  async process({ person, reply }, { desk, links, instanceUrl, reply: answer }) {
    const link = await links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const me = link.user.sysId;
    const mine = desk(person, link);
    const { rows, next } = await mine.list(waitingFor(me), MOST);
    const named = await Promise.all(rows.map(mine.withSubject));
    await answer(
      person,
      reply,
      approvalList(
        named.map((row) => ({
          ticket: toTicket('approval', row, instanceUrl),
          ref: refKey({ type: 'approval', sysId: row.sysId }),
          canDecide: cardStateOf('approval', row).canDecide,
        })),
        next !== undefined,
      ),
    );
  },
  onGiveUp: answerFailure,
};
