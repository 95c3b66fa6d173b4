import { type Change, partsOf } from '../desk/proof.ts';
import type { Receipt } from '../desk/write-once.ts';
import { fateOf } from '../errors.ts';
import { watchedColumns } from '../records/changes.ts';
import { refOf } from '../records/journal.ts';
import type { RecordRef } from '../records/ref.ts';
import { cardColumns, recordType, type ServiceNowRecord, shownValue, tableOf } from '../records/types.ts';
import type { Act, Tools, Unattached } from './tools.ts';

/** A change of a record with words of its person, and files. */
export type Writing = { ref: RecordRef; change: Change; fileIds?: string[] };

/** What came of it, as the record shows it. */
export type Written = {
  number: string;
  /** All of it is there: every word, or the files where there are no words. */
  isThere: boolean;
  /** The columns are as wanted. */
  isSet: boolean;
  unattached: Unattached[];
  /** Its person hears of what happens to the ticket next. */
  hears: boolean;
};

export const numberIn = ({ type }: RecordRef, record: ServiceNowRecord): string =>
  shownValue(record, recordType(type).numberField);

const columnsOf = ({ type }: RecordRef) => [...new Set([...cardColumns(type), ...watchedColumns(type)])];

/** Something of it may have been written before, by this job or by another one for the same act. */
export const hasBegun = async ({ replies }: Pick<Tools, 'replies'>, { person, key }: Pick<Act, 'person' | 'key'>) =>
  (await replies.ownMarks(person, [refOf(key)])).size > 0;

/** How much of it is on the record by now; undefined where its person cannot see that. */
export const lookFor = ({ desk }: Pick<Tools, 'desk'>, { ref, change }: Writing, { key }: Act) =>
  desk.lookForWrite(ref, change, { key, columns: columnsOf(ref) });

export type WritingTools = Pick<Tools, 'me' | 'desk' | 'own' | 'replies' | 'attach' | 'takeTurn'>;

/**
 * Writes once, and brings its person's card up to date without telling them of themselves. Its mark was noted before.
 * @param look it may have begun before
 * @returns undefined where they may write but see nothing of it
 */
export async function write(
  tools: WritingTools,
  writing: Writing,
  act: Act,
  look: boolean,
): Promise<Written | undefined> {
  const { ref, change, fileIds = [] } = writing;
  const { person, key } = act;
  const user = await tools.me();
  const begin = tools.own.noting(ref);
  const how = { key, userName: user.userName, look, columns: columnsOf(ref), begin };
  const { record, hasWords, untaken }: Receipt = await tools.desk.writeOnce(ref, change, how);
  const table = record ? tableOf(ref.type, record) : recordType(ref.type).table;
  const unattached = await tools.attach({ table, sysId: ref.sysId }, { fileIds, look });
  if (!record) return undefined;
  const parts = partsOf(change, key);
  // All of none is no success.
  const isThere = (parts.length > 0 || fileIds.length > 0) && hasWords;
  if (isThere) await tools.replies.noteWritten(person, [refOf(key)]);
  const hears = await tools.own.done(ref, user, record, parts);
  return {
    number: numberIn(ref, record),
    isThere,
    isSet: Object.keys(change.fields ?? {}).length > 0 && untaken.length === 0,
    unattached,
    hears,
  };
}

/** The same, after what its person wrote before about the record. */
export async function writeInTurn(tools: WritingTools, writing: Writing, act: Act): Promise<Written | undefined> {
  const { ref } = writing;
  await tools.me();
  await tools.takeTurn(ref);
  const look = await hasBegun(tools, act);
  await tools.replies.begin(act.person, { ref, lane: 'comment' }, {}, [refOf(act.key)]);
  return write(tools, writing, act, look);
}

/** For the last word. What was tried may be there although no answer came. */
export type Remains =
  /** Its person knows that it was not sent: they deleted it. */
  { kind: 'withdrawn' } | { kind: 'none' } | { kind: 'some' | 'all'; number: string } | { kind: 'unknown' };

/** Looks for it once more, after the last attempt. */
export async function lookForRemains(
  tools: WritingTools,
  writing: Writing,
  act: Act,
  error: unknown,
): Promise<Remains> {
  const { ref, change, fileIds = [] } = writing;
  await tools.own.forget(ref, partsOf(change, act.key));
  if (!(await hasBegun(tools, act))) return { kind: 'none' };
  const found = await lookFor(tools, writing, act).catch(() => null);
  if (found && found.arrived !== 'nothing')
    return { kind: fileIds.length > 0 ? 'some' : found.arrived, number: numberIn(ref, found.record) };
  // A refusal to show it to us says no more than silence; that it is not there, together with a refusal to write, does.
  const isKnown = found !== null && (found || fateOf(error).kind === 'give-up');
  return { kind: !isKnown || (fileIds.length > 0 && act.failedBefore) ? 'unknown' : 'none' };
}
