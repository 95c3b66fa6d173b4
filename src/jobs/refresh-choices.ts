import type { ProcessorOf } from './catalogue.ts';

/** Reads the instance's own choice lists, so that the form can open without asking ServiceNow. */
export const refreshChoices: ProcessorOf<'refresh-choices'> = {
  async process({ person }, { desk, choices }) {
    const category = await desk(person).choices('incident', 'category');
    // Empty is what somebody reads who may not: that is no list for everybody.
    if (category.length > 0) await choices.write('incident', { category });
  },
  onGiveUp: async (_payload, error, { log }) =>
    log.info({ err: error }, 'choice lists not refreshed; those that were read before stay'),
};
