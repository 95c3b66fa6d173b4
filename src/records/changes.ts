import { z } from 'zod';
import { addedSince, markOf, readSignature, splitEntries } from './journal.ts';
import { hasEnded, type RecordTypeName, recordType, type ServiceNowRecord, shownValue, storedValue } from './types.ts';

/** What kinds of change a person can want or not want. */
export const CHANGE_KINDS = ['state', 'comments', 'assignment', 'priority', 'other'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const markSchema = z.strictObject({ length: z.number(), hash: z.string() });

/** What one watcher was told last: enough to see what is new, and no more. */
export const snapshotSchema = z.strictObject({
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
  | { kind: 'comments'; internal: boolean; author: string; text: string; ref: string | undefined };

export const modCountOf = (record: ServiceNowRecord): number => Number(storedValue(record, 'sys_mod_count')) || 0;

export function snapshotOf(type: RecordTypeName, record: ServiceNowRecord): Snapshot {
  const { watchedFields } = recordType(type);
  return {
    modCount: modCountOf(record),
    fields: Object.fromEntries(
      watchedFields.map(({ field }) => [field, [storedValue(record, field), shownValue(record, field)]]),
    ),
    comments: markOf(shownValue(record, 'comments')),
    workNotes: markOf(shownValue(record, 'work_notes')),
    ...(hasEnded(type, record) ? { ended: true } : {}),
  };
}

/** What this watcher has not been told, oldest comment first. Stored values decide, shown ones are told. */
export function changesSince(type: RecordTypeName, before: Snapshot, record: ServiceNowRecord): Change[] {
  const fields = recordType(type).watchedFields.flatMap(({ field, label, kind }): Change[] => {
    const [old, oldShown] = before.fields[field] ?? ['', ''];
    if (storedValue(record, field) === old) return [];
    return [{ kind, label, from: oldShown, to: shownValue(record, field) }];
  });
  return [
    ...fields,
    ...newEntries(addedSince(before.comments, shownValue(record, 'comments')), false),
    ...newEntries(addedSince(before.workNotes, shownValue(record, 'work_notes')), true),
  ];
}

const newEntries = (added: string, internal: boolean): Change[] =>
  splitEntries(added)
    .reverse()
    .map(({ author, text }) => ({ kind: 'comments', internal, author, ...readSignature(text) }));

/** Columns to read so that changes can be seen. */
export function watchedColumns(name: RecordTypeName): string[] {
  const { watchedFields } = recordType(name);
  return [...watchedFields.map(({ field }) => field), 'comments', 'work_notes', 'sys_updated_by', 'sys_mod_count'];
}
