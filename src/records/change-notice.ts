import { z } from 'zod';

const sysId = z.string().regex(/^[0-9a-f]{32}$/);

/** That a record changed, from push or poll alike. It names ids only: what changed is read by each watcher themselves. */
export const changeSchema = z.object({
  table: z.string().regex(/^[a-z][a-z0-9_]*$/),
  sysId,
  modCount: z.number().int().min(0),
  assignedTo: sysId.optional(),
  approver: sysId.optional(),
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
