import type { HomeView, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../blocks/message.ts';
import { RefusedError } from '../errors.ts';
import type { Mark } from '../instances/mark.ts';
import type { Log } from '../log.ts';
import type { MessageRef } from '../records/place.ts';
import type { Person } from '../redis/keys.ts';
import { isUnsayable, refusedWith, slackCall } from './call.ts';
import { isShutOut } from './codes.ts';
import type { Installations, Where } from './installations.ts';
import type { Untold } from './untold.ts';

/** Marks our messages so that a retry can recognise them; only apps that may read the conversation see it. */
const METADATA_EVENT = 'bridge_delivery';
/** Slack's clock and ours may differ by as much as a signature's time may. */
const CLOCKS_APART_MS = 5 * 60_000;
const PAGE = 200;
/** What a conversation can gather while a job waits for its retry is read to its end, but not without one. */
const MOST_PAGES = 50;

export type Post = {
  message: Message;
  /** Said instead where Slack refuses the words themselves, which it would do every time. */
  shorter?: Message | undefined;
  /** Names the delivery: the same key is posted once. */
  key: string;
  /** `type/sysId` of the record whose card this is. */
  about?: string | undefined;
  /** Since when it may be there already, in ms by our clock: Slack was asked for it then, and the answer was lost. */
  perhapsSince?: number | undefined;
  /** Done before it is posted, and not where it was there already. */
  before?: (() => Promise<void>) | undefined;
  /** Asked last before it is posted; what it throws keeps it from being posted. */
  fence?: (() => Promise<void>) | undefined;
};

/** Never parsed, never expanded: what ServiceNow or a person wrote stays words. */
const AS_IT_IS = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

/** What the worker posts, apart from answers to a command (those are `reply`'s). */
export function createMessenger(installations: Installations, untold: Pick<Untold, 'keep'>, mark: Mark, log: Log) {
  async function post(
    client: WebClient,
    channel: string,
    { message, shorter, key, about, before, fence }: Post,
    threadTs?: string,
  ): Promise<MessageRef> {
    const send = (words: Message) =>
      slackCall(() =>
        client.chat.postMessage({
          channel,
          ...mark.message(words),
          ...AS_IT_IS,
          ...(threadTs ? { thread_ts: threadTs } : {}),
          metadata: {
            event_type: METADATA_EVENT,
            event_payload: { key, ...(about ? { about: mark.text(about) } : {}) },
          },
        }),
      );
    await before?.();
    await fence?.();
    const posted = await send(message).catch((error: unknown) => {
      if (!shorter || !isUnsayable(error)) throw error;
      log.error({ err: error }, 'Slack refused the words, shorter ones were said');
      return send(shorter);
    });
    return { channel: posted.channel ?? channel, ts: posted.ts ?? '' };
  }

  /**
   * Slack has no idempotency key, so after a lost answer the conversation itself says whether the message is there. The app
   * may not read channels: there nothing is found, because a line that comes twice is better than one that never comes.
   */
  async function findPosted(
    client: WebClient,
    channel: string,
    key: string,
    since: number,
    threadTs?: string,
  ): Promise<MessageRef | undefined> {
    try {
      for await (const { metadata, ts } of messagesSince(client, channel, since, threadTs))
        if (ts && metadata?.event_type === METADATA_EVENT && keyIn(metadata.event_payload) === key)
          return { channel, ts };
    } catch (error) {
      if (!refusedWith(error, 'missing_scope')) throw error;
    }
    return undefined;
  }

  /** Everything in a conversation, or in a thread of it, from a time on. */
  async function* messagesSince(client: WebClient, channel: string, since: number, threadTs: string | undefined) {
    const oldest = String((since - CLOCKS_APART_MS) / 1000);
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const window = { channel, include_all_metadata: true, oldest, limit: PAGE, ...(cursor ? { cursor } : {}) };
      const { messages, response_metadata } = await slackCall(() =>
        threadTs ? client.conversations.replies({ ...window, ts: threadTs }) : client.conversations.history(window),
      );
      yield* messages ?? [];
      cursor = response_metadata?.next_cursor;
      if (!cursor) return;
    }
  }

  /** Posted perhaps already: then it is looked for first. */
  async function postOnce(client: WebClient, channel: string, one: Post, threadTs?: string): Promise<MessageRef> {
    const { key, perhapsSince } = one;
    const there =
      perhapsSince === undefined ? undefined : await findPosted(client, channel, key, perhapsSince, threadTs);
    return there ?? post(client, channel, one, threadTs);
  }

  async function intoTheirDm(client: WebClient, { user }: Person, direct: Post): Promise<MessageRef> {
    // Only a conversation that is open can be looked into.
    if (direct.perhapsSince === undefined) return post(client, user, direct);
    const { channel } = await slackCall(() => client.conversations.open({ users: user }));
    return postOnce(client, channel?.id ?? user, direct);
  }

  return {
    /** A DM, once. What Slack takes in no DM is kept for the person's next answer. @throws {BridgeError} */
    async postDirect(person: Person, direct: Post): Promise<MessageRef> {
      const client = await installations.client(person);
      try {
        return await intoTheirDm(client, person, direct);
      } catch (error) {
        if (isShutOut(error)) await untold.keep(person, direct.message.text);
        throw error;
      }
    },

    /** A message in a channel, or in a thread of any conversation, once. @throws {BridgeError} */
    async postIn(where: Where, channel: string, threadTs: string | undefined, one: Post): Promise<MessageRef> {
      return postOnce(await installations.client(where), channel, one, threadTs);
    },

    /** Keeps a message current. @throws {RefusedError} where it has gone from Slack, or is not ours any more */
    async update(where: Where, { channel, ts }: MessageRef, message: Message): Promise<void> {
      const client = await installations.client(where);
      try {
        await slackCall(() => client.chat.update({ channel, ts, ...mark.message(message) }));
      } catch (error) {
        if (!refusedWith(error, 'edit_window_closed', 'block_mismatch') && !isUnsayable(error)) throw error;
        log.info({ err: error }, 'card not updated');
      }
    },

    /** A file in a thread, once. @throws {BridgeError} */
    async uploadFile(
      where: Where,
      { channel, ts }: MessageRef,
      file: { name: string; bytes: Uint8Array },
      { perhapsSince, fence }: Pick<Post, 'perhapsSince' | 'fence'>,
    ): Promise<void> {
      const client = await installations.client(where);
      if (perhapsSince !== undefined) {
        for await (const { files = [] } of messagesSince(client, channel, perhapsSince, ts))
          if (files.some(({ name, size }) => name === file.name && size === file.bytes.length)) return;
      }
      await fence?.();
      await slackCall(() =>
        client.filesUploadV2({
          channel_id: channel,
          thread_ts: ts,
          filename: file.name,
          file: Buffer.from(file.bytes),
        }),
      );
    },

    /** A mark on a person's message; that it is there already, or that the message has gone, is no failure. */
    async react(where: Where, { channel, ts }: MessageRef, name: string): Promise<void> {
      const client = await installations.client(where);
      try {
        await slackCall(() => client.reactions.add({ channel, timestamp: ts, name }));
      } catch (error) {
        if (!refusedWith(error, 'already_reacted', 'message_not_found', 'missing_scope')) throw error;
      }
    },

    /** Shows a result in a modal, if it is still open. A closed one is no failure: the DM tells the same. */
    async updateView(person: Person, viewId: string, view: ModalView): Promise<void> {
      const client = await installations.client(person);
      try {
        await slackCall(() => client.views.update({ view_id: viewId, view: mark.view(view) }));
      } catch (error) {
        if (!refusedWith(error, 'not_found', 'view_not_found', 'hash_conflict'))
          log.info({ err: error }, 'view not updated');
      }
    },

    async publishHome(person: Person, view: HomeView): Promise<void> {
      const client = await installations.client(person);
      await slackCall(() => client.views.publish({ user_id: person.user, view }));
    },

    /** Do people of another company read along, or are they about to? Undefined where Slack does not say. */
    async isShared(where: Where, channel: string): Promise<boolean | undefined> {
      const client = await installations.client(where);
      try {
        const { channel: found } = await slackCall(() => client.conversations.info({ channel }));
        return Boolean(found?.is_ext_shared || found?.is_pending_ext_shared);
      } catch (error) {
        if (error instanceof RefusedError || refusedWith(error, 'missing_scope')) return undefined;
        throw error;
      }
    },

    /** A link to a Slack message, or undefined where the bot may not see it. */
    async permalink(person: Person, channel: string, ts: string): Promise<string | undefined> {
      const client = await installations.client(person);
      try {
        return (await slackCall(() => client.chat.getPermalink({ channel, message_ts: ts }))).permalink;
      } catch (error) {
        if (refusedWith(error, 'channel_not_found', 'message_not_found', 'not_in_channel', 'missing_scope'))
          return undefined;
        throw error;
      }
    },
  };
}

const keyIn = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined;

/** What the card at the top of a thread is about, by its own mark: for those who answer before we have noted the thread. */
export async function cardAbove(client: WebClient, channel: string, threadTs: string): Promise<string | undefined> {
  const { messages } = await slackCall(() =>
    client.conversations.replies({ channel, ts: threadTs, limit: 1, include_all_metadata: true }),
  ).catch((error: unknown) => {
    // Nothing to be seen above, then it is no card of ours.
    if (error instanceof RefusedError) return { messages: undefined };
    throw error;
  });
  const { metadata } = messages?.find(({ ts }) => ts === threadTs) ?? {};
  const { about } = (metadata?.event_payload ?? {}) as { about?: unknown };
  return metadata?.event_type === METADATA_EVENT && typeof about === 'string' ? about : undefined;
}

export type Messenger = ReturnType<typeof createMessenger>;
