import { z } from 'zod';

const sysId = z.string().regex(/^[0-9a-f]{32}$/);

/** That a record changed, from push or poll alike. It names ids only: what changed is read by each watcher themselves. */
export const changeSchema = z.strictObject({
  table: z.string().regex(/^[a-z][a-z0-9_]*$/),
  sysId,
  modCount: z.number().int().min(0),
  assignedTo: sysId.optional(),
  approver: sysId.optional(),
  /** A file was attached; that alone does not count as a change of the record. */
  attachment: sysId.optional(),
});

export type RecordChange = z.infer<typeof changeSchema>;

/** Push and poll give the same job the same id, so together they tell once. */
export const changeJobId = (change: RecordChange) => `change-${versionOf(change)}`;

export const versionOf = ({ sysId: id, modCount, attachment }: RecordChange) =>
  attachment ? `${id}-file-${attachment}` : `${id}-${modCount}`;
