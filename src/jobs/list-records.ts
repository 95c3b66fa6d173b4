import type { z } from 'zod';
import { ticketList } from '../blocks/messages/ticket-list.ts';
import { LinkRequiredError, RefusedError, UnavailableError } from '../errors.ts';
import { answersSearch, searchWords } from '../records/search.ts';
import { type Ticket, toTicket } from '../records/ticket.ts';
import { cardColumns, type ServiceNowRecord, storedValue, tableOf, typeOfTable } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import type { Condition, Query } from '../servicenow/query.ts';
import { queryWindow } from '../servicenow/table.ts';
import { answerFailure } from './answer-failure.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { listRecordsArgs } from './work-types.ts';

type Args = z.infer<typeof listRecordsArgs>;
type Cursor = Args['cursor'];

const PAGE_SIZE = 5;
/** Access rules hide rows after the limit was applied, so a window is larger than a page, and some may be empty. */
const WINDOW = 60;
const MAX_WINDOWS = 4;
/** An index answers within this, or it is none. */
const INDEX_MS = 8_000;
const NONE_HERE = 'There is nothing on this page that you may see. Have a look at the next one.';
const NO_MORE = 'That was all.';

type Page = { rows: ServiceNowRecord[]; next: Cursor | undefined };

/** A query, and how to tell that a row really answers it. */
type Question = {
  heading: string;
  empty: string;
  table: string;
  query: Query;
  answers: (row: ServiceNowRecord) => boolean;
  /** The first query may fail or miss: it uses an index that the instance need not have. */
  otherwise?: Query;
};

/** Pure: what is asked of ServiceNow for `me`, and how it is called. */
export function question(list: Args['list'], me: string): Question {
  const open: Condition[] = [{ field: 'active', is: 'equal', value: 'true' }];
  const orderBy = { field: 'sys_updated_on', descending: true };
  switch (list.kind) {
    case 'mine':
      return {
        heading: list.state === 'open' ? 'Your open incidents' : 'All your incidents',
        empty: list.state === 'open' ? 'You have no open incidents.' : 'You have no incidents yet.',
        table: 'incident',
        query: {
          where: [
            {
              is: 'any',
              of: [
                { field: 'caller_id', is: 'equal', value: me },
                { field: 'opened_by', is: 'equal', value: me },
              ],
            },
            ...(list.state === 'open' ? open : []),
          ],
          orderBy,
        },
        answers: (row) =>
          [storedValue(row, 'caller_id'), storedValue(row, 'opened_by')].includes(me) && isWanted(row, list.state),
      };
    case 'assigned':
      return {
        heading: list.state === 'open' ? 'Open tickets assigned to you' : 'All tickets assigned to you',
        empty: 'Nothing is assigned to you.',
        table: 'task',
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
        table: 'incident',
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

const COLUMNS = [...new Set([...cardColumns('incident'), 'opened_by', 'caller_id'])];

/** One page from `cursor` on, filled from as many windows as it takes, and where the next one begins. */
async function readPage(
  request: AsPerson,
  { table, query, answers }: Pick<Question, 'table' | 'query' | 'answers'>,
  { by, ...cursor }: Cursor,
  timeoutMs?: number,
): Promise<Page> {
  const rows: ServiceNowRecord[] = [];
  const place = by ? { by } : {};
  let { offset, skip } = cursor;
  for (let windows = 0; windows < MAX_WINDOWS && rows.length < PAGE_SIZE; windows++) {
    const { records, total } = await queryWindow(request, table, query, {
      columns: COLUMNS,
      limit: WINDOW,
      offset,
      ...(timeoutMs ? { timeoutMs } : {}),
    });
    const visible = records.filter(answers).slice(skip);
    const taken = visible.slice(0, PAGE_SIZE - rows.length);
    rows.push(...taken);
    if (taken.length < visible.length) return { rows, next: { ...place, offset, skip: skip + taken.length } };
    if (offset + WINDOW >= total) return { rows, next: undefined };
    offset += WINDOW;
    skip = 0;
  }
  return { rows, next: { ...place, offset, skip } };
}

/** By the index where that answers soon and finds something; a page that was read by title is followed by one of the same kind. */
async function readBothWays(request: AsPerson, question: Question, cursor: Cursor): Promise<Page> {
  const { otherwise } = question;
  if (!otherwise) return readPage(request, question, cursor);
  const byTitle = { ...question, query: otherwise };
  if (cursor.by === 'title') return readPage(request, byTitle, cursor);
  const isBegun = cursor.offset > 0 || cursor.skip > 0;
  const indexed = await readPage(request, question, cursor, INDEX_MS).catch((error: unknown) => {
    if (!isBegun && (error instanceof RefusedError || error instanceof UnavailableError)) return undefined;
    throw error;
  });
  if (indexed && (indexed.rows.length > 0 || isBegun)) return indexed;
  const titled = await readPage(request, byTitle, { by: 'title', offset: 0, skip: 0 });
  return titled.rows.length === 0 && indexed ? indexed : titled;
}

const toTickets = (rows: ServiceNowRecord[], table: string, instanceUrl: string): Ticket[] =>
  rows.map((row) => toTicket(typeOfTable(table === 'task' ? tableOf('task', row) : table), row, instanceUrl));

/** The five latest of a person's own open incidents, for the Home tab. */
export async function latestOwn(request: AsPerson, me: string, instanceUrl: string): Promise<Ticket[]> {
  const mine = question({ kind: 'mine', state: 'open' }, me);
  const { rows } = await readPage(request, mine, { offset: 0, skip: 0 });
  return toTickets(rows, mine.table, instanceUrl);
}

export const listRecords: ProcessorOf<'list-records'> = {
  async process({ person, reply, args }, { asPerson, links, instanceUrl, reply: answer }) {
    const link = await links.find(person);
    if (!link) throw new LinkRequiredError('none');
    const asked = question(args.list, link.user.sysId);
    const { rows, next } = await readBothWays(asPerson(person, link), asked, args.cursor);
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
        first: isFirst ? undefined : page({ offset: 0, skip: 0 }),
      }),
    );
  },
  onGiveUp: answerFailure,
};
