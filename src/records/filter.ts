import { z } from 'zod';
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

/** What it takes to judge, beyond what every card shows. */
export const FILTER_COLUMNS = ['category', 'assignment_group'] as const;

/** Does a record, as its owner sees it, belong to what the channel asked for? */
export function matches(filter: Filter, record: ServiceNowRecord): boolean {
  const { assignmentGroup, priorities, states, category } = filter;
  return (
    (!assignmentGroup || storedValue(record, 'assignment_group') === assignmentGroup.value) &&
    (priorities.length === 0 || priorities.includes(storedValue(record, 'priority'))) &&
    (states.length === 0 || states.includes(storedValue(record, 'state'))) &&
    (!category || storedValue(record, 'category') === category.value)
  );
}
