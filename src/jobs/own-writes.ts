import type { Part } from '../desk/proof.ts';
import { ownWrites } from '../records/changes.ts';
import type { Person } from '../redis/keys.ts';
import type { JobContext } from './define.ts';

/** Before each write for a person: what is in it is their own doing, and no news to them. */
export const notingOwn =
  (person: Person, sysId: string, { replies }: Pick<JobContext, 'replies'>) =>
  ({ mark, fields }: Part): Promise<void> =>
    replies.noteOwn(person, sysId, ownWrites(mark, fields));

/** Columns are somebody's own doing while they are being set; later the same value may be another one's. */
export const settingIds = (parts: Part[]): string[] =>
  parts.flatMap(({ mark, fields }) => ownWrites(mark, fields).flatMap((write) => ('sets' in write ? [write.id] : [])));
