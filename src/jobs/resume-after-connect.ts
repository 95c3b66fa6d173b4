import { NotYetError } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  'enqueue' | 'instance' | 'jobId' | 'keptWish' | 'links' | 'log' | 'madeAt' | 'now' | 'resumeParked' | 'watches'
>;

/** The job is made a moment before the link. One that is not there after this long was not made. */
const LINK_WITHIN_MS = 60_000;
const SOON_MS = 50;

/** After a link was made: says so, names the account, and wakes what was waiting. */
export const resumeAfterConnect: ProcessorOf<'resume-after-connect'> = {
  async process({ person, correlationId, linkId }, context: Uses) {
    const { links, watches, enqueue, instance, resumeParked, keptWish, jobId, madeAt, log, now } = context;
    const link = await links.find(person);
    if (!link || (linkId !== undefined && link.id !== linkId)) {
      if (linkId !== undefined && now() - madeAt < LINK_WITHIN_MS)
        throw new NotYetError('no such link yet', now() + SOON_MS);
      return log.info('no link was made, or another one has replaced it');
    }
    await links.enlist(person, link);
    const account = { name: link.user.name, userName: link.user.userName, instance };
    const waiting = await keptWish(person);
    const content = { kind: 'connected', account, ...(waiting ? { waiting } : {}) } as const;
    await enqueue('deliver-message', { v: 1, correlationId, person, content }, `told-${jobId}`);
    const { woken, busy } = await resumeParked(person);
    // What happened while the connection was gone for longer than work waits for it is told now.
    const watcher = { kind: 'person', person } as const;
    for (const { reason, ...ref } of await watches.of(person))
      await enqueue(
        'notify-watcher',
        { v: 1, correlationId, person, watcher, ref, reason },
        `resumed-${ref.sysId}-${watcherId(watcher)}-${jobId}`,
      );
    await enqueue('publish-home', { v: 1, correlationId, person }, `home-${jobId}`);
    await enqueue('refresh-choices', { v: 1, correlationId, person }, `choices-${jobId}`);
    log.info({ woken }, 'linked');
    // They found no link a moment ago and are about to wait for one.
    if (busy > 0) throw new NotYetError('some work is not parked yet', now() + 1_000);
  },
  onGiveUp: async (_payload, error, { log }: Uses) => log.error({ err: error }, 'could not say that the link was made'),
};
