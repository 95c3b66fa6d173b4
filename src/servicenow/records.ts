import { watchedColumns } from '../records/changes.ts';
import { FILTER_COLUMNS } from '../records/filter.ts';
import type { RecordNumber } from '../records/number.ts';
import type { RecordRef } from '../records/ref.ts';
import {
  cardColumns,
  type RecordTypeName,
  recordType,
  type ServiceNowRecord,
  shownValue,
  storedValue,
  tableOf,
  typeOfTable,
} from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { getRecord, queryRecords } from './table.ts';

/**
 * A record by its number, as this person may see it.
 * @returns `type`: its own kind, where the number did not tell; `others`: numbers that the question fits as well, and then
 *   there is no `record`
 */
export async function findByNumber(
  request: AsPerson,
  { type, candidates }: RecordNumber,
): Promise<{ type: RecordTypeName; record: ServiceNowRecord | undefined; others: string[] }> {
  const rows = await queryRecords(
    request,
    recordType(type).table,
    { where: [{ field: 'number', is: 'in', values: candidates }] },
    { columns: cardColumns(type), limit: candidates.length + 1 },
  );
  // ServiceNow drops a condition that it does not like, so the rows are held against the question.
  const found = rows.filter((row) => candidates.includes(shownValue(row, 'number').toUpperCase()));
  const [record, another] = found;
  if (another) return { type, record: undefined, others: found.map((row) => shownValue(row, 'number')) };
  const own = record && type === 'task' ? typeOfTable(tableOf(type, record)) : type;
  if (!record || own === type) return { type, record, others: [] };
  // `task` knows only those columns that all kinds have.
  return {
    type: own,
    record: await getRecord(request, recordType(own).table, record.sysId, cardColumns(own)),
    others: [],
  };
}

/** An approval says little of itself; what is approved is read from its own record, as far as the approver may see it. */
export async function readWatched(
  request: AsPerson,
  { type, sysId }: RecordRef,
): Promise<ServiceNowRecord | undefined> {
  const { table } = recordType(type);
  const columns = [
    ...new Set([
      ...cardColumns(type),
      ...watchedColumns(type),
      ...FILTER_COLUMNS,
      type === 'approval' ? 'source_table' : 'closed_at',
    ]),
  ];
  const record = await getRecord(request, table, sysId, columns);
  if (!record || type !== 'approval') return record;
  const approved = storedValue(record, 'sysapproval');
  const source = storedValue(record, 'source_table') || 'task';
  const subject =
    /^[0-9a-f]{32}$/.test(approved) && /^[a-z_]+$/.test(source)
      ? await getRecord(request, source, approved, APPROVED_COLUMNS)
      : undefined;
  if (!subject) return record;
  const extra = Object.entries(subject.fields).map(([name, field]) => [`approved.${name}`, field] as const);
  const description = subject.fields['description'];
  return {
    ...record,
    fields: { ...record.fields, ...Object.fromEntries(extra), ...(description ? { description } : {}) },
  };
}

const APPROVED_COLUMNS = ['sys_id', 'description', 'price', 'risk'];
