import { fateOf } from '../errors.ts';
import type { RecordRef } from '../records/ref.ts';
import { recordType, type ServiceNowRecord } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { getRecord, updateRecord } from '../servicenow/table.ts';
import {
  arrived,
  type Change,
  type Changed,
  hasAllWords,
  isLastWriter,
  isThere,
  type Part,
  partsOf,
  planWrite,
  untaken,
} from './proof.ts';

/** One act of a person upon a record, however many runs it takes. */
export type WriteAct = {
  /** Names the act; the same act must always give the same key. */
  key: string;
  /** The actor's user_name. */
  userName: string;
  /** An earlier run may have written: look before anything is written. */
  look: boolean;
  /** Columns to tell of the record afterwards. */
  columns: string[];
  /** The record as it was read a moment ago, which saves a look. */
  known?: ServiceNowRecord | undefined;
  /**
   * Called before each request that writes, so that whoever must know of it does. `met` is how the columns were until then,
   * where they were looked at: kept as the change's `seen`, it tells a later run whether somebody else was there meanwhile.
   */
  begin?: (part: Part, met: Record<string, string>) => Promise<void>;
};

export type Receipt = {
  /** As it is by now; undefined where the actor may not see it. */
  record: ServiceNowRecord | undefined;
  /** Whose doing it is that the columns are as wanted, where no mark says so. */
  by: 'actor' | 'somebody';
  /** The whole text is in the journal. */
  hasWords: boolean;
  /** Columns that ServiceNow did not take. */
  untaken: string[];
  /** Columns that somebody else changed since the person saw them. Then nothing was written. */
  changed: Changed[];
};

/**
 * Changes a record once, whatever dies in between: several columns and a text in one request, further requests where the
 * text is longer than an entry holds. Looks first where an earlier run may have written, where the person saw a version,
 * and where only columns are set.
 */
export async function writeOnce(request: AsPerson, ref: RecordRef, change: Change, act: WriteAct): Promise<Receipt> {
  const { table } = recordType(ref.type);
  const { fields = {}, words, seen = {} } = change;
  const parts = partsOf(change, act.key);
  const columns = columnsFor(change, act.columns);
  const read = () => getRecord(request, table, ref.sysId, columns);

  const mustLook = act.look || !words || Object.keys(seen).length > 0;
  const before = act.known ?? (mustLook ? await read() : undefined);
  const plan = before ? planWrite(change, parts, before) : ({ kind: 'write', parts } as const);
  if (plan.kind === 'changed')
    return { record: before, by: 'somebody', hasWords: false, untaken: [], changed: plan.fields };
  const left = plan.kind === 'write' ? plan.parts : [];

  const met = before ? valuesOf(before, Object.keys(fields)) : {};
  let record = before;
  for (const part of left) {
    await act.begin?.(part, met);
    record = await updateRecord(request, table, ref.sysId, part.fields, columns).catch(async (error: unknown) => {
      // A 403 although it was done, or an answer that cannot be read.
      const now = fateOf(error).kind === 'give-up' ? await read() : undefined;
      if (now && isThere(change, parts, part, now)) return now;
      throw error;
    });
  }
  // The answer to a write need not show what it has added to the journal.
  if (!record || !hasAllWords(parts, record)) record = (await read()) ?? record;
  // Whoever may write may be allowed to see nothing of it.
  if (!record) return { record, by: 'actor', hasWords: parts.length === 0, untaken: [], changed: [] };
  const isWritten = left[0] === parts[0];
  const isLast = isLastWriter(record, act.userName);
  return {
    record,
    by: isWritten || isLast || arrived(parts.slice(0, 1), record) === 'all' ? 'actor' : 'somebody',
    hasWords: hasAllWords(parts, record),
    // What an earlier run has set may have been set otherwise by somebody else since.
    untaken: isWritten || isLast ? untaken(fields, record) : [],
    changed: [],
  };
}

/** For a last word: how much of an act is there, although nobody heard so. */
export async function lookForWrite(
  request: AsPerson,
  ref: RecordRef,
  change: Change,
  act: Pick<WriteAct, 'key' | 'columns'>,
) {
  const columns = columnsFor(change, act.columns);
  const record = await getRecord(request, recordType(ref.type).table, ref.sysId, columns);
  return record && { record, arrived: arrived(partsOf(change, act.key), record) };
}

/** What tells of a write, beside what is asked for. */
const columnsFor = ({ fields = {}, seen = {} }: Change, columns: string[]): string[] => [
  ...new Set([...columns, ...Object.keys(fields), ...Object.keys(seen), 'comments', 'work_notes', 'sys_updated_by']),
];

const valuesOf = (record: ServiceNowRecord, columns: string[]): Record<string, string> =>
  Object.fromEntries(columns.flatMap((name) => (record.fields[name] ? [[name, record.fields[name].value]] : [])));
