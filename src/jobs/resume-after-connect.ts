import { z } from 'zod';
import { NotYetError } from '../errors.ts';
import { defineJob } from './define.ts';
import { basePayload } from './payload.ts';

/** After a link was made: says so, names the account, and wakes what was waiting. */
export const resumeAfterConnect = defineJob({
  queue: 'sync',
  schema: z.strictObject({ ...basePayload }),
  attempts: 20,
  withoutLink: 'give-up',
  async process({ person, correlationId }, context) {
    const { links, enqueue, instance, resumeParked, pendingForm, jobId, log, now } = context;
    const link = await links.find(person);
    if (!link) return;
    const account = { name: link.user.name, userName: link.user.userName, instance };
    const content = { kind: 'connected', account, pendingForm: await pendingForm(person) } as const;
    await enqueue('deliver-message', { v: 1, correlationId, person, content }, `told-${jobId}`);
    const { woken, busy } = await resumeParked(person);
    await enqueue('publish-home', { v: 1, correlationId, person }, `home-${jobId}`);
    await enqueue('refresh-choices', { v: 1, correlationId, person }, `choices-${jobId}`);
    log.info({ woken }, 'linked');
    // They found no link a moment ago and are about to wait for one.
    if (busy > 0) throw new NotYetError('some work is not parked yet', now() + 1_000);
  },
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'could not say that the link was made'),
});
