import { sendHeld } from '../conversation/hear.ts';
import { CorruptDataError, LinkRequiredError } from '../errors.ts';
import type { Known } from '../operations/known.ts';
import type { Person } from '../redis/keys.ts';
import { newSecret } from '../redis/vault.ts';
import type { Services } from './services.ts';

/** What lies here of this person and the conversation in which they asked. */
export function knownOf(
  services: Services,
  { person, channel, correlationId }: { person: Person; channel: string; correlationId: string },
): Known {
  const { vault, links, keptWork } = services;
  // To the person for whom a form was opened, and to nothing else in it.
  const place = (what: string) => `form:${person.tenant}.${person.user}:${what}`;
  return {
    channel,
    isDirect: channel.startsWith('D') || channel === person.user,
    async account() {
      const link = await links.find(person);
      if (link?.status !== 'linked') throw new LinkRequiredError(link ? 'broken' : 'none');
      const { sysId, userName, name } = link.user;
      return { sysId, userName, name, instance: services.instance, linkedAt: link.linkedAt };
    },
    connections: () => services.connections(person),
    categories: () => services.categories(person),
    preferences: () => services.preferences.read(person),
    subscriptions: () => services.subscriptions.inChannel(person.tenant, channel),
    kept: (jobId) => keptWork.find(person, jobId),
    tryAgain: (jobId) => keptWork.tryAgain(person, jobId),
    sendHeld: (messageTs, lane) =>
      sendHeld(services.replies, person, { messageTs, lane }, ({ comment, threadTs, job }) => {
        const { kind: operation, key, ...args } = comment;
        const reply = { kind: 'dm', channel, threadTs } as const;
        return services.enqueue('operate', { v: 1, correlationId, person, reply, operation, args, key }, job);
      }),
    seal: (text, what) => vault.seal(text, place(what)),
    unseal(text, what) {
      try {
        return vault.open(text, place(what));
      } catch (err) {
        if (!(err instanceof CorruptDataError)) throw err;
        services.log.warn(
          { err, tenant: person.tenant, user: person.user, what },
          'a form came back with something that is not ours',
        );
        return undefined;
      }
    },
    newId: () => newSecret().slice(0, 16),
  };
}
