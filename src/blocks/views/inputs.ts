import type { InputBlock, PlainTextOption } from '@slack/types';
import { LIMITS } from '../limits.ts';
import { plain } from '../text.ts';

export const input = (id: string, label: string, element: InputBlock['element']): InputBlock => ({
  type: 'input',
  block_id: id,
  label: plain(label, LIMITS.inputLabel),
  element,
});

export const optional = (id: string, label: string, element: InputBlock['element']): InputBlock => ({
  ...input(id, label, element),
  optional: true,
});

export const toOption = ({ value, label }: { value: string; label: string }): PlainTextOption => ({
  text: plain(label, LIMITS.optionText),
  value: value.slice(0, LIMITS.optionValue),
});

export const withInitial = (one: PlainTextOption | undefined) => (one ? { initial_option: one } : {});

/** Slack refuses an empty list of initial options. */
export const withInitials = (several: PlainTextOption[]) => (several.length > 0 ? { initial_options: several } : {});
