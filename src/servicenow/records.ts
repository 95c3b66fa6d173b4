import type { RecordNumber } from '../records/number.ts';
import { cardColumns, recordType, type ServiceNowRecord, shownValue } from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { queryRecords } from './table.ts';

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
