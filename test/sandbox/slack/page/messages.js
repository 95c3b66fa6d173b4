// @ts-check
/** Messages of a conversation and of a thread. */

import { act } from './api.js';
import { buildBlock, fileNodes } from './blocks.js';
import { ask } from './dialog.js';
import { h, icon, iconButton, keepFocus, reconcile } from './dom.js';
import { avatar } from './elements.js';
import { EMOJI } from './emoji.js';
import { ago, decodeText, flatten, formatDate, markMentions } from './mrkdwn.js';
import { openMenu } from './popup.js';
import { hooks, nameOf, names, store, userById } from './store.js';
import { mrkdwnNodes } from './text.js';
import { Values } from './values.js';

/** @typedef {Record<string, any>} Obj */
/** @typedef {import('../protocol.ts').PageMessage} PageMessage */
/** @typedef {import('../protocol.ts').PageConversation} PageConversation */
/**
 * @typedef {{ kind: 'day', key: string, label: string } | { kind: 'new', key: string }
 *   | { kind: 'replies', key: string, count: number }
 *   | { kind: 'message', key: string, message: PageMessage, compact: boolean, replies: PageMessage[], editing: boolean }} Item
 */

/** Choices in messages, by message. @type {Map<string, Values>} */
const values = new Map();

/** The message that is being edited. */
let editing = '';

/** @param {PageMessage} m */
export const isReply = (m) => m.threadTs !== undefined && m.threadTs !== m.ts;

/** @param {string} ts */
const seconds = (ts) => Number(ts.split('.')[0]);

/** Repaints after something that only this page knows of. */
let repaint = () => {};
/** @param {() => void} run */
export const onRepaint = (run) => {
  repaint = run;
};

/**
 * @param {HTMLElement} list
 * @param {PageConversation} conversation
 * @param {PageMessage[]} messages
 * @param {{ inThread: boolean, newFrom?: string | undefined }} options
 */
export function renderMessages(list, conversation, messages, { inThread, newFrom }) {
  /** @type {Item[]} */
  const items = [];
  let day = '';
  /** @type {PageMessage | null} */
  let previous = null;
  for (const message of messages) {
    const label = formatDate(seconds(message.ts), '{day_divider_pretty}');
    if (!inThread && label !== day) {
      items.push({ kind: 'day', key: `day:${label}`, label });
      day = label;
      previous = null;
    }
    if (message.ts === newFrom) {
      items.push({ kind: 'new', key: 'new' });
      previous = null;
    }
    const compact =
      previous !== null &&
      previous.user === message.user &&
      !previous.ephemeral &&
      !message.ephemeral &&
      seconds(message.ts) - seconds(previous.ts) < 300 &&
      !(inThread && previous === messages[0]);
    const replies = inThread
      ? []
      : conversation.messages.filter((m) => isReply(m) && m.threadTs === message.ts && !m.ephemeral);
    items.push({
      kind: 'message',
      key: `${message.ts}${message.ephemeral ? ':e' : ''}`,
      message,
      compact,
      replies,
      editing: editing === `${conversation.id}:${message.ts}`,
    });
    if (inThread && message === messages[0])
      items.push({ kind: 'replies', key: 'replies', count: messages.length - 1 });
    previous = message;
  }
  keepFocus(() =>
    reconcile(list, items, {
      key: (item) => item.key,
      signature: (item) =>
        item.kind === 'message'
          ? JSON.stringify([
              item.message,
              item.compact,
              item.editing,
              item.replies.map((r) => [r.user, r.ts]),
              item.replies.length,
            ])
          : JSON.stringify(item),
      build: (item) => {
        if (item.kind === 'day')
          return h(
            'li',
            { class: 'day', role: 'presentation' },
            h('span', { role: 'separator', 'aria-label': item.label }, item.label),
          );
        if (item.kind === 'new')
          return h(
            'li',
            { class: 'new-line', role: 'presentation' },
            h('span', { role: 'separator', 'aria-label': 'New messages' }, 'New'),
          );
        if (item.kind === 'replies')
          return h(
            'li',
            { class: 'replies-line', role: 'presentation' },
            h(
              'span',
              null,
              item.count === 0 ? 'No replies yet' : item.count === 1 ? '1 reply' : `${item.count} replies`,
            ),
          );
        return messageNode(item, conversation, inThread);
      },
    }),
  );
}

/**
 * @param {Extract<Item, { kind: 'message' }>} item
 * @param {PageConversation} conversation
 * @param {boolean} inThread
 */
function messageNode({ message, compact, replies, editing: edits }, conversation, inThread) {
  const user = userById(message.user);
  const at = new Date(seconds(message.ts) * 1000);
  const time = h(
    'time',
    { class: 'message-time', datetime: at.toISOString(), title: at.toLocaleString() },
    formatDate(seconds(message.ts), '{time}'),
  );
  const name = nameOf(message.user);
  const head = compact
    ? h('span', { class: 'visually-hidden' }, `${name}: `)
    : h(
        'div',
        { class: 'message-head' },
        h('span', { class: 'author' }, name),
        user?.isBot && h('span', { class: 'badge' }, 'APP'),
        time,
      );
  const content = edits
    ? editor(message, conversation)
    : h('div', { class: 'message-body' }, bodyNodes(message, conversation));
  const rootReplies = !inThread && (message.replyCount > 0 || replies.length > 0);
  return h(
    'li',
    {
      class: `message${compact ? ' compact' : ''}${message.ephemeral ? ' ephemeral' : ''}${edits ? ' editing' : ''}`,
      'data-testid': 'message',
      'data-ts': message.ts,
      'data-user': message.user,
      'data-scope': `${inThread ? 'thread' : 'main'}:${message.ts}`,
    },
    message.ephemeral && h('div', { class: 'ephemeral-note' }, icon('eye', 14), ' Only visible to you'),
    h('div', { class: 'message-gutter' }, compact ? time : avatar(message.user)),
    h(
      'div',
      { class: 'message-main' },
      head,
      content,
      message.files.length > 0 && h('div', { class: 'files' }, fileNodes(message.files)),
      (message.reactions ?? []).length > 0 && h('div', { class: 'reactions' }, message.reactions.map(reactionNode)),
      rootReplies && repliesLink(message, replies, conversation),
    ),
    edits ? null : toolbar(message, conversation, inThread),
  );
}

/** @param {{ name: string; count: number }} reaction */
const reactionNode = ({ name, count }) =>
  h(
    'span',
    { class: 'reaction', role: 'img', 'aria-label': `${name.replaceAll('_', ' ')}, ${count}`, title: `:${name}:` },
    `${EMOJI.get(name) ?? `:${name}:`} ${count}`,
  );

/**
 * @param {PageMessage} message
 * @param {PageConversation} conversation
 */
function bodyNodes(message, conversation) {
  const key = `${conversation.id}:${message.ts}`;
  const held = values.get(key) ?? new Values();
  values.set(key, held);
  const attachments = /** @type {Obj[]} */ (/** @type {Obj} */ (message)['attachments'] ?? []);
  held.sync([...message.blocks, ...attachments.flatMap((a) => a['blocks'] ?? [])]);
  const surface = {
    container: /** @type {const} */ ({ kind: 'message', channel: conversation.id, ts: message.ts }),
    values: held,
    channel: conversation.id,
  };
  /** @type {Node[]} */
  const nodes =
    message.blocks.length > 0
      ? message.blocks.map((b) => buildBlock(b, surface))
      : message.text
        ? [h('div', { class: 'text' }, mrkdwnNodes(message.text))]
        : [];
  for (const attachment of attachments) {
    const bar = h(
      'div',
      { class: 'attachment' },
      (attachment['blocks'] ?? []).map((/** @type {Obj} */ b) => buildBlock(b, surface)),
      !attachment['blocks'] && mrkdwnNodes(String(attachment['text'] ?? attachment['fallback'] ?? '')),
    );
    if (/^#?[0-9a-f]{3,6}$/i.test(attachment['color'] ?? ''))
      bar.style.borderColor = `#${String(attachment['color']).replace('#', '')}`;
    nodes.push(bar);
  }
  if (message.edited) nodes.push(h('span', { class: 'edited' }, '(edited)'));
  return nodes;
}

/**
 * @param {PageMessage} message
 * @param {PageMessage[]} replies
 * @param {PageConversation} conversation
 */
function repliesLink(message, replies, conversation) {
  const count = Math.max(message.replyCount, replies.length);
  const people = [...new Set(replies.map((r) => r.user))].slice(0, 4);
  const last = replies.at(-1);
  return h(
    'button',
    {
      type: 'button',
      class: 'replies',
      'data-testid': 'replies',
      'data-focus': 'replies',
      onclick: () => hooks.openConversation(conversation.id, message.ts),
    },
    people.map((id) => avatar(id, 'small')),
    h('span', { class: 'replies-count' }, count === 1 ? '1 reply' : `${count} replies`),
    last && h('span', { class: 'replies-last' }, `Last reply ${ago(seconds(last.ts), Date.now() / 1000)}`),
  );
}

/**
 * @param {PageMessage} message
 * @param {PageConversation} conversation
 * @param {boolean} inThread
 */
function toolbar(message, conversation, inThread) {
  if (message.ephemeral) return null;
  const mine = message.user === store.state?.me.id;
  const shortcuts = store.state?.app.messageShortcuts ?? [];
  const more = iconButton('more', 'More actions', {
    'aria-haspopup': 'menu',
    'aria-expanded': 'false',
    'data-testid': 'more-actions',
    'data-focus': 'more',
  });
  more.addEventListener('click', () =>
    openMenu(
      more,
      [
        ...(inThread
          ? []
          : [
              {
                label: 'Reply in thread',
                icon: icon('reply'),
                run: () => hooks.openConversation(conversation.id, message.threadTs ?? message.ts),
              },
            ]),
        ...(mine
          ? [
              {
                label: 'Edit message',
                icon: icon('edit'),
                testid: 'edit-message',
                run: () => edit(conversation.id, message.ts),
              },
            ]
          : []),
        ...(shortcuts.length ? [/** @type {const} */ ('divider'), { heading: store.state?.app.name ?? 'Apps' }] : []),
        ...shortcuts.map((s) => ({
          label: s.name,
          description: s.description,
          icon: icon('bolt'),
          testid: `message-shortcut-${s.callbackId}`,
          run: () =>
            void act({
              kind: 'messageShortcut',
              callbackId: s.callbackId,
              channel: conversation.id,
              ts: message.ts,
            }).then((a) => !a.ok && hooks.notify(a.error)),
        })),
        ...(mine
          ? [
              /** @type {const} */ ('divider'),
              {
                label: 'Delete message…',
                danger: true,
                icon: icon('trash'),
                testid: 'delete-message',
                run: () => void remove(conversation, message),
              },
            ]
          : []),
      ],
      { label: 'More actions', align: 'end' },
    ),
  );
  return h(
    'div',
    { class: 'message-tools', role: 'toolbar', 'aria-label': `Actions for the message of ${nameOf(message.user)}` },
    inThread
      ? null
      : iconButton('reply', 'Reply in thread', {
          'data-testid': 'reply-in-thread',
          'data-focus': 'reply',
          onclick: () => hooks.openConversation(conversation.id, message.threadTs ?? message.ts),
        }),
    more,
  );
}

/**
 * @param {string} channel
 * @param {string} ts
 */
export function edit(channel, ts) {
  editing = ts === '' ? '' : `${channel}:${ts}`;
  repaint();
  const field = /** @type {HTMLTextAreaElement | null} */ (document.querySelector('[data-testid=edit-field]'));
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}

/**
 * @param {PageMessage} message
 * @param {PageConversation} conversation
 */
function editor(message, conversation) {
  const field = h('textarea', {
    class: 'text-field text-area',
    rows: 2,
    'aria-label': 'Edit message',
    'data-testid': 'edit-field',
    'data-focus': 'edit',
    value: decodeText(message.text, names()),
  });
  const stop = () => {
    edit(conversation.id, '');
    /** @type {HTMLElement | null} */ (document.querySelector('[data-testid=composer]'))?.focus();
  };
  const save = async () => {
    const text = field.value.trim();
    if (text === '') return remove(conversation, message);
    const answer = await act({
      kind: 'edit',
      channel: conversation.id,
      ts: message.ts,
      text: markMentions(text, names()),
    });
    if (answer.ok) stop();
    else hooks.notify(answer.error);
  };
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      stop();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void save();
    }
  });
  return h(
    'div',
    { class: 'editor' },
    field,
    h(
      'div',
      { class: 'editor-bar' },
      h('button', { type: 'button', class: 'btn', onclick: stop }, 'Cancel'),
      h(
        'button',
        { type: 'button', class: 'btn btn-primary', 'data-testid': 'edit-save', onclick: () => void save() },
        'Save',
      ),
    ),
  );
}

/**
 * @param {PageConversation} conversation
 * @param {PageMessage} message
 */
async function remove(conversation, message) {
  const yes = await ask({
    title: 'Delete message',
    body: `Are you sure you want to delete this message? This cannot be undone.\n\n“${flatten(message.text, names()).slice(0, 140)}”`,
    confirm: 'Delete',
    deny: 'Cancel',
    danger: true,
  });
  if (!yes) return;
  const answer = await act({ kind: 'delete', channel: conversation.id, ts: message.ts });
  if (!answer.ok) hooks.notify(answer.error);
  else edit(conversation.id, '');
}
