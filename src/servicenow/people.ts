import { CorruptDataError, RefusedError } from '../errors.ts';
import { type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { currentUserAnswer } from './schema.ts';
import { getRecord, queryRecords, queryWindow } from './table.ts';

/** The ServiceNow user behind a token. What an access rule hides is empty or undefined, which says nothing. */
export type ServiceNowUser = {
  sysId: string;
  userName: string;
  name: string;
  email: string;
  active?: boolean | undefined;
};

/** A browser is waiting for the answer, so it is not the patient time-out of jobs. */
const TIMEOUT_MS = 10_000;

const COLUMNS = ['sys_id', 'user_name', 'name', 'email', 'active'];

/**
 * Who am I, says the instance: by its UI API, or, where that is closed, by the documented query for one's own record.
 * @throws {RefusedError} for a guest, or where the record cannot be read or may be somebody else's
 */
export async function whoIsThis(request: AsPerson): Promise<ServiceNowUser> {
  const quick: AsPerson = (each) => request({ ...each, timeoutMs: TIMEOUT_MS });
  const record = (await byUiApi(quick)) ?? (await byQuery(quick));
  if (!storedValue(record, 'user_name')) throw stranger("the user's name is hidden");
  if (storedValue(record, 'user_name') === 'guest') throw stranger('the token is a guest');
  return toUser(record);
}

/** @returns undefined where the UI API is closed or says nothing that we understand: it is not documented */
async function byUiApi(request: AsPerson): Promise<ServiceNowRecord | undefined> {
  let sysId: string;
  try {
    ({ sysId } = await request({ method: 'GET', path: '/api/now/ui/user/current_user', answer: currentUserAnswer }));
  } catch (error) {
    if (error instanceof RefusedError || error instanceof CorruptDataError) return undefined;
    throw error;
  }
  const record = await getRecord(request, 'sys_user', sysId, COLUMNS);
  if (record?.sysId !== sysId) throw stranger("the token's user record cannot be read");
  return record;
}

/** A dropped condition would find strangers: more than one, or one where access rules hide the others from us but not from the count. */
async function byQuery(request: AsPerson): Promise<ServiceNowRecord> {
  const { records, counted = records.length } = await queryWindow(
    request,
    'sys_user',
    { where: [{ is: 'myself' }] },
    { columns: COLUMNS, limit: 2 },
  );
  const [record, another] = records;
  if (!record || another || counted > 1) throw stranger(`${records.length} of ${counted} users answer to the token`);
  return record;
}

const stranger = (why: string) => new RefusedError('forbidden', 403, why, ['errors.whose-account']);

function toUser(record: ServiceNowRecord): ServiceNowUser {
  return {
    sysId: record.sysId,
    userName: storedValue(record, 'user_name'),
    name: shownValue(record, 'name') || storedValue(record, 'user_name'),
    email: storedValue(record, 'email'),
    active: storedValue(record, 'active') ? storedValue(record, 'active') === 'true' : undefined,
  };
}

/** A person's name by their user_name, as whoever asks may see it. */
export async function nameOfUser(request: AsPerson, userName: string): Promise<string | undefined> {
  if (!/^[\w.@-]{1,80}$/.test(userName)) return undefined;
  const rows = await queryRecords(
    request,
    'sys_user',
    { where: [{ field: 'user_name', is: 'equal', value: userName }] },
    { columns: ['sys_id', 'user_name', 'name'], limit: 2 },
  );
  const [row, another] = rows.filter((each) => storedValue(each, 'user_name') === userName);
  return row && !another ? shownValue(row, 'name') || undefined : undefined;
}
