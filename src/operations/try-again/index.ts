import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { defineOperation } from '../define.ts';

/** Has work that was given up done after all. */
export const tryAgain = defineOperation({
  name: 'try-again',
  kind: 'deed',
  args: z.object({ jobId: z.string() }),
  buttons: { [ACTIONS.tryAgain]: (jobId) => ({ jobId }) },
  atOnce: async ({ jobId }, known, t) =>
    notice(t((await known.tryAgain(jobId)) ? 'result.trying-again' : 'result.no-longer-kept')),
});
