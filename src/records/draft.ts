import { z } from 'zod';
import { slackId, slackTs } from './place.ts';
import { recordType, type ServiceNowRecord, storedValue, USUAL_TYPE } from './types.ts';

/** ServiceNow's lengths: short_description 160 by dictionary; description is long, Slack's input is what limits it. */
export const MAX_TITLE = 160;
export const MAX_DESCRIPTION = 3000;

/** A Slack message holds 40,000 characters, and what is forwarded in it as many again. */
export const MAX_COMMENT = 41_000;

/** Files that one act brings along; more are named, so that nobody believes them to be there. */
export const MAX_FILES = 10;
export const MAX_NAMED_FILES = 100;

const reference = z.object({ sysId: z.string().regex(/^[0-9a-f]{32}$/), label: z.string().max(200) });

/** What a person has filled in to file an incident. */
export const draftSchema = z.object({
  title: z.string().trim().min(1).max(MAX_TITLE),
  description: z.string().max(4000).default(''),
  impact: z.enum(['1', '2', '3']),
  urgency: z.enum(['1', '2', '3']),
  category: z.string().max(100).optional(),
  item: reference.optional(),
  /** Whom it is for; absent means the person who files. */
  caller: reference.optional(),
  fileIds: z
    .array(z.string().regex(/^F[A-Z0-9]{1,63}$/))
    .max(MAX_FILES)
    .default([]),
  /** Files of that message, whoever shared them: Slack showed them to this person, and said so to us. */
  shownFileIds: z
    .array(z.string().regex(/^F[A-Z0-9]{1,63}$/))
    .max(MAX_FILES)
    .optional(),
  /** The Slack message it was filed from. */
  source: z.object({ channel: slackId, ts: slackTs, author: slackId.optional() }).optional(),
});

/** What a form begins with, where it is kept until its person has connected. */
export const keptPrefillSchema = z.object({
  title: z.string().max(MAX_TITLE).optional(),
  description: z.string().max(MAX_DESCRIPTION).optional(),
  shownFileIds: draftSchema.shape.shownFileIds,
  source: draftSchema.shape.source,
});

export type Draft = z.infer<typeof draftSchema>;

/** Column values to send. `[code]` would make ServiceNow render a person's text as HTML, so it is taken apart. */
export function toFields(draft: Draft, callerSysId: string, footer: string): Record<string, string> {
  // The footer names somebody by what they call themselves in Slack.
  const description = neutralise([draft.description.trim(), footer].filter(Boolean).join('\n\n'));
  return {
    short_description: neutralise(draft.title.trim()),
    ...(description ? { description } : {}),
    caller_id: draft.caller?.sysId ?? callerSysId,
    impact: draft.impact,
    urgency: draft.urgency,
    ...(draft.category ? { category: draft.category } : {}),
    ...(draft.item ? { cmdb_ci: draft.item.sysId } : {}),
    contact_type: 'chat',
  };
}

/** ServiceNow renders `[code]…[/code]` in text as HTML; a space inside the bracket stops that and stays readable. */
export const neutralise = (text: string): string => text.replace(/\[(\/?)code\]/gi, '[$1 code]');

const LABELS = new Map(recordType(USUAL_TYPE).form.map(({ field, label }) => [field, label]));

/** Columns that a filing sets, to be held against what was stored. */
export const DRAFT_COLUMNS = [...LABELS.keys()];

/** ServiceNow may store other line ends and no blanks at the ends; neither is a difference to a person. */
const asRead = (text: string | undefined) => text?.replaceAll('\r\n', '\n').trim();

/** What was sent and is not there, of the fields that a person has filled in. */
export const changedFields = (sent: Record<string, string>, stored: ServiceNowRecord): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sent).filter(
      ([field, value]) => LABELS.has(field) && asRead(storedValue(stored, field)) !== asRead(value),
    ),
  );

/** The labels of what differs between two submissions of one form. */
export function changedLabels(before: Draft, now: Draft): string[] {
  const [old, fresh] = [toFields(before, '', ''), toFields(now, '', '')];
  const changed = [...LABELS].filter(([field]) => (old[field] ?? '') !== (fresh[field] ?? ''));
  const files = before.fileIds.join() === now.fileIds.join() ? [] : ['Files'];
  return [...changed.map(([, label]) => label), ...files];
}

/** What the instance silently dropped or a rule changed: the labels of fields that differ from what was sent. */
export const differences = (sent: Record<string, string>, stored: ServiceNowRecord): string[] => {
  const changed = changedFields(sent, stored);
  return [...LABELS].flatMap(([field, label]) => (field in changed ? [label] : []));
};
