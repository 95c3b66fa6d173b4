import { z } from 'zod';
import type { FilterColumn } from './table.ts';
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

/** Pure: the values that a filter takes, by column. A column that is absent does not narrow. */
export function wantedBy({ assignmentGroup, priorities, states, category }: Filter): Map<FilterColumn, string[]> {
  const wanted: [FilterColumn, string[]][] = [
    ['assignment_group', assignmentGroup ? [assignmentGroup.value] : []],
    ['category', category ? [category.value] : []],
    ['priority', priorities],
    ['state', states],
  ];
  return new Map(wanted.filter(([, values]) => values.length > 0));
}

/** Does a record, as its owner sees it, belong to what the channel asked for? */
export const matches = (filter: Filter, record: ServiceNowRecord): boolean =>
  [...wantedBy(filter)].every(([column, values]) => values.includes(storedValue(record, column)));
