import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'log' | 'reply'>;

/** Says something where the person asked, for surfaces that have no answer of their own: DM text and mentions. */
export const answer: ProcessorOf<'answer'> = {
  process: ({ person, reply, message }, { reply: say }: Uses) => say(person, reply, message),
  onGiveUp: async (_payload, error, { log }: Uses) => log.error({ err: error }, 'an answer could not be given'),
};
