// @ts-check
/** Small questions: Block Kit's confirmation dialogs and the page's own. */
import { h, trapTab, uid } from './dom.js';
import { closePopup } from './popup.js';
import { textNodes } from './text.js';

/** @typedef {Record<string, any>} Obj */

/**
 * @param {{ title: Node[] | string, body: Node[] | string, confirm: string, deny: string, danger?: boolean, testid?: string }} question
 * @returns {Promise<boolean>}
 */
export function ask(question) {
  closePopup();
  const before = document.activeElement;
  const root = /** @type {HTMLElement} */ (document.getElementById('dialogs'));
  const others = ['app', 'modals'].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
  const titleId = uid('dialog');
  const bodyId = uid('dialog');
  return new Promise((resolve) => {
    const done = (/** @type {boolean} */ yes) => {
      shade.remove();
      for (const [node, was] of inert) node.inert = was;
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(yes);
    };
    const yes = h(
      'button',
      {
        type: 'button',
        class: question.danger ? 'btn btn-danger' : 'btn btn-primary',
        'data-testid': 'confirm-yes',
        onclick: () => done(true),
      },
      question.confirm,
    );
    const no = h(
      'button',
      { type: 'button', class: 'btn', 'data-testid': 'confirm-no', onclick: () => done(false) },
      question.deny,
    );
    const box = h(
      'div',
      {
        class: 'dialog',
        role: 'alertdialog',
        'aria-modal': 'true',
        'aria-labelledby': titleId,
        'aria-describedby': bodyId,
        'data-testid': question.testid ?? 'confirm',
        tabindex: '-1',
      },
      h('h2', { id: titleId, class: 'dialog-title' }, question.title),
      h('div', { id: bodyId, class: 'dialog-body' }, question.body),
      h('div', { class: 'dialog-footer' }, no, yes),
    );
    const shade = h('div', { class: 'shade shade-dialog' }, box);
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        done(false);
      }
      trapTab(event, box);
    });
    const inert = others.map((node) => /** @type {const} */ ([node, node.inert]));
    for (const [node] of inert) node.inert = true;
    root.append(shade);
    yes.focus();
  });
}

/**
 * @param {Obj | undefined} confirm an element's `confirm` object
 * @returns {Promise<boolean>}
 */
export async function confirmed(confirm) {
  if (!confirm) return true;
  return ask({
    title: textNodes(confirm['title'] ?? 'Are you sure?'),
    body: textNodes(confirm['text']),
    confirm: confirm['confirm']?.text ?? 'Yes',
    deny: confirm['deny']?.text ?? 'No',
    danger: confirm['style'] === 'danger',
  });
}
