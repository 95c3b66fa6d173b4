import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import { type Filter, filterSchema } from '../../records/filter.ts';
import { slackId } from '../../records/place.ts';
import { PRIORITIES } from '../../records/priority.ts';
import { RECORD_TYPE_NAMES, type RecordTypeName, recordType, USUAL_TYPE } from '../../records/types.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS } from '../actions.ts';
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

const priorityOptions = (t: T) => PRIORITIES.map((value) => toOption({ value, label: t(`priority.${value}`) }));
const KINDS = RECORD_TYPE_NAMES.filter((name) => recordType(name).filters.length > 0);
const kindOf = (type: string | undefined) => KINDS.find((kind) => kind === type) ?? USUAL_TYPE;
const hasCategories = (kind: RecordTypeName) => recordType(kind).filters.includes('category');
/** Of each kind its own, so that Slack takes nothing that was chosen for one kind for a choice of another. */
const statesBlock = (kind: RecordTypeName) => `${BLOCKS.states}-${kind}`;

/** Travels sealed for the person, because the channel in it is the one that is told. */
const metadataSchema = z.object({ id: z.string().regex(/^[\w-]{8,40}$/), channel: slackId });

type Parts = { id: string; channel: string; filter: Filter | undefined; categories: Choices };

export function subscriptionForm({ id, channel, filter, categories }: Parts, t: T): ModalView {
  const types = KINDS.map((name) => toOption({ value: name, label: t(`kind.${name}`) }));
  const priorities = priorityOptions(t);
  const kind = kindOf(filter?.type);
  return {
    type: 'modal',
    callback_id: SUBSCRIPTION_FORM,
    title: plain(t('subscription-form.title'), LIMITS.viewTitle),
    submit: plain(t('press.save'), LIMITS.viewButton),
    close: plain(t('press.cancel'), LIMITS.viewButton),
    private_metadata: JSON.stringify({ id, channel }),
    blocks: [
      {
        ...input(BLOCKS.type, t('subscription-form.of-every'), {
          type: 'static_select',
          action_id: ACTIONS.chooseKind,
          options: types,
          ...withInitial(types.find(({ value }) => value === kind)),
        }),
        dispatch_action: true,
      },
      optional(BLOCKS.group, t('subscription-form.team'), {
        type: 'external_select',
        action_id: SUBSCRIPTION_OPTIONS.group,
        min_query_length: 2,
        placeholder: plain(t('subscription-form.team.any'), LIMITS.placeholder),
        ...withInitial(filter?.assignmentGroup ? toOption(filter.assignmentGroup) : undefined),
      }),
      optional(BLOCKS.priorities, t('subscription-form.priority'), {
        type: 'checkboxes',
        action_id: VALUE,
        options: priorities,
        ...withInitials(priorities.filter(({ value }) => filter?.priorities.includes(value ?? ''))),
      }),
      ...ofKind(kind, filter, categories, t),
      {
        type: 'context',
        elements: [plain(t('subscription-form.rights'), LIMITS.section)],
      },
    ],
  };
}

type Choices = { value: string; label: string }[];

/** What can be chosen depends on the kind of ticket; only incidents have categories that we know. */
function ofKind(kind: RecordTypeName, filter: Filter | undefined, categories: Choices, t: T): KnownBlock[] {
  const states = recordType(kind).states.map(toOption);
  return [
    optional(statesBlock(kind), t('subscription-form.state'), {
      type: 'checkboxes',
      action_id: VALUE,
      options: states,
      ...withInitials(states.filter(({ value }) => filter?.states.includes(value ?? ''))),
    }),
    ...categoryInput({
      block: BLOCKS.category,
      label: t('subscription-form.category'),
      placeholder: t('subscription-form.category.any'),
      categories: hasCategories(kind) ? categories : [],
      chosen: filter?.category?.value,
    }),
  ];
}

/** The same form for the kind that was just chosen. */
export function withKind(blocks: KnownBlock[], values: unknown, categories: Choices, t: T): KnownBlock[] {
  const kind = kindOf(readState(values)?.(BLOCKS.type).selected_option?.value);
  const isOfKind = ({ block_id: id = '' }: KnownBlock) => id === BLOCKS.category || id.startsWith(`${BLOCKS.states}-`);
  return blocks.flatMap((block) => {
    if (!isOfKind(block)) return [block];
    return block.block_id === BLOCKS.category ? [] : ofKind(kind, undefined, categories, t);
  });
}

type SubscriptionReading = { id: string; channel: string; filter: Filter } | { errors: Record<string, string> };

export function readSubscriptionForm(values: unknown, privateMetadata: string, t: T): SubscriptionReading {
  const failed = { errors: { [BLOCKS.type]: t('form.unreadable') } };
  const field = readState(values);
  const metadata = metadataSchema.safeParse(tryJson(privateMetadata));
  if (!field || !metadata.success) return failed;
  const choice = (block: string) => {
    const one = field(block).selected_option;
    return one ? { value: one.value, label: one.text.text } : undefined;
  };
  const type = choice(BLOCKS.type)?.value;
  const chosen = (block: string) => (field(block).selected_options ?? []).map(({ value }) => value);
  const filter = filterSchema.safeParse({
    type,
    assignmentGroup: choice(BLOCKS.group),
    priorities: chosen(BLOCKS.priorities),
    states: chosen(statesBlock(kindOf(type))),
    category: hasCategories(kindOf(type)) ? choice(BLOCKS.category) : undefined,
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
