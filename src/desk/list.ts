import { RefusedError, UnavailableError } from '../errors.ts';
import type { Query } from '../records/query.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { queryWindow } from '../servicenow/table.ts';

/** Access rules hide rows after the limit was applied, so a window is larger than a page, and some may be empty. */
const WINDOW = 60;
const MAX_WINDOWS = 4;
/** An index answers within this, or it is none. */
const INDEX_MS = 8_000;

/** A query for rows of a table, and how to tell that a row really answers it: a bad condition is silently dropped. */
export type Listing = {
  table: string;
  columns: string[];
  query: Query;
  answers: (row: ServiceNowRecord) => boolean;
  /** The first query may fail or miss: it uses an index that the instance need not have. */
  otherwise?: Query;
};

/** Where a page begins: rows of the query before `offset`, and rows seen after it. */
export type Cursor = {
  offset: number;
  skip: number;
  /** A search that found nothing by the text index goes on by title. */
  by?: 'title' | undefined;
};

export const FIRST_PAGE: Cursor = { offset: 0, skip: 0 };

export type Page = {
  rows: ServiceNowRecord[];
  /** Where the next page begins, if there is one. */
  next: Cursor | undefined;
};

/** By the index where that answers soon and finds something; a page that was read by title is followed by one of the same kind. */
export async function readList(request: AsPerson, listing: Listing, size: number, cursor: Cursor): Promise<Page> {
  const { otherwise } = listing;
  if (!otherwise) return readPage(request, listing, size, cursor);
  const byTitle = { ...listing, query: otherwise };
  if (cursor.by === 'title') return readPage(request, byTitle, size, cursor);
  const isBegun = cursor.offset > 0 || cursor.skip > 0;
  const indexed = await readPage(request, listing, size, cursor, INDEX_MS).catch((error: unknown) => {
    if (!isBegun && (error instanceof RefusedError || error instanceof UnavailableError)) return undefined;
    throw error;
  });
  if (indexed && (indexed.rows.length > 0 || isBegun)) return indexed;
  const titled = await readPage(request, byTitle, size, { by: 'title', ...FIRST_PAGE });
  return titled.rows.length === 0 && indexed ? indexed : titled;
}

/** One page from `cursor` on, filled from as many windows as it takes, and where the next one begins. */
async function readPage(
  request: AsPerson,
  { table, columns, query, answers }: Listing,
  size: number,
  { by, ...cursor }: Cursor,
  timeoutMs?: number,
): Promise<Page> {
  const rows: ServiceNowRecord[] = [];
  const place = by ? { by } : {};
  let { offset, skip } = cursor;
  for (let windows = 0; windows < MAX_WINDOWS && rows.length < size; windows++) {
    const window = { columns, limit: WINDOW, offset, ...(timeoutMs ? { timeoutMs } : {}) };
    const { records, total } = await queryWindow(request, table, query, window);
    const visible = records.filter(answers).slice(skip);
    const taken = visible.slice(0, size - rows.length);
    rows.push(...taken);
    if (taken.length < visible.length) return { rows, next: { ...place, offset, skip: skip + taken.length } };
    if (offset + WINDOW >= total) return { rows, next: undefined };
    offset += WINDOW;
    skip = 0;
  }
  return { rows, next: { ...place, offset, skip } };
}
