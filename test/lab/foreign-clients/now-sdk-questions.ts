/** What `now-sdk query` prints. */
export type Printed = {
  ok: boolean;
  records?: Record<string, unknown>[];
  hasMore?: boolean;
  error?: { message: string };
};

export type Question = {
  about: string;
  args: string[];
  /** What the documents say that comes back (fact sheet §2, §3.7), for an administrator and for somebody without a role. */
  admin: (printed: Printed) => boolean;
  nobody: (printed: Printed) => boolean;
};

const rows = ({ records = [] }: Printed) => records;
const some = (printed: Printed) => printed.ok && rows(printed).length > 0;
const none = (printed: Printed) => printed.ok && rows(printed).length === 0;
const every = (fits: (row: Record<string, unknown>) => boolean) => (printed: Printed) =>
  some(printed) && rows(printed).every(fits);
const refusedWith = (words: string) => (printed: Printed) => !printed.ok && !!printed.error?.message.includes(words);
const isPair = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'value' in value && 'display_value' in value;
const isId = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);

const both = (fits: (printed: Printed) => boolean) => ({ admin: fits, nobody: fits });
const fields = (...names: string[]) => ['-f', names.join(',')];

export const QUESTIONS: Question[] = [
  {
    about: 'fields',
    args: ['incident', '-q', 'active=true', ...fields('number')],
    ...both(every((row) => Object.keys(row).join() === 'number')),
  },
  {
    about: 'stored values',
    args: ['incident', '-q', 'caller_idISNOTEMPTY', ...fields('caller_id')],
    ...both(every((row) => isId(row['caller_id']))),
  },
  {
    about: 'display values',
    args: ['incident', '-q', 'caller_idISNOTEMPTY', '--display-value', 'true', ...fields('caller_id')],
    ...both(every((row) => / /.test(String(row['caller_id'])))),
  },
  {
    about: 'both values',
    args: ['incident', '-q', 'active=true', '--display-value', 'all', ...fields('state')],
    ...both(every((row) => isPair(row['state']))),
  },
  {
    about: 'a dot-walked field',
    args: ['incident', '-q', 'caller_idISNOTEMPTY', ...fields('caller_id.name')],
    ...both(every((row) => typeof row['caller_id.name'] === 'string')),
  },
  {
    about: 'a page',
    args: ['incident', '-q', 'active=true', '--limit', '1', ...fields('number')],
    ...both((printed) => rows(printed).length <= 1 && printed.hasMore === true),
  },
  {
    about: 'the page behind the last',
    args: ['incident', '-q', 'active=true', '--offset', '10000', ...fields('number')],
    ...both(none),
  },
  {
    about: 'a page without a count',
    args: ['incident', '-q', 'active=true', '--no-count', ...fields('number')],
    ...both(some),
  },
  {
    about: 'choices',
    args: ['sys_choice', '-q', 'name=incident^element=category^ORDERBYsequence', ...fields('value', 'label')],
    ...both(every((row) => row['value'] !== '')),
  },
  {
    about: 'choices of an ancestor',
    args: ['sys_choice', '-q', 'name=task^element=priority', ...fields('value')],
    ...both(every((row) => row['value'] !== '')),
  },
  {
    about: 'an unknown table',
    args: ['x_no_such_table', '-q', 'active=true'],
    ...both(refusedWith('Invalid table x_no_such_table')),
  },
  {
    about: 'an unknown field to read',
    args: ['incident', '-q', 'active=true', ...fields('number', 'no_such_field')],
    ...both(every((row) => !('no_such_field' in row))),
  },
  {
    about: 'an unknown field in the query',
    args: ['incident', '-q', 'no_such_field=1', ...fields('number')],
    ...both(some),
  },
  { about: 'no rows', args: ['incident', '-q', 'number=INC9999999'], ...both(none) },
  {
    about: 'a relative date that all fit',
    args: ['incident', '-q', 'sys_created_onRELATIVEGT@hour@ago@1', ...fields('number')],
    ...both(some),
  },
  {
    about: 'a relative date that none fits',
    args: ['incident', '-q', 'sys_created_onRELATIVELT@hour@ago@500000', ...fields('number')],
    ...both(none),
  },
  {
    about: 'either of two conditions',
    args: ['incident', '-q', 'state=1^ORstate=2', ...fields('state')],
    ...both(every((row) => ['1', '2'].includes(String(row['state'])))),
  },
  {
    about: 'oneself',
    args: ['sys_user', '-q', 'sys_id=javascript:gs.getUserID()', ...fields('user_name')],
    ...both((printed) => rows(printed).length === 1),
  },
  {
    about: 'a forbidden table',
    args: ['sys_user_has_role', '-q', 'state=active', ...fields('user')],
    admin: some,
    nobody: none,
  },
  {
    about: 'what only staff may read',
    args: ['incident', '-q', 'active=true', ...fields('number', 'work_notes')],
    admin: every((row) => 'work_notes' in row),
    nobody: every((row) => !row['work_notes']),
  },
];
