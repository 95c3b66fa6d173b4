import { createHash } from 'node:crypto';

/**
 * Journal fields read as one text, newest entry first: a header line, the text, an empty line. Time, order and label in the
 * header follow the reader's language, and a text may imitate a header; so the header is shown and never decided upon.
 */
type TextMark = { length: number; hash: string };

/** Remembers a journal without keeping it. */
export const markOf = (text: string): TextMark => ({ length: text.length, hash: digest(text) });

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/**
 * What was put on top since the mark. Where the old part cannot be found again (the reader's date format has changed, say),
 * only the newest entry counts as new: better one comment twice than a whole history.
 */
export function addedSince(mark: TextMark, text: string): string {
  if (mark.length === 0) return text;
  if (text.length >= mark.length && digest(text.slice(text.length - mark.length)) === mark.hash)
    return text.slice(0, text.length - mark.length);
  if (digest(text) === mark.hash) return '';
  const [newest] = splitEntries(text);
  return newest ? `${newest.header}\n${newest.text}\n` : '';
}

type JournalEntry = { header: string; author: string; text: string };

/** `2026-02-03 10:15:00 - Ada Byron (Additional comments)` in whatever date format. */
const HEADER = /^(?=.*\d{1,2}[:.]\d{2})(\S.{6,40}?) - (.{1,100}) \(([^()]{2,60})\)$/;

/** Entries, newest first. What does not begin with a header belongs to the entry above it. */
export function splitEntries(text: string): JournalEntry[] {
  const entries: { header: string; author: string; lines: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = HEADER.exec(line);
    if (match) entries.push({ header: line, author: match[2] ?? '', lines: [] });
    else entries.at(-1)?.lines.push(line);
  }
  return entries.map(({ header, author, lines }) => ({ header, author, text: lines.join('\n').trim() }));
}

/** Written under a comment that came from Slack: people see where it came from, and a retry sees that it is there. */
export const signature = (ref: string) => `(via Slack, ref ${ref})`;

/** Pieces of at most `limit` characters, parted between words where that is possible and never within a character. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const blank = /^[\s\S]*\s/.exec(rest.slice(0, limit + 1))?.[0].length ?? limit;
    const inPair = /[\uD800-\uDBFF]$/.test(rest.slice(0, blank)) ? 1 : 0;
    pieces.push(rest.slice(0, blank - inPair).trimEnd());
    rest = rest.slice(blank - inPair).trimStart();
  }
  return rest ? [...pieces, rest] : pieces;
}

const SIGNATURE = /\(via Slack, ref ([0-9a-f]{8})\)$/;

export const refOf = (key: string) => createHash('sha256').update(`comment:${key}`).digest('hex').slice(0, 8);

/** A comment's own words, and the reference that ours carry. */
export function readSignature(text: string): { text: string; ref: string | undefined } {
  const match = SIGNATURE.exec(text.trimEnd());
  return match ? { text: text.slice(0, match.index).trimEnd(), ref: match[1] } : { text, ref: undefined };
}

/** A message's own name is the key: an event that Slack repeats under another id is still one comment. */
export const messageKey = ({ tenant }: { tenant: string }, { channel, ts }: { channel: string; ts: string }) =>
  `message-${tenant}-${channel}-${ts}`;

/** The job that sends what was held back. */
export const heldKey = ({ user }: { user: string }, ts: string) => `held-${user}-${ts}`;
