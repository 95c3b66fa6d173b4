import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { NO_LONGER_KEPT } from '../../blocks/messages/filing.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { defineOperation } from '../define.ts';

/** Has work that was given up done after all. */
export const tryAgain = defineOperation({
  name: 'try-again',
  kind: 'deed',
  args: z.object({ jobId: z.string() }),
  buttons: { [ACTIONS.tryAgain]: (jobId) => ({ jobId }) },
  atOnce: async ({ jobId }, known) =>
    (await known.tryAgain(jobId)) ? notice('I am trying again, and will tell you how it went.') : NO_LONGER_KEPT,
});
