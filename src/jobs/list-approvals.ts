import { approvalList } from '../blocks/messages/approval.ts';
import { LinkRequiredError } from '../errors.ts';
import { refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType, storedValue } from '../records/types.ts';
import { SUBJECT_REFERENCE, withSubject } from '../servicenow/records.ts';
import { queryWindow } from '../servicenow/table.ts';
import { answerFailure } from './answer-failure.ts';
import { cardStateOf } from './card-state.ts';
import type { ProcessorOf } from './catalogue.ts';

const MOST = 10;

/** What waits for this person's approval. */
export const listApprovals: ProcessorOf<'list-approvals'> = {
  async process({ person, reply }, { asPerson, links, instanceUrl, reply: answer }) {
    const link = await links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const me = link.user.sysId;
    const request = asPerson(person, link);
    const { records, total } = await queryWindow(
      request,
      recordType('approval').table,
      {
        where: [
          { field: 'approver', is: 'equal', value: me },
          { field: 'state', is: 'equal', value: 'requested' },
        ],
        orderBy: { field: 'sys_created_on', descending: true },
      },
      { columns: [...new Set([...cardColumns('approval'), ...SUBJECT_REFERENCE, 'approver'])], limit: MOST },
    );
    const mine = records.filter(
      (row) => storedValue(row, 'approver') === me && storedValue(row, 'state') === 'requested',
    );
    const named = await Promise.all(mine.map((row) => withSubject(request, row)));
    await answer(
      person,
      reply,
      approvalList(
        named.map((row) => ({
          ticket: toTicket('approval', row, instanceUrl),
          ref: refKey({ type: 'approval', sysId: row.sysId }),
          canDecide: cardStateOf('approval', row).canDecide,
        })),
        records.length === MOST && total > MOST,
      ),
    );
  },
  onGiveUp: answerFailure,
};
