import { RefusedError } from '../errors.ts';
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
import type { AsPerson } from '../servicenow/client.ts';
import { getRecord, queryRecords } from '../servicenow/table.ts';

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
      ...(type === 'approval' ? SUBJECT_REFERENCE : ['closed_at']),
    ]),
  ];
  const record = await getRecord(request, table, sysId, columns);
  return record && type === 'approval' ? withSubject(request, record) : record;
}

/** Columns of an approval that say what it is about. */
export const SUBJECT_REFERENCE = ['sysapproval', 'document_id', 'source_table'];

const SUBJECT_COLUMNS = [
  'sys_id',
  'number',
  'name',
  'title',
  'short_description',
  'description',
  'opened_by',
  'price',
  'risk',
];

/**
 * An approval with what it is about, as far as its approver may see that: a task, or anything else by `document_id` and
 * `source_table`. Where neither can be named, `sysapproval` stays empty.
 */
export async function withSubject(request: AsPerson, approval: ServiceNowRecord): Promise<ServiceNowRecord> {
  const task = storedValue(approval, 'sysapproval');
  const sysId = task || storedValue(approval, 'document_id');
  const table = storedValue(approval, 'source_table') || 'task';
  const subject = /^[0-9a-f]{32}$/.test(sysId) && /^[a-z][a-z0-9_]*$/.test(table) ? await read() : undefined;
  async function read() {
    return getRecord(request, table, sysId, SUBJECT_COLUMNS).catch((error: unknown) => {
      if (error instanceof RefusedError) return undefined;
      throw error;
    });
  }
  const of = (column: string) => (subject ? shownValue(subject, column) : '');
  const document = shownValue(approval, 'document_id');
  const names = [shownValue(approval, 'sysapproval'), of('number'), of('name'), of('title'), document];
  const number = names.find((name) => name && name !== sysId) ?? '';
  const titles = [
    shownValue(approval, 'sysapproval.short_description'),
    of('short_description'),
    of('title'),
    of('name'),
  ];
  const title = titles.find((one) => one && one !== number) ?? '';
  const openedBy = shownValue(approval, 'sysapproval.opened_by') || of('opened_by');
  const said = (displayValue: string) => ({ value: displayValue, displayValue });
  return {
    ...approval,
    fields: {
      ...approval.fields,
      ...Object.fromEntries(Object.entries(subject?.fields ?? {}).map(([name, field]) => [`approved.${name}`, field])),
      ...(of('description') ? { description: said(of('description')) } : {}),
      sysapproval: { value: task, displayValue: number },
      'sysapproval.short_description': said(title),
      'sysapproval.opened_by': said(openedBy),
    },
  };
}
