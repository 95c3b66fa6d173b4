import { z } from 'zod';
import { addedSince, asLines, cutOut, entriesIn, type JournalRow, markOf, withoutSignature } from './journal.ts';
import { plainText } from './servicenow-text.ts';
import { hasEnded, type RecordTypeName, recordType, type ServiceNowRecord, shownValue, storedValue } from './types.ts';

/** What kinds of change a person can want or not want. */
export const CHANGE_KINDS = ['state', 'comments', 'assignment', 'priority', 'other'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const markSchema = z.object({ length: z.number(), hash: z.string() });

/** What one watcher was told last: enough to see what is new, and no more. */
export const snapshotSchema = z.object({
  modCount: z.number(),
  /** Stored and shown form by column. */
  fields: z.record(z.string(), z.tuple([z.string(), z.string()])),
  comments: markSchema,
  workNotes: markSchema,
  /** It was over by then. */
  ended: z.boolean().optional(),
});

export type Snapshot = z.infer<typeof snapshotSchema>;

export type Change =
  | { kind: Exclude<ChangeKind, 'comments'>; label: string; from: string; to: string }
  | {
      kind: 'comments';
      internal: boolean;
      /** Empty where nobody is named. */
      author: string;
      text: string;
      /** Perhaps not by that author alone. */
      isMixed: boolean;
    };

/** Some of it must not be answered where the caller reads the answer. */
export const isForStaff = (changes: Change[]): boolean =>
  changes.some((change) => change.kind === 'comments' && change.internal);

const modCountOf = (record: ServiceNowRecord): number => Number(storedValue(record, 'sys_mod_count')) || 0;

export function snapshotOf(type: RecordTypeName, record: ServiceNowRecord): Snapshot {
  const { watchedFields } = recordType(type);
  return {
    modCount: modCountOf(record),
    fields: Object.fromEntries(
      watchedFields.map(({ field }) => [field, [storedValue(record, field), shownValue(record, field)]]),
    ),
    comments: markOf(journalOf(record, 'comments')),
    workNotes: markOf(journalOf(record, 'work_notes')),
    ...(hasEnded(type, record) ? { ended: true } : {}),
  };
}

export type JournalField = 'comments' | 'work_notes';

const JOURNALS = [
  { field: 'comments', mark: 'comments', internal: false },
  { field: 'work_notes', mark: 'workNotes', internal: true },
] as const;

const journalOf = (record: ServiceNowRecord, field: JournalField) => asLines(shownValue(record, field));

/** What the bridge wrote for somebody, kept until they could have read it: words of a journal, or fields that it set. */
export const ownWriteSchema = z.union([
  z.object({ id: z.string(), field: z.enum(['comments', 'work_notes']), words: markSchema }),
  z.object({ id: z.string(), sets: z.record(z.string(), z.string()) }),
]);
export type OwnWrite = z.infer<typeof ownWriteSchema>;

/** @param id tells the writes to one record apart */
export function ownWrites(id: string, fields: Record<string, string>): OwnWrite[] {
  const words = (['comments', 'work_notes'] as const).flatMap((field) => {
    const text = asLines(fields[field] ?? '');
    return text ? [{ id: `${id}-${field}`, field, words: markOf(text) }] : [];
  });
  const { comments: _comments, work_notes: _notes, ...sets } = fields;
  return Object.keys(sets).length > 0 ? [...words, { id: `${id}-sets`, sets }] : words;
}

/** ServiceNow's own rows of the journals. */
export type Journals = Partial<Record<JournalField, JournalRow[]>>;

/** Whoever is told, and by what their own doing is known. A channel has none. */
export type Reader = { userName: string; name: string; own: OwnWrite[] };

export type News = {
  /** By others, or perhaps so; the oldest comment first. */
  changes: Change[];
  /** Ids of the reader's own writes that are in what is new. */
  own: string[];
  /** Something is new, if only their own. */
  differs: boolean;
  /** ServiceNow's rows of the journal could say more. */
  wantsRows: boolean;
};

/**
 * Pure: what is new in a record, and whose it is. Contents decide: stored values and the journal's text say that something is
 * new, the reader's own writes say that it is theirs, and in doubt it is told. Counts and names only help where there was one
 * save, which the record's last writer made.
 */
export function newsSince(
  type: RecordTypeName,
  before: Snapshot,
  record: ServiceNowRecord,
  reader?: Reader,
  rows: Journals = {},
): News {
  const isOneSave = modCountOf(record) - before.modCount === 1;
  const isMe = (author: string) => reader !== undefined && isSameName(author, reader);
  const sets = (reader?.own ?? []).flatMap((write) => ('sets' in write ? [write] : []));
  const fields = recordType(type).watchedFields.flatMap(({ field, label, kind }) => {
    const [old, oldShown] = before.fields[field] ?? ['', ''];
    const now = storedValue(record, field);
    const change: Change = { kind, label, from: oldShown, to: shownValue(record, field) };
    return now === old ? [] : [{ change, isOwn: sets.some((write) => write.sets[field] === now) }];
  });

  const journals = JOURNALS.map(({ field, mark, internal }) => {
    const added = addedSince(before[mark], journalOf(record, field));
    const known = entriesIn(added, isOneSave, rows[field]);
    const isVouched = known.length > 0 && known.every(({ by }) => by !== undefined);
    const words = (reader?.own ?? []).flatMap((write) => ('words' in write && write.field === field ? [write] : []));
    const { rest, found } = cutOut(added, words, isMe);
    const entries = isVouched
      ? known.filter(({ by }) => by !== reader?.userName)
      : rest.flatMap((part) => entriesIn(part, isOneSave && found.length === 0));
    const changes = entries.reverse().map(
      ({ author, text, isMixed }): Change => ({
        kind: 'comments',
        internal,
        author,
        text: plainText(withoutSignature(text)),
        isMixed,
      }),
    );
    const wantsRows = !isVouched && !isOneSave && entries.some(({ author, isMixed }) => isMixed || isMe(author));
    return { changes, found, differs: added.trim() !== '', wantsRows };
  });

  const told = [...fields.filter(({ isOwn }) => !isOwn).map(({ change }) => change)];
  const said = journals.flatMap(({ changes }) => changes);
  // One save is wholly by whoever made it, rules and all, unless a comment in it names somebody else.
  const isOwnSave =
    isOneSave &&
    reader !== undefined &&
    storedValue(record, 'sys_updated_by') === reader.userName &&
    said.every((change) => change.kind !== 'comments' || change.author === '' || isMe(change.author));
  return {
    changes: isOwnSave ? [] : [...told, ...said],
    own: journals.flatMap(({ found }) => found),
    differs: fields.length > 0 || journals.some(({ differs }) => differs),
    wantsRows: journals.some(({ wantsRows }) => wantsRows),
  };
}

/** Names are shown in different orders. */
const isSameName = (author: string, { name, userName }: { name: string; userName: string }) =>
  author === userName || inOrder(author) === inOrder(name);

const inOrder = (name: string) =>
  name
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .sort()
    .join(' ');

/**
 * Pure: what somebody knows right after a deed of their own: all that they did, and nothing that others did meanwhile.
 * @param record as it is after the deed
 * @returns the ids of their own writes that need not be known any more
 */
export function afterOwnDeed(
  type: RecordTypeName,
  told: Snapshot,
  record: ServiceNowRecord,
  reader: Reader,
): { told: Snapshot; own: string[] } {
  const now = snapshotOf(type, record);
  // Somebody was told of a later state already.
  if (now.modCount < told.modCount) return { told, own: [] };
  const news = newsSince(type, told, record, reader);
  if (news.changes.length === 0) return { told: now, own: news.own };
  const sets = reader.own.flatMap((write) => ('sets' in write ? [write.sets] : []));
  const mine = Object.entries(now.fields).filter(([field, [value]]) => sets.some((each) => each[field] === value));
  return { told: { ...told, fields: { ...told.fields, ...Object.fromEntries(mine) } }, own: [] };
}

/** Columns to read so that changes can be seen. */
export function watchedColumns(name: RecordTypeName): string[] {
  const { watchedFields } = recordType(name);
  return [...watchedFields.map(({ field }) => field), 'comments', 'work_notes', 'sys_updated_by', 'sys_mod_count'];
}
