import type { ModalView } from '@slack/types';
import { CHANGE_KINDS } from '../../records/changes.ts';
import { type Preferences, preferencesSchema } from '../../records/preferences.ts';
import type { T } from '../../words/index.ts';
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

/** Why somebody may be told without having asked. */
const AUTOMATIC = ['filed', 'assigned', 'approval'] as const;

export function settingsForm({ kinds, automatic, quiet, digestAt }: Preferences, t: T): ModalView {
  const kindOptions = CHANGE_KINDS.map((value) => toOption({ value, label: t(`settings.kind.${value}`) }));
  const automaticOptions = (which: readonly (typeof AUTOMATIC)[number][]) =>
    which.map((value) => toOption({ value, label: t(`settings.automatic.${value}`) }));
  const time = (id: string, label: string, initial: string | undefined) =>
    optional(id, label, {
      type: 'timepicker',
      action_id: VALUE,
      placeholder: plain(t('settings.no-time'), LIMITS.placeholder),
      ...(initial ? { initial_time: initial } : {}),
    });
  return {
    type: 'modal',
    callback_id: SETTINGS,
    title: plain(t('settings.title'), LIMITS.viewTitle),
    submit: plain(t('press.save'), LIMITS.viewButton),
    close: plain(t('press.cancel'), LIMITS.viewButton),
    blocks: [
      optional(BLOCKS.kinds, t('settings.kinds'), {
        type: 'checkboxes',
        action_id: VALUE,
        options: kindOptions,
        ...withInitials(kindOptions.filter(({ value }) => kinds.some((kind) => kind === value))),
      }),
      optional(BLOCKS.automatic, t('settings.automatic'), {
        type: 'checkboxes',
        action_id: VALUE,
        options: automaticOptions(AUTOMATIC),
        ...withInitials(automaticOptions(AUTOMATIC.filter((value) => automatic[value]))),
      }),
      {
        type: 'context',
        elements: [plain(t('settings.times'), LIMITS.section)],
      },
      time(BLOCKS.quietFrom, t('settings.quiet-from'), quiet?.from),
      time(BLOCKS.quietTo, t('settings.quiet-until'), quiet?.to),
      time(BLOCKS.digest, t('settings.digest'), digestAt ?? undefined),
    ],
  };
}

type SettingsReading = { preferences: Omit<Preferences, 'timeZone'> } | { errors: Record<string, string> };

export function readSettings(values: unknown, t: T): SettingsReading {
  const unreadable = { errors: { [BLOCKS.kinds]: t('form.unreadable') } };
  const field = readState(values);
  if (!field) return unreadable;
  const chosen = (block: string) => (field(block).selected_options ?? []).map(({ value }) => value);
  const from = field(BLOCKS.quietFrom).selected_time ?? undefined;
  const to = field(BLOCKS.quietTo).selected_time ?? undefined;
  if (from && !to) return { errors: { [BLOCKS.quietTo]: t('settings.until-when') } };
  if (to && !from) return { errors: { [BLOCKS.quietFrom]: t('settings.from-when') } };
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
  return parsed.success ? { preferences: parsed.data } : unreadable;
}
