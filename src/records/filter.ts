import { z } from 'zod';
import type { KnownValues } from './change-notice.ts';
import { FILTER_COLUMNS } from './table.ts';
import { RECORD_TYPE_NAMES, type ServiceNowRecord, storedValue } from './types.ts';

/** What a select of Slack's holds, so that the form can open with it again: docs.slack.dev/reference/block-kit, option object. */
const choice = z.object({ value: z.string().min(1).max(150), label: z.string().min(1).max(200) });
const code = z.string().min(1).max(40);

/** What a channel wants to hear of. An absent part does not narrow. */
export const filterSchema = z.object({
  type: z.enum(RECORD_TYPE_NAMES),
  assignmentGroup: choice.optional(),
  priorities: z.array(code).max(5).default([]),
  states: z.array(code).max(20).default([]),
  category: choice.optional(),
});

export type Filter = z.infer<typeof filterSchema>;

/** The values that a filter takes, by column. A column that is absent does not narrow. */
export const wantedSchema = z.partialRecord(z.enum(FILTER_COLUMNS), z.array(z.string()));
export type Wanted = z.infer<typeof wantedSchema>;

/** Pure: what of a filter decides, without the words that people read. */
export const wantedBy = ({ assignmentGroup, priorities, states, category }: Filter): Wanted => ({
  ...(assignmentGroup ? { assignment_group: [assignmentGroup.value] } : {}),
  ...(category ? { category: [category.value] } : {}),
  ...(states.length > 0 ? { state: states } : {}),
  ...(priorities.length > 0 ? { priority: priorities } : {}),
});

/** Whether a record with these values may be wanted; a value that is not known speaks for it. */
export const mayFit = (wanted: Wanted, values: KnownValues): boolean =>
  FILTER_COLUMNS.every((column) => {
    const value = values[column];
    return value === undefined || (wanted[column]?.includes(value) ?? true);
  });

/** Does a record, as its owner sees it, belong to what the channel asked for? */
export const matches = (filter: Filter, record: ServiceNowRecord): boolean =>
  mayFit(wantedBy(filter), Object.fromEntries(FILTER_COLUMNS.map((column) => [column, storedValue(record, column)])));

export const subscriptionId = z.string().regex(/^[\w-]{8,40}$/);
