// @ts-check
/** What opens beside something else: menus and the lists of comboboxes. They live in one layer above everything. */
import { h, uid } from './dom.js';

const layer = () => /** @type {HTMLElement} */ (document.getElementById('popups'));

/** @type {(() => void) | null} */
let closeOpen = null;

export const popupIsOpen = () => closeOpen !== null;
export const closePopup = () => closeOpen?.();

/**
 * Puts `content` beside `anchor` until `close` is called, something else is clicked or another popup opens.
 * @param {HTMLElement} anchor
 * @param {HTMLElement} content
 * @param {{ onClose?: () => void, fit?: boolean, align?: 'start' | 'end', above?: boolean }} [options]
 */
export function openPopup(anchor, content, options = {}) {
  closeOpen?.();
  layer().append(content);
  content.classList.add('popup');
  const place = () => {
    if (!anchor.isConnected) return close();
    const box = anchor.getBoundingClientRect();
    if (options.fit) content.style.minWidth = `${Math.max(box.width, 200)}px`;
    const width = content.offsetWidth;
    const height = content.offsetHeight;
    const below = innerHeight - box.bottom;
    const up = options.above ? box.top > height + 8 || box.top > below : below < height + 8 && box.top > below;
    content.style.maxHeight = `${Math.max(120, (up ? box.top : below) - 12)}px`;
    const left = options.align === 'end' ? box.right - width : box.left;
    content.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    content.style.top = up ? 'auto' : `${box.bottom + 4}px`;
    content.style.bottom = up ? `${innerHeight - box.top + 4}px` : 'auto';
  };
  /** @param {Event} event */
  const outside = (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!content.contains(target) && !anchor.contains(target)) close();
  };
  /** @param {Event} event */
  const moved = (event) => {
    if (!content.contains(/** @type {Node} */ (event.target))) place();
  };
  const close = () => {
    if (closeOpen !== close) return;
    closeOpen = null;
    content.remove();
    document.removeEventListener('pointerdown', outside, true);
    document.removeEventListener('scroll', moved, true);
    removeEventListener('resize', place);
    options.onClose?.();
  };
  closeOpen = close;
  document.addEventListener('pointerdown', outside, true);
  document.addEventListener('scroll', moved, true);
  addEventListener('resize', place);
  place();
  return { close, place };
}

/**
 * @typedef {{ label: string, description?: string, content?: Node[], danger?: boolean, testid?: string, icon?: Node, run: () => void } | { heading: string } | 'divider'} MenuItem
 */

/**
 * A menu button's menu: arrows move, Enter chooses, Escape goes back to the button.
 * @param {HTMLElement} button
 * @param {MenuItem[]} items
 * @param {{ label: string, align?: 'start' | 'end', above?: boolean }} options
 */
export function openMenu(button, items, options) {
  if (button.getAttribute('aria-expanded') === 'true') return closePopup();
  const menu = h('div', { role: 'menu', class: 'menu', 'aria-label': options.label, id: uid('menu') });
  for (const item of items) {
    if (item === 'divider') menu.append(h('div', { class: 'menu-divider', role: 'separator' }));
    else if ('heading' in item) menu.append(h('div', { class: 'menu-heading', role: 'presentation' }, item.heading));
    else {
      const run = () => {
        popup.close();
        button.focus();
        item.run();
      };
      menu.append(
        h(
          'button',
          {
            type: 'button',
            role: 'menuitem',
            tabindex: '-1',
            class: item.danger ? 'menu-item danger' : 'menu-item',
            onclick: run,
            'data-testid': item.testid,
          },
          item.icon,
          h(
            'span',
            { class: 'menu-text' },
            h('span', { class: 'menu-label' }, item.content ?? item.label),
            item.description && h('span', { class: 'menu-description' }, item.description),
          ),
        ),
      );
    }
  }
  const entries = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('[role=menuitem]')]);
  menu.addEventListener('keydown', (event) => {
    const list = entries();
    const at = list.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = {
      ArrowDown: (at + 1) % list.length,
      ArrowUp: (at - 1 + list.length) % list.length,
      Home: 0,
      End: list.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      list[to]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      popup.close();
      button.focus();
    } else if (/^\S$/.test(event.key)) {
      const order = [...list.slice(at + 1), ...list.slice(0, at + 1)];
      order.find((n) => n.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  });
  const popup = openPopup(button, menu, { ...options, onClose: () => button.setAttribute('aria-expanded', 'false') });
  button.setAttribute('aria-expanded', 'true');
  button.setAttribute('aria-controls', menu.id);
  entries()[0]?.focus();
}
