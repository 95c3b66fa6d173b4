import type { WebClient } from '@slack/web-api';
import type { Message } from '../blocks/message.ts';
import { connectPrompt, reconnectNotice } from '../blocks/messages/account.ts';
import { failure, notice } from '../blocks/messages/notice.ts';
import { connectView } from '../blocks/views/connect.ts';
import { isStoreAway, type LinkReason, LinkRequiredError } from '../errors.ts';
import type { Wish } from '../operations/define.ts';
import { nextOf, operationCalled } from '../operations/index.ts';
import type { Parse } from '../operations/parse.ts';
import { nameStoreTrouble } from '../redis/connection.ts';
import type { Person } from '../redis/keys.ts';
import { slackCall } from '../slack/call.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import { knownOf } from './known.ts';
import type { Services } from './services.ts';

/** What a person did in Slack, reduced to what carrying it out needs. */
export type Asked = {
  person: Person;
  /** Slack's name for the act; job ids derive from it, so that a repeated delivery does nothing. */
  key: string;
  /** Names what a button stands for: the same however often it is pressed, until its message is drawn anew. */
  deed?: string;
  correlationId: string;
  client: WebClient;
  /** Permits opening one view; absent for messages and mentions. */
  triggerId: string | undefined;
  /** Where answers go that come later. */
  reply: ReplyTarget;
  /** The conversation in which it was asked for first, where that was another one. */
  channel?: string;
  /** Tells Slack that we have it. After this, the work must be safe. */
  acknowledge: () => Promise<void>;
  /** Says something that only this person sees, and acknowledges if that was not done yet. */
  answer: (message: Message) => Promise<void>;
  /** True where `answer` leaves its words lying in the store. */
  answerIsKept: boolean;
  /** The same without the store, where it is away. Absent where the acknowledgement carries the answer, or where Slack asks again. */
  answerAtOnce?: (message: Message) => Promise<void>;
};

/** Slack takes one acknowledgement, and Bolt throws on a second one; but what was acknowledged may still go wrong. */
export function once(acknowledge: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= acknowledge();
    return done;
  };
}

/** Carries out what was typed, or answers why that is nothing. */
export const performParse = (services: Services, asked: Asked, parse: Parse): Promise<void> =>
  'wish' in parse
    ? perform(services, asked, parse.wish)
    : orTell(services, asked, async () => asked.answer(parse.say(await services.wordsFor(asked.person))));

/** Everything that a person wants passes here, however they said so. Whatever fails, they hear of it. */
export const perform = (services: Services, asked: Asked, wish: Wish): Promise<void> =>
  orTell(services, asked, () => carryOut(services, asked, wish));

export async function orTell(services: Services, asked: Asked, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const err = nameStoreTrouble(error);
    services.log.error({ err, correlationId: asked.correlationId }, 'could not carry out');
    const answer = (isStoreAway(err) && asked.answerAtOnce) || asked.answer;
    await answer(failure(err, asked.correlationId, await services.wordsFor(asked.person)));
  }
}

/** The same, and what fails is thrown. */
export async function carryOut(services: Services, asked: Asked, wish: Wish): Promise<void> {
  const { person, correlationId, key, deed, reply, channel = reply.channel } = asked;
  const next = nextOf(wish);
  // What was kept under an older release may no longer fit.
  if (!next) return asked.answer(notice((await services.wordsFor(person))('typed.earlier')));
  const known = knownOf(services, { person, channel, correlationId });
  try {
    switch (next.kind) {
      case 'work': {
        const { operation } = wish;
        // A deed that a button stands for is done once, and again only when its message is pressed after it has ended.
        const name = operationCalled(operation)?.kind === 'deed' && deed ? deed : key;
        const payload = { v: 1 as const, correlationId, person, reply, operation, args: next.args, key: name };
        await services.enqueue('operate', payload, name, { anew: name === deed });
        return await asked.acknowledge();
      }
      case 'answer':
        return await asked.answer(await next.say(known, await services.wordsFor(person)));
      case 'form': {
        const t = await services.wordsFor(person);
        const opened = await next.open(known, t);
        if ('instead' in opened) return await asked.answer(opened.instead);
        const { triggerId } = asked;
        if (triggerId === undefined) return await asked.answer(next.offer(t));
        await asked.acknowledge();
        await slackCall(() =>
          asked.client.views.open({ trigger_id: triggerId, view: services.mark.view(opened.view) }),
        );
      }
    }
  } catch (error) {
    if (!(error instanceof LinkRequiredError)) throw error;
    await offerConnect(services, asked, error.reason, next.kind === 'form' ? { ...wish, channel } : undefined);
  }
}

/**
 * A link address is a secret, so it goes only where it is not stored: into an acknowledgement, or else into a view.
 * @param wish what goes on at a click when they have connected
 */
async function offerConnect(
  services: Services,
  asked: Asked,
  reason: LinkReason,
  wish: (Wish & { channel: string }) | undefined,
): Promise<void> {
  const { person, triggerId } = asked;
  await services.connect.admit(person);
  // The form that they wanted and the link are stored in one turn, for Slack waits meanwhile.
  const [url] = await Promise.all([
    triggerId === undefined ? undefined : services.connect.begin(person),
    wish ? services.waiting.keep(person, wish) : undefined,
  ]);
  const t = await services.wordsFor(person);
  if (triggerId === undefined || url === undefined) return asked.answer(reconnectNotice(reason, t));
  if (!asked.answerIsKept) return asked.answer(connectPrompt(url, reason, t));
  await asked.acknowledge();
  await slackCall(() =>
    asked.client.views.open({ trigger_id: triggerId, view: services.mark.view(connectView(url, t)) }),
  );
}
