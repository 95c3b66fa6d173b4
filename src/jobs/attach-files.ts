import type { Desk } from '../desk/desk.ts';
import { fateOf, RefusedError, UnavailableError } from '../errors.ts';
import type { Tools, Unattached } from '../operations/tools.ts';
import { MAX_FILES } from '../records/draft.ts';
import type { Person } from '../redis/keys.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'files' | 'log' | 'replies' | 'run'>;

/** The record is there, and its person should not wait for the news because a file is slow to follow. */
const PATIENT_RUNS = 5;

/** Brings files from Slack to a record. A passing trouble is thrown, and the next run goes on. */
export function attaching(person: Person, desk: Desk, { files, replies, run, log }: Uses): Tools['attach'] {
  return async (to, { fileIds, shownFileIds = [], look }) => {
    const { attach, hasLooked } = desk.attachOnce(to, look);
    const unattached: Unattached[] = [];
    for (const [index, fileId] of [...fileIds, ...shownFileIds].entries()) {
      let name: string | undefined;
      try {
        const file = await files.find(person, fileId, { isShown: index >= fileIds.length });
        name = file.name;
        if (index >= MAX_FILES)
          throw new RefusedError('rejected', 'too-many', 'over our limit', ['errors.too-many-files']);
        const sysId = await attach(file);
        // An access rule may hide who attached it, and nobody is told of their own file.
        if (sysId) await replies.noteWritten(person, [sysId]);
      } catch (error) {
        const isOver = error instanceof UnavailableError && run > PATIENT_RUNS;
        if (!isOver && fateOf(error).kind !== 'give-up') throw error;
        log.warn({ err: error }, 'file not attached');
        const cause = error instanceof RefusedError ? error.status : '';
        unattached.push({ name, cause, isUnsure: isOver || !hasLooked() });
      }
    }
    return unattached;
  };
}
