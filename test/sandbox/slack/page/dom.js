// @ts-check
/** The few DOM helpers that the page lives on. Text only ever enters through text nodes and properties. */

/** @typedef {Node | string | number | null | undefined | false} Child */

let counter = 0;
/** @param {string} prefix */
export const uid = (prefix) => `${prefix}-${++counter}`;

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [attrs] `onclick` and the like are listeners; false, null and undefined are left out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attrs, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'readOnly' || name === 'hidden')
      Object.assign(node, { [name]: value });
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  append(node, children);
  return node;
}

/**
 * @param {Node} node
 * @param {(Child | Child[])[]} children
 */
export function append(node, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attrs
 * @param {...(SVGElement | string)} children
 */
export function svg(tag, attrs, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, String(value));
  for (const child of children) node.append(child);
  return node;
}

/** @type {Record<string, string>} */
const PATHS = {
  home: 'M3 10.5 12 3l9 7.5V20a1 1 0 0 1-1 1h-5v-6H9v6H4a1 1 0 0 1-1-1z',
  reply: 'M4 5h16v11H9l-5 4z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  send: 'M4 4l17 8-17 8 3-8zM7 12h14',
  chevron: 'M6 9l6 6 6-6',
  left: 'M15 6l-6 6 6 6',
  right: 'M9 6l6 6-6 6',
  menu: 'M4 6h16M4 12h16M4 18h16',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  upload: 'M12 16V4M7 9l5-5 5 5M4 20h16',
  bolt: 'M13 2 5 13h6l-1 9 8-12h-6z',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  reset: 'M4 12a8 8 0 1 0 3-6.2M4 4v5h5',
  check: 'M5 13l4 4L19 7',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5h.01',
  warning: 'M12 3 2 20h20zM12 10v4M12 17h.01',
  error: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v6M12 16.5h.01',
  circle: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z',
  bookmark: 'M6 3h12v18l-6-4-6 4z',
  star: 'M12 3l2.8 5.8 6.2.9-4.5 4.4 1.1 6.3L12 17.4l-5.6 3 1.1-6.3L3 9.7l6.2-.9z',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
  copy: 'M8 8h12v12H8zM16 8V4H4v12h4',
  play: 'M7 4l13 8-13 8z',
  bot: 'M5 9h14v10H5zM12 9V5M12 5h.01M9 13v2M15 13v2',
};

/**
 * @param {string} name
 * @param {number} [size]
 */
export function icon(name, size = 18) {
  return svg(
    'svg',
    {
      viewBox: '0 0 24 24',
      width: size,
      height: size,
      class: `icon icon-${name}`,
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('path', {
      d: PATHS[name] ?? PATHS['circle'] ?? '',
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 2,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}

/**
 * @param {string} name icon
 * @param {string} label
 * @param {Record<string, any>} [attrs]
 */
export function iconButton(name, label, attrs = {}) {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...attrs }, icon(name));
}

/**
 * Makes the children of `parent` those of `items`: a node whose key and signature stayed is left alone, so that what a
 * person types, opens or has focused in it survives the next state from the server.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {{ key: (item: T, index: number) => string, signature: (item: T) => string, build: (item: T) => Element }} how
 */
export function reconcile(parent, items, { key, signature, build }) {
  /** @type {Map<string, Element>} */
  const old = new Map();
  for (const node of parent.children) old.set(keys.get(node) ?? '', node);
  /** @type {Element | null} */
  let previous = null;
  for (const [index, item] of items.entries()) {
    const id = key(item, index);
    const sign = signature(item);
    let node = old.get(id);
    old.delete(id);
    if (!node || signatures.get(node) !== sign) {
      const fresh = build(item);
      keys.set(fresh, id);
      signatures.set(fresh, sign);
      if (node) node.replaceWith(fresh);
      node = fresh;
    }
    const place = /** @type {Element | null} */ (previous ? previous.nextElementSibling : parent.firstElementChild);
    if (place !== node) parent.insertBefore(node, place);
    previous = node;
  }
  for (const node of old.values()) node.remove();
}
/** @type {WeakMap<Element, string>} */
const keys = new WeakMap();
/** @type {WeakMap<Element, string>} */
const signatures = new WeakMap();

/**
 * Runs a re-rendering and, if it took the focused element away, gives focus to its successor.
 * @param {() => void} render
 */
export function keepFocus(render) {
  const before = document.activeElement;
  const path = before instanceof HTMLElement && before !== document.body ? focusPath(before) : null;
  const typed =
    before instanceof HTMLInputElement || before instanceof HTMLTextAreaElement ? selectionOf(before) : null;
  render();
  if (!path || !before || before.isConnected) return;
  const next = find(path);
  if (!(next instanceof HTMLElement)) return;
  next.focus({ preventScroll: true });
  if (typed && (next instanceof HTMLInputElement || next instanceof HTMLTextAreaElement)) {
    try {
      next.setSelectionRange(typed[0], typed[1]);
    } catch {
      // a number or date field has no selection
    }
  }
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field @returns {[number, number] | null} */
function selectionOf(field) {
  return field.selectionStart === null ? null : [field.selectionStart, field.selectionEnd ?? field.selectionStart];
}

/** @param {HTMLElement} node */
function focusPath(node) {
  const attributes = ['data-scope', 'data-block-id', 'data-action-id', 'data-focus'];
  return attributes.flatMap((name) => {
    const owner = node.closest(`[${name}]`);
    return owner ? [{ name, value: owner.getAttribute(name) ?? '' }] : [];
  });
}

/** @param {{ name: string, value: string }[]} path */
function find(path) {
  /** @type {Element | null} */
  let at = document.body;
  for (const { name, value } of path) {
    const selector = `[${name}="${CSS.escape(value)}"]`;
    const inside = /** @type {Element | null} */ (at?.querySelector(selector) ?? null);
    at = inside ?? (at?.matches(selector) ? at : null);
    if (!at) return null;
  }
  if (at.matches('input,textarea,button,select,a[href],[tabindex]')) return at;
  return at.querySelector('input:not([type=hidden]),textarea,button,select,a[href]');
}

/**
 * @template {unknown[]} A
 * @param {(...args: A) => void} run
 * @param {number} ms
 */
export function debounce(run, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {A | undefined} */
  let last;
  const flush = () => {
    clearTimeout(timer);
    const args = last;
    last = undefined;
    if (args) run(...args);
  };
  const cancel = () => {
    last = undefined;
    clearTimeout(timer);
  };
  return Object.assign(
    (/** @type {A} */ ...args) => {
      last = args;
      clearTimeout(timer);
      timer = setTimeout(flush, ms);
    },
    { flush, cancel },
  );
}

const FOCUSABLE =
  'a[href],button:not([disabled]),input:not([disabled]):not([type=hidden]),select:not([disabled]),textarea:not([disabled]),[tabindex="0"]';

/** @param {Element} root */
export function focusables(root) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(FOCUSABLE)]).filter(
    (n) => n.getClientRects().length > 0 && !n.closest('[inert]'),
  );
}

/**
 * Keeps Tab inside of a dialog.
 * @param {KeyboardEvent} event
 * @param {Element} root
 */
export function trapTab(event, root) {
  if (event.key !== 'Tab') return;
  const list = focusables(root);
  const first = list[0];
  const last = list.at(-1);
  if (!first || !last) return event.preventDefault();
  const at = document.activeElement;
  if (event.shiftKey && (at === first || !root.contains(at) || at === root)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && (at === last || !root.contains(at))) {
    event.preventDefault();
    first.focus();
  }
}
