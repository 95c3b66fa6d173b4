// @ts-check
/** The trees of mrkdwn.js and markdown.js as DOM nodes. */
import { h } from './dom.js';
import { formatDate, parseEmoji, parseMrkdwn, richTextTree, safeUrl } from './mrkdwn.js';
import { conversationById, store, userById } from './store.js';

/** @typedef {import('./mrkdwn.d.ts').Inline} Inline */
/** @typedef {import('./mrkdwn.d.ts').Block} Block */
/** @typedef {Record<string, any>} Obj */

/**
 * @param {Inline[]} nodes
 * @returns {Node[]}
 */
export function inlineNodes(nodes) {
  return nodes.map(inlineNode);
}

/**
 * @param {Inline} node
 * @returns {Node}
 */
function inlineNode(node) {
  switch (node.type) {
    case 'text':
      return document.createTextNode(node.text);
    case 'break':
      return h('br');
    case 'bold':
      return h('strong', null, inlineNodes(node.children));
    case 'italic':
      return h('em', null, inlineNodes(node.children));
    case 'strike':
      return h('s', null, inlineNodes(node.children));
    case 'underline':
      return h('u', null, inlineNodes(node.children));
    case 'highlight':
      return h('mark', null, inlineNodes(node.children));
    case 'code':
      return h('code', null, inlineNodes(node.children));
    case 'link':
      return link(node.url, ...inlineNodes(node.children));
    case 'user': {
      const user = userById(node.id);
      const me = node.id === store.state?.me.id;
      return h(
        'span',
        { class: me ? 'mention mention-me' : 'mention', 'data-user': node.id },
        `@${user?.realName ?? node.label ?? node.id}`,
      );
    }
    case 'channel': {
      const channel = conversationById(node.id);
      const name = channel?.kind === 'channel' ? channel.name : (node.label ?? node.id);
      return channel
        ? h('a', { class: 'mention', href: `#/${node.id}` }, `#${name}`)
        : h('span', { class: 'mention' }, `#${name}`);
    }
    case 'usergroup':
      return h('span', { class: 'mention' }, node.label?.startsWith('@') ? node.label : `@${node.label ?? node.id}`);
    case 'broadcast':
      return h('span', { class: 'mention mention-me' }, `@${node.range}`);
    case 'date': {
      const at = new Date(node.ts * 1000);
      const text = formatDate(node.ts, node.format) || node.fallback;
      const time = h(
        'time',
        {
          datetime: Number.isNaN(at.getTime()) ? undefined : at.toISOString(),
          title: Number.isNaN(at.getTime()) ? undefined : at.toLocaleString(),
        },
        text,
      );
      return node.url && safeUrl(node.url) ? link(node.url, time) : time;
    }
    case 'emoji':
      return h(
        'span',
        { class: 'emoji', role: 'img', 'aria-label': node.name.replaceAll('_', ' '), title: `:${node.name}:` },
        node.char,
      );
    case 'color': {
      const swatch = h('span', { class: 'swatch' });
      if (/^#[0-9a-f]{3,8}$/i.test(node.value)) swatch.style.backgroundColor = node.value;
      return h('span', null, swatch, node.value);
    }
  }
}

/**
 * @param {string} url
 * @param {...Node} children
 */
export function link(url, ...children) {
  const safe = safeUrl(url);
  return safe
    ? h('a', { href: safe, target: '_blank', rel: 'noopener noreferrer' }, children)
    : h('span', null, children);
}

/**
 * @param {Block[]} blocks
 * @returns {Node[]}
 */
export const blockNodes = (blocks) => blocks.map(blockNode);

/**
 * @param {Block} block
 * @returns {Node}
 */
function blockNode(block) {
  switch (block.type) {
    case 'paragraph':
      return h('div', { class: 'para' }, inlineNodes(trimmed(block.children)));
    case 'pre':
      return h('pre', { tabindex: '0' }, h('code', null, inlineNodes(block.children)));
    case 'quote':
      return h('blockquote', null, blockNodes(block.children));
    case 'heading':
      return h(
        /** @type {'h3'} */ (`h${Math.min(6, block.level + 2)}`),
        { class: `md-heading md-h${block.level}` },
        inlineNodes(block.children),
      );
    case 'list': {
      const list = h(block.ordered ? 'ol' : 'ul', {
        class: `list indent-${Math.min(8, block.indent)}${block.border ? ' bordered' : ''}`,
        start: block.ordered && block.start !== 1 ? block.start : undefined,
      });
      for (const item of block.items) list.append(h('li', null, blockNodes(item)));
      return list;
    }
    case 'table':
      return h(
        'div',
        { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' },
        h(
          'table',
          { class: 'grid' },
          h(
            'thead',
            null,
            h(
              'tr',
              null,
              block.head.map((c, k) =>
                h('th', { scope: 'col', class: `align-${block.align[k] ?? 'left'}` }, inlineNodes(c)),
              ),
            ),
          ),
          h(
            'tbody',
            null,
            block.rows.map((row) =>
              h(
                'tr',
                null,
                row.map((c, k) => h('td', { class: `align-${block.align[k] ?? 'left'}` }, inlineNodes(c))),
              ),
            ),
          ),
        ),
      );
    case 'rule':
      return h('hr');
  }
}

/**
 * A section ends with a newline in Slack's own rich text; shown, it would be an empty line.
 * @param {Inline[]} nodes
 */
function trimmed(nodes) {
  return nodes.at(-1)?.type === 'break' ? nodes.slice(0, -1) : nodes;
}

/**
 * @param {string} text
 * @param {{ verbatim?: boolean }} [options]
 */
export const mrkdwnNodes = (text, options) => blockNodes(parseMrkdwn(text, options));

/** @param {Obj} block */
export const richTextNodes = (block) => blockNodes(richTextTree(block));

/**
 * A text object, plain or mrkdwn.
 * @param {Obj | string | null | undefined} text
 * @returns {Node[]}
 */
export function textNodes(text) {
  if (!text) return [];
  if (typeof text === 'string') return inlineNodes(parseEmoji(text));
  if (text['type'] === 'mrkdwn')
    return mrkdwnNodes(String(text['text'] ?? ''), { verbatim: text['verbatim'] === true });
  if (text['type'] === 'rich_text') return richTextNodes(text);
  return inlineNodes(parseEmoji(String(text['text'] ?? ''), text['emoji'] !== false));
}

/**
 * A text object as a plain string, for labels and titles.
 * @param {Obj | string | null | undefined} text
 */
export function plainOf(text) {
  return textNodes(text)
    .map((n) => n.textContent ?? '')
    .join('')
    .trim();
}
