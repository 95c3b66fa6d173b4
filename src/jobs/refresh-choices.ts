import type { Choice } from '../records/choices.ts';
import { recordType, USUAL_TYPE } from '../records/types.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'choices' | 'desk' | 'log'>;

/** Reads the instance's own choice lists, so that the form can open without asking ServiceNow. */
export const refreshChoices: ProcessorOf<'refresh-choices'> = {
  async process({ person }, { desk, choices }: Uses) {
    const lists: [string, Choice[]][] = [];
    for (const { field, hasChoices } of recordType(USUAL_TYPE).form) {
      const list = hasChoices ? await desk(person).choices(USUAL_TYPE, field) : [];
      // Empty is what somebody reads who may not: that is no list for everybody.
      if (list.length > 0) lists.push([field, list]);
    }
    if (lists.length > 0) await choices.write(recordType(USUAL_TYPE).table, Object.fromEntries(lists));
  },
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.info({ err: error }, 'choice lists not refreshed; those that were read before stay'),
};
