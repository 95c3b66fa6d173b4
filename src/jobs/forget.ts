import { RefusedError, StandByError } from '../errors.ts';
import type { Person } from '../redis/keys.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  'forgetPerson' | 'installations' | 'links' | 'log' | 'madeAt' | 'now' | 'slackPerson' | 'subscriptions'
>;

/** A token is refused for moments while it is rotated; after this long the app is not there any more. */
const GONE_MS = 60 * 60_000;
const DEAD_TOKEN = ['account_inactive', 'invalid_auth', 'token_revoked'];

const isGone = (error: unknown, { now, madeAt }: Uses): boolean =>
  error instanceof StandByError && DEAD_TOKEN.includes(error.status) && now() - madeAt > GONE_MS;

/**
 * On Grid somebody who leaves one workspace looks as if they were gone, and may use another one.
 * @returns them as they are met in a workspace where Slack knows them as active, of those that are not left out
 */
async function metElsewhere(person: Person, leftOut: string | undefined, context: Uses): Promise<Person | undefined> {
  const { links, slackPerson } = context;
  const teams = new Set([person.team, ...(await links.membersOf(person.tenant)).map(({ team }) => team)]);
  for (const team of teams) {
    if (team === leftOut) continue;
    const isThere = await slackPerson({ ...person, team }).then(
      ({ active, standing }) => active && standing !== 'stranger',
      (error: unknown) => {
        // It may have left that workspace at the same time, and each of the two would wait for the other.
        const isNotThere = error instanceof RefusedError || (leftOut !== undefined && isGone(error, context));
        if (!isNotThere) throw error;
        return false;
      },
    );
    if (isThere) return { ...person, team };
  }
  return undefined;
}

/** Somebody was deactivated in Slack, as one event says and Slack confirms: their link is revoked and deleted. */
export const forgetPerson: ProcessorOf<'forget-person'> = {
  async process({ person }, context: Uses) {
    const { forgetPerson, links, log } = context;
    const there = await metElsewhere(person, undefined, context);
    if (there) {
      await links.meetIn(there);
      return log.info('a person has left one workspace, and stays in another');
    }
    await forgetPerson(person);
    log.info('person forgotten');
  },
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.error({ err: error }, 'a deactivated person could not be forgotten'),
};

/**
 * The app was uninstalled: everything of that workspace, or of the whole organisation, is revoked and deleted. What was
 * made after it was made after a new installation, and stays.
 */
export const forgetWorkspace: ProcessorOf<'forget-workspace'> = {
  async process({ person: where, wholeOrganisation }, context: Uses) {
    const { forgetPerson, installations, links, subscriptions, madeAt, log } = context;
    const { team } = where;
    const tenant = await installations.tenantOf(where);
    const isTheirs = (person: Person) => person.tenant === tenant && (wholeOrganisation || person.team === team);
    for (const member of (await links.membersOf(tenant)).filter(isTheirs)) {
      const elsewhere = wholeOrganisation ? undefined : await metElsewhere(member, team, context);
      if (elsewhere) {
        await links.meetIn(elsewhere);
        continue;
      }
      const link = await links.find(member);
      if (!link || link.linkedAt <= madeAt) await forgetPerson(member);
    }
    for (const { id, owner, createdAt } of await subscriptions.all())
      if (isTheirs(owner) && createdAt <= madeAt) await subscriptions.remove(id);
    await installations.remove(wholeOrganisation ? tenant : team, madeAt);
    log.info('workspace forgotten');
  },
  onGiveUp: async (_payload, error, { log }: Uses) =>
    log.error({ err: error }, 'an uninstalled workspace could not be forgotten'),
};
