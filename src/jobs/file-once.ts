import { fateOf, RefusedError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ownWrites, watchedColumns } from '../records/changes.ts';
import { changedFields, DRAFT_COLUMNS } from '../records/draft.ts';
import { recordIdentity } from '../records/identity.ts';
import { refOf, signature } from '../records/journal.ts';
import type { Query } from '../records/query.ts';
import {
  cardColumns,
  recordType,
  type ServiceNowRecord,
  shownValue,
  storedValue,
  USUAL_TYPE,
} from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { getRecord, insertRecord, queryRecords, updateRecord } from '../servicenow/table.ts';
import type { JobContext } from './define.ts';

const { table: TABLE, verbs: VERBS } = recordType(USUAL_TYPE);
/** What is said of it, told of it later, or held against what was sent. */
const COLUMNS = [...new Set([...cardColumns(USUAL_TYPE), ...watchedColumns(USUAL_TYPE), ...DRAFT_COLUMNS])];
/** So many of a person's own latest incidents are looked through where nobody may ask for a correlation id. */
const LATEST = 100;

/** An act of filing: its key, and the ServiceNow user who files. */
type Act = { key: string; me: string };

/** Looks first on any doubt, writes, and looks again where the instance refuses what it may have done. */
export async function fileOnce(request: AsPerson, act: Act, fields: Record<string, string>, look: boolean, log: Log) {
  const { sysId, correlationId } = recordIdentity(act.key);
  const earlier = look ? await findFiled(request, act) : undefined;
  if (earlier) return { record: earlier, remembered: true };
  const identity = { sys_id: sysId, correlation_id: correlationId, correlation_display: 'Slack' };
  let made: ServiceNowRecord;
  try {
    made = await insertRecord(request, TABLE, { ...fields, ...identity }, COLUMNS);
  } catch (error) {
    // A duplicate key, a 403 although the row was made (KB2697679), or an answer that cannot be read.
    const found = fateOf(error).kind === 'give-up' ? await findFiled(request, act) : undefined;
    if (found) return { record: found, remembered: true };
    throw error;
  }
  // The instance chooses its own ids, or ours was taken: by an insert that was still on its way when we looked.
  const first = made.sysId === sysId ? undefined : await getRecord(request, TABLE, sysId, COLUMNS);
  if (!first) return { record: made, remembered: false };
  await cancelDouble(request, made, first, log);
  return { record: first, remembered: true };
}

/** As far as the person may. The first one is what everybody hears of. */
async function cancelDouble(request: AsPerson, double: ServiceNowRecord, first: ServiceNowRecord, log: Log) {
  const [number, counts] = [storedValue(double, 'number'), storedValue(first, 'number')];
  log.error({ number, counts }, 'the instance made a double of a ticket, which should be cancelled');
  const words = `Filed twice by mistake. ${counts} is the one that counts.`;
  await updateRecord(request, TABLE, double.sysId, { ...VERBS.cancel?.sets, comments: words }).catch((err) =>
    log.error({ err, number }, 'the double could not be cancelled'),
  );
}

/** By the id that we chose; by correlation id on instances that choose their own. */
export async function findFiled(request: AsPerson, { key, me }: Act): Promise<ServiceNowRecord | undefined> {
  const { sysId, correlationId } = recordIdentity(key);
  const byId = await getRecord(request, TABLE, sysId, COLUMNS);
  if (byId) return byId;
  const rows = (query: Query, limit: number) =>
    queryRecords(request, TABLE, query, { columns: ['sys_id', 'correlation_id'], limit });
  const found = await rows({ where: [{ field: 'correlation_id', is: 'equal', value: correlationId }] }, 2).catch(
    (error: unknown) => {
      if (!(error instanceof RefusedError)) throw error;
      // It may be read where it may not be asked for.
      const mine = { field: 'opened_by', is: 'equal', value: me } as const;
      return rows({ where: [mine], orderBy: { field: 'sys_created_on', descending: true } }, LATEST);
    },
  );
  const match = found.find((row) => storedValue(row, 'correlation_id') === correlationId);
  return match ? getRecord(request, TABLE, match.sysId, COLUMNS) : undefined;
}

/**
 * What was filed before its person changed it: the record gets the new values, and a description that its column does not
 * take becomes a comment, so that no words are lost.
 */
export async function bringUpToDate(
  request: AsPerson,
  record: ServiceNowRecord,
  fields: Record<string, string>,
  { person, key }: { person: Person; key: string },
  { replies }: JobContext,
): Promise<{ record: ServiceNowRecord; isCommented: boolean }> {
  const write = (changes: Record<string, string>) =>
    updateRecord(request, TABLE, record.sysId, changes).catch((error: unknown) => {
      if (error instanceof RefusedError) return undefined;
      throw error;
    });
  const changes = changedFields(fields, record);
  const changed = Object.keys(changes).length > 0 ? ((await write(changes)) ?? record) : record;
  const { description } = changedFields(fields, changed);
  const mark = signature(refOf(`${key}-changed`));
  if (!description || shownValue(record, 'comments').includes(mark))
    return { record: changed, isCommented: !!description };
  const comment = { comments: `${description}\n\n${mark}` };
  await replies.noteOwn(person, record.sysId, ownWrites(mark, comment));
  const commented = await write(comment);
  return { record: commented ?? changed, isCommented: commented !== undefined };
}
