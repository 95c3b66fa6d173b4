import { namedFile, SOME_FILE } from '../blocks/messages/filing.ts';
import type { Desk } from '../desk/desk.ts';
import { fateOf, RefusedError, UnavailableError } from '../errors.ts';
import { MAX_FILES } from '../records/draft.ts';
import type { Person } from '../redis/keys.ts';
import type { JobContext } from './define.ts';

type Present = Awaited<ReturnType<Desk['attachments']>>[number];

/** The record is there, and its person should not wait for the news because a file is slow to follow. */
const PATIENT_RUNS = 5;

/**
 * Brings files from Slack to a record, each once.
 * @param look an earlier run, or another job for the same act, may have brought some already
 * @returns the names of those that could not be attached; a passing trouble is thrown, and the next run goes on
 */
export async function attachFiles(
  desk: Desk,
  to: {
    person: Person;
    table: string;
    sysId: string;
    fileIds: string[];
    shownFileIds?: string[] | undefined;
    look: boolean;
  },
  context: JobContext,
): Promise<string[]> {
  let present: Present[] | undefined = to.look ? undefined : [];
  const unattached: string[] = [];
  const { shownFileIds = [] } = to;
  for (const [index, fileId] of [...to.fileIds, ...shownFileIds].entries()) {
    let name: string = SOME_FILE;
    try {
      const file = await context.files.find(to.person, fileId, { isShown: index >= to.fileIds.length });
      name = file.name;
      if (index >= MAX_FILES)
        throw new RefusedError('rejected', 'too-many', 'over our limit', ['errors.too-many-files']);
      present ??= await desk.attachments(to.table, to.sysId);
      // Each one that is there stands for one file: two pasted screenshots may share name and size.
      const isIt = ({ name, bytes = file.bytes }: Present) => name === file.name && bytes === file.bytes;
      const at = present.findIndex(isIt);
      const [there] = at < 0 ? [] : present.splice(at, 1);
      const sysId = there ? there.sysId : await desk.attach(to.table, to.sysId, file);
      // An access rule may hide who attached it, and nobody is told of their own file.
      if (sysId) await context.replies.noteWritten(to.person, [sysId]);
    } catch (error) {
      const isOver = error instanceof UnavailableError && context.run > PATIENT_RUNS;
      if (!isOver && fateOf(error).kind !== 'give-up') throw error;
      context.log.warn({ err: error }, 'file not attached');
      // Nobody may tell us what is there already.
      const isUnsure = isOver || present === undefined;
      unattached.push(namedFile(name, error instanceof RefusedError ? error.status : '', isUnsure));
    }
  }
  return unattached;
}
