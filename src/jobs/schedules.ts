import type { Queue } from 'bullmq';
import { type JobName, jobRow } from './catalogue.ts';
import { policyOf } from './define.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The next run is in the past for as long as all hands are busy; after this long nobody will begin it. */
const LATE_MS = 2 * MINUTE_MS;
const LOOK_MS = 10_000;
const KEPT_RUNS = { backoff: { type: 'custom' }, removeOnComplete: 10, removeOnFail: 10 };
const POLL = 'poll';

type Schedule = { id: string; name: JobName; everyMs: number };

/**
 * What runs by itself, once for the whole fleet: every worker writes the same schedules. A failover may lose one and somebody
 * may empty the store, so each worker looks every few seconds whether they are there.
 */
export function createSchedules(queue: Queue, pollSeconds: number) {
  const everyPollMs = pollSeconds * 1000;
  const wanted: Schedule[] = [
    ...(pollSeconds > 0 ? [{ id: POLL, name: 'poll-changes' as const, everyMs: everyPollMs }] : []),
    { id: 'warn-of-ends', name: 'warn-of-ends', everyMs: DAY_MS },
    { id: 'end-watches', name: 'end-watches', everyMs: DAY_MS },
  ];

  /** What fails is made up for by the next run. */
  const write = ({ id, name, everyMs }: Schedule) =>
    queue.upsertJobScheduler(
      id,
      { every: everyMs },
      { name, data: { v: 1, correlationId: id }, opts: { attempts: policyOf(jobRow(name)).attempts, ...KEPT_RUNS } },
    );

  async function isLost({ id }: Schedule): Promise<boolean> {
    const next = (await queue.getJobScheduler(id))?.next;
    return next === undefined || next < Date.now() - LATE_MS;
  }

  async function lost(): Promise<Schedule[]> {
    const found = await Promise.all(wanted.map(isLost));
    return wanted.filter((_schedule, index) => found[index]);
  }

  return {
    lookEveryMs: Math.min(LOOK_MS, everyPollMs || LOOK_MS),

    async begin(): Promise<void> {
      if (pollSeconds === 0) await queue.removeJobScheduler(POLL);
      for (const schedule of wanted) await write(schedule);
    },

    areLost: async (): Promise<boolean> => (await lost()).length > 0,

    /** @returns the names of those that were lost */
    async heal(): Promise<string[]> {
      const gone = await lost();
      for (const schedule of gone) await write(schedule);
      return gone.map(({ id }) => id);
    },
  };
}
