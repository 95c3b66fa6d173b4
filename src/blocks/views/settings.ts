import type { ModalView } from '@slack/types';
import { CHANGE_KINDS, type ChangeKind } from '../../records/changes.ts';
import { type Preferences, preferencesSchema } from '../../records/preferences.ts';
import { LIMITS } from '../limits.ts';
import { plain } from '../text.ts';
import { optional, toOption, withInitials } from './inputs.ts';
import { readState } from './state.ts';

export const SETTINGS = 'settings';

const BLOCKS = {
  kinds: 'kinds',
  automatic: 'automatic',
  quietFrom: 'quiet-from',
  quietTo: 'quiet-to',
  digest: 'digest',
} as const;
const VALUE = 'value';

const KIND_WORDS: Record<ChangeKind, string> = {
  state: 'The state changes, or it is resolved',
  comments: 'Somebody comments',
  assignment: 'Somebody takes it, or another team',
  priority: 'The priority changes',
  other: 'Other details change',
};

const AUTOMATIC_WORDS = {
  filed: 'Tickets that I file',
  assigned: 'Tickets that are assigned to me',
  approval: 'Approvals that wait for me',
} as const;

export function settingsForm({ kinds, automatic, quiet, digestAt }: Preferences): ModalView {
  const kindOptions = CHANGE_KINDS.map((value) => toOption({ value, label: KIND_WORDS[value] }));
  const automaticOptions = Object.entries(AUTOMATIC_WORDS).map(([value, label]) => toOption({ value, label }));
  const time = (id: string, label: string, initial: string | undefined) =>
    optional(id, label, {
      type: 'timepicker',
      action_id: VALUE,
      placeholder: plain('No time', LIMITS.placeholder),
      ...(initial ? { initial_time: initial } : {}),
    });
  return {
    type: 'modal',
    callback_id: SETTINGS,
    title: plain('What I am told', LIMITS.viewTitle),
    submit: plain('Save', LIMITS.viewButton),
    close: plain('Cancel', LIMITS.viewButton),
    blocks: [
      optional(BLOCKS.kinds, 'Send me a message when', {
        type: 'checkboxes',
        action_id: VALUE,
        options: kindOptions,
        ...withInitials(kindOptions.filter(({ value }) => kinds.some((kind) => kind === value))),
      }),
      optional(BLOCKS.automatic, 'Without my asking, tell me of', {
        type: 'checkboxes',
        action_id: VALUE,
        options: automaticOptions,
        ...withInitials(automaticOptions.filter(({ value }) => automatic[value as keyof typeof AUTOMATIC_WORDS])),
      }),
      {
        type: 'context',
        elements: [
          plain(
            'Times are in the time zone of your Slack profile. What happens in quiet hours is told together when they end.',
            LIMITS.section,
          ),
        ],
      },
      time(BLOCKS.quietFrom, 'Quiet from', quiet?.from),
      time(BLOCKS.quietTo, 'Quiet until', quiet?.to),
      time(BLOCKS.digest, 'One message a day instead, at', digestAt ?? undefined),
    ],
  };
}

type SettingsReading = { preferences: Omit<Preferences, 'timeZone'> } | { errors: Record<string, string> };

export function readSettings(values: unknown): SettingsReading {
  const field = readState(values);
  if (!field) return { errors: { [BLOCKS.kinds]: 'I could not read the form. Please open it again.' } };
  const chosen = (block: string) => (field(block).selected_options ?? []).map(({ value }) => value);
  const from = field(BLOCKS.quietFrom).selected_time ?? undefined;
  const to = field(BLOCKS.quietTo).selected_time ?? undefined;
  if (from && !to) return { errors: { [BLOCKS.quietTo]: 'Until when shall I be quiet?' } };
  if (to && !from) return { errors: { [BLOCKS.quietFrom]: 'From when on shall I be quiet?' } };
  const automatic = chosen(BLOCKS.automatic);
  const parsed = preferencesSchema.omit({ timeZone: true }).safeParse({
    kinds: chosen(BLOCKS.kinds),
    automatic: {
      filed: automatic.includes('filed'),
      assigned: automatic.includes('assigned'),
      approval: automatic.includes('approval'),
    },
    quiet: from && to ? { from, to } : null,
    digestAt: field(BLOCKS.digest).selected_time ?? null,
  });
  return parsed.success
    ? { preferences: parsed.data }
    : { errors: { [BLOCKS.kinds]: 'I could not read the form. Please open it again.' } };
}
