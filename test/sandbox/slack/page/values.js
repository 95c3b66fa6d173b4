// @ts-check
/** What the interactive elements hold, in the shapes of Slack's `state.values`, and when Slack refuses to submit them. */

/** @typedef {Record<string, any>} Obj */

/** State member and initial member of each stateful element. */
/** @type {Record<string, [string, string, 'one' | 'many']>} */
const MEMBERS = {
  static_select: ['selected_option', 'initial_option', 'one'],
  external_select: ['selected_option', 'initial_option', 'one'],
  users_select: ['selected_user', 'initial_user', 'one'],
  conversations_select: ['selected_conversation', 'initial_conversation', 'one'],
  channels_select: ['selected_channel', 'initial_channel', 'one'],
  multi_static_select: ['selected_options', 'initial_options', 'many'],
  multi_external_select: ['selected_options', 'initial_options', 'many'],
  multi_users_select: ['selected_users', 'initial_users', 'many'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations', 'many'],
  multi_channels_select: ['selected_channels', 'initial_channels', 'many'],
  datepicker: ['selected_date', 'initial_date', 'one'],
  timepicker: ['selected_time', 'initial_time', 'one'],
  datetimepicker: ['selected_date_time', 'initial_date_time', 'one'],
  checkboxes: ['selected_options', 'initial_options', 'many'],
  radio_buttons: ['selected_option', 'initial_option', 'one'],
  plain_text_input: ['value', 'initial_value', 'one'],
  email_text_input: ['value', 'initial_value', 'one'],
  url_text_input: ['value', 'initial_value', 'one'],
  number_input: ['value', 'initial_value', 'one'],
  rich_text_input: ['rich_text_value', 'initial_value', 'one'],
  file_input: ['files', '', 'many'],
};

/**
 * Name of the member that holds the choice, or null for elements without state (buttons, overflow).
 * @param {string} type
 */
export const memberOf = (type) => MEMBERS[type]?.[0] ?? null;

/**
 * @param {Obj} element
 * @param {unknown} value
 */
export function stateOf(element, value) {
  const [member, , kind] = /** @type {[string, string, string]} */ (MEMBERS[element['type']]);
  const empty = kind === 'many' ? [] : null;
  const zone = element['type'] === 'timepicker' && element['timezone'] ? { timezone: element['timezone'] } : {};
  return { type: element['type'], [member]: value === undefined || value === '' ? empty : value, ...zone };
}

/**
 * @param {Obj} element
 * @returns {Obj | null} null for elements without state
 */
export function initialState(element) {
  const entry = MEMBERS[element['type']];
  return entry ? stateOf(element, structuredClone(element[entry[1]])) : null;
}

/**
 * What a person chose survives an update of the same element, unless it is an option that is no longer offered.
 * @param {Obj} element as it is now
 * @param {Obj | undefined} state what was chosen before
 * @returns {Obj | null}
 */
export function keptState(element, state) {
  if (!state || state['type'] !== element['type']) return initialState(element);
  if (element['type'] === 'external_select' || element['type'] === 'multi_external_select') return state;
  const offered = offeredValues(element);
  if (!offered) return state;
  if ('selected_option' in state) {
    const value = state['selected_option']?.['value'];
    return value === undefined || offered.has(value) ? state : initialState(element);
  }
  return {
    ...state,
    selected_options: state['selected_options'].filter((/** @type {Obj} */ o) => offered.has(o['value'])),
  };
}

/** @param {Obj} element */
function offeredValues(element) {
  const groups = /** @type {Obj[] | undefined} */ (element['option_groups']);
  const options = /** @type {Obj[] | undefined} */ (
    groups ? groups.flatMap((g) => g['options'] ?? []) : element['options']
  );
  return options ? new Set(options.map((o) => o['value'])) : null;
}

/** @param {Obj | null | undefined} state */
export function isEmpty(state) {
  if (!state) return true;
  const value = state[memberOf(state['type']) ?? ''];
  if (value === null || value === undefined) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

/**
 * What Slack itself says under a field before it bothers the app.
 * @param {Obj} element
 * @param {Obj | null} state
 * @param {boolean} optional
 * @returns {string | null}
 */
export function problemOf(element, state, optional) {
  if (isEmpty(state)) return optional ? null : 'Please complete this required field.';
  const value = state?.['value'];
  switch (element['type']) {
    case 'plain_text_input': {
      const length = [...String(value)].length;
      if (element['min_length'] && length < element['min_length'])
        return `Please enter at least ${element['min_length']} characters.`;
      const max = element['max_length'] ?? 3000;
      return length > max ? `Please use no more than ${max} characters.` : null;
    }
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : 'Please enter a valid email address.';
    case 'url_text_input':
      return /^https?:\/\/[^\s]+\.?[^\s]+$/i.test(value) ? null : 'Please enter a valid URL.';
    case 'number_input': {
      const number = Number(value);
      if (!/^-?(\d+\.?\d*|\.\d+)$/.test(value)) return 'Please enter a valid number.';
      if (!element['is_decimal_allowed'] && !/^-?\d+$/.test(value)) return 'Please enter a whole number.';
      if (element['min_value'] !== undefined && number < Number(element['min_value']))
        return `Please enter ${element['min_value']} or more.`;
      if (element['max_value'] !== undefined && number > Number(element['max_value']))
        return `Please enter ${element['max_value']} or less.`;
      return null;
    }
    default:
      return null;
  }
}

/**
 * Every element of a block, with the block that it answers for.
 * @param {Obj} block
 * @returns {{ block: Obj, element: Obj }[]}
 */
export function elementsOf(block) {
  if (block['type'] === 'container') return (block['child_blocks'] ?? []).flatMap(elementsOf);
  if (block['type'] === 'carousel') return (block['elements'] ?? []).flatMap(elementsOf);
  const list =
    block['type'] === 'input'
      ? [block['element']]
      : block['type'] === 'section'
        ? [block['accessory']]
        : block['type'] === 'card'
          ? (block['actions'] ?? [])
          : block['type'] === 'actions' || block['type'] === 'context_actions'
            ? (block['elements'] ?? [])
            : [];
  return list.filter(Boolean).map((/** @type {Obj} */ element) => ({ block, element }));
}

/** Values typed and chosen in one view or message. */
export class Values {
  /** @type {Map<string, Obj>} */
  #states = new Map();

  /** @param {string} blockId @param {string} actionId */
  static key(blockId, actionId) {
    return `${blockId}\u0000${actionId}`;
  }

  /**
   * Takes the view as it is now: what was typed stays, what is new starts with its initial value, the rest is forgotten.
   * @param {Obj[]} blocks
   */
  sync(blocks) {
    /** @type {Map<string, Obj>} */
    const next = new Map();
    for (const { block, element } of blocks.flatMap(elementsOf)) {
      const key = Values.key(block['block_id'], element['action_id']);
      const state = keptState(element, this.#states.get(key));
      if (state) next.set(key, state);
    }
    this.#states = next;
  }

  /** @param {string} blockId @param {string} actionId */
  get(blockId, actionId) {
    return this.#states.get(Values.key(blockId, actionId)) ?? null;
  }

  /** @param {string} blockId @param {string} actionId @param {Obj} state */
  set(blockId, actionId, state) {
    this.#states.set(Values.key(blockId, actionId), state);
  }

  /** @returns {Record<string, Record<string, Obj>>} as `view.state.values` */
  all() {
    /** @type {Record<string, Record<string, Obj>>} */
    const out = {};
    for (const [key, state] of this.#states) {
      const [blockId = '', actionId = ''] = key.split('\u0000');
      out[blockId] ??= {};
      /** @type {Record<string, Obj>} */ (out[blockId])[actionId] = state;
    }
    return out;
  }
}
