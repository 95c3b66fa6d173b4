import { cardStateOf } from '../../cards/face.ts';
import type { Listing } from '../../desk/list.ts';
import { refKey } from '../../records/ref.ts';
import { type Ticket, toTicket } from '../../records/ticket.ts';
import { cardColumns, DECISION, fits, recordType, storedValue } from '../../records/types.ts';
import type { Tools } from '../tools.ts';

const MOST = 10;

export type Result = { entries: { ticket: Ticket; ref: string; canDecide: boolean }[]; more: boolean };

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
export async function run({ me, desk, instanceUrl }: Pick<Tools, 'me' | 'desk' | 'instanceUrl'>): Promise<Result> {
  const { rows, next } = await desk.list(waitingFor((await me()).sysId), MOST);
  const named = await Promise.all(rows.map((row) => desk.withSubject(DECISION, row)));
  return {
    entries: named.map((row) => ({
      ticket: toTicket(DECISION, row, instanceUrl),
      ref: refKey({ type: DECISION, sysId: row.sysId }),
      canDecide: cardStateOf(DECISION, row).canDecide,
    })),
    more: next !== undefined,
  };
}
