import type { Wish } from '../operations/define.ts';
import type { Person } from '../redis/keys.ts';
import { JOBS } from './catalogue.ts';
import { jobId, type Queues } from './enqueue.ts';

/**
 * What people wanted done, for its owner, as long as its job is kept. The job's id comes back from Slack in a button, so it
 * proves nothing: it must be this person's own.
 */
export function createKeptWork(queues: Queues) {
  async function own(person: Person, jobId: string) {
    const job = await queues.interactive.getJob(jobId);
    const payload = job?.name === 'operate' ? JOBS.operate.schema.safeParse(job.data).data : undefined;
    if (!job || !payload) return undefined;
    const { tenant, user } = payload.person;
    return tenant === person.tenant && user === person.user ? { job, payload } : undefined;
  }

  return {
    async find(person: Person, jobId: string): Promise<(Wish & { isGivenUp: boolean }) | undefined> {
      const kept = await own(person, jobId);
      if (!kept) return undefined;
      const { operation, args } = kept.payload;
      return { operation, args, isGivenUp: await kept.job.isFailed() };
    },
    /** The arguments of what was enqueued under this name, whatever became of it. */
    argsOf: async (person: Person, name: string): Promise<unknown> => (await own(person, jobId(name)))?.payload.args,

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
    /** It was submitted anew, so there is nothing left to try again. */
    async discard(person: Person, jobId: string): Promise<void> {
      const kept = await own(person, jobId);
      if (kept && (await kept.job.isFailed())) await kept.job.remove();
    },
  };
}

export type KeptWork = ReturnType<typeof createKeptWork>;
