import { notice } from '../blocks/messages/notice.ts';
import { RefusedError, StandByError } from '../errors.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'desk' | 'jobId' | 'log' | 'messenger' | 'triedSince' | 'wordsFor'>;

/** Held in memory on its way, so it is bounded; larger ones are named and left where they are. */
const LIMIT_BYTES = 20 * 1024 * 1024;

/** Brings a file from the ticket into its thread, with the watcher's own rights. */
export const passFile: ProcessorOf<'pass-file'> = {
  async process({ person, file, thread }, { desk, messenger, wordsFor, triedSince, jobId, log }: Uses) {
    try {
      if (file.bytes > LIMIT_BYTES)
        throw new RefusedError('rejected', 'too-large', 'over our limit', ['errors.file-too-large']);
      const bytes = await desk(person).readFile(file.sysId, LIMIT_BYTES);
      await messenger.uploadFile(person, thread, { name: file.name, bytes }, { perhapsSince: triedSince });
    } catch (error) {
      const mayNot = error instanceof StandByError && error.status === 'missing_scope';
      if (!(error instanceof RefusedError) && !mayNot) throw error;
      log.info({ err: error }, 'file named, not passed on');
      const t = await wordsFor(person);
      await messenger.postIn(person, thread.channel, thread.ts, {
        message: notice(t('ticket.file-attached', { file: file.name })),
        key: jobId,
        perhapsSince: triedSince,
      });
    }
  },
  onGiveUp: async (_payload, error, { log }: Uses) => log.error({ err: error }, 'a file could not be passed on'),
};
