import { createHash } from 'node:crypto';

/**
 * Journal fields read as one text: for each entry a header line, the words, an empty line. Time, order and label in the
 * header follow the reader's language, a header may be renamed, and anybody can write a line that looks like one. So the
 * text is parted only where nothing depends on it, or where something else vouches for the parts (`docs/notifications.md`).
 */
export type TextMark = { length: number; hash: string };

/** Remembers a text without keeping it. */
export const markOf = (text: string): TextMark => ({ length: text.length, hash: digest(text) });

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

const isMarked = (text: string, { hash }: TextMark) => digest(text) === hash;

/**
 * What was put on top since the mark, or below it where an instance shows the oldest entry first. Where the old part cannot
 * be found again (the reader's date format has changed, say), only the newest entry counts as new: better one comment twice
 * than a whole history.
 */
export function addedSince(mark: TextMark, text: string): string {
  if (mark.length === 0) return text;
  if (text.length >= mark.length) {
    const added = text.length - mark.length;
    if (isMarked(text.slice(added), mark)) return text.slice(0, added);
    if (isMarked(text.slice(0, mark.length), mark)) return text.slice(mark.length);
  }
  const second = lineStarts(text).find((at, index) => index > 0 && readHeader(lineAt(text, at)));
  return text.slice(0, second);
}

/** Where each line begins. */
const lineStarts = (text: string): number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end < 0 ? undefined : end);
}

const LONGEST_HEADER = 250;

/**
 * Reads a line as a header: `2026-02-03 10:15:00 - Ada Byron (Additional comments)`, with any date format and label, in
 * either order, or without a name.
 */
export function readHeader(line: string): { author: string } | undefined {
  if (line.length > LONGEST_HEADER || !line.endsWith(')')) return undefined;
  const [first = '', ...rest] = line
    .slice(0, labelStart(line))
    .split(/ -(?= |$)/)
    .map((part) => part.trim());
  if (isTime(first)) return { author: rest.join(' - ') };
  return isTime(rest.at(-1) ?? '') ? { author: [first, ...rest.slice(0, -1)].join(' - ') } : undefined;
}

/** A label may have parentheses of its own. */
function labelStart(line: string): number {
  let depth = 0;
  for (let at = line.length - 1; at >= 0; at--) {
    if (line[at] === ')') depth++;
    if (line[at] === '(' && --depth === 0) return at;
  }
  return 0;
}

/** A day and a time of day, in whatever order and language. */
const isTime = (text: string) =>
  text.length <= 45 && /\d{1,2}[:.]\d{2}/.test(text) && text.replace(/\D/g, '').length >= 6;

/** One row of `sys_journal_field`, where the reader may see it; `at` is the time in it, which many may share. */
export type JournalRow = { text: string; by: string; at: string };

export type Entry = {
  /** As its header names them; empty where it names nobody. */
  author: string;
  text: string;
  /** Perhaps not by that author alone: nobody can tell where one entry ends and the next begins. */
  isMixed: boolean;
  /** The writer's user_name, where ServiceNow has said so. */
  by?: string;
};

const entry = (author: string, text: string, more: Partial<Entry> = {}): Entry => ({
  author,
  text: text.trim(),
  isMixed: false,
  ...more,
});

/**
 * Pure: the entries of a new part of a journal, in its order. What looks like several entries by several people is parted
 * only if `rows` vouch for each part; otherwise it is one entry with all of it to be read.
 * @param isOneSave nothing else was saved meanwhile, and a save writes one entry at most
 */
export function entriesIn(added: string, isOneSave: boolean, rows: JournalRow[] = []): Entry[] {
  if (added.trim() === '') return [];
  const known = vouchedFor(added, rows);
  if (known) return known;
  const starts = lineStarts(added).filter((at) => readHeader(lineAt(added, at)));
  const first = starts[0];
  if (first === undefined || added.slice(0, first).trim() !== '') return [entry('', added)];
  const parts = starts.map((at, index) => {
    const header = lineAt(added, at);
    return entry(readHeader(header)?.author ?? '', added.slice(at + header.length, starts[index + 1]));
  });
  const [author = '', ...others] = new Set(parts.map((part) => part.author));
  if (parts.length === 1 || (!isOneSave && others.length === 0)) return parts;
  return [entry(author, added.slice(first + lineAt(added, first).length), { isMixed: !isOneSave })];
}

/**
 * Header, words, header, words: as ServiceNow's own rows say, newest first, down to the last character. Rows of one second
 * come in any order; of those that fit the longest does, because the others may be what it quotes.
 */
function vouchedFor(added: string, rows: JournalRow[]): Entry[] | undefined {
  const left = [...rows];
  const entries: Entry[] = [];
  let place = skipBlank(added, 0);
  while (place < added.length) {
    const header = lineAt(added, place);
    const start = place + header.length + 1;
    const [row] = left
      .filter(({ at, text }) => at === left[0]?.at && isAt(added, start, wordsOf(text)))
      .sort((one, other) => other.text.length - one.text.length);
    // A row whose writer is hidden vouches for nothing.
    if (!row?.by) return undefined;
    left.splice(left.indexOf(row), 1);
    entries.push(entry(readHeader(header)?.author || row.by, wordsOf(row.text), { by: row.by }));
    place = skipBlank(added, start + wordsOf(row.text).length);
  }
  return entries.length > 0 ? entries : undefined;
}

const wordsOf = (text: string): string => asLines(text).trimEnd();

/** The words stand there, and are all that stands in their last line. */
function isAt(added: string, start: number, words: string): boolean {
  const end = start + words.length;
  return added.startsWith(words, start) && /^\s*?(\n|$)/.test(added.slice(end, end + 100));
}

const skipBlank = (text: string, at: number): number => at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);

/** One kind of line end, however the text came. */
export const asLines = (text: string): string => text.replace(/\r\n?/g, '\n');

/**
 * Pure: cuts out the words that the bridge itself wrote for somebody, each once, with the header above them. Nothing in a
 * text makes it theirs but being those very words: a signature, a name and a header can be written by anybody.
 * @param isMe whether a header names them
 * @returns the parts that are left, and the ids of what was found
 */
export function cutOut(
  added: string,
  own: { id: string; words: TextMark }[],
  isMe: (author: string) => boolean,
): { rest: string[]; found: string[] } {
  for (const { id, words } of own) {
    const place = findEntry(added, words, isMe);
    if (!place) continue;
    const others = own.filter((each) => each.id !== id);
    const above = cutOut(added.slice(0, place.from), others, isMe);
    // Each counts once: what is in one part is not looked for in the other.
    const left = others.filter((each) => !above.found.includes(each.id));
    const below = cutOut(added.slice(place.to), left, isMe);
    return { rest: [...above.rest, ...below.rest], found: [id, ...above.found, ...below.found] };
  }
  return { rest: added.trim() === '' ? [] : [added], found: [] };
}

/**
 * A header that names them is looked for first: another may have quoted the words below a line of their own. A line that
 * nobody can read may be a renamed header, where it begins an entry.
 */
function findEntry(added: string, words: TextMark, isMe: (author: string) => boolean) {
  const found = lineStarts(added).flatMap((from) => {
    const header = lineAt(added, from);
    const start = from + header.length + 1;
    const to = start + words.length;
    if (header.trim() === '' || to > added.length || (to < added.length && added[to] !== '\n')) return [];
    const author = readHeader(header)?.author ?? '';
    const isTheirs = author !== '' && isMe(author);
    if (!isTheirs && (author !== '' || !isAfterBlank(added, from))) return [];
    return isMarked(added.slice(start, to), words) ? [{ from, to, isTheirs }] : [];
  });
  return found.find(({ isTheirs }) => isTheirs) ?? found[0];
}

const isAfterBlank = (text: string, at: number): boolean =>
  at === 0 || /(?:^|\n)[^\S\n]*\n$/.test(text.slice(Math.max(0, at - 100), at));

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

const SIGNATURE = /\(via Slack, ref [0-9a-f]{8}\)$/;

export const refOf = (key: string) => createHash('sha256').update(`comment:${key}`).digest('hex').slice(0, 8);

/** A comment's own words. That a text bears a signature says nothing of its author. */
export const withoutSignature = (text: string): string => text.trimEnd().replace(SIGNATURE, '').trimEnd();

/** A message's own name is the key: an event that Slack repeats under another id is still one comment. */
export const messageKey = ({ tenant }: { tenant: string }, { channel, ts }: { channel: string; ts: string }) =>
  `message-${tenant}-${channel}-${ts}`;

/** The job that sends what was held back. */
export const heldKey = ({ user }: { user: string }, ts: string) => `held-${user}-${ts}`;
