import { expect, test } from '@jest/globals';
import { CorruptDataError, RefusedError } from '../../../src/errors.ts';
import type { AsPerson } from '../../../src/servicenow/client.ts';
import { whoIsThis } from '../../../src/servicenow/people.ts';
import { failureOf } from '../support.ts';

const ADA = { sys_id: 'a'.repeat(32), user_name: 'ada', name: 'Ada', email: 'ada@x.org', active: 'true' };
const EVE = { ...ADA, sys_id: 'e'.repeat(32), user_name: 'eve' };
const closed = new RefusedError('forbidden', 403, 'closed', ['errors.forbidden']);

/** An instance that answers these paths, and how many rows it says that there are. */
function instance(answers: { current_user: unknown; record?: object; rows?: object[]; total?: string }) {
  const request = async ({ path, query, answer, onHeaders }: Parameters<AsPerson>[0]) => {
    const give = (result: unknown) => {
      if (result instanceof Error) throw result;
      return answer.parse({ result });
    };
    if (path.endsWith('current_user')) return give(answers.current_user);
    if (!query?.['sysparm_query']) return give(answers.record ?? closed);
    expect(query).toMatchObject({ sysparm_query: 'sys_id=javascript:gs.getUserID()', sysparm_limit: '2' });
    const { total } = answers;
    onHeaders?.(new Headers(total ? { 'x-total-count': total } : {}) as never);
    return give(answers.rows ?? closed);
  };
  return whoIsThis(request as AsPerson);
}

test.each([closed, new CorruptDataError('another shape')])(
  'the query for oneself is the other way: %s',
  async (trouble) => {
    expect(await instance({ current_user: trouble, rows: [ADA], total: '1' })).toMatchObject({ userName: 'ada' });
  },
);

test.each<[string, object[], string | undefined]>([
  ['nobody', [], '0'],
  ['two', [ADA, EVE], '9'],
  ['one of many, the others of whom are hidden from us', [EVE], '9'],
])('a query that finds %s is no answer', async (_, rows, total) => {
  const failure = await failureOf(instance({ current_user: closed, rows, ...(total ? { total } : {}) }));
  expect(failure).toBeInstanceOf(RefusedError);
});

test('without a count the rows alone decide', async () => {
  expect(await instance({ current_user: closed, rows: [ADA] })).toMatchObject({ userName: 'ada' });
});

test.each<[string, object]>([
  ['somebody else', EVE],
  ['a guest', { ...ADA, user_name: 'guest' }],
  ['nameless', { ...ADA, user_name: '' }],
])('a record of %s is not taken for one’s own', async (_, record) => {
  const failure = await failureOf(instance({ current_user: { user_sys_id: ADA.sys_id }, record }));
  expect(failure).toBeInstanceOf(RefusedError);
});

test.each<[object, object]>([
  [{ active: 'true' }, { active: true }],
  [{ active: 'false' }, { active: false }],
  [{ active: '' }, { active: undefined }],
  [
    { active: undefined, email: undefined },
    { active: undefined, email: '' },
  ],
])('what is hidden is unknown, and not false: %j', async (hidden, known) => {
  const record = JSON.parse(JSON.stringify({ ...ADA, ...hidden }));
  expect(await instance({ current_user: { user_sys_id: ADA.sys_id }, record })).toMatchObject(known);
});
