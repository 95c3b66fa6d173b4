// @ts-check
/** The stack of modals, and the Home tab: views of the app. */
import { act } from './api.js';
import { fieldOf, renderBlocks, setBlockError } from './blocks.js';
import { focusables, h, iconButton, keepFocus, trapTab, uid } from './dom.js';
import { closePopup, popupIsOpen } from './popup.js';
import { plainOf, textNodes } from './text.js';
import { elementsOf, problemOf, Values } from './values.js';

/** @typedef {Record<string, any>} Obj */
/** @typedef {import('../protocol.ts').PageView} PageView */

/** @type {Map<string, Modal>} */
const open = new Map();
/** @type {Element | null} */
let opener = null;

/**
 * @param {PageView[]} views the stack, the top one last
 * @param {string | undefined} channel where the person is, for `default_to_current_conversation`
 */
export function renderModals(views, channel) {
  const layer = /** @type {HTMLElement} */ (document.getElementById('modals'));
  const app = /** @type {HTMLElement} */ (document.getElementById('app'));
  const top = views.at(-1);
  if (open.size === 0 && top) opener = document.activeElement;
  const gone = [...open].filter(([id]) => !views.some((v) => v.id === id));
  for (const [id, modal] of gone) {
    closePopup();
    modal.node.remove();
    open.delete(id);
  }
  for (const view of views) {
    let modal = open.get(view.id);
    if (!modal) {
      closePopup();
      modal = new Modal(view, channel);
      open.set(view.id, modal);
      layer.append(modal.node);
    }
    modal.update(view);
    modal.node.hidden = view !== top;
  }
  app.inert = views.length > 0;
  if (views.length > 0) app.setAttribute('aria-hidden', 'true');
  else app.removeAttribute('aria-hidden');
  document.body.classList.toggle('modal-open', views.length > 0);
  if (top) open.get(top.id)?.claimFocus();
  else if (gone.length > 0 && opener instanceof HTMLElement) {
    const back = opener.isConnected
      ? opener
      : /** @type {HTMLElement | null} */ (document.querySelector('[data-testid=composer]'));
    back?.focus();
    opener = null;
  }
}

class Modal {
  #view;
  #values = new Values();
  #sending = false;
  #focused = false;
  #errors = '{}';
  #body = h('div', { class: 'modal-body' });
  #title = h('h1', { class: 'modal-title', id: uid('modal-title') });
  #note = h('p', { class: 'modal-note', role: 'alert', hidden: true });
  #cancel = h('button', { type: 'button', class: 'btn', 'data-testid': 'modal-close', onclick: () => this.#close() });
  #submit = h('button', { type: 'submit', class: 'btn btn-primary', 'data-testid': 'modal-submit' });
  #surface;

  /**
   * @param {PageView} view
   * @param {string | undefined} channel
   */
  constructor(view, channel) {
    this.#view = view;
    this.#surface = {
      container: /** @type {const} */ ({ kind: 'view', viewId: view.id }),
      values: this.#values,
      changed: (/** @type {string} */ blockId) => this.#error(blockId, null),
      submit: () => this.#form.requestSubmit(),
      ...(channel ? { channel } : {}),
    };
    this.#form = h(
      'form',
      {
        class: 'modal',
        role: 'dialog',
        'aria-modal': 'true',
        'aria-labelledby': this.#title.id,
        tabindex: '-1',
        novalidate: true,
        'data-testid': 'modal',
        'data-view-id': view.id,
        'data-scope': view.id,
      },
      h(
        'header',
        { class: 'modal-head' },
        this.#title,
        iconButton('close', 'Close', { 'data-testid': 'modal-x', onclick: () => this.#close() }),
      ),
      this.#note,
      this.#body,
      h('footer', { class: 'modal-foot' }, this.#cancel, this.#submit),
    );
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.#form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !popupIsOpen()) this.#close();
      else trapTab(event, this.#form);
    });
    this.node = h('div', { class: 'shade' }, this.#form);
  }

  #form;

  /** @param {PageView} view */
  update(view) {
    this.#view = view;
    const v = /** @type {Obj} */ (view.view);
    const blocks = /** @type {Obj[]} */ (v['blocks'] ?? []);
    this.#title.replaceChildren(...textNodes(v['title']));
    const hasInput = blocks.some((b) => b['type'] === 'input');
    const submits = Boolean(v['submit']) || hasInput;
    this.#cancel.textContent = plainOf(v['close']) || (submits ? 'Cancel' : 'Close');
    this.#submit.replaceChildren(...(v['submit'] ? textNodes(v['submit']) : ['Submit']));
    this.#submit.hidden = !submits;
    this.#form.setAttribute('data-callback-id', String(v['callback_id'] ?? ''));
    renderBlocks(this.#body, blocks, this.#surface);
    this.#busy();
    const errors = JSON.stringify(view.errors ?? {});
    if (errors !== this.#errors) {
      this.#errors = errors;
      if (errors !== '{}') this.#showErrors(view.errors);
    }
  }

  claimFocus() {
    const at = document.activeElement;
    const inside = this.#form.contains(at) && at !== this.#form;
    if ((inside && this.#focused) || popupIsOpen() || document.getElementById('dialogs')?.firstChild) return;
    const wanted = this.#body.querySelector('[data-focus-on-load]');
    const first =
      (wanted && focusables(wanted)[0]) ??
      this.#body.querySelector('.block-input :is(input:not([type=file]),textarea,button)');
    // A view that only says "Loading…" leaves the choice open until there is something to fill in.
    this.#focused = Boolean(first);
    if (first instanceof HTMLElement) first.focus();
    else if (!this.#form.contains(at)) this.#form.focus();
  }

  #busy() {
    const busy = this.#view.busy || this.#sending;
    this.#form.setAttribute('aria-busy', String(busy));
    this.#submit.disabled = busy;
    this.#submit.classList.toggle('busy', busy);
  }

  #close() {
    const clearAll = /** @type {Obj} */ (this.#view.view)['clear_on_close'] === true;
    void act({ kind: 'closeView', viewId: this.#view.id, ...(clearAll ? { clearAll } : {}) }).then((answer) => {
      if (!answer.ok) this.#say(answer.error);
    });
  }

  async #send() {
    if (this.#sending || this.#view.busy || this.#submit.hidden) return;
    this.#say(null);
    /** @type {Record<string, string>} */
    const problems = {};
    const blocks = /** @type {Obj[]} */ (/** @type {Obj} */ (this.#view.view)['blocks'] ?? []);
    for (const { block, element } of /** @type {{ block: Obj, element: Obj }[]} */ (blocks.flatMap(elementsOf))) {
      if (block['type'] !== 'input') continue;
      const state = this.#values.get(block['block_id'], element['action_id']);
      const problem = problemOf(element, state, block['optional'] === true);
      if (problem) problems[block['block_id']] = problem;
    }
    for (const node of this.#body.querySelectorAll('.has-error'))
      setBlockError(/** @type {HTMLElement} */ (node), null);
    if (Object.keys(problems).length > 0) return this.#showErrors(problems);
    this.#errors = '{}';
    this.#sending = true;
    this.#busy();
    const answer = await act({ kind: 'submit', viewId: this.#view.id, values: this.#values.all() });
    this.#sending = false;
    this.#busy();
    if (!answer.ok) {
      // Errors of single fields come with the next state, and say it better.
      setTimeout(() => !this.#body.querySelector('.has-error') && this.#say(answer.error), 200);
    } else if (
      // The same error twice in a row is news as well.
      open.has(this.#view.id) &&
      Object.keys(this.#view.errors ?? {}).length > 0 &&
      !this.#body.querySelector('.has-error')
    ) {
      this.#showErrors(this.#view.errors);
    }
  }

  /** @param {Record<string, string>} errors */
  #showErrors(errors) {
    /** @type {HTMLElement | null} */
    let first = null;
    const lost = [];
    for (const [blockId, error] of Object.entries(errors)) {
      const node = this.#error(blockId, error);
      if (!node) lost.push(error);
      else if (!first || node.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING) first = node;
    }
    if (lost.length > 0) this.#say(lost.join(' '));
    if (!first) return;
    const field = fieldOf(first);
    field?.focus();
    closePopup();
    first.scrollIntoView({ block: 'nearest' });
  }

  /** @param {string} blockId @param {string | null} error */
  #error(blockId, error) {
    const node = /** @type {HTMLElement | null} */ (
      this.#body.querySelector(`[data-block-id="${CSS.escape(blockId)}"]`)
    );
    if (node?.querySelector('.input-error')) setBlockError(node, error);
    else return null;
    return node;
  }

  /** @param {string | null} text */
  #say(text) {
    this.#note.hidden = text === null;
    this.#note.textContent = text;
  }
}

let homeId = '';
let homeValues = new Values();

/**
 * @param {HTMLElement} parent
 * @param {PageView} home
 */
export function renderHome(parent, home) {
  if (home.id !== homeId) {
    homeId = home.id;
    homeValues = new Values();
  }
  parent.setAttribute('data-scope', home.id);
  keepFocus(() =>
    renderBlocks(parent, /** @type {Obj[]} */ (home.view.blocks ?? []), {
      container: { kind: 'view', viewId: home.id },
      values: homeValues,
    }),
  );
}
