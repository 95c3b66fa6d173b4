import { fateOf, UnavailableError } from '../errors.ts';
import type { Person } from '../redis/keys.ts';
import { attachFile, listAttachments } from '../servicenow/attachments.ts';
import type { AsPerson } from '../servicenow/client.ts';
import type { JobContext } from './define.ts';

/** The record is there, and its person should not wait for the news because a file is slow to follow. */
const PATIENT_RUNS = 5;

/**
 * Brings files from Slack to a record, each once.
 * @param look an earlier run, or another job for the same act, may have brought some already
 * @returns the names of those that could not be attached; a passing trouble is thrown, and the next run goes on
 */
export async function attachFiles(
  request: AsPerson,
  to: { person: Person; table: string; sysId: string; fileIds: string[]; look: boolean },
  context: JobContext,
): Promise<string[]> {
  let present: Awaited<ReturnType<typeof listAttachments>> | undefined = to.look ? undefined : [];
  const unattached: string[] = [];
  for (const fileId of to.fileIds) {
    let name = 'a file';
    try {
      const file = await context.files.find(to.person, fileId);
      name = file.name;
      present ??= await listAttachments(request, to.table, to.sysId);
      // Each one that is there stands for one file: two pasted screenshots may share name and size.
      const there = present.findIndex((each) => each.name === file.name && each.bytes === file.bytes);
      if (there >= 0) present.splice(there, 1);
      else await attachFile(request, to.table, to.sysId, file);
    } catch (error) {
      const isOver = error instanceof UnavailableError && context.run > PATIENT_RUNS;
      if (!isOver && fateOf(error).kind !== 'give-up') throw error;
      context.log.warn({ err: error }, 'file not attached');
      unattached.push(isOver ? `${name} (perhaps it is there: please look)` : name);
    }
  }
  return unattached;
}
