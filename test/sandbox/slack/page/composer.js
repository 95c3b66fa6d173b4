// @ts-check
/** Where a person types: messages, slash commands with completion, mentions, files. */
import { act, uploadFile } from './api.js';
import { h, icon, iconButton, uid } from './dom.js';
import { avatar, fileSize, richToolbar } from './elements.js';
import { EMOJI } from './emoji.js';
import { commandText, markMentions } from './mrkdwn.js';
import { openMenu, openPopup } from './popup.js';
import { hooks, names, store } from './store.js';

/** @typedef {import('../protocol.ts').PageFile} PageFile */
/** @typedef {{ face: Node[], detail?: string, insert: string, exact?: boolean }} Suggestion */

/** What was typed and not sent, by place. @type {Map<string, { text: string, files: PageFile[] }>} */
const drafts = new Map();

/** Everything typed is forgotten, as after a reset. */
export const forgetDrafts = () => drafts.clear();

/**
 * @param {{ channel: string, threadTs?: string, label: string, onEmptyUp?: () => void }} place
 */
export function composer({ channel, threadTs, label, onEmptyUp }) {
  const place = `${channel}:${threadTs ?? ''}`;
  const draft = drafts.get(place) ?? { text: '', files: [] };
  drafts.set(place, draft);
  const prefix = threadTs ? 'thread-' : '';
  const listId = uid('suggestions');

  const notice = h('div', {
    class: 'composer-notice',
    role: 'alert',
    hidden: true,
    'data-testid': `${prefix}composer-notice`,
  });
  const hint = h('div', { class: 'composer-hint', hidden: true, 'data-testid': `${prefix}command-hint` });
  const chips = h('ul', { class: 'file-list composer-files' });
  const field = h('textarea', {
    class: 'composer-field',
    rows: 1,
    'aria-label': label,
    placeholder: label,
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
    role: 'combobox',
    'aria-multiline': 'true',
    value: draft.text,
    'data-testid': `${prefix}composer`,
    'data-focus': `${prefix}composer`,
  });
  const send = h(
    'button',
    { type: 'submit', class: 'send', 'aria-label': 'Send now', title: 'Send now', 'data-testid': `${prefix}send` },
    icon('send'),
  );
  const picker = h('input', {
    type: 'file',
    multiple: true,
    class: 'visually-hidden',
    tabindex: '-1',
    'aria-hidden': 'true',
    'data-testid': `${prefix}composer-file`,
  });
  const plus = iconButton('plus', 'Attach files and use shortcuts', {
    'aria-haspopup': 'menu',
    'aria-expanded': 'false',
    'data-testid': `${prefix}plus`,
    onclick: () => shortcuts(),
  });
  const format = h('span', { class: 'composer-format' }, richToolbar(field));
  const box = h(
    'div',
    { class: 'composer-box' },
    format,
    chips,
    field,
    h(
      'div',
      { class: 'composer-bar' },
      plus,
      h(
        'span',
        { class: 'composer-tip', 'aria-hidden': 'true' },
        h('kbd', null, 'Enter'),
        ' to send · ',
        h('kbd', null, 'Shift'),
        '+',
        h('kbd', null, 'Enter'),
        ' for a new line',
      ),
      send,
    ),
  );
  const node = h(
    'form',
    { class: 'composer', 'data-scope': place, 'data-testid': `${prefix}composer-form` },
    notice,
    hint,
    box,
    picker,
  );

  /** @param {string | null} text */
  const say = (text) => {
    notice.hidden = text === null;
    notice.replaceChildren(
      ...(text === null
        ? []
        : [
            icon('error', 16),
            h('span', null, text),
            iconButton('close', 'Dismiss', { class: 'icon-button small', onclick: () => (say(null), field.focus()) }),
          ]),
    );
  };

  const grow = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
  };
  const refresh = () => {
    draft.text = field.value;
    send.disabled = field.value.trim() === '' && draft.files.length === 0;
    grow();
    const command = commandOf(field.value);
    const shown = command && !threadTs && /\s/.test(field.value);
    hint.hidden = !shown;
    if (shown)
      hint.replaceChildren(
        h('strong', null, command.command),
        ' ',
        h('span', { class: 'usage' }, command.usageHint),
        ' ',
        h('span', null, command.description),
      );
  };

  // Files

  const drawFiles = () => {
    chips.replaceChildren(
      ...draft.files.map((file) =>
        h(
          'li',
          { class: 'file-chip' },
          icon('file', 16),
          h('span', { class: 'file-name' }, file.name),
          h('span', { class: 'file-size' }, fileSize(file.size)),
          iconButton('close', `Remove ${file.name}`, {
            class: 'icon-button small',
            onclick: () => {
              draft.files = draft.files.filter((f) => f !== file);
              drawFiles();
              field.focus();
            },
          }),
        ),
      ),
    );
    refresh();
  };
  /** @param {Iterable<File>} files */
  const attach = async (files) => {
    say(null);
    for (const file of files) {
      box.setAttribute('aria-busy', 'true');
      const answer = await uploadFile(file);
      box.removeAttribute('aria-busy');
      if (answer.ok) draft.files.push(answer.file);
      else say(`${file.name} could not be uploaded: ${answer.error}`);
    }
    drawFiles();
    field.focus();
  };
  picker.addEventListener('change', () => {
    const files = [...(picker.files ?? [])];
    picker.value = '';
    void attach(files);
  });
  field.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void attach(files);
  });
  box.addEventListener('dragover', (event) => (event.preventDefault(), box.classList.add('dragging')));
  box.addEventListener('dragleave', () => box.classList.remove('dragging'));
  box.addEventListener('drop', (event) => {
    event.preventDefault();
    box.classList.remove('dragging');
    void attach([...(event.dataTransfer?.files ?? [])]);
  });

  const shortcuts = () => {
    const app = store.state?.app;
    openMenu(
      plus,
      [
        { label: 'Upload from your computer', icon: icon('upload'), run: () => picker.click() },
        ...(app?.globalShortcuts.length ? [/** @type {const} */ ('divider'), { heading: 'Shortcuts' }] : []),
        ...(app?.globalShortcuts ?? []).map((s) => ({
          label: s.name,
          description: [app?.name, s.description].filter(Boolean).join(' · '),
          icon: icon('bolt'),
          testid: `shortcut-${s.callbackId}`,
          run: () =>
            void act({ kind: 'globalShortcut', callbackId: s.callbackId }).then((a) => !a.ok && hooks.notify(a.error)),
        })),
      ],
      { label: 'Attach files and use shortcuts', above: true },
    );
  };

  // Completion

  /** @type {ReturnType<typeof openPopup> | null} */
  let popup = null;
  /** @type {Suggestion[]} */
  let suggestions = [];
  let active = 0;
  let from = 0;
  let refused = '';
  const list = h('div', { id: listId, role: 'listbox', class: 'listbox suggestions', 'aria-label': 'Suggestions' });

  const mark = (/** @type {number} */ index) => {
    active = index;
    for (const [k, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(k === active));
      option.classList.toggle('active', k === active);
      if (k === active) {
        field.setAttribute('aria-activedescendant', option.id);
        option.scrollIntoView({ block: 'nearest' });
      }
    }
  };
  const suggest = () => {
    const before = field.value.slice(0, field.selectionEnd);
    const found = before === refused ? null : suggestionsFor(before, threadTs !== undefined);
    if (!found || found.list.length === 0) return popup?.close();
    refused = '';
    suggestions = found.list;
    from = found.from;
    list.replaceChildren(
      ...suggestions.map((s) => {
        const option = h(
          'div',
          { role: 'option', id: uid('suggestion'), class: 'listbox-option' },
          s.face,
          s.detail && h('span', { class: 'option-description' }, s.detail),
        );
        option.addEventListener('mousedown', (event) => event.preventDefault());
        option.addEventListener('click', () => take(s));
        return option;
      }),
    );
    if (!popup) {
      popup = openPopup(box, list, {
        fit: true,
        above: true,
        onClose: () => {
          popup = null;
          field.setAttribute('aria-expanded', 'false');
          field.removeAttribute('aria-activedescendant');
          field.removeAttribute('aria-controls');
        },
      });
      field.setAttribute('aria-expanded', 'true');
      field.setAttribute('aria-controls', listId);
    } else popup.place();
    mark(0);
  };
  /** @param {Suggestion} suggestion */
  const take = (suggestion) => {
    field.setRangeText(suggestion.insert, from, field.selectionEnd, 'end');
    popup?.close();
    refresh();
    field.focus();
  };

  field.addEventListener('input', () => {
    if (!notice.hidden) say(null);
    refresh();
    suggest();
  });
  field.addEventListener('blur', () => popup?.close());
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (popup) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        return mark((active + step + suggestions.length) % suggestions.length);
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        refused = field.value.slice(0, field.selectionEnd);
        return popup.close();
      }
      const chosen = suggestions[active];
      // Enter on a command that is already typed out sends it, as in Slack.
      if (chosen && (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && !chosen.exact))) {
        event.preventDefault();
        return take(chosen);
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      node.requestSubmit();
    } else if (event.key === 'ArrowUp' && field.value === '') {
      event.preventDefault();
      onEmptyUp?.();
    }
  });

  node.addEventListener('submit', async (event) => {
    event.preventDefault();
    popup?.close();
    const text = field.value.trim();
    if (text === '' && draft.files.length === 0) return;
    const command = commandOf(text);
    const word = /^\/[a-z0-9_-]+(?=\s|$)/i.exec(field.value)?.[0];
    if (command && threadTs) return say(`${command.command} is not supported in threads. Sorry!`);
    if (word && !command) return say(`${word} is not a valid command. To send it as a message, put a space before it.`);
    const before = { text: field.value, files: draft.files };
    field.value = '';
    if (!command) draft.files = [];
    say(null);
    drawFiles();
    const answer = await (command
      ? act({
          kind: 'command',
          channel,
          command: command.command,
          text: commandText(text.slice(command.command.length).trim(), names()),
        })
      : act({
          kind: 'send',
          channel,
          text: markMentions(text, names()),
          ...(threadTs ? { threadTs } : {}),
          ...(before.files.length ? { fileIds: before.files.map((f) => f.id) } : {}),
        }));
    if (answer.ok) return;
    say(answer.error);
    if (field.value === '') {
      field.value = before.text;
      draft.files = before.files;
      drawFiles();
    }
  });

  drawFiles();
  return {
    node,
    field,
    /** Slack's `/`-first way to begin. @param {string} text */
    put(text) {
      field.value = text;
      refresh();
      field.focus();
    },
  };
}

/** @param {string} text */
function commandOf(text) {
  const word = /^\/\S+/.exec(text)?.[0].toLowerCase();
  return store.state?.app.commands.find((c) => c.command.toLowerCase() === word);
}

/**
 * @param {string} before what stands before the caret
 * @param {boolean} inThread
 * @returns {{ from: number, list: Suggestion[] } | null}
 */
function suggestionsFor(before, inThread) {
  const state = store.state;
  if (!state) return null;
  if (/^\/\S*$/.test(before) && !inThread) {
    const word = before.toLowerCase();
    const list = state.app.commands
      .filter((c) => c.command.toLowerCase().startsWith(word))
      .map((c) => ({
        face: [
          avatar(state.app.botUserId, 'small'),
          h(
            'span',
            { class: 'option-text' },
            h(
              'span',
              { class: 'option-label' },
              h('strong', null, c.command),
              ' ',
              h('span', { class: 'usage' }, c.usageHint),
            ),
            h('span', { class: 'option-description' }, c.description),
          ),
        ],
        detail: state.app.name,
        insert: `${c.command} `,
        exact: c.command.toLowerCase() === word,
      }));
    return { from: 0, list };
  }
  const mention = /(?:^|[\s(])@([^\s@][^@\n]{0,40}|)$/.exec(before);
  if (mention) {
    const query = (mention[1] ?? '').toLowerCase();
    const fits = (/** @type {string} */ name) =>
      name.toLowerCase().startsWith(query) ||
      name
        .toLowerCase()
        .split(/\s+/)
        .some((w) => w.startsWith(query));
    const list = state.users
      .filter((u) => fits(u.realName) || fits(u.name))
      .map((u) => ({
        face: [
          avatar(u.id, 'small'),
          h(
            'span',
            { class: 'option-label' },
            h('strong', null, u.realName),
            u.isBot ? h('span', { class: 'badge' }, 'APP') : null,
            u.id === state.me.id ? ' (you)' : null,
          ),
        ],
        detail: u.name,
        insert: `@${u.realName} `,
      }));
    return { from: before.length - (mention[1] ?? '').length - 1, list: list.slice(0, 8) };
  }
  const channel = /(?:^|[\s(])#([\w-]*)$/.exec(before);
  if (channel) {
    const query = (channel[1] ?? '').toLowerCase();
    const list = state.conversations
      .filter((c) => c.kind === 'channel' && c.name.startsWith(query))
      .map((c) => ({
        face: [h('span', { class: 'option-label' }, h('strong', null, `# ${c.name}`))],
        insert: `#${c.name} `,
      }));
    return { from: before.length - query.length - 1, list: list.slice(0, 8) };
  }
  const emoji = /(?:^|\s):([a-z0-9_+-]{2,})$/.exec(before);
  if (emoji) {
    const query = emoji[1] ?? '';
    const list = [...EMOJI]
      .filter(([name]) => name.includes(query))
      .map(([name, char]) => ({
        face: [h('span', { class: 'option-label' }, `${char} :${name}:`)],
        insert: `:${name}: `,
      }));
    return { from: before.length - query.length - 1, list: list.slice(0, 8) };
  }
  return null;
}
