import { z } from 'zod';
import type { Person } from '../redis/keys.ts';
import { defineJob } from './define.ts';
import { basePayload } from './payload.ts';

/** Somebody was deactivated in Slack: their link is revoked and deleted. */
export const forgetPerson = defineJob({
  queue: 'sync',
  schema: z.strictObject({ ...basePayload }),
  attempts: 20,
  withoutLink: 'give-up',
  async process({ person }, { forgetPerson, log }) {
    await forgetPerson(person);
    log.info('person forgotten');
  },
  onGiveUp: async (_payload, error, { log }) =>
    log.error({ err: error }, 'a deactivated person could not be forgotten'),
});

/**
 * The app was uninstalled: everything of that workspace, or of the whole organisation, is revoked and deleted. What was
 * made after it was made after a new installation, and stays.
 */
export const forgetWorkspace = defineJob({
  queue: 'sync',
  schema: z.strictObject({ ...basePayload, wholeOrganisation: z.boolean().optional() }),
  attempts: 20,
  withoutLink: 'give-up',
  async process({ person: where, wholeOrganisation }, context) {
    const { forgetPerson, installations, links, subscriptions, madeAt, log } = context;
    const { team } = where;
    const tenant = await installations.tenantOf(where);
    const isTheirs = (person: Person) => person.tenant === tenant && (wholeOrganisation || person.team === team);
    for (const member of (await links.membersOf(tenant)).filter(isTheirs)) {
      const link = await links.find(member);
      if (!link || link.linkedAt <= madeAt) await forgetPerson(member);
    }
    for (const { id, owner, createdAt } of await subscriptions.all())
      if (isTheirs(owner) && createdAt <= madeAt) await subscriptions.remove(id);
    await installations.remove(wholeOrganisation ? tenant : team, madeAt);
    log.info('workspace forgotten');
  },
  onGiveUp: async (_payload, error, { log }) =>
    log.error({ err: error }, 'an uninstalled workspace could not be forgotten'),
});
