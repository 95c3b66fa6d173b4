import { z } from 'zod';
import type { Message } from '../blocks/message.ts';
import { untoldMessage } from '../blocks/messages/untold.ts';
import { UnavailableError } from '../errors.ts';
import type { Mark } from '../instances/mark.ts';
import type { Log } from '../log.ts';
import { fetchOutside } from '../outbound.ts';
import type { Person } from '../redis/keys.ts';
import type { Vault } from '../redis/vault.ts';
import type { T } from '../words/index.ts';
import { slackCall } from './call.ts';
import { isShutOut, isTrouble } from './codes.ts';
import type { Installations } from './installations.ts';
import type { Untold } from './untold.ts';

/** Slack: five answers within thirty minutes. A minute is kept back for the road. */
const RESPONSE_URL_LIFE_MS = 29 * 60_000;
const TIMEOUT_MS = 10_000;

/**
 * Where an answer goes. `response_url` is a capability, so it travels sealed for the person it was given to.
 * `private`: only this person sees it; `dm`: the conversation is between this person and the bot anyway.
 */
export const replyTargetSchema = z.object({
  kind: z.enum(['private', 'dm']),
  channel: z.string(),
  threadTs: z.string().optional(),
  responseUrl: z.object({ sealed: z.string(), until: z.number(), replace: z.boolean() }).optional(),
});

export type ReplyTarget = z.infer<typeof replyTargetSchema>;

const place = (person: Person) => `response-url:${person.tenant}.${person.user}`;

export const sealResponseUrl = (vault: Vault, person: Person, url: string, replace: boolean, now: number) => ({
  sealed: vault.seal(url, place(person)),
  until: now + RESPONSE_URL_LIFE_MS,
  replace,
});

type Parts = { installations: Installations; vault: Vault; apiUrl: string; mark: Mark; now: () => number };

/** Answers a person without the store: response_url while it lives, then an ephemeral message, then a DM. */
export function createSay({ installations, vault, apiUrl, mark, now }: Parts) {
  const send = fetchOutside();

  async function byResponseUrl(person: Person, target: ReplyTarget, message: Message): Promise<boolean> {
    const { responseUrl } = target;
    if (!responseUrl || responseUrl.until <= now()) return false;
    const url = vault.open(responseUrl.sealed, place(person));
    if (!isSlacks(url, apiUrl)) return false;
    const response = await send(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        response_type: 'ephemeral',
        replace_original: responseUrl.replace,
        ...(target.threadTs ? { thread_ts: target.threadTs } : {}),
        ...message,
      }),
    }).catch((cause) => {
      throw new UnavailableError('slack-unavailable', 'response_url: no answer', { cause });
    });
    await response.body?.cancel();
    // 404 and the like: used up or expired, so the next way is tried.
    if (response.status >= 500 || response.status === 429)
      throw new UnavailableError('slack-unavailable', `response_url: status ${response.status}`);
    return response.ok;
  }

  /** @throws {BridgeError} */
  return async function say(person: Person, target: ReplyTarget, unmarked: Message): Promise<void> {
    const message = mark.message(unmarked);
    if (await byResponseUrl(person, target, message)) return;
    const client = await installations.client(person);
    const thread = target.threadTs ? { thread_ts: target.threadTs } : {};
    const content = { ...message, mrkdwn: false, unfurl_links: false, unfurl_media: false };
    const direct = { channel: person.user, ...content };
    const ways: (() => Promise<unknown>)[] =
      target.kind === 'private'
        ? [
            () => client.chat.postEphemeral({ channel: target.channel, user: person.user, ...thread, ...message }),
            () => client.chat.postMessage(direct),
          ]
        : [
            () => client.chat.postMessage({ channel: target.channel, ...thread, ...content }),
            () => client.chat.postMessage(direct),
          ];
    for (const [at, way] of ways.entries())
      try {
        await slackCall(way);
        return;
      } catch (error) {
        // Neither a channel that takes nothing nor a thread that has gone is a reason to say nothing.
        if (!isTrouble(error, 'place', 'thread') || at === ways.length - 1) throw error;
      }
  };
}

/** The same; where Slack takes no answer, the words are kept, and come with the next one that it takes. */
export function createReply(parts: Parts & { untold: Untold; wordsFor: (person: Person) => Promise<T>; log: Log }) {
  const { untold, wordsFor, log } = parts;
  const say = createSay(parts);

  /** The answer itself has been given, so nothing that happens here may have it said again. */
  async function bringAlong(person: Person, target: ReplyTarget): Promise<void> {
    try {
      const { sentences, forget } = await untold.read(person);
      if (sentences.length === 0) return;
      const { responseUrl, ...rest } = target;
      const beside = responseUrl ? { ...rest, responseUrl: { ...responseUrl, replace: false } } : rest;
      await say(person, beside, untoldMessage(sentences, await wordsFor(person)));
      await forget();
    } catch (err) {
      log.warn({ err }, 'what was refused before has to wait longer');
    }
  }

  /** @param lasting kept in its place, where the message itself must not be */
  return async function reply(person: Person, target: ReplyTarget, message: Message, lasting = message): Promise<void> {
    try {
      await say(person, target, message);
    } catch (error) {
      if (!isShutOut(error)) throw error;
      log.warn({ err: error }, 'Slack takes no answer for this person, so it is kept');
      return untold.keep(person, lasting.text);
    }
    await bringAlong(person, target);
  };
}

export type Say = ReturnType<typeof createSay>;
export type Reply = ReturnType<typeof createReply>;

/** Signed or not, an address from outside is only followed to Slack, or to the simulator that stands in for it. */
export function isSlacks(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (origin === new URL(apiUrl).origin) return true;
  return protocol === 'https:' && /(^|\.)slack(-gov|-files|-edge)?\.com$/.test(hostname);
}
