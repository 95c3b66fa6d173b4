import { neutralise } from '../records/draft.ts';
import { refOf, signature, splitText } from '../records/journal.ts';
import { type ServiceNowRecord, shownValue, storedValue } from '../records/types.ts';

/**
 * A change of a record, and the proof that it has arrived. All of it is pure: it judges records as they were read. A text
 * is proved by a mark of its act in the journal; columns are proved by what is there, by what was there when the person
 * decided, and by who wrote last.
 */
export type Change = {
  /** Columns to be set, in their stored form. */
  fields?: Record<string, string>;
  /** A text for a journal; `isUnsigned` where the columns prove it and nobody should read a reference. */
  words?: { journal: 'comments' | 'work_notes'; text: string; isUnsigned?: true };
  /**
   * Stored values of columns as the person saw them. Where somebody has changed one of them meanwhile to anything but what
   * the person wants, nothing is written.
   */
  seen?: Record<string, string>;
};

/** Journal entries hold 4,000 characters by default, and the signature must not be what is cut off. */
const MAX_ENTRY = 3_900;

/** One request: the columns go with the first entry, and each entry is recognised by a mark of its own. */
export type Part = { mark: string; fields: Record<string, string>; isSigned: boolean };

/** @param key names the act; the same act must always give the same key */
export function partsOf({ fields = {}, words }: Change, key: string): Part[] {
  const text = neutralise(words?.text.trim() ?? '');
  if (!words || !text) return Object.keys(fields).length > 0 ? [{ mark: refOf(key), fields, isSigned: false }] : [];
  // What no mark proves must not be parted: nobody could tell whether the second part is there.
  const entries = words.isUnsigned ? [text] : splitText(text, MAX_ENTRY);
  return entries.map((entry, index) => {
    const mark = refOf(index === 0 ? key : `${key}-${index + 1}`);
    const isSigned = !words.isUnsigned;
    const signed = isSigned ? `${entry}\n\n${signature(mark)}` : entry;
    return { mark, fields: { ...(index === 0 ? fields : {}), [words.journal]: signed }, isSigned };
  });
}

const journalOf = (record: ServiceNowRecord) =>
  `${shownValue(record, 'comments')}\n${shownValue(record, 'work_notes')}`;

const isMarked = (record: ServiceNowRecord) => (part: Part) => part.isSigned && journalOf(record).includes(part.mark);

/** How much of a change is there for sure. A record that nobody may read shows nothing. */
export function arrived(parts: Part[], record: ServiceNowRecord): 'all' | 'some' | 'nothing' {
  const there = parts.filter(isMarked(record)).length;
  if (there === 0) return 'nothing';
  return there === parts.length ? 'all' : 'some';
}

/** A journal that is too long to be read was written to all the same: ServiceNow has taken the write. */
export const hasAllWords = (parts: Part[], record: ServiceNowRecord): boolean =>
  record.isJournalTooLong === true || parts.filter(({ isSigned }) => isSigned).every(isMarked(record));

/** A column that somebody else changed since the person saw it. */
export type Changed = { field: string; seen: string; now: string };

export type Plan = { kind: 'write'; parts: Part[] } | { kind: 'done' } | { kind: 'changed'; fields: Changed[] };

/** What a record says by now of a change: what is still to be written, if anything is. */
export function planWrite({ fields = {}, words, seen = {} }: Change, parts: Part[], record: ServiceNowRecord): Plan {
  const left = parts.filter((part) => !isMarked(record)(part));
  const [first] = parts;
  // The columns went with the first entry. What they are by now may be somebody else's later doing.
  if (!first || left[0] !== first) return left.length > 0 ? { kind: 'write', parts: left } : { kind: 'done' };
  const changed = Object.entries(seen).flatMap(([field, value]): Changed[] => {
    // An empty column may be left out; one that the person saw and sees no longer has changed for them.
    const now = storedValue(record, field);
    return now === value || now === fields[field] ? [] : [{ field, seen: value, now }];
  });
  if (changed.length > 0) return { kind: 'changed', fields: changed };
  const columns = Object.keys(fields);
  const isSet = columns.length > 0 && columns.every((field) => isAsWanted(fields, field, record));
  // A text without a signature came with its columns, or did not come.
  return isSet && (!words || words.isUnsigned) ? { kind: 'done' } : { kind: 'write', parts: left };
}

/** Whether one request of a change has done its work, whatever was said of it. */
export function isThere(change: Change, parts: Part[], part: Part, record: ServiceNowRecord): boolean {
  const plan = planWrite(change, parts, record);
  return plan.kind === 'done' || (plan.kind === 'write' && !plan.parts.includes(part));
}

/** Columns that do not hold what was sent: ServiceNow dropped it without a word, or a rule set another value. */
export const untaken = (fields: Record<string, string>, record: ServiceNowRecord): string[] =>
  Object.keys(fields).filter((field) => record.fields[field] && !isAsWanted(fields, field, record));

/** A column that is hidden from the person is nowhere as wanted: nobody can tell. */
const isAsWanted = (fields: Record<string, string>, field: string, record: ServiceNowRecord): boolean =>
  record.fields[field] !== undefined && asStored(storedValue(record, field)) === asStored(fields[field] ?? '');

/** ServiceNow may store other line ends and no blanks at the ends; neither is a difference to a person. */
const asStored = (text: string) => text.replaceAll('\r\n', '\n').trim();

/** Whether it was the actor who wrote last, as far as the record says so. */
export const isLastWriter = (record: ServiceNowRecord, userName: string): boolean =>
  storedValue(record, 'sys_updated_by') === userName;
