// @ts-check
/**
 * Slack's text, without a DOM: `mrkdwn` and `rich_text` become one small tree that text.js turns into nodes, and what a
 * person types in the composer becomes the text that Slack would send.
 */
import { EMOJI } from './emoji.js';

/** @typedef {import('./mrkdwn.d.ts').Inline} Inline */
/** @typedef {import('./mrkdwn.d.ts').Block} Block */
/** @typedef {import('./mrkdwn.d.ts').Names} Names */
/** @typedef {Record<string, any>} Obj */

const WORD = /[\p{L}\p{N}]/u;
const STYLE = /** @type {const} */ ({ '*': 'bold', _: 'italic', '~': 'strike' });

/** @param {string} text */
export const unescapeText = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** @param {string} text */
export const escapeText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * Only what a link in a message may safely lead to.
 * @param {unknown} url
 */
export function safeUrl(url) {
  return typeof url === 'string' && /^(https?:|mailto:|tel:|slack:)/i.test(url.trim()) ? url.trim() : null;
}

/**
 * @param {string} text
 * @param {{ verbatim?: boolean }} [options]
 * @returns {Block[]}
 */
export function parseMrkdwn(text, options = {}) {
  /** @type {Block[]} */
  const blocks = [];
  let from = 0;
  const prose = (/** @type {number} */ to) => {
    // The line ends next to a code block belong to it.
    let piece = text.slice(from, to);
    if (from > 0) piece = piece.replace(/^ *\n/, '');
    if (to < text.length) piece = piece.replace(/\n$/, '');
    if (piece !== '') blocks.push(...parseLines(piece, options));
  };
  for (const fence of text.matchAll(/```([\s\S]*?)```/g)) {
    const code = (fence[1] ?? '').replace(/^\n|\n$/g, '');
    if (code.trim() === '') continue;
    prose(fence.index);
    blocks.push({ type: 'pre', children: plainTokens(code) });
    from = fence.index + fence[0].length;
  }
  prose(text.length);
  return blocks;
}

/**
 * @param {string} text
 * @param {{ verbatim?: boolean }} options
 * @returns {Block[]}
 */
function parseLines(text, options) {
  /** @type {Block[]} */
  const blocks = [];
  let rest = false;
  for (const line of text.split('\n')) {
    const quote = /^(?:>|&gt;){3}\s?/.exec(line);
    if (quote) rest = true;
    const single = /^(?:>|&gt;)\s?/.exec(line);
    const type = rest || single ? 'quote' : 'paragraph';
    const body = line.slice((quote ?? single)?.[0].length ?? 0);
    const children = parseInline(body, options);
    const last = blocks.at(-1);
    if (type === 'quote') {
      const inner = last?.type === 'quote' ? last.children[0] : undefined;
      if (inner?.type === 'paragraph') inner.children.push({ type: 'break' }, ...children);
      else blocks.push({ type: 'quote', children: [{ type: 'paragraph', children }] });
    } else if (last?.type === 'paragraph') last.children.push({ type: 'break' }, ...children);
    else blocks.push({ type: 'paragraph', children });
  }
  return blocks;
}

/**
 * @param {string} text
 * @param {{ verbatim?: boolean }} [options]
 * @returns {Inline[]}
 */
export function parseInline(text, options = {}) {
  /** @type {Inline[]} */
  const out = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') out.push({ type: 'text', text: plain });
    plain = '';
  };
  let i = 0;
  while (i < text.length) {
    const c = /** @type {string} */ (text[i]);
    if (c === '\n') {
      flush();
      out.push({ type: 'break' });
      i++;
      continue;
    }
    if (c === '<') {
      const end = text.indexOf('>', i);
      const token = end > i + 1 ? angle(text.slice(i + 1, end)) : null;
      if (token) {
        flush();
        out.push(token);
        i = end + 1;
        continue;
      }
    } else if (c === '`') {
      const end = text.indexOf('`', i + 1);
      const inside = text.slice(i + 1, end);
      if (end > i + 1 && inside.trim() !== '' && !inside.includes('\n')) {
        flush();
        out.push({ type: 'code', children: plainTokens(inside) });
        i = end + 1;
        continue;
      }
    } else if (c === '*' || c === '_' || c === '~') {
      const end = opens(text, i) ? closing(text, i) : -1;
      if (end > 0) {
        flush();
        out.push({ type: STYLE[c], children: parseInline(text.slice(i + 1, end), options) });
        i = end + 1;
        continue;
      }
    } else if (c === ':') {
      const match = /^:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/.exec(text.slice(i, i + 64));
      const char = match && EMOJI.get(/** @type {string} */ (match[1]));
      if (match && char) {
        flush();
        out.push({ type: 'emoji', name: /** @type {string} */ (match[1]), char });
        i += match[0].length;
        continue;
      }
    } else if (c === '&') {
      const match = /^&(?:amp|lt|gt);/.exec(text.slice(i, i + 5));
      if (match) {
        plain += unescapeText(match[0]);
        i += match[0].length;
        continue;
      }
    } else if (c === 'h' && !options.verbatim && !WORD.test(text[i - 1] ?? ' ')) {
      const match = /^https?:\/\/[^\s<>|`]+/.exec(text.slice(i));
      if (match) {
        const raw = match[0].replace(/(?:[.,;:!?*_~'")\]]|&[lg]t;.*)+$/, '');
        if (raw.length > 'https://'.length) {
          flush();
          const url = unescapeText(raw);
          out.push({ type: 'link', url, children: [{ type: 'text', text: url }] });
          i += raw.length;
          continue;
        }
      }
    }
    plain += c;
    i++;
  }
  flush();
  return out;
}

/**
 * @param {string} text
 * @param {number} at
 */
function opens(text, at) {
  const before = text[at - 1] ?? ' ';
  const after = text[at + 1] ?? ' ';
  return !WORD.test(before) && before !== text[at] && !/\s/.test(after) && after !== text[at];
}

/**
 * Where the style that opens at `from` closes on the same line, or -1. Code and `<…>` are passed over whole.
 * @param {string} text
 * @param {number} from
 */
function closing(text, from) {
  for (let j = from + 1; j < text.length; j++) {
    const c = text[j];
    if (c === '\n') return -1;
    if (c === '`' || c === '<') {
      const end = text.indexOf(c === '<' ? '>' : '`', j + 1);
      if (end > 0) {
        j = end;
        continue;
      }
    }
    if (c !== text[from] || j === from + 1) continue;
    const after = text[j + 1] ?? ' ';
    if (!/\s/.test(text[j - 1] ?? ' ') && !WORD.test(after) && after !== c) return j;
  }
  return -1;
}

/**
 * `<…>`: a mention, a date or a link; null if it is none of them and stays text.
 * @param {string} body
 * @returns {Inline | null}
 */
function angle(body) {
  const bar = body.indexOf('|');
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeText(body.slice(bar + 1));
  const withLabel = label ? { label } : {};
  if (/^@[UWB][A-Z0-9]+$/.test(head)) return { type: 'user', id: head.slice(1), ...withLabel };
  if (/^#[CGD][A-Z0-9]+$/.test(head)) return { type: 'channel', id: head.slice(1), ...withLabel };
  const range = /^!(here|channel|everyone)$/.exec(head)?.[1];
  if (range) return { type: 'broadcast', range };
  if (head.startsWith('!subteam^')) return { type: 'usergroup', id: head.slice(9), ...withLabel };
  if (head.startsWith('!date^')) {
    const [, ts = '', format = '', url] = head.split('^');
    if (!/^\d+$/.test(ts) || format === '') return label === undefined ? null : { type: 'text', text: label };
    return { type: 'date', ts: Number(ts), format, fallback: label ?? '', ...(url ? { url } : {}) };
  }
  if (head.startsWith('!')) return { type: 'text', text: label ?? `<${head}>` };
  const url = safeUrl(unescapeText(head));
  if (!url) return /^[a-z][a-z0-9+.-]*:/i.test(head) ? { type: 'text', text: label ?? head } : null;
  const shown = label || url.replace(/^(mailto|tel):/i, '');
  return { type: 'link', url, children: parseEmoji(shown) };
}

/**
 * plain_text: never mrkdwn, but `:emoji:` unless that is switched off.
 * @param {string} text
 * @param {boolean} [emoji]
 * @returns {Inline[]}
 */
export function parseEmoji(text, emoji = true) {
  /** @type {Inline[]} */
  const out = [];
  const pieces = emoji ? text.split(/(:[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?)/) : [text];
  for (const piece of pieces) {
    const name = emoji ? /^:([^:]+):/.exec(piece)?.[1] : undefined;
    const char = name ? EMOJI.get(name) : undefined;
    if (name && char) out.push({ type: 'emoji', name, char });
    else if (piece !== '') {
      for (const [k, line] of piece.split('\n').entries()) {
        if (k > 0) out.push({ type: 'break' });
        const last = out.at(-1);
        if (last?.type === 'text') last.text += line;
        else if (line !== '') out.push({ type: 'text', text: line });
      }
    }
  }
  return out;
}

/**
 * Inside code only mentions and links mean something.
 * @param {string} text
 * @returns {Inline[]}
 */
function plainTokens(text) {
  /** @type {Inline[]} */
  const out = [];
  for (const piece of text.split(/(<[^<>\n]+>)/)) {
    const token = /^<.+>$/.test(piece) ? angle(piece.slice(1, -1)) : null;
    if (token) out.push(token);
    else if (piece !== '') out.push({ type: 'text', text: unescapeText(piece) });
  }
  return out;
}

/**
 * @param {Obj} block a `rich_text` block
 * @returns {Block[]}
 */
export function richTextTree(block) {
  /** @type {Block[]} */
  const out = [];
  for (const part of /** @type {Obj[]} */ (block['elements'] ?? [])) {
    const border = part['border'] ? { border: true } : {};
    if (part['type'] === 'rich_text_list') {
      const items = /** @type {Obj[]} */ (part['elements'] ?? []).map(
        (item) => /** @type {Block[]} */ ([{ type: 'paragraph', children: richInline(item['elements'] ?? []) }]),
      );
      const ordered = part['style'] === 'ordered';
      out.push({
        type: 'list',
        ordered,
        start: 1 + Number(part['offset'] ?? 0),
        indent: Number(part['indent'] ?? 0),
        items,
        ...border,
      });
    } else if (part['type'] === 'rich_text_quote') {
      out.push({ type: 'quote', children: [{ type: 'paragraph', children: richInline(part['elements'] ?? []) }] });
    } else if (part['type'] === 'rich_text_preformatted') {
      out.push({ type: 'pre', children: richInline(part['elements'] ?? [], true) });
    } else if (part['type'] === 'rich_text_section') {
      out.push({ type: 'paragraph', children: richInline(part['elements'] ?? []) });
    } else out.push({ type: 'paragraph', children: richInline([part]) });
  }
  return out;
}

/**
 * @param {Obj[]} elements
 * @param {boolean} [preformatted]
 * @returns {Inline[]}
 */
function richInline(elements, preformatted = false) {
  return elements.flatMap((element) => {
    let nodes = richLeaf(element, preformatted);
    const style = element['style'] ?? {};
    if (style['code']) nodes = [{ type: 'code', children: nodes }];
    if (style['strike']) nodes = [{ type: 'strike', children: nodes }];
    if (style['underline']) nodes = [{ type: 'underline', children: nodes }];
    if (style['italic']) nodes = [{ type: 'italic', children: nodes }];
    if (style['bold']) nodes = [{ type: 'bold', children: nodes }];
    if (style['highlight'] || style['client_highlight']) nodes = [{ type: 'highlight', children: nodes }];
    return nodes;
  });
}

/**
 * @param {Obj} element
 * @param {boolean} preformatted
 * @returns {Inline[]}
 */
function richLeaf(element, preformatted) {
  switch (element['type']) {
    case 'text': {
      const text = String(element['text'] ?? '');
      return preformatted ? [{ type: 'text', text }] : parseEmoji(text, false);
    }
    case 'link': {
      const url = safeUrl(element['url']);
      const text = String(element['text'] || element['url'] || '');
      return url ? [{ type: 'link', url, children: [{ type: 'text', text }] }] : [{ type: 'text', text }];
    }
    case 'user':
      return [{ type: 'user', id: String(element['user_id']) }];
    case 'channel':
      return [{ type: 'channel', id: String(element['channel_id']) }];
    case 'usergroup':
      return [{ type: 'usergroup', id: String(element['usergroup_id']) }];
    case 'team':
      return [{ type: 'usergroup', id: String(element['team_id']) }];
    case 'broadcast':
      return [{ type: 'broadcast', range: String(element['range']) }];
    case 'emoji': {
      const name = String(element['name']);
      const code = String(element['unicode'] ?? '');
      const points = /^[0-9a-f]+(-[0-9a-f]+)*$/i.test(code) ? code.split('-').map((p) => Number.parseInt(p, 16)) : [];
      const char =
        points.length && points.every((p) => p <= 0x10ffff) ? String.fromCodePoint(...points) : EMOJI.get(name);
      return char ? [{ type: 'emoji', name, char }] : [{ type: 'text', text: `:${name}:` }];
    }
    case 'date': {
      const url = element['url'] ? { url: String(element['url']) } : {};
      const fallback = String(element['fallback'] ?? '');
      return [
        {
          type: 'date',
          ts: Number(element['timestamp']),
          format: String(element['format'] ?? '{date}'),
          fallback,
          ...url,
        },
      ];
    }
    case 'color':
      return [{ type: 'color', value: String(element['value']) }];
    default:
      return element['text'] ? [{ type: 'text', text: String(element['text']) }] : [];
  }
}

/**
 * `<!date^…>`'s format in words.
 * @param {number} ts seconds
 * @param {string} format
 * @param {{ now?: number, timeZone?: string, locale?: string }} [options]
 */
export function formatDate(ts, format, options = {}) {
  const locale = options.locale ?? 'en-US';
  const zone = options.timeZone ? { timeZone: options.timeZone } : {};
  const at = new Date(ts * 1000);
  if (Number.isNaN(at.getTime())) return '';
  const now = new Date(options.now ?? Date.now());
  /** @param {Intl.DateTimeFormatOptions} o @param {Date} [d] */
  const intl = (o, d = at) => new Intl.DateTimeFormat(locale, { ...o, ...zone }).format(d);
  /** @param {Date} d */
  const key = (d) => intl({ year: 'numeric', month: '2-digit', day: '2-digit' }, d);
  const days = [-1, 0, 1].find((n) => key(new Date(now.getTime() + n * 86_400_000)) === key(at));
  const near = days === undefined ? null : { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
  const day = Number(intl({ day: 'numeric' }));
  const suffix =
    day % 10 === 1 && day !== 11
      ? 'st'
      : day % 10 === 2 && day !== 12
        ? 'nd'
        : day % 10 === 3 && day !== 13
          ? 'rd'
          : 'th';
  const year = intl({ year: 'numeric' });
  const long = `${intl({ month: 'long' })} ${day}${suffix}, ${year}`;
  const short = intl({ month: 'short', day: 'numeric', year: 'numeric' });
  const longest = `${intl({ weekday: 'long' })}, ${long}`;
  const number = `${year}-${intl({ month: '2-digit' })}-${intl({ day: '2-digit' })}`;
  /** @type {Record<string, string>} */
  const values = {
    date_num: number,
    date_slash: intl({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    date: long,
    date_short: short,
    date_long: longest,
    date_pretty: near ?? long,
    date_short_pretty: near ?? short,
    date_long_pretty: near ?? longest,
    date_long_full: longest,
    day_divider_pretty: near ?? `${intl({ weekday: 'long' })}, ${intl({ month: 'long' })} ${day}${suffix}`,
    time: intl({ hour: 'numeric', minute: '2-digit' }),
    time_secs: intl({ hour: 'numeric', minute: '2-digit', second: '2-digit' }),
    ago: ago(ts, now.getTime() / 1000, locale),
  };
  const text = format.replace(/\{([a-z_]+)\}/g, (whole, name) => values[name] ?? whole);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {number} ts
 * @param {number} now
 * @param {string} [locale]
 */
export function ago(ts, now, locale = 'en-US') {
  const seconds = ts - now;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const units = [
    ['year', 31_536_000],
    ['month', 2_592_000],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? 'just now' : format.format(Math.trunc(seconds), 'second');
}

/** @param {string} s */
const regex = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * `@…` and `#…` as ids, but not inside code or addresses.
 * @param {string} typed
 * @param {Names} names
 * @param {(text: string) => string} plain what becomes of the rest
 * @param {(url: string) => string} link what becomes of an address
 */
function encode(typed, names, plain, link) {
  const users = names.users
    .flatMap((user) => [user.realName, user.name].map((label) => ({ label: plain(label), user })))
    .filter(({ label }) => label !== '')
    .sort((a, b) => b.label.length - a.label.length);
  const channels = [...names.channels].sort((a, b) => b.name.length - a.name.length);
  const labels = ['here', 'channel', 'everyone', ...users.map(({ label }) => regex(label))].join('|');
  const mention = new RegExp(`(^|[^\\p{L}\\p{N}@<])@(${labels})(?![\\p{L}\\p{N}_])`, 'giu');
  const channel = new RegExp(
    `(^|[^\\p{L}\\p{N}&#<])#(${channels.map((c) => regex(c.name)).join('|')})(?![\\p{L}\\p{N}_-])`,
    'giu',
  );
  return typed
    .split(/(```[\s\S]*?```|`[^`\n]+`|https?:\/\/[^\s<>|`]+)/)
    .map((piece, k) => {
      if (k % 2 === 1) {
        if (!piece.startsWith('http')) return plain(piece);
        const tail = /[.,;:!?*_~'")\]]+$/.exec(piece)?.[0] ?? '';
        return `${link(plain(piece.slice(0, piece.length - tail.length)))}${plain(tail)}`;
      }
      const text = plain(piece).replace(mention, (_, before, label) => {
        const low = label.toLowerCase();
        if (['here', 'channel', 'everyone'].includes(low)) return `${before}<!${low}>`;
        const found = users.find((u) => u.label === label) ?? users.find((u) => u.label.toLowerCase() === low);
        return found ? `${before}<@${found.user.id}>` : `${before}@${label}`;
      });
      if (channels.length === 0) return text;
      return text.replace(channel, (_, before, label) => {
        const found = channels.find((c) => c.name.toLowerCase() === label.toLowerCase());
        return found ? `${before}<#${found.id}|${found.name}>` : `${before}#${label}`;
      });
    })
    .join('');
}

/**
 * What a person typed, as Slack stores it: `@Name` and `#channel` are ids, links are marked, `& < >` are escaped.
 * @param {string} typed
 * @param {Names} names
 */
export const encodeText = (typed, names) => encode(typed, names, escapeText, (url) => `<${url}>`);

/**
 * What the page sends of it: mentions are chosen here, where people have names; the server escapes and links.
 * @param {string} typed
 * @param {Names} names
 */
export const markMentions = (typed, names) =>
  encode(
    typed,
    names,
    (text) => text,
    (url) => url,
  );

/**
 * A slash command carries `@name`, which the server turns into an id if the app's manifest wants that.
 * @param {string} typed
 * @param {Names} names
 */
export const commandText = (typed, names) =>
  markMentions(typed, { users: names.users, channels: [] }).replace(/<([@!])([A-Za-z0-9]+)>/g, (whole, kind, id) => {
    if (kind === '!') return `@${id}`;
    const name = names.users.find((u) => u.id === id)?.name ?? '';
    return /^[a-z_]+$/.test(name) ? `@${name}` : whole;
  });

/**
 * The reverse, for editing a message that was sent.
 * @param {string} text
 * @param {Names} names
 */
export function decodeText(text, names) {
  return unescapeText(
    text.replace(/<([^<>\n]+)>/g, (_, body) => {
      const [head = '', label] = body.split('|');
      if (head.startsWith('@')) {
        const user = names.users.find((u) => u.id === head.slice(1));
        return `@${user?.realName ?? label ?? head.slice(1)}`;
      }
      if (head.startsWith('#'))
        return `#${label || (names.channels.find((c) => c.id === head.slice(1))?.name ?? head.slice(1))}`;
      if (head.startsWith('!')) return label && !/^!(here|channel|everyone)$/.test(head) ? label : `@${head.slice(1)}`;
      return label && label !== head ? `${label} (${head})` : head;
    }),
  );
}

/**
 * One line of text for screen readers, titles and previews.
 * @param {string} text
 * @param {Names} names
 */
export function flatten(text, names) {
  return decodeText(text, names)
    .replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI.get(name) ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * rich_text_input's value: the typed mrkdwn, with `- ` and `1. ` lines as lists, as a `rich_text` block; null when empty.
 * @param {string} typed
 * @param {Names} names
 */
export function toRichText(typed, names) {
  if (typed.trim() === '') return null;
  /** @type {Obj[]} */
  const elements = [];
  /** @type {string[]} */
  let prose = [];
  const flush = () => {
    if (prose.length)
      for (const block of parseMrkdwn(encodeText(prose.join('\n'), names))) elements.push(...treeToRich(block));
    prose = [];
  };
  let fenced = false;
  for (const line of typed.replace(/\s+$/, '').split('\n')) {
    const item = fenced ? null : /^(?:([-•])|(\d+)\.) +(.*)$/.exec(line);
    if ((line.match(/```/g)?.length ?? 0) % 2 === 1) fenced = !fenced;
    if (!item) {
      prose.push(line);
      continue;
    }
    flush();
    const style = item[1] ? 'bullet' : 'ordered';
    const section = {
      type: 'rich_text_section',
      elements: parseInline(encodeText(item[3] ?? '', names)).flatMap((n) => inlineToRich(n, {})),
    };
    const last = elements.at(-1);
    if (last?.['type'] === 'rich_text_list' && last['style'] === style) last['elements'].push(section);
    else elements.push({ type: 'rich_text_list', style, indent: 0, border: 0, elements: [section] });
  }
  flush();
  return { type: 'rich_text', elements };
}

/**
 * @param {Block} block
 * @returns {Obj[]}
 */
function treeToRich(block) {
  if (block.type === 'pre')
    return [
      {
        type: 'rich_text_preformatted',
        border: 0,
        elements: merge(block.children.flatMap((n) => inlineToRich(n, {}))),
      },
    ];
  if (block.type === 'quote')
    return [
      {
        type: 'rich_text_quote',
        elements: merge(
          block.children.flatMap((b) =>
            'children' in b ? /** @type {Inline[]} */ (b.children).flatMap((n) => inlineToRich(n, {})) : [],
          ),
        ),
      },
    ];
  if (block.type === 'paragraph')
    return [{ type: 'rich_text_section', elements: merge(block.children.flatMap((n) => inlineToRich(n, {}))) }];
  return [];
}

/**
 * @param {Inline} node
 * @param {Record<string, true>} style
 * @returns {Obj[]}
 */
function inlineToRich(node, style) {
  const styled = Object.keys(style).length ? { style } : {};
  switch (node.type) {
    case 'text':
      return [{ type: 'text', text: node.text, ...styled }];
    case 'break':
      return [{ type: 'text', text: '\n', ...styled }];
    case 'emoji':
      return [
        {
          type: 'emoji',
          name: node.name,
          unicode: [...node.char].map((c) => c.codePointAt(0)?.toString(16)).join('-'),
          ...styled,
        },
      ];
    case 'link':
      return [
        {
          type: 'link',
          url: node.url,
          text: node.children.map((c) => ('text' in c ? c.text : '')).join(''),
          ...styled,
        },
      ];
    case 'user':
      return [{ type: 'user', user_id: node.id, ...styled }];
    case 'channel':
      return [{ type: 'channel', channel_id: node.id, ...styled }];
    case 'usergroup':
      return [{ type: 'usergroup', usergroup_id: node.id, ...styled }];
    case 'broadcast':
      return [{ type: 'broadcast', range: node.range, ...styled }];
    case 'bold':
    case 'italic':
    case 'strike':
    case 'code':
      return node.children.flatMap((n) => inlineToRich(n, { ...style, [node.type]: true }));
    default:
      return 'children' in node ? node.children.flatMap((n) => inlineToRich(n, style)) : [];
  }
}

/**
 * Neighbouring texts of one style are one element in Slack.
 * @param {Obj[]} elements
 */
function merge(elements) {
  /** @type {Obj[]} */
  const out = [];
  for (const element of elements) {
    const last = out.at(-1);
    const same =
      last?.['type'] === 'text' &&
      element['type'] === 'text' &&
      JSON.stringify(last['style']) === JSON.stringify(element['style']);
    if (last && same) last['text'] += element['text'];
    else out.push({ ...element });
  }
  return out;
}

/**
 * A `rich_text` block as a person would type it.
 * @param {Obj | null | undefined} block
 * @param {Names} names
 */
export function fromRichText(block, names) {
  if (!block) return '';
  /** @param {Inline[]} nodes @returns {string} */
  const inline = (nodes) =>
    nodes
      .map((n) => {
        if (n.type === 'text') return n.text;
        if (n.type === 'break') return '\n';
        if (n.type === 'emoji') return `:${n.name}:`;
        if (n.type === 'user') return `@${names.users.find((u) => u.id === n.id)?.realName ?? n.id}`;
        if (n.type === 'channel') return `#${names.channels.find((c) => c.id === n.id)?.name ?? n.id}`;
        if (n.type === 'broadcast') return `@${n.range}`;
        if (n.type === 'link') return n.url;
        const mark = { bold: '*', italic: '_', strike: '~', code: '`' }[/** @type {string} */ (n.type)] ?? '';
        return 'children' in n ? `${mark}${inline(n.children)}${mark}` : '';
      })
      .join('');
  const elements = block['type'] === 'rich_text' ? richTextTree(block) : richTextTree({ elements: [block] });
  return elements
    .map((b) => {
      if (b.type === 'paragraph') return inline(b.children).replace(/\n$/, '');
      if (b.type === 'pre') return `\`\`\`\n${inline(b.children)}\n\`\`\``;
      if (b.type === 'quote')
        return b.children
          .map((p) => ('children' in p ? inline(/** @type {Inline[]} */ (p.children)) : ''))
          .join('\n')
          .replace(/^/gm, '> ');
      if (b.type === 'list')
        return b.items
          .map(
            (item, k) =>
              `${b.ordered ? `${b.start + k}.` : '-'} ${item.map((p) => ('children' in p ? inline(/** @type {Inline[]} */ (p.children)) : '')).join('')}`,
          )
          .join('\n');
      return '';
    })
    .join('\n');
}
