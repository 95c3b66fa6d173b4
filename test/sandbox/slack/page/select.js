// @ts-check
/** Slack's select menus, single and multiple: one combobox over options that are given, known or asked of the app. */
import { debounce, h, icon, uid } from './dom.js';
import { openPopup } from './popup.js';

/** @typedef {{ label: string, value: string, description?: string, raw: any, mark?: () => Node }} Option */
/** @typedef {{ label?: string, options: Option[] }} Group */
/**
 * @typedef {{
 *   multi: boolean, chosen: Option[], placeholder: string, clearable: boolean, max?: number, minQuery: number,
 *   load: (query: string) => Group[] | Promise<Group[]>, remote: boolean, attrs: Record<string, any>,
 *   onChoose: (chosen: Option[]) => void, onSettled?: () => void,
 * }} How
 */

/** @param {How} how */
export function combobox(how) {
  const { multi } = how;
  let chosen = [...how.chosen];
  /** @type {Option[]} */
  let shown = [];
  let active = -1;
  let typed = false;
  let asked = 0;
  let changed = false;
  /** @type {ReturnType<typeof openPopup> | null} */
  let popup = null;
  const listId = uid('listbox');

  const input = h('input', {
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
    ...how.attrs,
  });
  const tokens = h('span', { class: 'tokens' });
  const clear = h(
    'button',
    { type: 'button', class: 'select-clear', 'aria-label': 'Clear', onclick: () => (set([]), input.focus()) },
    icon('close', 14),
  );
  const box = h('div', { class: multi ? 'select select-multi' : 'select' }, tokens, input, clear, icon('chevron', 16));
  const list = h('div', {
    id: listId,
    role: 'listbox',
    class: 'listbox',
    'aria-label': how.placeholder,
    'aria-multiselectable': multi ? 'true' : undefined,
  });

  const draw = () => {
    tokens.replaceChildren();
    if (multi) {
      for (const option of chosen) {
        const remove = () => {
          set(chosen.filter((o) => o.value !== option.value));
          if (!popup) settle();
          input.focus();
        };
        tokens.append(
          h(
            'span',
            { class: 'token' },
            option.mark?.(),
            h('span', null, option.label),
            h('button', { type: 'button', 'aria-label': `Remove ${option.label}`, onclick: remove }, icon('close', 12)),
          ),
        );
      }
    }
    if (!typed) input.value = multi ? '' : (chosen[0]?.label ?? '');
    input.placeholder = multi && chosen.length ? '' : how.placeholder;
    clear.hidden = multi || !how.clearable || chosen.length === 0;
    box.classList.toggle('has-value', chosen.length > 0);
  };

  /** @param {Option[]} next */
  const set = (next) => {
    chosen = next;
    changed = true;
    draw();
    how.onChoose(chosen);
    if (!multi) settle();
  };
  const settle = () => {
    if (changed) how.onSettled?.();
    changed = false;
  };

  /** @param {Option} option */
  const choose = (option) => {
    typed = false;
    if (!multi) {
      close();
      set([option]);
      return;
    }
    const has = chosen.some((o) => o.value === option.value);
    if (!has && how.max && chosen.length >= how.max) return note(`You can choose up to ${how.max}`);
    set(has ? chosen.filter((o) => o.value !== option.value) : [...chosen, option]);
    for (const node of list.querySelectorAll('[role=option]'))
      node.setAttribute('aria-selected', String(chosen.some((o) => o.value === node.getAttribute('data-value'))));
    input.value = '';
    if (!how.remote) void fill('');
    popup?.place();
  };

  /** @param {string} text */
  const note = (text) => {
    list.replaceChildren(h('div', { class: 'listbox-note', role: 'status' }, text));
    shown = [];
    mark(-1);
    popup?.place();
  };

  /** @param {number} index */
  const mark = (index) => {
    active = index;
    const nodes = list.querySelectorAll('[role=option]');
    for (const [k, node] of nodes.entries()) node.classList.toggle('active', k === active);
    const node = nodes[active];
    if (node) {
      input.setAttribute('aria-activedescendant', node.id);
      node.scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  };

  /** @param {string} query */
  const fill = async (query) => {
    const ticket = ++asked;
    if (how.remote && [...query].length < how.minQuery) {
      return note(how.minQuery === 1 ? 'Type to search' : `Type at least ${how.minQuery} characters to search`);
    }
    const answer = how.load(query);
    if (answer instanceof Promise) note('Loading…');
    /** @type {Group[]} */
    let groups;
    try {
      groups = await answer;
    } catch {
      if (ticket === asked && popup) note('Options could not be loaded');
      return;
    }
    if (ticket !== asked || !popup) return;
    list.replaceChildren();
    shown = groups.flatMap((g) => g.options);
    for (const group of groups) {
      if (group.options.length === 0) continue;
      const labelId = uid('group');
      const holder = group.label
        ? h(
            'div',
            { role: 'group', 'aria-labelledby': labelId },
            h('div', { class: 'listbox-heading', id: labelId }, group.label),
          )
        : list;
      for (const option of group.options) {
        const node = h(
          'div',
          {
            role: 'option',
            id: uid('option'),
            class: 'listbox-option',
            'data-value': option.value,
            'aria-selected': String(chosen.some((o) => o.value === option.value)),
          },
          option.mark?.(),
          h(
            'span',
            { class: 'option-text' },
            h('span', { class: 'option-label' }, option.label),
            option.description && h('span', { class: 'option-description' }, option.description),
          ),
          h('span', { class: 'option-check' }, icon('check', 16)),
        );
        node.addEventListener('mousedown', (event) => event.preventDefault());
        node.addEventListener('click', () => choose(option));
        holder.append(node);
      }
      if (holder !== list) list.append(holder);
    }
    if (shown.length === 0) return note('No results');
    const current = multi ? -1 : shown.findIndex((o) => o.value === chosen[0]?.value);
    mark(typed ? 0 : Math.max(0, current));
    popup.place();
  };
  const fillSoon = debounce((/** @type {string} */ query) => void fill(query), how.remote ? 250 : 0);

  const open = () => {
    if (popup || input.disabled) return;
    popup = openPopup(box, list, {
      fit: true,
      onClose: () => {
        popup = null;
        asked++;
        fillSoon.cancel();
        input.setAttribute('aria-expanded', 'false');
        input.removeAttribute('aria-activedescendant');
        input.removeAttribute('aria-controls');
        typed = false;
        draw();
        settle();
      },
    });
    input.setAttribute('aria-expanded', 'true');
    input.setAttribute('aria-controls', listId);
    // What began with typing goes on: the next letter must not replace the first.
    if (!multi && !typed) input.select();
    void fill('');
  };
  const close = () => popup?.close();

  input.addEventListener('input', () => {
    typed = true;
    open();
    fillSoon(input.value.trim());
  });
  input.addEventListener('blur', () => setTimeout(() => document.activeElement !== input && close(), 120));
  box.addEventListener('click', (event) => {
    if (/** @type {Element} */ (event.target).closest('button')) return;
    input.focus();
    open();
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (!popup) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp' || event.key === 'Enter') {
        event.preventDefault();
        open();
      }
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (shown.length) mark((active + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length);
    } else if (event.key === 'Enter' || (event.key === 'Tab' && typed && !multi)) {
      fillSoon.flush();
      const option = shown[active];
      if (event.key === 'Enter') event.preventDefault();
      if (option) choose(option);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    if (multi && event.key === 'Backspace' && input.value === '' && chosen.length) {
      set(chosen.slice(0, -1));
      if (!popup) settle();
    }
  });
  draw();
  return {
    node: box,
    input,
    /** @param {Option[]} next without telling anybody */
    show(next) {
      chosen = next;
      typed = false;
      draw();
    },
  };
}
