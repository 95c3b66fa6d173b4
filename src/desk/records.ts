import { RefusedError } from '../errors.ts';
import { watchedColumns } from '../records/changes.ts';
import type { RecordNumber } from '../records/number.ts';
import type { RecordRef } from '../records/ref.ts';
import {
  ANY_TASK,
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
  const own = record && type === ANY_TASK ? typeOfTable(tableOf(type, record)) : type;
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
  const { table, filters, isTask, subject } = recordType(type);
  const columns = [
    ...new Set([
      ...cardColumns(type),
      ...watchedColumns(type),
      ...filters,
      ...(isTask ? ['closed_at'] : []),
      ...(subject ? Object.values(subject) : []),
    ]),
  ];
  const record = await getRecord(request, table, sysId, columns);
  return record && subject ? withSubject(request, type, record) : record;
}

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
 * A decision with what it is about, as far as its approver may see that: a task, or a record of any table. Where neither can be
 * named, the number stays empty.
 */
export async function withSubject(
  request: AsPerson,
  type: RecordTypeName,
  decision: ServiceNowRecord,
): Promise<ServiceNowRecord> {
  const { subject: reference, titleField } = recordType(type);
  if (!reference) return decision;
  const task = storedValue(decision, reference.task);
  const sysId = task || storedValue(decision, reference.document);
  const table = storedValue(decision, reference.table) || recordType(ANY_TASK).table;
  const subject = /^[0-9a-f]{32}$/.test(sysId) && /^[a-z][a-z0-9_]*$/.test(table) ? await read() : undefined;
  async function read() {
    return getRecord(request, table, sysId, SUBJECT_COLUMNS).catch((error: unknown) => {
      if (error instanceof RefusedError) return undefined;
      throw error;
    });
  }
  const openedByField = `${reference.task}.opened_by`;
  const of = (column: string) => (subject ? shownValue(subject, column) : '');
  const document = shownValue(decision, reference.document);
  const names = [shownValue(decision, reference.task), of('number'), of('name'), of('title'), document];
  const number = names.find((name) => name && name !== sysId) ?? '';
  const titles = [shownValue(decision, titleField), of('short_description'), of('title'), of('name')];
  const title = titles.find((one) => one && one !== number) ?? '';
  const openedBy = shownValue(decision, openedByField) || of('opened_by');
  const said = (displayValue: string) => ({ value: displayValue, displayValue });
  return {
    ...decision,
    fields: {
      ...decision.fields,
      ...Object.fromEntries(Object.entries(subject?.fields ?? {}).map(([name, field]) => [`approved.${name}`, field])),
      ...(of('description') ? { description: said(of('description')) } : {}),
      [reference.task]: { value: task, displayValue: number },
      [titleField]: said(title),
      [openedByField]: said(openedBy),
    },
  };
}
