/** What the parts of the simulated instance hand to each other. */

/** One record. Every stored value is a string, as in the real database. */
export type Row = Record<string, string>;

/** Who reads or writes, with what rendering for them needs. */
export type User = {
  sysId: string;
  userName: string;
  name: string;
  roles: ReadonlySet<string>;
  timeZone: string;
  dateFormat: string;
};

/** Scripts and scheduled jobs of the instance itself. */
export const systemUser: User = {
  sysId: 'system',
  userName: 'system',
  name: 'System',
  roles: new Set(['admin']),
  timeZone: 'UTC',
  dateFormat: 'yyyy-MM-dd',
};

export type Person = {
  sysId: string;
  userName: string;
  name: string;
  email: string;
  password: string;
  roles: string[];
  timeZone: string;
  dateFormat: string;
};

export type PersonKey = 'requester' | 'colleague' | 'agent' | 'approver' | 'admin' | 'locked' | 'webOnly';

export type Change = {
  table: string;
  sysId: string;
  number: string;
  modCount: number;
  updatedBy: string;
  changed: string[];
  operation: 'insert' | 'update' | 'delete';
};

export type JournalEntry = { element: string; value: string; by: string; at: string };

export type RecordedRequest = {
  method: string;
  path: string;
  query: Record<string, string>;
  /** 0 until the answer is decided, and for good when the connection was destroyed instead. */
  status: number;
  /** sys_id of the token's user. */
  user?: string;
  grantType?: string;
  /** ms, by the instance's clock. */
  at: number;
};

export type Reply = {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
};

/** An answer in ServiceNow's error envelope: `{"error":{message,detail},"status":"failure"}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: string | null;

  constructor(status: number, message: string, detail: string | null = null) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

export const ruleAbort = (table: string, rule: string) =>
  new ApiError(
    403,
    'Operation Failed',
    `Operation against file '${table}' was aborted by Business Rule '${rule}^7c2a1f0e4f1b4d1e9a5c0d3b2e6f8a91'. Business Rule Stack:${rule}`,
  );

export const DATA_POLICY = 'Data Policy Exception: The following fields are mandatory: ';

export const dataPolicy = (labels: string[]) =>
  new ApiError(403, 'Operation Failed', `${DATA_POLICY}${labels.join(', ')}`);

export const aclRefusal = (operation: 'Insert' | 'Update' | 'Delete') =>
  new ApiError(403, 'Operation Failed', `ACL Exception ${operation} Failed due to security constraints`);

export const noRecord = () =>
  new ApiError(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");
