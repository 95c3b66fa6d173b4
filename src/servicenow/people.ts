import { RefusedError } from '../errors.ts';
import { type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';
import type { AsPerson } from './client.ts';
import { currentUserAnswer } from './schema.ts';
import { getRecord, queryRecords } from './table.ts';

/** The ServiceNow user behind a token. */
export type ServiceNowUser = { sysId: string; userName: string; name: string; email: string; active: boolean };

/** A browser is waiting for the answer, so it is not the patient time-out of jobs. */
const TIMEOUT_MS = 10_000;

const COLUMNS = ['sys_id', 'user_name', 'name', 'email', 'active'];

/**
 * Who am I, says the instance. The id comes from its UI API, the details from the user's own record.
 * @throws {RefusedError} for a guest, or where the record cannot be read or is somebody else's
 */
export async function whoIsThis(request: AsPerson): Promise<ServiceNowUser> {
  const quick: AsPerson = (each) => request({ ...each, timeoutMs: TIMEOUT_MS });
  const me = await quick({ method: 'GET', path: '/api/now/ui/user/current_user', answer: currentUserAnswer });
  if (me.userName === 'guest') throw stranger('the token is a guest');
  const record = await getRecord(quick, 'sys_user', me.sysId, COLUMNS);
  if (!record || record.sysId !== me.sysId) throw stranger("the token's user record cannot be read");
  return toUser(record);
}

const stranger = (why: string) =>
  new RefusedError('forbidden', 403, why, 'ServiceNow did not tell me whose account this is, so I did not connect it.');

function toUser(record: ServiceNowRecord): ServiceNowUser {
  return {
    sysId: record.sysId,
    userName: storedValue(record, 'user_name'),
    name: shownValue(record, 'name') || storedValue(record, 'user_name'),
    email: storedValue(record, 'email'),
    active: storedValue(record, 'active') === 'true',
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
