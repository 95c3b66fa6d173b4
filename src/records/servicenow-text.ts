/**
 * ServiceNow's marks, and what a reader of plain text sees instead: `[code]` around HTML, and mentions of people. Whatever
 * stands outside of them is text already.
 */
export function plainText(text: string): string {
  let isHtml = false;
  const parts = text.split(/(\[\/?code\])/i).map((part) => {
    if (/^\[\/?code\]$/i.test(part)) {
      isHtml = part[1] !== '/';
      return '';
    }
    return isHtml ? htmlText(part) : part;
  });
  return parts
    .join('')
    .replace(/@\[[\w.-]{1,64}:([^[\]\n]{1,100})\]/g, '@$1')
    .trim();
}

const BREAKS = ['br', 'p', 'div', 'tr', 'ul', 'ol', 'table', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const UNSHOWN = ['script', 'style', 'head', 'title'];
const TAG = /<(\/?)([a-z][a-z0-9]{0,20})\b([^<>]*)>|<!--[^<>]*>/gi;

function htmlText(html: string): string {
  let shown = '';
  let from = 0;
  let hidden: string | undefined;
  let link: { address: string; at: number } | undefined;
  const endLink = () => {
    const label = shown.slice(link?.at).trim();
    if (link && !link.address.endsWith(label)) shown += ` (${link.address})`;
    else if (link && !label) shown += link.address;
    link = undefined;
  };
  for (const match of html.matchAll(TAG)) {
    const [whole, slash, name = '', attributes = ''] = match;
    if (!hidden) shown += html.slice(from, match.index);
    from = match.index + whole.length;
    const tag = name.toLowerCase();
    if (hidden) {
      if (slash && tag === hidden) hidden = undefined;
    } else if (!slash && UNSHOWN.includes(tag)) hidden = tag;
    else if (tag === 'a') {
      if (link) endLink();
      const address = slash ? undefined : attribute(attributes, 'href');
      if (address && /^(?:https?|mailto):/i.test(address)) link = { address, at: shown.length };
    } else if (tag === 'img') shown += attribute(attributes, 'alt') ?? '';
    else if (tag === 'li') shown += slash ? '' : '\n• ';
    else if (BREAKS.includes(tag)) shown += '\n';
  }
  if (!hidden) shown += html.slice(from);
  if (link) endLink();
  return withoutEntities(shown).replace(/\n{3,}/g, '\n\n');
}

const attribute = (attributes: string, name: 'href' | 'alt'): string | undefined => {
  const match = (name === 'href' ? /\bhref=(?:"([^"]*)"|'([^']*)')/i : /\balt=(?:"([^"]*)"|'([^']*)')/i).exec(
    attributes,
  );
  return match ? (match[1] ?? match[2]) : undefined;
};

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
};

const withoutEntities = (text: string): string =>
  text.replace(/&(?:#(x?)([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (all, hex: string, digits?: string, name = '') => {
    if (digits === undefined)
      return Object.hasOwn(ENTITIES, name.toLowerCase()) ? (ENTITIES[name.toLowerCase()] ?? all) : all;
    const point = Number.parseInt(digits, hex ? 16 : 10);
    return point > 31 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : '';
  });
