import fc from 'fast-check';
import { isJobName, JOBS, type JobName, jobRow } from '../../../../src/jobs/catalogue.ts';
import { jobId } from '../../../../src/jobs/enqueue.ts';
import { defineDoor, must } from '../door.ts';
import { HOSTILE_TEXTS } from '../hostile.ts';
import { changes, mutate, toJson } from '../mutate.ts';

const NAMES = Object.keys(JOBS) as JobName[];

export const jobPayloads = defineDoor({
  name: 'job-payloads',
  oracle:
    'a payload is accepted or refused and nothing is thrown; what is accepted survives the queue’s JSON unchanged and names somebody; ids are such as BullMQ takes',
  share: 120,
  chunk: 500,
  async open(around) {
    const { jobs } = await around.corpus();
    return {
      arbitrary: fc.record({
        which: fc.nat(jobs.length - 1),
        list: changes(3),
        name: fc.oneof(
          { weight: 8, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
          { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
        ),
      }),
      run({ which, list, name: other }) {
        const recorded = jobs[which];
        const name = other ?? recorded?.name ?? '';
        must(/^j-[\w.-]{0,198}$/.test(jobId(name)), 'an id that BullMQ refuses');
        if (!isJobName(name)) return 'no such job';
        const data: unknown = JSON.parse(toJson(mutate(recorded?.data, list)));
        const parsed = jobRow(name).schema.safeParse(data);
        if (!parsed.success) return 'refused';
        const again = jobRow(name).schema.safeParse(JSON.parse(JSON.stringify(parsed.data)));
        must(again.success, 'accepted once, and not a second time');
        must(JSON.stringify(again.data) === JSON.stringify(parsed.data), 'it changes whenever it is read');
        const { person } = parsed.data as { person?: { tenant: string; team: string; user: string } };
        must(!person || [person.tenant, person.team, person.user].every((each) => each !== ''), 'it names nobody');
        return list.length === 0 ? 'accepted unchanged' : 'accepted';
      },
      show: ({ which, list, name }) => `${name ?? jobs[which]?.name} ${toJson(mutate(jobs[which]?.data, list))}`,
    };
  },
});
