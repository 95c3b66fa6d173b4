import { notice } from '../blocks/messages/notice.ts';
import { hearNothing } from '../conversation/hear.ts';
import { NotYetError } from '../errors.ts';
import { isTrouble } from '../slack/codes.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<JobContext, 'jobId' | 'log' | 'messenger' | 'now' | 'replies' | 'wordsFor'>;

/** Nobody has said for a day who may read a held reply: its author hears that it was not sent. */
export const expireReply: ProcessorOf<'expire-reply'> = {
  async process({ person, message, question, threadTs, until }, context: Uses) {
    const { replies, messenger, wordsFor, jobId, now, log } = context;
    if (now() < until) throw new NotYetError('the person may still say who may read it', until);
    if (!(await hearNothing(replies, person, message.ts))) return;
    const words = notice((await wordsFor(person))('replies.held.expired'));
    await messenger.postIn(person, message.channel, threadTs, {
      message: words,
      key: jobId,
      perhapsSince: until,
    });
    // Its buttons would lead nowhere.
    await messenger.update(person, question, words).catch((error: unknown) => {
      if (!isTrouble(error, 'message')) throw error;
    });
    log.info('a held reply has expired');
  },
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.error({ err: error }, 'nobody was told that a held reply was not sent'),
};
