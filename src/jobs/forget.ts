import { z } from 'zod';
import { defineJob } from './define.ts';
import { basePayload } from './payload.ts';

/** Somebody was deactivated in Slack: their link is revoked and deleted. */
export const forgetPerson = defineJob({
  queue: 'sync',
  schema: z.strictObject({ ...basePayload }),
  attempts: 20,
  withoutLink: 'give-up',
  async process({ person }, { forget, log }) {
    await forget.person(person);
    log.info('person forgotten');
  },
  onGiveUp: async (_payload, error, { log }) =>
    log.error({ err: error }, 'a deactivated person could not be forgotten'),
});

/** The app was uninstalled: everything of that workspace is revoked and deleted. */
export const forgetWorkspace = defineJob({
  queue: 'sync',
  schema: z.strictObject({ ...basePayload }),
  attempts: 20,
  withoutLink: 'give-up',
  async process({ person }, { forget, log }) {
    await forget.workspace(person);
    log.info('workspace forgotten');
  },
  onGiveUp: async (_payload, error, { log }) =>
    log.error({ err: error }, 'an uninstalled workspace could not be forgotten'),
});
