/** Slack's mark-up: what a person's typing becomes, and who is notified by a text. */
import { asJson, asText, isJson } from './json.ts';
import type { AnyBlock } from './protocol.ts';
import type { Json } from './types.ts';
import type { Workspace } from './workspace.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeText = (text: string): string => text.replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? '');

const MARKUP = /<(?:[@#!][^<>\s|]+(?:\|[^<>]*)?|(?:https?:\/\/|mailto:)[^<>\s|]+(?:\|[^<>]*)?)>/g;
const URL_IN_TEXT = /https?:\/\/[^\s<>]+/g;

/** Escapes everything but mark-up that is already there; then links and `@name` become mark-up, as the client does. */
export function encodeTyped(workspace: Workspace, text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKUP)) {
    parts.push(encodePlain(workspace, text.slice(from, match.index)), match[0]);
    from = match.index + match[0].length;
  }
  parts.push(encodePlain(workspace, text.slice(from)));
  return parts.join('');
}

function encodePlain(workspace: Workspace, text: string): string {
  const users = new Map([...workspace.users.values()].map((user) => [user.name, user.id]));
  return escapeText(text)
    .replaceAll(URL_IN_TEXT, (url) => `<${url}>`)
    .replaceAll(/(^|\s)@([a-z_]+)/g, (whole, space: string, name: string) => {
      const id = users.get(name);
      return id ? `${space}<@${id}>` : whole;
    });
}

/** What a slash command carries: mark-up for people and channels only if the manifest asks for it. */
export function encodeCommand(workspace: Workspace, text: string, shouldEscape: boolean): string {
  if (!shouldEscape) return escapeText(text);
  return encodeTyped(workspace, text).replaceAll(/<@([A-Z0-9]+)>/g, (whole, id: string) => {
    const user = workspace.users.get(id);
    return user ? `<@${id}|${user.name}>` : whole;
  });
}

/** Mentions that notify somebody: `<@U…>`, `<!channel>`, `<!here>`, `<!everyone>`, `<!subteam^…>`. */
function pingsIn(text: string): string[] {
  return [...text.matchAll(/<(@[UW][A-Z0-9]+|!(?:channel|here|everyone|group)|!subteam\^[A-Z0-9]+)(?:\|[^>]*)?>/g)].map(
    ([, ping = '']) => ping.replace(/^@/, ''),
  );
}

/** All mentions of a message; plain text objects never notify, and neither does mark-up inside code blocks' elements. */
export function pingsOf(text: string, blocks: readonly AnyBlock[], attachments: unknown): string[] {
  const found = pingsIn(text);
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    if (!isJson(value)) return;
    const type = asText(value['type']);
    if (type === 'mrkdwn' || type === 'markdown') found.push(...pingsIn(asText(value['text'])));
    if (type === 'broadcast') found.push(`!${asText(value['range'])}`);
    if (type === 'user') found.push(asText(value['user_id']));
    if (type === 'usergroup') found.push(`!subteam^${asText(value['usergroup_id'])}`);
    for (const part of Object.values(value)) walk(part);
  };
  walk(blocks);
  if (Array.isArray(attachments))
    for (const one of attachments) {
      const attachment = asJson(one);
      for (const key of ['text', 'pretext']) found.push(...pingsIn(asText(attachment[key])));
      walk(attachment['blocks']);
    }
  return [...new Set(found)];
}

/** Of the emoji that Slack knows, those that stories use. */
const EMOJI: Record<string, string> = {
  smile: '1f604',
  wave: '1f44b',
  '+1': '1f44d',
  technologist: '1f9d1-200d-1f4bb',
};
const emojiElement = (name: string): Json | undefined =>
  Object.hasOwn(EMOJI, name) ? { type: 'emoji', name, unicode: EMOJI[name] } : undefined;

function typedElement(body: string, label: string | undefined): Json | undefined {
  if (body.startsWith('@')) return { type: 'user', user_id: body.slice(1) };
  if (body.startsWith('#')) return { type: 'channel', channel_id: body.slice(1) };
  if (body.startsWith('!subteam^')) return { type: 'usergroup', usergroup_id: body.slice('!subteam^'.length) };
  if (body.startsWith('!date^')) {
    const [, seconds = '0', format = ''] = body.split('^');
    return { type: 'date', timestamp: Number(seconds), format, fallback: label ?? '' };
  }
  if (/^!(?:here|channel|everyone)$/.test(body)) return { type: 'broadcast', range: body.slice(1) };
  return /^(?:https?|mailto):/.test(body) ? { type: 'link', url: body, ...(label ? { text: label } : {}) } : undefined;
}

/** The rich text block that Slack's composer produces. Only what apps read: text, mentions, links, dates, emoji. */
export function typedBlocks(text: string, blockId: string): AnyBlock[] {
  const elements: unknown[] = [];
  let from = 0;
  const plain = (part: string) => {
    const unescaped = part.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    if (unescaped) elements.push({ type: 'text', text: unescaped });
  };
  for (const match of text.matchAll(/<([^<>|]+)(?:\|([^<>]*))?>|:([a-z0-9_+-]{2,30}):/g)) {
    const element = match[3] ? emojiElement(match[3]) : typedElement(match[1] ?? '', match[2]);
    if (!element) continue;
    plain(text.slice(from, match.index));
    elements.push(element);
    from = match.index + match[0].length;
  }
  plain(text.slice(from));
  return [{ type: 'rich_text', block_id: blockId, elements: [{ type: 'rich_text_section', elements }] }];
}
