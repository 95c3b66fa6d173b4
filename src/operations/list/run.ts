import type { Desk } from '../../desk/desk.ts';
import type { Listing } from '../../desk/list.ts';
import type { Condition } from '../../records/query.ts';
import { type Ticket, toTicket } from '../../records/ticket.ts';
import {
  ANY_TASK,
  cardColumns,
  recordType,
  type ServiceNowRecord,
  storedValue,
  tableOf,
  typeOfTable,
  USUAL_TYPE,
} from '../../records/types.ts';
import type { Tools } from '../tools.ts';
import type { Args } from './index.ts';
import { type Cursor, START } from './page.ts';

export const PAGE_SIZE = 5;

export const USUAL = recordType(USUAL_TYPE);

export const COLUMNS = [...new Set([...cardColumns(USUAL_TYPE), ...USUAL.owner])];

/** One page of tickets, with what asks for the next one, and for the first where this is another. */
export type Page<A> = { tickets: Ticket[]; isFirst: boolean; next: A | undefined; first: A | undefined };

export type Result = Page<Args> & { list: Args['list'] };

/** Pure: what is asked of ServiceNow for `me`. */
export function question({ kind, state }: Args['list'], me: string): Listing {
  const open: Condition[] = state === 'open' ? [{ field: 'active', is: 'equal', value: 'true' }] : [];
  const isWanted = (row: ServiceNowRecord) => state === 'all' || storedValue(row, 'active') === 'true';
  const orderBy = { field: 'sys_updated_on', descending: true };
  if (kind === 'assigned')
    return {
      table: recordType(ANY_TASK).table,
      columns: COLUMNS,
      query: { where: [{ field: 'assigned_to', is: 'equal', value: me }, ...open], orderBy },
      answers: (row) => storedValue(row, 'assigned_to') === me && isWanted(row),
    };
  return {
    table: USUAL.table,
    columns: COLUMNS,
    query: {
      where: [{ is: 'any', of: USUAL.owner.map((field) => ({ field, is: 'equal', value: me })) }, ...open],
      orderBy,
    },
    answers: (row) => USUAL.owner.some((field) => storedValue(row, field) === me) && isWanted(row),
  };
}

export async function run(
  { me, desk, instanceUrl }: Pick<Tools, 'me' | 'desk' | 'instanceUrl'>,
  args: Args,
): Promise<Result> {
  const { sysId } = await me();
  const page = await pageOf(desk, question(args.list, sysId), args, instanceUrl);
  return { ...page, list: args.list };
}

/** The page that the arguments name, with what asks for its neighbours. */
export async function pageOf<A extends { cursor: Cursor }>(
  desk: Desk,
  listing: Listing,
  args: A,
  instanceUrl: string,
): Promise<Page<A>> {
  const { rows, next } = await desk.list(listing, PAGE_SIZE, args.cursor);
  const isFirst = args.cursor.offset === 0 && args.cursor.skip === 0;
  return {
    tickets: toTickets(rows, listing.table, instanceUrl),
    isFirst,
    next: next && { ...args, cursor: next },
    first: isFirst ? undefined : { ...args, cursor: START },
  };
}

const toTickets = (rows: ServiceNowRecord[], table: string, instanceUrl: string): Ticket[] =>
  rows.map((row) => toTicket(typeOfTable(table === USUAL.table ? table : tableOf(ANY_TASK, row)), row, instanceUrl));

/** The five latest of a person's own open incidents, for the Home tab. */
export async function latestOwn(desk: Desk, me: string, instanceUrl: string): Promise<Ticket[]> {
  const mine = question({ kind: 'mine', state: 'open' }, me);
  return (await pageOf(desk, mine, { cursor: START }, instanceUrl)).tickets;
}
