// @ts-check
/** Block Kit's interactive elements: how they look, what they hold and what they tell the app. */
import { act, uploadFile } from './api.js';
import { confirmed } from './dialog.js';
import { debounce, h, icon, uid } from './dom.js';
import { fromRichText, safeUrl, toRichText } from './mrkdwn.js';
import { openMenu } from './popup.js';
import { combobox } from './select.js';
import { hooks, names, store, titleOf, userById } from './store.js';
import { plainOf, textNodes } from './text.js';
import { memberOf, stateOf } from './values.js';

/** @typedef {Record<string, any>} Obj */
/** @typedef {import('../protocol.ts').PageContainer} PageContainer */
/** @typedef {import('./values.js').Values} Values */
/** @typedef {import('./select.js').Option} Option */
/**
 * @typedef {{
 *   container: PageContainer, blockId: string, values: Values, dispatches: boolean, input: boolean, optional: boolean,
 *   labelId?: string, fieldId?: string, describedBy?: string, channel?: string, changed: () => void, submit?: () => void,
 * }} Context
 */
/** @typedef {{ node: HTMLElement, field: HTMLElement | null }} Built */

/**
 * Tells the app about a click or a choice.
 * @param {Context} context
 * @param {Obj} element
 * @param {Obj} chosen
 */
export async function send(context, element, chosen) {
  const answer = await act({
    kind: 'action',
    container: context.container,
    blockId: context.blockId,
    actionId: element['action_id'] ?? '',
    element: { type: element['type'], action_id: element['action_id'], block_id: context.blockId, ...chosen },
    values: context.values.all(),
  });
  if (!answer.ok) hooks.notify(answer.error);
  return answer.ok;
}

/**
 * @param {Obj} element
 * @param {Context} context
 * @returns {Built}
 */
export function buildElement(element, context) {
  const built = build(element, context);
  built.node.setAttribute('data-action-id', String(element['action_id'] ?? ''));
  if (element['focus_on_load']) built.node.setAttribute('data-focus-on-load', '');
  return built;
}

/**
 * @param {Obj} element
 * @param {Context} context
 * @returns {Built}
 */
function build(element, context) {
  switch (element['type']) {
    case 'button':
    case 'workflow_button':
      return button(element, context);
    case 'icon_button':
      return iconBtn(element, context);
    case 'feedback_buttons':
      return feedback(element, context);
    case 'overflow':
      return overflow(element, context);
    case 'static_select':
    case 'external_select':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
    case 'multi_static_select':
    case 'multi_external_select':
    case 'multi_users_select':
    case 'multi_conversations_select':
    case 'multi_channels_select':
      return select(element, context);
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return picker(element, context);
    case 'checkboxes':
    case 'radio_buttons':
      return choices(element, context);
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
    case 'rich_text_input':
      return textInput(element, context);
    case 'file_input':
      return fileInput(element, context);
    case 'image':
      return { node: imageElement(element), field: null };
    default:
      return {
        node: h('span', { class: 'unknown' }, `This element (${element['type']}) cannot be shown here.`),
        field: null,
      };
  }
}

/**
 * What every field of an input block needs so that its label, hint and error are read with it.
 * @param {Obj} element
 * @param {Context} context
 */
function fieldAttrs(element, context) {
  return {
    id: context.fieldId,
    'aria-labelledby': context.labelId,
    'aria-label': context.labelId
      ? undefined
      : plainOf(element['placeholder']) || String(element['action_id'] ?? element['type']),
    'aria-describedby': context.describedBy,
    'aria-required': context.input && !context.optional ? 'true' : undefined,
  };
}

/**
 * Keeps a new value and, where the block asks for it, sends it; a refused confirmation takes it back.
 * @param {Obj} element
 * @param {Context} context
 * @param {unknown} value
 * @param {(state: Obj | null) => void} [show] puts an older value back on the screen
 */
async function hold(element, context, value, show) {
  const before = context.values.get(context.blockId, element['action_id']);
  const state = stateOf(element, value);
  context.values.set(context.blockId, element['action_id'], state);
  context.changed();
  if (!context.dispatches) return;
  if (!(await confirmed(element['confirm']))) {
    if (before) context.values.set(context.blockId, element['action_id'], before);
    show?.(before);
    return;
  }
  await send(context, element, state);
}

/** @param {Obj} element @param {Context} context */
const held = (element, context) => {
  const state = context.values.get(context.blockId, element['action_id']);
  return state ? state[memberOf(element['type']) ?? ''] : undefined;
};

/**
 * @param {HTMLElement} node
 * @param {() => Promise<unknown>} run
 */
async function whileBusy(node, run) {
  if (node.getAttribute('aria-busy') === 'true') return;
  node.setAttribute('aria-busy', 'true');
  node.classList.add('busy');
  await run();
  node.removeAttribute('aria-busy');
  node.classList.remove('busy');
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function button(element, context) {
  const url = safeUrl(element['url'] ?? element['workflow']?.trigger?.url);
  const style = element['style'] === 'primary' ? ' btn-primary' : element['style'] === 'danger' ? ' btn-danger' : '';
  const payload = { text: element['text'], ...(element['value'] === undefined ? {} : { value: element['value'] }) };
  const attrs = { class: `btn${style}`, 'aria-label': element['accessibility_label'] };
  const tell = () => (element['type'] === 'button' ? send(context, element, payload) : Promise.resolve(true));
  if (url && !element['confirm']) {
    const anchor = h(
      'a',
      { ...attrs, href: url, target: '_blank', rel: 'noopener noreferrer', onclick: () => void tell() },
      textNodes(element['text']),
    );
    return { node: anchor, field: null };
  }
  const node = h('button', { type: 'button', ...attrs }, textNodes(element['text']));
  node.addEventListener('click', async () => {
    if (node.classList.contains('busy') || !(await confirmed(element['confirm']))) return;
    if (url) open(url, '_blank', 'noopener');
    await whileBusy(node, tell);
  });
  return { node, field: null };
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function iconBtn(element, context) {
  const hidden =
    Array.isArray(element['visible_to_user_ids']) &&
    element['visible_to_user_ids'].length > 0 &&
    !element['visible_to_user_ids'].includes(store.state?.me.id);
  const label = element['accessibility_label'] ?? plainOf(element['text']);
  const node = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: plainOf(element['text']), hidden },
    icon(String(element['icon'])),
  );
  node.addEventListener('click', async () => {
    if (!(await confirmed(element['confirm']))) return;
    await whileBusy(node, () =>
      send(context, element, {
        text: element['text'],
        ...(element['value'] === undefined ? {} : { value: element['value'] }),
      }),
    );
  });
  return { node, field: null };
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function feedback(element, context) {
  const node = h('span', { class: 'feedback', role: 'group', 'aria-label': 'Feedback' });
  for (const [key, char] of [
    ['positive_button', '👍'],
    ['negative_button', '👎'],
  ]) {
    const half = element[String(key)];
    if (!half) continue;
    const btn = h(
      'button',
      {
        type: 'button',
        class: 'feedback-button',
        'aria-pressed': 'false',
        'aria-label': half['accessibility_label'],
        title: plainOf(half['text']),
        'data-focus': key,
      },
      h('span', { 'aria-hidden': 'true' }, char),
      ' ',
      textNodes(half['text']),
    );
    btn.addEventListener('click', () => {
      for (const other of node.children) other.setAttribute('aria-pressed', String(other === btn));
      void send(context, element, { text: half['text'], value: half['value'] });
    });
    node.append(btn);
  }
  return { node, field: null };
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function overflow(element, context) {
  const node = h(
    'button',
    {
      type: 'button',
      class: 'btn btn-overflow',
      'aria-label': 'More options',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
    icon('more'),
  );
  node.addEventListener('click', () => {
    const items = /** @type {Obj[]} */ (element['options'] ?? []).map((option) => ({
      label: plainOf(option['text']),
      content: textNodes(option['text']),
      ...(option['description'] ? { description: plainOf(option['description']) } : {}),
      run: async () => {
        if (!(await confirmed(element['confirm']))) return;
        const url = safeUrl(option['url']);
        if (url) open(url, '_blank', 'noopener');
        await whileBusy(node, () => send(context, element, { selected_option: option }));
      },
    }));
    openMenu(node, items, { label: 'More options', align: 'end' });
  });
  return { node, field: null };
}

/** @param {Obj} option @returns {Option} */
const optionOf = (option) => ({
  label: plainOf(option['text']),
  value: String(option['value'] ?? ''),
  raw: option,
  ...(option['description'] ? { description: plainOf(option['description']) } : {}),
});

/** @param {string} id @returns {Option} */
const userOption = (id) => {
  const user = userById(id);
  return {
    label: user?.realName ?? id,
    value: id,
    raw: id,
    mark: () => avatar(id, 'tiny'),
    ...(user && user.name !== user.realName ? { description: user.name } : {}),
  };
};

/** @param {string} id @returns {Option} */
const conversationOption = (id) => {
  const conversation = store.state?.conversations.find((c) => c.id === id);
  const channel = conversation?.kind !== 'dm';
  return { label: conversation ? `${channel ? '# ' : ''}${titleOf(conversation)}` : id, value: id, raw: id };
};

/**
 * @param {string} id
 * @param {string} [size]
 */
export function avatar(id, size = '') {
  const user = userById(id);
  const node = h('span', { class: `avatar ${size}`, 'aria-hidden': 'true' }, user?.initials ?? '?');
  if (user) node.style.backgroundColor = user.colour;
  return node;
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function select(element, context) {
  const type = String(element['type']);
  const multi = type.startsWith('multi_');
  const kind = type.replace(/^multi_/, '').replace(/_select$/, '');
  const toOption =
    kind === 'users' ? userOption : kind === 'static' || kind === 'external' ? optionOf : conversationOption;
  const optionsOf = (/** @type {any} */ value) =>
    (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]).map(toOption);
  if (element['default_to_current_conversation'] && context.channel && held(element, context) === null) {
    context.values.set(
      context.blockId,
      element['action_id'],
      stateOf(element, multi ? [context.channel] : context.channel),
    );
  }
  const matches = (/** @type {string} */ query) => (/** @type {Option} */ o) =>
    `${o.label} ${o.description ?? ''}`.toLowerCase().includes(query.toLowerCase());

  /** @param {string} query */
  const load = (query) => {
    if (kind === 'external') return external(query);
    /** @type {import('./select.js').Group[]} */
    let groups;
    if (kind === 'users')
      groups = [{ options: (store.state?.users ?? []).filter((u) => !u.isBot).map((u) => userOption(u.id)) }];
    else if (kind === 'static') {
      groups = element['option_groups']
        ? element['option_groups'].map((/** @type {Obj} */ g) => ({
            label: plainOf(g['label']),
            options: (g['options'] ?? []).map(optionOf),
          }))
        : [{ options: (element['options'] ?? []).map(optionOf) }];
    } else {
      const filter = element['filter'] ?? {};
      const wanted = (store.state?.conversations ?? []).filter((c) => {
        if (kind === 'channels') return c.kind === 'channel';
        const include = filter['include'];
        if (include && !include.includes(c.kind === 'channel' ? 'public' : 'im')) return false;
        return !(filter['exclude_bot_users'] && c.kind === 'dm' && userById(c.name)?.isBot);
      });
      groups = [{ options: wanted.map((c) => conversationOption(c.id)) }];
    }
    return query ? groups.map((g) => ({ ...g, options: g.options.filter(matches(query)) })) : groups;
  };
  /** @param {string} query */
  const external = async (query) => {
    const answer = await act({
      kind: 'options',
      container: context.container,
      blockId: context.blockId,
      actionId: element['action_id'],
      query,
    });
    if (!answer.ok) throw new Error(answer.error);
    if (answer.optionGroups)
      return answer.optionGroups.map((g) => ({ label: plainOf(g.label), options: g.options.map(optionOf) }));
    return [{ options: (answer.options ?? []).map(optionOf) }];
  };

  /** @type {Option[]} */
  let latest = [];
  const store_ = () =>
    hold(element, context, multi ? latest.map((o) => o.raw) : (latest[0]?.raw ?? null), (state) =>
      widget.show(optionsOf(state?.[memberOf(type) ?? ''])),
    );
  const widget = combobox({
    multi,
    chosen: optionsOf(held(element, context)),
    placeholder: plainOf(element['placeholder']) || (multi ? 'Select options' : 'Select an option'),
    clearable: context.input && context.optional,
    max: element['max_selected_items'],
    minQuery: Number(element['min_query_length'] ?? 3),
    remote: kind === 'external',
    attrs: fieldAttrs(element, context),
    load,
    onChoose: (chosen) => {
      latest = chosen;
      // Every token counts for a submission; the app hears of several only once, when the menu closes.
      if (!context.dispatches) void store_();
    },
    onSettled: () => {
      if (context.dispatches) void store_();
    },
  });
  return { node: widget.node, field: widget.input };
}

/** @param {number} n */
const two = (n) => String(n).padStart(2, '0');

/** @param {Obj} element @param {Context} context @returns {Built} */
function picker(element, context) {
  const kind = String(element['type']);
  const type = { datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' }[kind];
  const shown = (/** @type {any} */ value) => {
    if (kind !== 'datetimepicker' || typeof value !== 'number') return value ?? '';
    const d = new Date(value * 1000);
    return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
  };
  const field = h('input', {
    ...fieldAttrs(element, context),
    type,
    class: 'text-field picker',
    value: shown(held(element, context)),
    title: plainOf(element['placeholder']) || undefined,
  });
  let last = field.value;
  const changed = debounce(
    () => {
      if (field.value === last) return;
      last = field.value;
      const value =
        field.value === ''
          ? null
          : kind === 'datetimepicker'
            ? Math.floor(new Date(field.value).getTime() / 1000)
            : field.value;
      void hold(element, context, value, (state) => {
        field.value = shown(state?.[memberOf(kind) ?? '']);
        last = field.value;
      });
    },
    context.dispatches ? 600 : 0,
  );
  field.addEventListener('input', changed);
  field.addEventListener('blur', changed.flush);
  const zone = kind === 'timepicker' ? element['timezone'] : undefined;
  return {
    node: h('div', { class: 'picker-row' }, field, zone && h('span', { class: 'picker-zone' }, String(zone))),
    field,
  };
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function choices(element, context) {
  const radio = element['type'] === 'radio_buttons';
  const attrs = fieldAttrs(element, context);
  const node = h('div', {
    class: 'choices',
    role: radio ? 'radiogroup' : 'group',
    ...attrs,
    'aria-required': radio ? attrs['aria-required'] : undefined,
  });
  const name = uid('choice');
  const options = /** @type {Obj[]} */ (element['options'] ?? []);
  /** @param {any} value */
  const show = (value) => {
    const chosen = new Set((Array.isArray(value) ? value : value ? [value] : []).map((o) => o['value']));
    for (const [k, input] of node.querySelectorAll('input').entries())
      input.checked = chosen.has(options[k]?.['value']);
  };
  for (const option of options) {
    const descriptionId = option['description'] ? uid('description') : undefined;
    const input = h('input', {
      type: radio ? 'radio' : 'checkbox',
      name,
      'data-focus': String(option['value']),
      'aria-describedby': descriptionId,
    });
    input.addEventListener('change', () => {
      const checked = options.filter((_, k) => node.querySelectorAll('input')[k]?.checked);
      void hold(element, context, radio ? (checked[0] ?? null) : checked, (state) =>
        show(state?.[memberOf(element['type']) ?? '']),
      );
    });
    node.append(
      h(
        'label',
        { class: 'choice' },
        input,
        h(
          'span',
          { class: 'choice-text' },
          h('span', null, textNodes(option['text'])),
          option['description'] &&
            h('span', { class: 'choice-description', id: descriptionId }, textNodes(option['description'])),
        ),
      ),
    );
  }
  show(held(element, context));
  return { node, field: node.querySelector('input') };
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function textInput(element, context) {
  const type = String(element['type']);
  const rich = type === 'rich_text_input';
  const multiline = rich || element['multiline'] === true;
  const value = held(element, context);
  const attrs = {
    ...fieldAttrs(element, context),
    class: 'text-field',
    placeholder: plainOf(element['placeholder']) || undefined,
    value: rich ? fromRichText(/** @type {Obj | null} */ (value), names()) : (value ?? ''),
    autocomplete: 'off',
  };
  const field = multiline
    ? h('textarea', { ...attrs, rows: rich ? Math.max(3, Number(element['min_lines'] ?? 3)) : 4 })
    : h('input', {
        ...attrs,
        type: { email_text_input: 'email', url_text_input: 'url' }[type] ?? 'text',
        inputmode: type === 'number_input' ? (element['is_decimal_allowed'] ? 'decimal' : 'numeric') : undefined,
      });
  if (multiline) field.classList.add('text-area');

  const max = type === 'plain_text_input' ? element['max_length'] : undefined;
  const counter = max ? h('span', { class: 'counter', 'aria-hidden': 'true' }) : null;
  const count = () => {
    if (!counter) return;
    const left = Number(max) - [...field.value].length;
    counter.textContent = String(left);
    counter.classList.toggle('over', left < 0);
    counter.hidden = left > Math.max(20, Number(max) * 0.2);
  };
  count();

  const dispatch = element['dispatch_action_config']?.trigger_actions_on ?? ['on_enter_pressed'];
  const keep = () => {
    const text = field.value;
    const next = rich
      ? toRichText(text, names())
      : text === ''
        ? null
        : type === 'plain_text_input'
          ? text
          : text.trim();
    context.values.set(context.blockId, element['action_id'], stateOf(element, next));
  };
  const tell = () => void send(context, element, context.values.get(context.blockId, element['action_id']) ?? {});
  const tellSoon = debounce(tell, 300);
  field.addEventListener('input', () => {
    keep();
    count();
    context.changed();
    if (context.dispatches && dispatch.includes('on_character_entered')) tellSoon();
  });
  field.addEventListener('keydown', (event) => {
    const e = /** @type {KeyboardEvent} */ (event);
    if (e.key !== 'Enter' || e.isComposing || e.shiftKey) return;
    if (
      context.dispatches &&
      dispatch.includes('on_enter_pressed') &&
      (!multiline || e.ctrlKey || e.metaKey || !rich)
    ) {
      e.preventDefault();
      tellSoon.cancel();
      tell();
    } else if (!multiline || e.ctrlKey || e.metaKey) {
      e.preventDefault();
      context.submit?.();
    }
  });
  const toolbar = rich ? richToolbar(/** @type {HTMLTextAreaElement} */ (field)) : null;
  return { node: h('div', { class: rich ? 'text-wrap rich-wrap' : 'text-wrap' }, toolbar, field, counter), field };
}

/** @param {HTMLTextAreaElement} field */
export function richToolbar(field) {
  const wrap = (/** @type {string} */ mark) => {
    const { selectionStart: from, selectionEnd: to } = field;
    const inside = field.value.slice(from, to);
    field.setRangeText(`${mark}${inside}${mark}`, from, to, 'end');
    if (!inside) field.selectionStart = field.selectionEnd = from + mark.length;
    field.focus();
    field.dispatchEvent(new Event('input'));
  };
  const prefix = (/** @type {string} */ mark) => {
    const from = field.value.lastIndexOf('\n', field.selectionStart - 1) + 1;
    const to = field.selectionEnd;
    field.setRangeText(field.value.slice(from, to).replace(/^/gm, mark), from, to, 'end');
    field.focus();
    field.dispatchEvent(new Event('input'));
  };
  const one = (/** @type {string} */ label, /** @type {Node} */ face, /** @type {() => void} */ run) =>
    h(
      'button',
      {
        type: 'button',
        class: 'tool',
        'aria-label': label,
        title: label,
        onclick: run,
        onmousedown: (/** @type {Event} */ e) => e.preventDefault(),
      },
      face,
    );
  return h(
    'div',
    { class: 'rich-toolbar', role: 'toolbar', 'aria-label': 'Formatting' },
    one('Bold', h('strong', null, 'B'), () => wrap('*')),
    one('Italic', h('em', null, 'I'), () => wrap('_')),
    one('Strikethrough', h('s', null, 'S'), () => wrap('~')),
    one('Code', h('code', null, '<>'), () => wrap('`')),
    one('Bulleted list', h('span', null, '•'), () => prefix('- ')),
    one('Ordered list', h('span', null, '1.'), () => prefix('1. ')),
    one('Quote', h('span', null, '❝'), () => prefix('> ')),
  );
}

/** @param {Obj} element @param {Context} context @returns {Built} */
function fileInput(element, context) {
  const max = Number(element['max_files'] ?? 10);
  const types = /** @type {string[]} */ (element['filetypes'] ?? []).map((t) => t.toLowerCase().replace(/^\./, ''));
  const list = h('ul', { class: 'file-list' });
  const note = h('p', { class: 'file-note', role: 'status' });
  const input = h('input', {
    type: 'file',
    multiple: max > 1,
    accept: types.map((t) => `.${t}`).join(',') || undefined,
    class: 'visually-hidden',
    tabindex: '-1',
    'aria-hidden': 'true',
  });
  const attrs = fieldAttrs(element, context);
  const pick = h(
    'button',
    {
      ...attrs,
      'aria-required': undefined,
      'aria-labelledby': undefined,
      'aria-label': undefined,
      type: 'button',
      class: 'btn',
      onclick: () => input.click(),
    },
    icon('upload', 16),
    max > 1 ? ' Add files' : ' Add a file',
  );
  const files = () => /** @type {Obj[]} */ (held(element, context) ?? []);
  const draw = () => {
    list.replaceChildren(
      ...files().map((file) =>
        h(
          'li',
          { class: 'file-chip' },
          icon('file', 16),
          h('span', { class: 'file-name' }, String(file['name'])),
          h('span', { class: 'file-size' }, fileSize(Number(file['size']))),
          h(
            'button',
            {
              type: 'button',
              class: 'icon-button small',
              'aria-label': `Remove ${file['name']}`,
              onclick: () => (
                void hold(
                  element,
                  context,
                  files().filter((f) => f['id'] !== file['id']),
                ).then(draw),
                pick.focus()
              ),
            },
            icon('close', 14),
          ),
        ),
      ),
    );
    pick.disabled = files().length >= max;
  };
  /** @param {File[]} chosen */
  const add = async (chosen) => {
    note.textContent = '';
    const all = [...files()];
    for (const file of chosen) {
      const extension = file.name.split('.').pop()?.toLowerCase() ?? '';
      if (types.length && !types.includes(extension) && !(extension === 'jpeg' && types.includes('jpg')))
        note.textContent = `${file.name}: only ${types.join(', ')} files can be added.`;
      else if (all.length >= max) note.textContent = `You can add up to ${max} ${max === 1 ? 'file' : 'files'}.`;
      else {
        pick.setAttribute('aria-busy', 'true');
        const answer = await uploadFile(file);
        pick.removeAttribute('aria-busy');
        if (answer.ok) all.push(answer.file);
        else note.textContent = `${file.name} could not be uploaded: ${answer.error}`;
      }
    }
    if (all.length !== files().length) await hold(element, context, all);
    draw();
  };
  input.addEventListener('change', () => {
    const chosen = [...(input.files ?? [])];
    input.value = '';
    void add(chosen);
  });
  const node = h(
    'div',
    { class: 'file-input', role: 'group', 'aria-labelledby': context.labelId },
    list,
    h('div', { class: 'file-drop' }, pick, h('span', { class: 'file-hint' }, ' or drop them here')),
    input,
    note,
  );
  node.addEventListener('dragover', (event) => (event.preventDefault(), node.classList.add('dragging')));
  node.addEventListener('dragleave', () => node.classList.remove('dragging'));
  node.addEventListener('drop', (event) => {
    event.preventDefault();
    node.classList.remove('dragging');
    void add([...(event.dataTransfer?.files ?? [])]);
  });
  draw();
  return { node, field: pick };
}

/** @param {number} bytes */
export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return '';
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * A picture; one that may not be loaded (the page asks nobody outside) is shown by its description.
 * @param {Obj} image
 * @param {string} [className]
 * @param {boolean} [linked] whether a missing one links to where it is
 */
export function imageElement(image, className = '', linked = true) {
  const alt = String(image['alt_text'] ?? '');
  const source = image['image_url'] ?? image['slack_file']?.url ?? '';
  const missing = () => {
    const url = linked && /^https?:/.test(String(source)) ? String(source) : '';
    const face = [icon('eye', 16), h('span', null, alt || 'Image')];
    return url
      ? h(
          'a',
          { class: `image-missing ${className}`, href: url, target: '_blank', rel: 'noopener noreferrer', title: url },
          face,
        )
      : h('span', { class: `image-missing ${className}`, role: 'img', 'aria-label': alt }, face);
  };
  /** @type {URL | null} */
  let url = null;
  try {
    url = source ? new URL(String(source), location.href) : null;
  } catch {
    // shown as missing
  }
  const holder = h('span', { class: `image-holder ${className}` });
  // The content security policy lets only this server's own pictures in.
  if (!url || url.origin !== location.origin) holder.append(missing());
  else
    holder.append(
      h('img', {
        src: url.href,
        alt,
        class: className,
        loading: 'lazy',
        onerror: () => holder.replaceChildren(missing()),
      }),
    );
  return holder;
}
