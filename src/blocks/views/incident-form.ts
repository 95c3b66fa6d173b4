import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import { type Draft, draftSchema, MAX_DESCRIPTION, MAX_TITLE } from '../../records/draft.ts';
import { expectedPriority, isLevel, LEVELS, type Level } from '../../records/priority.ts';
import type { PlainKey, T } from '../../words/index.ts';
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
    input(FORM_BLOCKS.title, t('incident-form.what'), {
      type: 'plain_text_input',
      action_id: VALUE,
      max_length: MAX_TITLE,
      placeholder: plain(t('incident-form.what.example'), LIMITS.placeholder),
      ...(prefill.title ? { initial_value: truncate(prefill.title, MAX_TITLE) } : {}),
    }),
    optional(FORM_BLOCKS.description, t('incident-form.description'), {
      type: 'plain_text_input',
      action_id: VALUE,
      multiline: true,
      max_length: MAX_DESCRIPTION,
      placeholder: plain(t('incident-form.description.example'), LIMITS.placeholder),
      ...(prefill.description ? { initial_value: truncate(prefill.description, MAX_DESCRIPTION) } : {}),
    }),
    {
      ...input(FORM_BLOCKS.impact, t('incident-form.impact'), {
        type: 'static_select',
        action_id: ACTIONS.previewPriority,
        options: levels,
        ...withInitial(level(impact)),
      }),
      hint: plain(t('incident-form.impact.hint'), LIMITS.inputHint),
      dispatch_action: true,
    },
    {
      ...input(FORM_BLOCKS.urgency, t('incident-form.urgency'), {
        type: 'static_select',
        action_id: ACTIONS.previewPriorityUrgency,
        options: levels,
        ...withInitial(level(urgency)),
      }),
      hint: plain(t('incident-form.urgency.hint'), LIMITS.inputHint),
      dispatch_action: true,
    },
    priorityLine(impact, urgency, t),
    ...categoryInput({
      block: FORM_BLOCKS.category,
      label: t('incident-form.category'),
      placeholder: t('incident-form.category.choose'),
      categories,
      chosen: prefill.category,
    }),
    optional(FORM_BLOCKS.item, t('incident-form.item'), {
      type: 'external_select',
      action_id: FORM_OPTIONS.item,
      min_query_length: 2,
      placeholder: plain(t('incident-form.item.type'), LIMITS.placeholder),
      ...withInitial(prefill.item ? toOption({ value: prefill.item.sysId, label: prefill.item.label }) : undefined),
    }),
    optional(FORM_BLOCKS.caller, t('incident-form.caller'), {
      type: 'external_select',
      action_id: FORM_OPTIONS.caller,
      min_query_length: 2,
      placeholder: plain(t('incident-form.caller.type'), LIMITS.placeholder),
      ...withInitial(toOption({ value: caller.sysId, label: caller.label })),
    }),
    optional(FORM_BLOCKS.files, t('incident-form.files'), { type: 'file_input', action_id: VALUE, max_files: 5 }),
    ...(fileIds.length > 0 ? [line(t('incident-form.kept-files', { count: fileIds.length }))] : []),
    ...(shownFileIds.length > 0 ? [line(t('incident-form.shown-files', { count: shownFileIds.length }))] : []),
    ...(prefill.source ? [line(t('incident-form.source'))] : []),
  ];

  return {
    type: 'modal',
    callback_id: INCIDENT_FORM,
    title: plain(t('incident-form.title'), LIMITS.viewTitle),
    submit: plain(t('incident-form.submit'), LIMITS.viewButton),
    close: plain(t('press.cancel'), LIMITS.viewButton),
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

const line = (text: string): KnownBlock => ({ type: 'context', elements: [plain(text, LIMITS.section)] });

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
export const sentBefore = (changed: string[], t: T): Record<string, string> => ({
  [FORM_BLOCKS.title]: t('incident-form.sent-before', { fields: t.list(changed.map(t.label)) }),
});

type FormReading =
  | { draft: Draft; replaces: string | undefined; sealedFiles: string | undefined }
  | { errors: Record<string, string> };

/** Reads a submission back: a draft, or what is wrong at which field. */
export function readIncidentForm(state: unknown, privateMetadata: string, t: T): FormReading {
  const field = readState(state);
  if (!field) return { errors: { [FORM_BLOCKS.title]: t('form.unreadable') } };
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
  return { errors: Object.fromEntries(parsed.error.issues.map(({ path }) => errorAt(String(path[0]), t))) };
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

const FIELD_ERRORS: Record<string, { block: string; says: PlainKey }> = {
  description: { block: FORM_BLOCKS.description, says: 'incident-form.wrong.description' },
  impact: { block: FORM_BLOCKS.impact, says: 'incident-form.wrong.impact' },
  urgency: { block: FORM_BLOCKS.urgency, says: 'incident-form.wrong.urgency' },
  category: { block: FORM_BLOCKS.category, says: 'incident-form.wrong.category' },
  item: { block: FORM_BLOCKS.item, says: 'incident-form.wrong.item' },
  caller: { block: FORM_BLOCKS.caller, says: 'incident-form.wrong.caller' },
  fileIds: { block: FORM_BLOCKS.files, says: 'incident-form.wrong.files' },
};

function errorAt(field: string, t: T): [block: string, sentence: string] {
  if (field === 'title') return [FORM_BLOCKS.title, t('incident-form.wrong.title', { most: MAX_TITLE })];
  const { block, says } = FIELD_ERRORS[field] ?? { block: FORM_BLOCKS.title, says: 'incident-form.wrong' as const };
  return [block, t(says)];
}

function readMetadata(text: string): z.infer<typeof metadataSchema> | undefined {
  try {
    return metadataSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
