// @ts-check
/** The `markdown` block: the common part of Markdown, into the same tree as mrkdwn.js. */
import { parseEmoji, safeUrl } from './mrkdwn.js';

/** @typedef {import('./mrkdwn.d.ts').Inline} Inline */
/** @typedef {import('./mrkdwn.d.ts').Block} Block */

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+-]*)/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parseMarkdown(text) {
  return blocks(text.replace(/\r\n?/g, '\n').split('\n'));
}

/**
 * @param {string[]} lines
 * @returns {Block[]}
 */
function blocks(lines) {
  /** @type {Block[]} */
  const out = [];
  let i = 0;
  const at = (/** @type {number} */ n) => lines[n] ?? '';
  while (i < lines.length) {
    const line = at(i);
    if (line.trim() === '') {
      i++;
      continue;
    }
    const fence = FENCE.exec(line);
    if (fence) {
      const body = [];
      const mark = /** @type {string} */ (fence[1]);
      for (i++; i < lines.length && !at(i).trim().startsWith(mark); i++) body.push(at(i));
      i++;
      out.push({
        type: 'pre',
        children: [{ type: 'text', text: body.join('\n') }],
        ...(fence[2] ? { language: fence[2] } : {}),
      });
      continue;
    }
    const heading = HEADING.exec(line);
    if (heading) {
      out.push({ type: 'heading', level: (heading[1] ?? '#').length, children: inline(heading[2] ?? '') });
      i++;
      continue;
    }
    if (RULE.test(line)) {
      out.push({ type: 'rule' });
      i++;
      continue;
    }
    if (/^ {0,3}>/.test(line)) {
      const body = [];
      for (; i < lines.length && /^ {0,3}>/.test(at(i)); i++) body.push(at(i).replace(/^ {0,3}> ?/, ''));
      out.push({ type: 'quote', children: blocks(body) });
      continue;
    }
    if (
      line.includes('|') &&
      /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(at(i + 1)) &&
      at(i + 1).includes('-')
    ) {
      const head = cells(line);
      const align = cells(at(i + 1)).map((c) => (/^:.*:$/.test(c) ? 'center' : c.endsWith(':') ? 'right' : 'left'));
      const rows = [];
      for (i += 2; i < lines.length && at(i).includes('|') && at(i).trim() !== ''; i++)
        rows.push(cells(at(i)).map(inline));
      out.push({ type: 'table', head: head.map(inline), align, rows });
      continue;
    }
    const first = ITEM.exec(line);
    if (first) {
      const base = (first[1] ?? '').length;
      const ordered = /\d/.test(first[2] ?? '');
      /** @type {string[][]} */
      const items = [];
      for (; i < lines.length; i++) {
        const item = ITEM.exec(at(i));
        const indent = item ? (item[1] ?? '').length : (/^\s*/.exec(at(i))?.[0].length ?? 0);
        if (item && indent <= base + 1) {
          if (/\d/.test(item[2] ?? '') !== ordered || indent < base) break;
          items.push([item[3] ?? '']);
        } else if (at(i).trim() === '') {
          const next = at(i + 1);
          const nested = /^\s*/.exec(next)?.[0].length ?? 0;
          if (next.trim() === '' || (!ITEM.test(next) && nested <= base)) break;
          items.at(-1)?.push('');
        } else if (indent > base || items.length)
          items.at(-1)?.push(at(i).replace(new RegExp(`^\\s{0,${base + (first[2] ?? '-').length + 1}}`), ''));
      }
      const start = ordered ? Number.parseInt(first[2] ?? '1', 10) : 1;
      out.push({ type: 'list', ordered, start, indent: 0, items: items.map((item) => blocks(task(item))) });
      continue;
    }
    const body = [];
    for (; i < lines.length; i++) {
      const next = at(i);
      if (
        next.trim() === '' ||
        (body.length &&
          (FENCE.test(next) || HEADING.test(next) || RULE.test(next) || /^ {0,3}>/.test(next) || ITEM.test(next)))
      )
        break;
      body.push(next.trimStart());
    }
    out.push({ type: 'paragraph', children: inline(body.join('\n').trimEnd()) });
  }
  return out;
}

/** @param {string[]} item */
function task(item) {
  const [first = '', ...rest] = item;
  return [first.replace(/^\[ \]\s/, '☐ ').replace(/^\[[xX]\]\s/, '☑ '), ...rest];
}

/** @param {string} row */
function cells(row) {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((c) => c.trim().replace(/\\\|/g, '|'));
}

/**
 * What may begin at one place of a line: a pattern, what must not stand before it, and what it means.
 * @type {{ pattern: RegExp, notAfter?: RegExp, node: (m: RegExpExecArray) => Inline }[]}
 */
const RULES = [
  { pattern: /^\\([!-/:-@[-`{-~])/, node: (m) => ({ type: 'text', text: m[1] ?? '' }) },
  {
    pattern: /^(`+)([\s\S]*?[^`])\1(?!`)/,
    node: (m) => ({ type: 'code', children: [{ type: 'text', text: (m[2] ?? '').replace(/^ (.*) $/, '$1') }] }),
  },
  { pattern: /^\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)/, node: (m) => ({ type: 'bold', children: inline(m[1] ?? '') }) },
  {
    pattern: /^__(?=\S)([\s\S]*?\S)__(?!\w)/,
    notAfter: /\w/,
    node: (m) => ({ type: 'bold', children: inline(m[1] ?? '') }),
  },
  { pattern: /^~~(?=\S)([\s\S]*?\S)~~/, node: (m) => ({ type: 'strike', children: inline(m[1] ?? '') }) },
  {
    pattern: /^\*(?=[^\s*])((?:[^*]|\*\*[^*]+\*\*)*[^\s*]|\S)\*(?!\*)/,
    node: (m) => ({ type: 'italic', children: inline(m[1] ?? '') }),
  },
  {
    pattern: /^_(?=[^\s_])([\s\S]*?[^\s_])_(?!\w)/,
    notAfter: /\w/,
    node: (m) => ({ type: 'italic', children: inline(m[1] ?? '') }),
  },
  {
    pattern: /^!?\[([^\]]*)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/,
    node: (m) => {
      const url = safeUrl(m[2]);
      const label = m[1] || m[2] || '';
      return url ? { type: 'link', url, children: inline(label) } : { type: 'text', text: label };
    },
  },
  { pattern: /^<@([UW][A-Z0-9]+)>/, node: (m) => ({ type: 'user', id: m[1] ?? '' }) },
  { pattern: /^<(https?:\/\/[^\s>|]+)>/, node: (m) => bare(m[1] ?? '') },
  {
    pattern: /^https?:\/\/[^\s<>)\]]*[^\s<>)\].,;:!?*_~'"]/,
    notAfter: /\w/,
    node: (m) => bare(m[0]),
  },
];

/**
 * @param {string} url
 * @returns {Inline}
 */
const bare = (url) => ({ type: 'link', url, children: [{ type: 'text', text: url }] });

/**
 * @param {string} text
 * @returns {Inline[]}
 */
export function inline(text) {
  /** @type {Inline[]} */
  const out = [];
  let plain = '';
  let i = 0;
  while (i < text.length) {
    const found = /[\\`*_~[!<h]/.test(text[i] ?? '') ? match(text.slice(i), text[i - 1] ?? ' ') : null;
    if (!found) {
      plain += text[i];
      i++;
      continue;
    }
    out.push(...parseEmoji(plain), found.node);
    plain = '';
    i += found.length;
  }
  return [...out, ...parseEmoji(plain)];
}

/**
 * @param {string} rest
 * @param {string} before
 */
function match(rest, before) {
  for (const rule of RULES) {
    const m = rule.notAfter?.test(before) ? null : rule.pattern.exec(rest);
    if (m) return { node: rule.node(m), length: m[0].length };
  }
  return null;
}
