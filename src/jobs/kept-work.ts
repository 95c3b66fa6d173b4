import { args as filing, incident } from '../operations/incident/index.ts';
import type { Draft } from '../records/draft.ts';
import type { Person } from '../redis/keys.ts';
import { JOBS } from './catalogue.ts';
import { jobId, type Queues } from './enqueue.ts';

/**
 * Work that was given up, for its owner. The job's id comes back from Slack in a button, so it proves nothing: the job
 * must be a filing, and this person's own.
 */
export function createKeptWork(queues: Queues) {
  async function own(person: Person, jobId: string) {
    const job = await queues.interactive.getJob(jobId);
    if (job?.name !== 'operate') return undefined;
    const payload = JOBS.operate.schema.safeParse(job.data);
    if (!payload.success || payload.data.operation !== incident.name) return undefined;
    const { tenant, user } = payload.data.person;
    if (tenant !== person.tenant || user !== person.user) return undefined;
    const args = filing.safeParse(payload.data.args);
    return args.success ? { job, payload: payload.data, args: args.data } : undefined;
  }

  return {
    /** @returns false where there is nothing to try again */
    async tryAgain(person: Person, jobId: string): Promise<boolean> {
      const kept = await own(person, jobId);
      if (!kept || !(await kept.job.isFailed())) return false;
      try {
        // Asked for anew, so it is done as who they are now.
        const { account: _before, ...payload } = kept.payload;
        await kept.job.updateData(payload);
        await kept.job.retry('failed', { resetAttemptsMade: true });
        return true;
      } catch (error) {
        // A second press was quicker.
        if (await kept.job.isFailed()) throw error;
        return false;
      }
    },
    /** What was submitted under this name, whatever became of it. @param name as it was enqueued */
    async submitted(person: Person, name: string): Promise<Draft | undefined> {
      return (await own(person, jobId(name)))?.args.draft;
    },
    /**
     * The identity under which it would have been filed. A changed submission takes it over, so that whatever became of
     * the first one, there is one ticket.
     */
    async key(person: Person, jobId: string): Promise<string | undefined> {
      return (await own(person, jobId))?.args.submission;
    },
    /** It was submitted anew, so there is nothing left to try again. */
    async discard(person: Person, jobId: string): Promise<void> {
      const kept = await own(person, jobId);
      if (kept && (await kept.job.isFailed())) await kept.job.remove();
    },
    async draft(person: Person, jobId: string): Promise<Draft | undefined> {
      const kept = await own(person, jobId);
      return kept && (await kept.job.isFailed()) ? kept.args.draft : undefined;
    },
  };
}

export type KeptWork = ReturnType<typeof createKeptWork>;
