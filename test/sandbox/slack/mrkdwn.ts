/** Slack's mark-up: what a person's typing becomes, and who is notified by a text. */
import { asJson, asText, isJson } from './json.ts';
import type { AnyBlock } from './protocol.ts';
import type { Workspace } from './workspace.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
export const escapeText = (text: string): string => text.replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? '');

const MARKUP = /<(?:[@#!][^>\s]+|https?:\/\/[^>\s]+|mailto:[^>\s]+)>/g;
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
export function pingsIn(text: string): string[] {
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

/** The rich text block that Slack's composer produces. Only what apps read: text, people, links. */
export function typedBlocks(text: string, blockId: string): AnyBlock[] {
  const elements: unknown[] = [];
  let from = 0;
  const plain = (part: string) => {
    const unescaped = part.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    if (unescaped) elements.push({ type: 'text', text: unescaped });
  };
  for (const match of text.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>|<(https?:[^>|]+)(?:\|[^>]*)?>/g)) {
    plain(text.slice(from, match.index));
    elements.push(match[1] ? { type: 'user', user_id: match[1] } : { type: 'link', url: match[2] });
    from = match.index + match[0].length;
  }
  plain(text.slice(from));
  return [{ type: 'rich_text', block_id: blockId, elements: [{ type: 'rich_text_section', elements }] }];
}
