import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import { type Draft, draftSchema, MAX_DESCRIPTION, MAX_TITLE } from '../../records/draft.ts';
import { expectedPriority, isLevel, LEVELS, type Level } from '../../records/priority.ts';
import type { T } from '../../words/index.ts';
import { ACTIONS } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { plain, truncate } from '../text.ts';
import { categoryInput } from './category.ts';
import { input, optional, toOption, withInitial } from './inputs.ts';
import { readState } from './state.ts';

export const INCIDENT_FORM = 'incident-form';

/** Block ids of the form; field errors go back under them. */
export const FORM_BLOCKS = {
  title: 'title',
  description: 'description',
  impact: 'impact',
  urgency: 'urgency',
  priority: 'priority',
  category: 'category',
  item: 'item',
  caller: 'caller',
  files: 'files',
} as const;

/** Selects whose options are looked up live, by action id. */
export const FORM_OPTIONS = { item: 'find-item', caller: 'find-caller' } as const;

const VALUE = 'value';

type Choice = { value: string; label: string };

export type IncidentPrefill = {
  title?: string | undefined;
  description?: string | undefined;
  impact?: Level | undefined;
  urgency?: Level | undefined;
  category?: string | undefined;
  item?: Draft['item'];
  caller?: Draft['caller'];
  source?: Draft['source'];
  /** Files of the message that it is filed from. */
  shownFileIds?: Draft['shownFileIds'];
  /** Files of an earlier submission; Slack lets no form begin with files in its input. */
  fileIds?: Draft['fileIds'];
  /** The kept work that this submission takes the place of. */
  replaces?: string | undefined;
};

type IncidentFormParts = {
  prefill: IncidentPrefill;
  /** Who files, as ServiceNow knows them: the default for "Who is it for". */
  me: { sysId: string; name: string };
  categories: Choice[];
  /** The files of the message, sealed: whose files may come along is not for the person's client to say. */
  sealedFiles?: string | undefined;
};

/** Travels through Slack and comes back from the person's client, so nothing in it is trusted beyond its shape. */
const metadataSchema = z.object({
  v: z.literal(1),
  source: draftSchema.shape.source,
  fileIds: draftSchema.shape.fileIds,
  sealedFiles: z.string().max(2000).optional(),
  replaces: z
    .string()
    .regex(/^[\w.-]{1,200}$/)
    .optional(),
});

/** A long text for the title belongs into the description, whole; the title keeps its beginning. */
export function prefillFromText(text: string): IncidentPrefill {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  const fits = oneLine.length <= MAX_TITLE && !text.trim().includes('\n');
  return fits
    ? { title: oneLine }
    : { title: plain(oneLine, MAX_TITLE).text, description: truncate(text.trim(), MAX_DESCRIPTION) };
}

export function incidentForm({ prefill, me, categories, sealedFiles }: IncidentFormParts, t: T): ModalView {
  const impact = prefill.impact ?? '3';
  const urgency = prefill.urgency ?? '3';
  const levels = LEVELS.map((value) => toOption({ value, label: t(`level.${value}`) }));
  const level = (value: Level) => levels.find((option) => option.value === value);
  const fileIds = prefill.fileIds ?? [];
  const shownFileIds = prefill.shownFileIds ?? [];
  const caller = prefill.caller ?? { sysId: me.sysId, label: me.name };

  const blocks: KnownBlock[] = [
    input(FORM_BLOCKS.title, 'Short description', {
      type: 'plain_text_input',
      action_id: VALUE,
      max_length: MAX_TITLE,
      placeholder: plain('What is wrong, in one line', LIMITS.placeholder),
      ...(prefill.title ? { initial_value: truncate(prefill.title, MAX_TITLE) } : {}),
    }),
    optional(FORM_BLOCKS.description, 'Description', {
      type: 'plain_text_input',
      action_id: VALUE,
      multiline: true,
      max_length: MAX_DESCRIPTION,
      placeholder: plain('What happened, since when, and what you have tried', LIMITS.placeholder),
      ...(prefill.description ? { initial_value: truncate(prefill.description, MAX_DESCRIPTION) } : {}),
    }),
    {
      ...input(FORM_BLOCKS.impact, 'Impact', {
        type: 'static_select',
        action_id: ACTIONS.previewPriority,
        options: levels,
        ...withInitial(level(impact)),
      }),
      hint: plain('How many people does it stop?', LIMITS.inputHint),
      dispatch_action: true,
    },
    {
      ...input(FORM_BLOCKS.urgency, 'Urgency', {
        type: 'static_select',
        action_id: ACTIONS.previewPriorityUrgency,
        options: levels,
        ...withInitial(level(urgency)),
      }),
      hint: plain('How soon is it needed?', LIMITS.inputHint),
      dispatch_action: true,
    },
    priorityLine(impact, urgency, t),
    ...categoryInput({
      block: FORM_BLOCKS.category,
      label: 'Category',
      placeholder: 'Choose one',
      categories,
      chosen: prefill.category,
    }),
    optional(FORM_BLOCKS.item, 'Affected service or item', {
      type: 'external_select',
      action_id: FORM_OPTIONS.item,
      min_query_length: 2,
      placeholder: plain('Type at least two letters', LIMITS.placeholder),
      ...withInitial(prefill.item ? toOption({ value: prefill.item.sysId, label: prefill.item.label }) : undefined),
    }),
    optional(FORM_BLOCKS.caller, 'Who is it for?', {
      type: 'external_select',
      action_id: FORM_OPTIONS.caller,
      min_query_length: 2,
      placeholder: plain('Type a name', LIMITS.placeholder),
      ...withInitial(toOption({ value: caller.sysId, label: caller.label })),
    }),
    optional(FORM_BLOCKS.files, 'Files', { type: 'file_input', action_id: VALUE, max_files: 5 }),
    ...(fileIds.length > 0 ? [filesLine(fileIds.length)] : []),
    ...(shownFileIds.length > 0 ? [shownFilesLine(shownFileIds.length)] : []),
    ...(prefill.source ? [SOURCE_LINE] : []),
  ];

  return {
    type: 'modal',
    callback_id: INCIDENT_FORM,
    title: plain('File an incident', LIMITS.viewTitle),
    submit: plain('File incident', LIMITS.viewButton),
    close: plain('Cancel', LIMITS.viewButton),
    private_metadata: JSON.stringify({
      v: 1,
      source: prefill.source,
      fileIds,
      replaces: prefill.replaces,
      sealedFiles,
    }),
    blocks,
  };
}

const SOURCE_LINE: KnownBlock = {
  type: 'context',
  elements: [plain('The name of its author and a link to the Slack message will be added.', LIMITS.section)],
};

const shownFilesLine = (count: number): KnownBlock => ({
  type: 'context',
  elements: [
    plain(
      count === 1 ? 'The file of the message comes along.' : `The ${count} files of the message come along.`,
      LIMITS.section,
    ),
  ],
});

const filesLine = (count: number): KnownBlock => ({
  type: 'context',
  elements: [
    plain(
      count === 1 ? 'The file that you added before stays.' : `The ${count} files that you added before stay.`,
      LIMITS.section,
    ),
  ],
});

function priorityLine(impact: Level, urgency: Level, t: T): KnownBlock {
  return {
    type: 'context',
    // A new id makes Slack draw the line anew; the inputs keep theirs, and with them what was typed.
    block_id: `${FORM_BLOCKS.priority}-${impact}-${urgency}`,
    elements: [
      plain(
        t('incident-form.expected', { priority: t(`priority.${expectedPriority(impact, urgency)}`) }),
        LIMITS.section,
      ),
    ],
  };
}

/** The same form with its priority line recomputed from what is chosen now. */
export function withPriority(blocks: KnownBlock[], impact: Level, urgency: Level, t: T): KnownBlock[] {
  return blocks.map((block) =>
    block.block_id?.startsWith(FORM_BLOCKS.priority) ? priorityLine(impact, urgency, t) : block,
  );
}

/** Sent again with other words, while the first ones are on their way: those are filed, and no second ticket is. */
export const sentBefore = (changed: string[]): Record<string, string> => ({
  [FORM_BLOCKS.title]: `I have this form already as you sent it first, without your changes to: ${changed.join(', ')}. Copy them, close this, and add them below my message about it.`,
});

type FormReading =
  | { draft: Draft; replaces: string | undefined; sealedFiles: string | undefined }
  | { errors: Record<string, string> };

/** Reads a submission back: a draft, or what is wrong at which field. */
export function readIncidentForm(state: unknown, privateMetadata: string): FormReading {
  const field = readState(state);
  if (!field) return { errors: { [FORM_BLOCKS.title]: 'I could not read the form. Please open it again.' } };
  const chosen = (block: string) => field(block).selected_option?.value;
  const reference = (block: string) => {
    const option = field(block).selected_option;
    return option ? { sysId: option.value, label: option.text.text } : undefined;
  };

  const metadata = readMetadata(privateMetadata);
  const parsed = draftSchema.safeParse({
    title: field(FORM_BLOCKS.title).value ?? '',
    description: field(FORM_BLOCKS.description).value ?? '',
    impact: chosen(FORM_BLOCKS.impact),
    urgency: chosen(FORM_BLOCKS.urgency),
    category: chosen(FORM_BLOCKS.category),
    item: reference(FORM_BLOCKS.item),
    caller: reference(FORM_BLOCKS.caller),
    fileIds: [...(metadata?.fileIds ?? []), ...(field(FORM_BLOCKS.files).files ?? []).map((file) => file.id)],
    source: metadata?.source,
  });
  if (parsed.success) return { draft: parsed.data, replaces: metadata?.replaces, sealedFiles: metadata?.sealedFiles };
  return { errors: Object.fromEntries(parsed.error.issues.map(({ path }) => errorAt(String(path[0])))) };
}

/** The levels chosen right now, while the form is open. */
export function readLevels(state: unknown): { impact: Level; urgency: Level } {
  const field = readState(state);
  const chosen = (block: string): Level => {
    const value = field?.(block).selected_option?.value;
    return value && isLevel(value) ? value : '3';
  };
  return { impact: chosen(FORM_BLOCKS.impact), urgency: chosen(FORM_BLOCKS.urgency) };
}

const FIELD_ERRORS: Record<string, [block: string, sentence: string]> = {
  title: [FORM_BLOCKS.title, `Say in one line what is wrong, in at most ${MAX_TITLE} characters.`],
  description: [FORM_BLOCKS.description, 'Please shorten the description.'],
  impact: [FORM_BLOCKS.impact, 'Choose how many people it stops.'],
  urgency: [FORM_BLOCKS.urgency, 'Choose how soon it is needed.'],
  category: [FORM_BLOCKS.category, 'Choose a category from the list.'],
  item: [FORM_BLOCKS.item, 'Choose an item from the list.'],
  caller: [FORM_BLOCKS.caller, 'Choose a person from the list.'],
  fileIds: [FORM_BLOCKS.files, 'These files cannot be attached. Remove them and try again.'],
};

const errorAt = (field: string) =>
  FIELD_ERRORS[field] ?? [FORM_BLOCKS.title, 'Something in the form does not fit. Please open it again.'];

function readMetadata(text: string): z.infer<typeof metadataSchema> | undefined {
  try {
    return metadataSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
