import { randomBytes } from 'node:crypto';
import { createFoundation } from '../../compose-foundation.ts';
import type { Config } from '../../config.ts';
import type { InstanceSettings } from '../../instances/settings.ts';
import { createLog } from '../../log.ts';
import { createMetrics } from '../../metrics.ts';
import { keysOf } from '../../redis/keys.ts';
import type { TokenSource } from '../../servicenow/client.ts';
import { type Answer, cancel, fileTicket, QUESTIONS } from './questions.ts';
import { createWire, storedIn } from './wire.ts';

export type Report = {
  instance: string;
  askedAs: string;
  answers: { name: string; assumed: string; answer: Answer }[];
  /** Its number, and whether it could be cancelled; undefined where none could be filed. */
  ticket: { number: string; isCancelled: boolean } | undefined;
};

/**
 * Asks an instance of this configuration everything in {@link QUESTIONS}, as one connected person. Nothing changes there but
 * one ticket, which is filed and cancelled, and the person's access token, which is renewed once.
 * @param user a Slack user id
 * @throws {Error} where nobody of that name is connected
 */
export async function askInstance(
  config: Config,
  settings: InstanceSettings,
  user: string | undefined,
): Promise<Report> {
  const foundation = await createFoundation(config, 'fast', createLog('silent'), createMetrics(), Date.now);
  try {
    const { name: instance } = settings;
    const at = foundation.instances.named(instance) ?? foundation.instances.main;
    const { links } = at;
    const pollers = keysOf(instance).pollers();
    const connected = await links.knownIn(pollers, await foundation.redis.zrange(pollers, 0, user ? -1 : 1));
    const people = user ? connected.filter((person) => person.user === user) : connected;
    const [person] = people;
    if (!person || people.length > 1)
      throw new Error(
        user
          ? `${user} is not connected to ${instance}. Let them type /snow connect first.`
          : `Say as whom to ask, e.g. --person U0123ABCD: somebody who is connected to ${instance}.`,
      );
    const link = await links.find(person);
    if (link?.status !== 'linked')
      throw new Error(`The connection of ${person.user} has ended. Let them type /snow connect.`);

    const source = at.tokenSource(person);
    const wire = createWire(settings.url, () => source.accessToken());
    try {
      const ticket = await fileTicket(wire, link.user, randomBytes(16).toString('hex'));
      const asking = {
        wire,
        person: link.user,
        client: { id: settings.clientId, secret: settings.clientSecret },
        renew: () => renew(source),
        ticket,
      };
      const answers: Report['answers'] = [];
      for (const { name, assumed, ask } of QUESTIONS)
        answers.push({ name, assumed, answer: await ask(asking).catch(unanswered) });
      return {
        instance,
        askedAs: link.user.userName,
        answers,
        ticket: ticket && {
          number: storedIn(ticket.row, 'number'),
          isCancelled: await cancel(wire, ticket.sysId).catch(() => false),
        },
      };
    } finally {
      await wire.close();
    }
  } finally {
    await foundation.close();
  }
}

async function renew(source: TokenSource): Promise<{ before: string; after: string }> {
  const before = await source.accessToken();
  return { before, after: await source.renewedToken(before) };
}

/** A question that meets a network error or a time-out stays open; the others are asked all the same. */
const unanswered = (error: unknown): Answer => ({
  found: `no answer: ${error instanceof Error ? error.message : 'unknown'}`,
  asAssumed: false,
  advice: 'Ask again; if it stays so, look at the instance and what stands between.',
});
