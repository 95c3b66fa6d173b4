import { fateOf } from '../errors.ts';
import type { JobContext } from './define.ts';

/**
 * For a question beside the matter, and for one entry of many: that it is refused is an absent answer, and no reason to
 * give up the matter itself. Passing trouble is thrown, and the next run asks again.
 */
export async function unlessGivenUp<T>(reading: Promise<T>, { log }: Pick<JobContext, 'log'>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (fateOf(error).kind !== 'give-up') throw error;
    log.warn({ err: error }, 'an answer is missing, the rest goes on without it');
    return undefined;
  });
}
