/** A question for rows of a table, as conditions: `servicenow/query.ts` turns it into ServiceNow's own language. */
export type Condition =
  | { field: string; is: 'equal'; value: string }
  | { field: string; is: 'in'; values: string[] }
  | { field: string; is: 'contains' | 'starts'; text: string }
  /**
   * At most so many minutes before the instance's now. There is no condition with a date in it: some instances read a
   * literal in UTC, others in the zone of whoever asks.
   */
  | { field: string; is: 'within'; minutes: number }
  | { is: 'matching'; text: string }
  /** The `sys_user` record of whoever asks. */
  | { is: 'myself' }
  | { is: 'any'; of: Condition[] };

export type Query = { where: Condition[]; orderBy?: { field: string; descending?: boolean } };
