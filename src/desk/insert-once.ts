import { fateOf, RefusedError } from '../errors.ts';
import { recordIdentity } from '../records/identity.ts';
import type { Query } from '../records/query.ts';
import { type RecordTypeName, recordType, type ServiceNowRecord, storedValue } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { getRecord, insertRecord, queryRecords, updateRecord } from '../servicenow/table.ts';

/** So many of the actor's own latest records are looked through where nobody may ask for a correlation id. */
const LATEST = 100;

/** One act of making a record, however many runs it takes. */
export type InsertAct = {
  /** Names the act: the identity of its record follows from it. */
  key: string;
  type: RecordTypeName;
  /** The actor's sys_id. */
  me: string;
  /** Columns to tell of the record afterwards. */
  columns: string[];
  /** What cancels the double that an instance has made. @param number of the first one, which counts */
  cancel: (number: string) => Record<string, string>;
};

export type Inserted = {
  record: ServiceNowRecord;
  /** An earlier run, or the same act elsewhere, had made it. */
  remembered: boolean;
  /** The instance made one more, which was cancelled as far as the actor may. */
  double?: { number: string; isCancelled: boolean };
};

/**
 * Makes a record once: looks first on any doubt, writes, and looks again where the instance refuses what it may have done.
 * @param doubt an earlier run may have made it
 */
export async function insertOnce(
  request: AsPerson,
  act: InsertAct,
  fields: Record<string, string>,
  doubt: boolean,
): Promise<Inserted> {
  const { sysId, correlationId } = recordIdentity(act.key);
  const { table } = recordType(act.type);
  const earlier = doubt ? await findInserted(request, act) : undefined;
  if (earlier) return { record: earlier, remembered: true };
  const identity = { sys_id: sysId, correlation_id: correlationId, correlation_display: 'Slack' };
  let made: ServiceNowRecord;
  try {
    made = await insertRecord(request, table, { ...fields, ...identity }, act.columns);
  } catch (error) {
    // A duplicate key, a 403 although the row was made (KB2697679), or an answer that cannot be read.
    const found = fateOf(error).kind === 'give-up' ? await findInserted(request, act) : undefined;
    if (found) return { record: found, remembered: true };
    throw error;
  }
  // The instance chooses its own ids, or ours was taken: by an insert that was still on its way when we looked.
  const first = made.sysId === sysId ? undefined : await getRecord(request, table, sysId, act.columns);
  if (!first) return { record: made, remembered: false };
  const isCancelled = await updateRecord(request, table, made.sysId, act.cancel(storedValue(first, 'number')), [
    'sys_id',
  ]).then(
    () => true,
    () => false,
  );
  // The first one is what everybody hears of.
  return { record: first, remembered: true, double: { number: storedValue(made, 'number'), isCancelled } };
}

/** By the id that we chose; by correlation id on instances that choose their own. */
export async function findInserted(
  request: AsPerson,
  { key, type, me, columns }: Omit<InsertAct, 'cancel'>,
): Promise<ServiceNowRecord | undefined> {
  const { sysId, correlationId } = recordIdentity(key);
  const { table } = recordType(type);
  const byId = await getRecord(request, table, sysId, columns);
  if (byId) return byId;
  const rows = (query: Query, limit: number) =>
    queryRecords(request, table, query, { columns: ['sys_id', 'correlation_id'], limit });
  const found = await rows({ where: [{ field: 'correlation_id', is: 'equal', value: correlationId }] }, 2).catch(
    (error: unknown) => {
      if (!(error instanceof RefusedError)) throw error;
      // It may be read where it may not be asked for.
      const mine = { field: 'opened_by', is: 'equal', value: me } as const;
      return rows({ where: [mine], orderBy: { field: 'sys_created_on', descending: true } }, LATEST);
    },
  );
  const match = found.find((row) => storedValue(row, 'correlation_id') === correlationId);
  return match ? getRecord(request, table, match.sysId, columns) : undefined;
}
