import type { T } from '../words/index.ts';

/**
 * Slack's marks, and what a reader of plain text sees instead. Slack puts each of them between angle brackets and escapes the
 * characters that a person typed. Mentions without a label are left for whoever can ask for names, see {@link withNames}.
 */
type Mark = { is: RegExp; read: (body: string, label: string) => string };

const SIGNS = /^[@#]+/;

const MARKS: Mark[] = [
  { is: /^@[UW][A-Z0-9]+$/, read: (body, label) => (label ? `@${label.replace(SIGNS, '')}` : `<${body}>`) },
  { is: /^#[CDG][A-Z0-9]+$/, read: (body, label) => (label ? `#${label.replace(SIGNS, '')}` : `<${body}>`) },
  { is: /^!subteam\^[A-Z0-9]+$/, read: (body, label) => (label ? `@${label.replace(SIGNS, '')}` : `<${body}>`) },
  { is: /^!date\^/, read: (body, label) => label || timeOf(body) },
  { is: /^!(?:here|channel|everyone|group)$/, read: (body) => `@${body.slice(1)}` },
  { is: /^(?:mailto|tel):/i, read: (body, label) => linkText(body.replace(/^\w+:/, ''), label) },
  { is: /^[a-z][a-z0-9+.-]{0,30}:/i, read: linkText },
  { is: /^[@#!]/, read: (body, label) => label || body.replace(/^[@#!]+/, '') },
];

/** `label (address)`; the label alone where it is the end of the address. */
export function linkText(address: string, label: string): string {
  if (!label || !address) return address || label;
  return address.endsWith(label) ? label : `${label} (${address})`;
}

/** The seconds of `!date^1392734382^{date_num}`, where Slack sends no words for it. */
function timeOf(body: string): string {
  const seconds = Number(body.split('^')[1]);
  return seconds > 0 && seconds < 1e11
    ? `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : '';
}

const asTyped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** What a person wrote, from the form in which Slack sends it. */
export const readSlackText = (text: string): string =>
  asTyped(
    text.replace(/<([^<>|\n]{1,3000})(?:\|([^<>]{0,3000}))?>/g, (all, body: string, label = '') => {
      const mark = MARKS.find(({ is }) => is.test(body));
      return mark ? mark.read(body, label) : all;
    }),
  );

const NAMELESS = /<(?:@([UW][A-Z0-9]+)|#([CDG][A-Z0-9]+)|!subteam\^([A-Z0-9]+))>/g;

/** The people whom a text names by their ids. */
export const mentionedIn = (text: string): string[] => [
  ...new Set([...text.matchAll(NAMELESS)].flatMap(([, user]) => (user ? [user] : []))),
];

/** The same text with names for ids; whose name nobody knows is somebody. */
export const withNames = (text: string, names: ReadonlyMap<string, string>, t: T): string =>
  text.replace(NAMELESS, (_all, user?: string, channel?: string) =>
    user ? `@${names.get(user) ?? t('replies.somebody')}` : t(channel ? 'replies.a-channel' : 'replies.a-group'),
  );

/** Whether it names anybody or anything by an id alone. */
export const hasNameless = (text: string): boolean => text.search(NAMELESS) >= 0;
