import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type Filter, filterSchema } from '../../records/filter.ts';
import { slackId } from '../../records/place.ts';
import { RECORD_TYPE_NAMES, recordType } from '../../records/types.ts';
import { LIMITS } from '../limits.ts';
import { plain } from '../text.ts';
import { categoryInput } from './category.ts';
import { input, optional, toOption, withInitial, withInitials } from './inputs.ts';
import { readState } from './state.ts';

export const SUBSCRIPTION_FORM = 'subscription-form';
export const SUBSCRIPTION_OPTIONS = { group: 'find-group' } as const;

const BLOCKS = {
  type: 'type',
  group: 'group',
  priorities: 'priorities',
  states: 'states',
  category: 'category',
} as const;
const VALUE = 'value';

const PRIORITIES = ['1 - Critical', '2 - High', '3 - Moderate', '4 - Low', '5 - Planning'].map((label) =>
  toOption({ value: label[0] ?? '', label }),
);
/** The base system's incident states; others are told of whatever their state. */
const STATES = [
  { value: '1', label: 'New' },
  { value: '2', label: 'In Progress' },
  { value: '3', label: 'On Hold' },
  { value: '6', label: 'Resolved' },
  { value: '7', label: 'Closed' },
].map(toOption);

/** Travels sealed for the person, because the channel in it is the one that is told. */
const metadataSchema = z.strictObject({ id: z.string().regex(/^[\w-]{8,40}$/), channel: slackId });

export function subscriptionForm(parts: {
  id: string;
  channel: string;
  filter: Filter | undefined;
  categories: { value: string; label: string }[];
}): ModalView {
  const { id, channel, filter, categories } = parts;
  const types = RECORD_TYPE_NAMES.filter((name) => name !== 'approval').map((name) =>
    toOption({ value: name, label: recordType(name).label }),
  );
  return {
    type: 'modal',
    callback_id: SUBSCRIPTION_FORM,
    title: plain('Tell this channel', LIMITS.viewTitle),
    submit: plain('Save', LIMITS.viewButton),
    close: plain('Cancel', LIMITS.viewButton),
    private_metadata: JSON.stringify({ id, channel }),
    blocks: [
      input(BLOCKS.type, 'Of every', {
        type: 'static_select',
        action_id: VALUE,
        options: types,
        ...withInitial(types.find(({ value }) => value === (filter?.type ?? 'incident'))),
      }),
      optional(BLOCKS.group, 'Only for the team', {
        type: 'external_select',
        action_id: SUBSCRIPTION_OPTIONS.group,
        min_query_length: 2,
        placeholder: plain('Any team; type to choose one', LIMITS.placeholder),
        ...withInitial(filter?.assignmentGroup ? toOption(filter.assignmentGroup) : undefined),
      }),
      optional(BLOCKS.priorities, 'Only with priority', {
        type: 'checkboxes',
        action_id: VALUE,
        options: PRIORITIES,
        ...withInitials(PRIORITIES.filter(({ value }) => filter?.priorities.includes(value ?? ''))),
      }),
      optional(BLOCKS.states, 'Only in the state', {
        type: 'checkboxes',
        action_id: VALUE,
        options: STATES,
        ...withInitials(STATES.filter(({ value }) => filter?.states.includes(value ?? ''))),
      }),
      ...categoryInput({
        block: BLOCKS.category,
        label: 'Only in the category',
        placeholder: 'Any category',
        categories,
        chosen: filter?.category?.value,
      }),
      {
        type: 'context',
        elements: [
          plain(
            'It runs with your rights: everybody in the channel hears of what you may see. Internal notes are never told.',
            LIMITS.section,
          ),
        ],
      },
    ],
  };
}

type SubscriptionReading = { id: string; channel: string; filter: Filter } | { errors: Record<string, string> };

export function readSubscriptionForm(values: unknown, privateMetadata: string): SubscriptionReading {
  const failed = { errors: { [BLOCKS.type]: 'I could not read the form. Please open it again.' } };
  const field = readState(values);
  const metadata = metadataSchema.safeParse(tryJson(privateMetadata));
  if (!field || !metadata.success) return failed;
  const choice = (block: string) => {
    const one = field(block).selected_option;
    return one ? { value: one.value, label: one.text.text } : undefined;
  };
  const chosen = (block: string) => (field(block).selected_options ?? []).map(({ value }) => value);
  const filter = filterSchema.safeParse({
    type: choice(BLOCKS.type)?.value,
    assignmentGroup: choice(BLOCKS.group),
    priorities: chosen(BLOCKS.priorities),
    states: chosen(BLOCKS.states),
    category: choice(BLOCKS.category),
  });
  return filter.success ? { ...metadata.data, filter: filter.data } : failed;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
