import type { Receipt, WriteAct } from '../../desk/write-once.ts';
import { RefusedError } from '../../errors.ts';
import { watchedColumns } from '../../records/changes.ts';
import { changedFields, DRAFT_COLUMNS } from '../../records/draft.ts';
import { cardColumns, type ServiceNowRecord, USUAL_TYPE } from '../../records/types.ts';
import type { Tools } from '../tools.ts';

/** What is said of a filed ticket, told of it later, or held against what was sent. */
export const FILED_COLUMNS = [
  ...new Set([...cardColumns(USUAL_TYPE), ...watchedColumns(USUAL_TYPE), ...DRAFT_COLUMNS]),
];

/**
 * What was filed before its person changed it: the record gets the new values, and a description that its column does not
 * take becomes a comment, so that no words are lost.
 */
export async function bringUpToDate(
  { desk, me, own }: Pick<Tools, 'desk' | 'me' | 'own'>,
  record: ServiceNowRecord,
  fields: Record<string, string>,
  submission: string,
): Promise<{ record: ServiceNowRecord; isCommented: boolean }> {
  const ref = { type: USUAL_TYPE, sysId: record.sysId } as const;
  const { userName } = await me();
  const act = { key: `${submission}-changed`, userName, look: true, columns: FILED_COLUMNS } satisfies WriteAct;
  const changes = changedFields(fields, record);
  const changed =
    (await unlessRefused(desk.writeOnce(ref, { fields: changes }, { ...act, known: record })))?.record ?? record;
  const { description } = changedFields(fields, changed);
  if (!description) return { record: changed, isCommented: false };
  const asComment = { words: { journal: 'comments', text: description } } as const;
  const commented = await unlessRefused(
    desk.writeOnce(ref, asComment, { ...act, known: changed, begin: own.noting(ref) }),
  );
  return { record: commented?.record ?? changed, isCommented: commented?.hasWords === true };
}

const unlessRefused = (writing: Promise<Receipt>): Promise<Receipt | undefined> =>
  writing.catch((error: unknown) => {
    if (error instanceof RefusedError) return undefined;
    throw error;
  });
