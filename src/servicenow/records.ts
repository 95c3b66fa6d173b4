import { watchedColumns } from '../records/changes.ts';
import { FILTER_COLUMNS } from '../records/filter.ts';
import type { RecordNumber } from '../records/number.ts';
import type { RecordRef } from '../records/ref.ts';
import { cardColumns, recordType, type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { getRecord, queryRecords } from './table.ts';

/**
 * A record by its number, as this person may see it.
 * @returns `others`: numbers that the question fits as well; then there is no `record`
 */
export async function findByNumber(
  request: AsPerson,
  { type, candidates }: RecordNumber,
): Promise<{ record: ServiceNowRecord | undefined; others: string[] }> {
  const rows = await queryRecords(
    request,
    recordType(type).table,
    { where: [{ field: 'number', is: 'in', values: candidates }] },
    { columns: cardColumns(type), limit: candidates.length + 1 },
  );
  // ServiceNow drops a condition that it does not like, so the rows are held against the question.
  const found = rows.filter((row) => candidates.includes(shownValue(row, 'number').toUpperCase()));
  const [record, another] = found;
  return another
    ? { record: undefined, others: found.map((row) => shownValue(row, 'number')) }
    : { record, others: [] };
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
