export type Inline =
  | { type: 'text'; text: string }
  | { type: 'break' }
  | { type: 'bold' | 'italic' | 'strike' | 'underline' | 'highlight' | 'code'; children: Inline[] }
  | { type: 'link'; url: string; children: Inline[] }
  | { type: 'user' | 'channel' | 'usergroup'; id: string; label?: string }
  | { type: 'broadcast'; range: string }
  | { type: 'date'; ts: number; format: string; fallback: string; url?: string }
  | { type: 'emoji'; name: string; char: string }
  | { type: 'color'; value: string };

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'pre'; children: Inline[]; language?: string }
  | { type: 'quote'; children: Block[] }
  | { type: 'heading'; level: number; children: Inline[] }
  | { type: 'list'; ordered: boolean; start: number; indent: number; items: Block[][]; border?: boolean }
  | { type: 'table'; head: Inline[][]; align: string[]; rows: Inline[][][] }
  | { type: 'rule' };

/** Whom and what `@…` and `#…` may mean. */
export type Names = {
  users: { id: string; name: string; realName: string }[];
  channels: { id: string; name: string }[];
};

type Obj = Record<string, unknown>;

export function escapeText(text: string): string;
export function unescapeText(text: string): string;
export function safeUrl(url: unknown): string | null;
export function parseMrkdwn(text: string, options?: { verbatim?: boolean }): Block[];
export function parseInline(text: string, options?: { verbatim?: boolean }): Inline[];
export function parseEmoji(text: string, emoji?: boolean): Inline[];
export function richTextTree(block: Obj): Block[];
export function formatDate(
  ts: number,
  format: string,
  options?: { now?: number; timeZone?: string; locale?: string },
): string;
export function ago(ts: number, now: number, locale?: string): string;
export function encodeText(typed: string, names: Names): string;
export function markMentions(typed: string, names: Names): string;
export function commandText(typed: string, names: Names): string;
export function decodeText(text: string, names: Names): string;
export function flatten(text: string, names: Names): string;
export function toRichText(typed: string, names: Names): Obj | null;
export function fromRichText(block: Obj | null | undefined, names: Names): string;
