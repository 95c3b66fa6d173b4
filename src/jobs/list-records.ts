import type { z } from 'zod';
import { ticketList } from '../blocks/messages/ticket-list.ts';
import type { Desk } from '../desk/desk.ts';
import { type Cursor, FIRST_PAGE, type Listing } from '../desk/list.ts';
import { LinkRequiredError } from '../errors.ts';
import type { Condition } from '../records/query.ts';
import { answersSearch, searchWords } from '../records/search.ts';
import { type Ticket, toTicket } from '../records/ticket.ts';
import {
  ANY_TASK,
  cardColumns,
  recordType,
  type ServiceNowRecord,
  storedValue,
  tableOf,
  typeOfTable,
  USUAL_TYPE,
} from '../records/types.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { listRecordsArgs } from './work-types.ts';

type Args = z.infer<typeof listRecordsArgs>;

const USUAL = recordType(USUAL_TYPE);

const PAGE_SIZE = 5;
const NONE_HERE = 'There is nothing on this page that you may see. Have a look at the next one.';
const NO_MORE = 'That was all.';

/** A question, and how its answer is called. */
type Question = Listing & { heading: string; empty: string };

/** Pure: what is asked of ServiceNow for `me`, and how it is called. */
export function question(list: Args['list'], me: string): Question {
  const open: Condition[] = [{ field: 'active', is: 'equal', value: 'true' }];
  const orderBy = { field: 'sys_updated_on', descending: true };
  switch (list.kind) {
    case 'mine':
      return {
        heading: list.state === 'open' ? 'Your open incidents' : 'All your incidents',
        empty: list.state === 'open' ? 'You have no open incidents.' : 'You have no incidents yet.',
        table: USUAL.table,
        columns: COLUMNS,
        query: {
          where: [
            { is: 'any', of: USUAL.owner.map((field) => ({ field, is: 'equal', value: me })) },
            ...(list.state === 'open' ? open : []),
          ],
          orderBy,
        },
        answers: (row) => USUAL.owner.some((field) => storedValue(row, field) === me) && isWanted(row, list.state),
      };
    case 'assigned':
      return {
        heading: list.state === 'open' ? 'Open tickets assigned to you' : 'All tickets assigned to you',
        empty: 'Nothing is assigned to you.',
        table: recordType(ANY_TASK).table,
        columns: COLUMNS,
        query: {
          where: [{ field: 'assigned_to', is: 'equal', value: me }, ...(list.state === 'open' ? open : [])],
          orderBy,
        },
        answers: (row) => storedValue(row, 'assigned_to') === me && isWanted(row, list.state),
      };
    case 'search': {
      const words = searchWords(list.words);
      return {
        heading: `Incidents with “${words.join(' ')}”`,
        empty: 'I found nothing that you may see. Try fewer or other words.',
        table: USUAL.table,
        columns: COLUMNS,
        query: {
          where: [{ is: 'matching', text: words.join(' ') }],
          orderBy,
        },
        // Not the description: without an index it takes a minute on a big table.
        otherwise: { where: words.map((text) => ({ field: 'short_description', is: 'contains', text })), orderBy },
        answers: (row) => answersSearch(row, words),
      };
    }
  }
}

const isWanted = (row: ServiceNowRecord, state: 'open' | 'all') =>
  state === 'all' || storedValue(row, 'active') === 'true';

const COLUMNS = [...new Set([...cardColumns(USUAL_TYPE), ...USUAL.owner])];

const toTickets = (rows: ServiceNowRecord[], table: string, instanceUrl: string): Ticket[] =>
  rows.map((row) => toTicket(typeOfTable(table === USUAL.table ? table : tableOf(ANY_TASK, row)), row, instanceUrl));

/** The five latest of a person's own open incidents, for the Home tab. */
export async function latestOwn(desk: Desk, me: string, instanceUrl: string): Promise<Ticket[]> {
  const mine = question({ kind: 'mine', state: 'open' }, me);
  const { rows } = await desk.list(mine, PAGE_SIZE);
  return toTickets(rows, mine.table, instanceUrl);
}

export const listRecords: ProcessorOf<'list-records'> = {
  async process({ person, reply, args }, { desk, links, instanceUrl, reply: answer }) {
    const link = await links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const asked = question(args.list, link.user.sysId);
    const { rows, next } = await desk(person, link).list(asked, PAGE_SIZE, args.cursor);
    const page = (cursor: Cursor) => JSON.stringify({ list: args.list, cursor } satisfies Args);
    const isFirst = args.cursor.offset === 0 && args.cursor.skip === 0;
    await answer(
      person,
      reply,
      ticketList({
        heading: asked.heading,
        empty: next ? NONE_HERE : isFirst ? asked.empty : NO_MORE,
        tickets: toTickets(rows, asked.table, instanceUrl),
        next: next ? page(next) : undefined,
        first: isFirst ? undefined : page(FIRST_PAGE),
      }),
    );
  },
  onGiveUp: answerFailure,
};
