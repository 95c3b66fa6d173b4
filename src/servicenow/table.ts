import { RefusedError } from '../errors.ts';
import type { Query } from '../records/query.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { encodeQuery } from './query.ts';
import { isTooLong } from './response.ts';
import { recordAnswer, recordsAnswer } from './schema.ts';

/** Both stored and shown form of every column in one answer, without the links that we never follow. */
const SHAPE = { sysparm_display_value: 'all', sysparm_exclude_reference_link: 'true' };

const HEX_ID = /^[0-9a-f]{32}$/;
const TABLE = /^[a-z][a-z0-9_]*$/;

function place(table: string, sysId?: string): string {
  if (!TABLE.test(table) || (sysId !== undefined && !HEX_ID.test(sysId))) throw new TypeError('not a table or sys_id');
  return `/api/now/table/${table}${sysId ? `/${sysId}` : ''}`;
}

const only = (columns: string[] | undefined) => (columns ? { sysparm_fields: columns.join(',') } : {});

/** @returns the record, or undefined where it does not exist or this person may not see it (the API does not say which) */
export async function getRecord(
  request: AsPerson,
  table: string,
  sysId: string,
  columns?: string[],
): Promise<ServiceNowRecord | undefined> {
  try {
    return await request({
      method: 'GET',
      path: place(table, sysId),
      query: { ...SHAPE, ...only(columns) },
      answer: recordAnswer(sysId),
    });
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'not-found') return undefined;
    if (!isTooLong(error) || !columns?.some(isJournal)) throw error;
    const others = columns.filter((column) => !isJournal(column));
    const record = await getRecord(request, table, sysId, others);
    return record && { ...record, isJournalTooLong: true as const };
  }
}

/** Years of entries may be more than we read; the rest of the record is worth having without them. */
const isJournal = (column: string) => column === 'comments' || column === 'work_notes';

/**
 * One window of a query. `total` counts rows before access rules, so `records` may be short or empty in between. An instance
 * that counts nothing (`counted`) gives no end, so a window with rows in it may be followed by one more. `at` is the
 * instance's own clock, in ms; undefined where something on the way took it out.
 */
type Window = { records: ServiceNowRecord[]; counted: number | undefined; total: number; at: number | undefined };

export async function queryWindow(
  request: AsPerson,
  table: string,
  query: Query,
  window: { columns: string[]; limit: number; offset?: number; timeoutMs?: number },
): Promise<Window> {
  const { limit, offset = 0 } = window;
  let counted: number | undefined;
  let at = Number.NaN;
  const records = await request({
    method: 'GET',
    path: place(table),
    query: {
      ...SHAPE,
      sysparm_query: encodeQuery(query),
      sysparm_fields: window.columns.join(','),
      sysparm_limit: String(limit),
      sysparm_offset: String(offset),
      sysparm_suppress_pagination_header: 'true',
    },
    answer: recordsAnswer,
    onHeaders: (headers) => {
      const count = headers.get('x-total-count');
      counted = count !== null && /^\d+$/.test(count) ? Number(count) : undefined;
      at = Date.parse(headers.get('date') ?? '');
    },
    ...(window.timeoutMs ? { timeoutMs: window.timeoutMs } : {}),
  });
  const atLeast = records.length > 0 ? offset + limit + 1 : offset;
  return { records, counted, total: counted ?? atLeast, at: Number.isNaN(at) ? undefined : at };
}

/** The first rows of a query, where nobody pages. */
export async function queryRecords(
  request: AsPerson,
  table: string,
  query: Query,
  window: { columns: string[]; limit: number; timeoutMs?: number },
): Promise<ServiceNowRecord[]> {
  return (await queryWindow(request, table, query, window)).records;
}

/**
 * @param columns to be read back; others can be of any size
 * @returns the record as it was stored, which may differ from what was sent
 */
export async function insertRecord(
  request: AsPerson,
  table: string,
  fields: Record<string, string>,
  columns?: string[],
): Promise<ServiceNowRecord> {
  const query = { ...SHAPE, ...only(columns) };
  return request({ method: 'POST', path: place(table), query, json: fields, answer: recordAnswer() });
}

/** @param columns what to tell of the record afterwards; all of it where they are not given */
export async function updateRecord(
  request: AsPerson,
  table: string,
  sysId: string,
  fields: Record<string, string>,
  columns?: string[],
): Promise<ServiceNowRecord> {
  const query = { ...SHAPE, ...only(columns) };
  try {
    return await request({
      method: 'PATCH',
      path: place(table, sysId),
      query,
      json: fields,
      answer: recordAnswer(sysId),
    });
  } catch (error) {
    // It is done, and was only told of at too great length.
    const record = isTooLong(error) && columns ? await getRecord(request, table, sysId, columns) : undefined;
    if (record) return record;
    throw error;
  }
}
