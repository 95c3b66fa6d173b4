import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { isJobName, jobRow } from '../../../../src/jobs/catalogue.ts';
import { defineDoor, must } from '../door.ts';
import { LINKED } from '../live.ts';
import { changes, mutate, toJson } from '../mutate.ts';

/** These end what the other doors stand on, and are meant to. */
const LEFT_OUT = new Set(['forget-person', 'forget-workspace', 'disconnect', 'poll-changes']);

const operationIn = (data: unknown): string => (data as { operation?: string }).operation ?? '';

export const jobsRun = defineDoor({
  name: 'jobs-run',
  oracle:
    'a changed job in a queue ends, whatever is in it: done, given up or waiting for its time; the worker lives, no rule is broken, no secret is in the log',
  share: 5,
  chunk: 25,
  async open(around) {
    const live = await around.live();
    const jobs = (await around.corpus()).jobs.filter(
      ({ name, data }) => !LEFT_OUT.has(name) && !LEFT_OUT.has(operationIn(data)),
    );
    return {
      arbitrary: fc.record({ which: fc.nat(jobs.length - 1), list: changes(2), twice: fc.boolean() }),
      async run({ which, list, twice }) {
        const { name = '', data } = jobs[which] ?? {};
        must(isJobName(name), `recorded, and no job: ${name}`);
        const changed: unknown = JSON.parse(toJson(mutate(data, list)));
        const queue = live.queues[jobRow(name).queue];
        const options = {
          attempts: 2,
          backoff: { type: 'custom' as const },
          removeOnComplete: true,
          removeOnFail: true,
          // A minute old: what follows from a link waits that long for one that never comes.
          timestamp: Date.now() - 61_000,
        };
        await queue.add(name, changed, { ...options, jobId: `fuzz-${randomUUID()}` });
        if (twice) await queue.add(name, changed, { ...options, jobId: `fuzz-${randomUUID()}` });
        return name;
      },
      async after() {
        for (const name of LINKED) live.acting.add(live.flow.person(name).id);
        await live.look(60_000);
        // What waits for its time has ended as far as this door goes; for a newer release it would wait a day.
        for (const queue of Object.values(live.queues))
          for (const job of await queue.getDelayed()) if (job.id?.startsWith('fuzz-')) await job.remove();
      },
      show: ({ which, list }) => `${jobs[which]?.name} ${toJson(mutate(jobs[which]?.data, list))}`,
    };
  },
});
