import { z } from 'zod';
import { FILTER_COLUMNS, type FilterColumn } from './table.ts';

const sysId = z.string().regex(/^[0-9a-f]{32}$/);

/** An id or a code; the empty text where the record has none. */
const value = z.string().max(100);
/** What filters look at, as far as whoever noticed the change knows it. */
const valuesSchema = z.object(
  Object.fromEntries(FILTER_COLUMNS.map((column) => [column, value.optional().catch(undefined)])) as {
    [column in FilterColumn]: z.ZodCatch<z.ZodOptional<typeof value>>;
  },
);
export type KnownValues = z.infer<typeof valuesSchema>;

/** That a record changed, from push or poll alike. It names ids and codes only: what changed is read by each watcher themselves. */
export const changeSchema = z.object({
  table: z.string().regex(/^[a-z][a-z0-9_]*$/),
  sysId,
  modCount: z.number().int().min(0),
  assignedTo: sysId.optional(),
  approver: sysId.optional(),
  values: valuesSchema.optional(),
  /** A file was attached; that alone does not count as a change of the record. */
  attachment: sysId.optional(),
});

export type RecordChange = z.infer<typeof changeSchema>;

/**
 * Push and poll give the same job the same id. Where only one of them knows whom the record is assigned to, or whose
 * approval it waits for, that is a job of its own, or those would not be told; what follows from it has the version in
 * its id, so that the others are told once.
 */
export const changeJobId = (change: RecordChange) =>
  ['change', versionOf(change), change.assignedTo ?? change.approver].filter(Boolean).join('-');

export const versionOf = ({ sysId: id, modCount, attachment }: RecordChange) =>
  attachment ? `${id}-file-${attachment}` : `${id}-${modCount}`;

/** For the log: short enough not to look like a secret there. */
export const changeCorrelationId = ({ sysId, modCount }: RecordChange) => `chg-${sysId}-${modCount}`;
