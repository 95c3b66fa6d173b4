/** Values of inputs in the exact shapes of `view.state.values`, and what Slack's client checks before it sends them. */
import { elementsOf } from './block-kit/validate.ts';
import { NotPossible } from './errors.ts';
import { asJson, asList, asText, isJson } from './json.ts';
import type { AnyBlock, PageViewValues } from './protocol.ts';
import type { FillValue, Json } from './types.ts';

type StateRule = { key: string; initial: string; empty: () => unknown; several?: true };

const nothing = () => null;
const none = () => [];
const value: StateRule = { key: 'value', initial: 'initial_value', empty: nothing };
const option: StateRule = { key: 'selected_option', initial: 'initial_option', empty: nothing };
const options: StateRule = { key: 'selected_options', initial: 'initial_options', empty: none, several: true };

/** Element type → where its value stands. Buttons and overflow menus keep none. */
const STATE: Record<string, StateRule> = {
  plain_text_input: value,
  email_text_input: value,
  url_text_input: value,
  number_input: value,
  rich_text_input: { key: 'rich_text_value', initial: 'initial_value', empty: nothing },
  file_input: { key: 'files', initial: '', empty: none, several: true },
  static_select: option,
  external_select: option,
  radio_buttons: option,
  multi_static_select: options,
  multi_external_select: options,
  checkboxes: options,
  users_select: { key: 'selected_user', initial: 'initial_user', empty: nothing },
  multi_users_select: { key: 'selected_users', initial: 'initial_users', empty: none, several: true },
  conversations_select: { key: 'selected_conversation', initial: 'initial_conversation', empty: nothing },
  multi_conversations_select: {
    key: 'selected_conversations',
    initial: 'initial_conversations',
    empty: none,
    several: true,
  },
  channels_select: { key: 'selected_channel', initial: 'initial_channel', empty: nothing },
  multi_channels_select: { key: 'selected_channels', initial: 'initial_channels', empty: none, several: true },
  datepicker: { key: 'selected_date', initial: 'initial_date', empty: nothing },
  timepicker: { key: 'selected_time', initial: 'initial_time', empty: nothing },
  datetimepicker: { key: 'selected_date_time', initial: 'initial_date_time', empty: nothing },
};

export const stateRule = (element: Json): StateRule | undefined => STATE[asText(element['type'])];

export function initialValues(blocks: readonly AnyBlock[]): PageViewValues {
  const values: PageViewValues = {};
  for (const block of blocks)
    for (const { element } of elementsOf(block)) {
      const rule = stateRule(element);
      if (!rule) continue;
      values[block.block_id] ??= {};
      values[block.block_id]![asText(element['action_id'])] = {
        type: element['type'],
        [rule.key]: element[rule.initial] ?? rule.empty(),
      };
    }
  return values;
}

/** After an update Slack keeps what was typed where block id, action id and type are still the same. */
export function keepTyped(next: PageViewValues, before: PageViewValues): PageViewValues {
  for (const [blockId, actions] of Object.entries(next))
    for (const [actionId, state] of Object.entries(actions)) {
      const old = before[blockId]?.[actionId];
      if (old && old['type'] === state['type']) actions[actionId] = old;
    }
  return next;
}

export function optionsOf(element: Json): Json[] {
  const groups = asList(element['option_groups']).flatMap((group) => asList(asJson(group)['options']));
  return [...asList(element['options']), ...groups].map(asJson);
}

const optionText = (one: Json): string => asText(asJson(one['text'])['text']);

/** A plain string becomes the state that a person's choice of it would give. */
export function stateFrom(element: Json, given: FillValue, known: readonly Json[]): Json {
  const rule = stateRule(element);
  const type = asText(element['type']);
  if (!rule) throw new NotPossible(`${type} has no value to fill in`);
  if (isJson(given)) return { type, ...given };
  const words = Array.isArray(given) ? given : [given];
  if (words.length === 1 && words[0] === '') return { type, [rule.key]: rule.empty() };
  const read = (word: string): unknown => {
    if (rule.key === 'selected_option' || rule.key === 'selected_options') {
      const found = [...optionsOf(element), ...known].find((one) => one['value'] === word || optionText(one) === word);
      if (!found) throw new NotPossible(`there is no option "${word}" in ${asText(element['action_id'])}`);
      return found;
    }
    if (type === 'datetimepicker') return Number(word);
    if (type === 'rich_text_input')
      return {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: word }] }],
      };
    return word;
  };
  return { type, [rule.key]: rule.several ? words.map(read) : read(words[0] ?? '') };
}

const isEmpty = (rule: StateRule, state: Json): boolean => {
  const current = state[rule.key];
  return (
    current === null || current === undefined || current === '' || (Array.isArray(current) && current.length === 0)
  );
};

function checkText(element: Json, text: string): string | undefined {
  const length = [...text].length;
  const min = Number(element['min_length'] ?? 0);
  const max = Number(element['max_length'] ?? 3000);
  if (length < min) return `Must be at least ${min} characters.`;
  if (length > max) return `Must be ${max} characters or fewer.`;
  return undefined;
}

function checkNumber(element: Json, text: string): string | undefined {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) return 'Must be a number.';
  if (element['is_decimal_allowed'] !== true && !Number.isInteger(number)) return 'Must be a whole number.';
  if (element['min_value'] !== undefined && number < Number(element['min_value'])) return 'Number is too small.';
  if (element['max_value'] !== undefined && number > Number(element['max_value'])) return 'Number is too large.';
  return undefined;
}

const CHECKS: Record<string, (element: Json, text: string) => string | undefined> = {
  plain_text_input: checkText,
  number_input: checkNumber,
  email_text_input: (_, text) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'Must be a valid email address.',
  url_text_input: (_, text) => (URL.canParse(text) ? undefined : 'Must be a valid URL.'),
};

function checkCount(element: Json, chosen: unknown): string | undefined {
  if (!Array.isArray(chosen)) return undefined;
  const max = Number(element['max_selected_items'] ?? element['max_files'] ?? Number.POSITIVE_INFINITY);
  return chosen.length > max ? `Choose ${max} or fewer.` : undefined;
}

/** What the client refuses by itself, by block id. Nothing is sent to the app while this is not empty. */
export function clientErrors(blocks: readonly AnyBlock[], values: PageViewValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const element = asJson(block['element']);
    const rule = stateRule(element);
    const state = values[block.block_id]?.[asText(element['action_id'])] ?? {};
    if (!rule) continue;
    if (isEmpty(rule, state)) {
      if (block['optional'] !== true) errors[block.block_id] = 'Please complete this required field.';
      continue;
    }
    const problem =
      CHECKS[asText(element['type'])]?.(element, asText(state['value'])) ?? checkCount(element, state[rule.key]);
    if (problem) errors[block.block_id] = problem;
  }
  return errors;
}
