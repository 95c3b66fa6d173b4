import type { HomeView, ModalView } from '@slack/types';
import type { Message } from '../blocks/message.ts';
import type { Log } from '../log.ts';
import type { Person } from '../redis/keys.ts';
import { refusedWith, slackCall } from './call.ts';
import type { Installations } from './installations.ts';

/** Marks our messages so that a retry can recognise them; only apps that may read the conversation see it. */
const METADATA_EVENT = 'bridge_delivery';
/** More than enough for what can be posted between a lost answer and its retry. */
const LOOK_BACK = 100;

export type DirectMessage = {
  message: Message;
  /** Names the delivery: the same key is posted once. */
  key: string;
  /** Set where an earlier attempt may have posted it: since when to look, in ms. */
  lookSince?: number | undefined;
};

/** What the worker posts, apart from answers to a command (those are `reply`'s). */
export function createMessenger(installations: Installations, log: Log) {
  return {
    /**
     * Slack has no idempotency key, so after a lost answer the conversation itself says whether the message is there.
     * @throws {BridgeError}
     */
    async postDirect(person: Person, { message, key, lookSince }: DirectMessage): Promise<void> {
      const client = await installations.client(person);
      if (lookSince !== undefined && (await alreadyThere(person, key, lookSince))) return;
      await slackCall(() =>
        client.chat.postMessage({
          channel: person.user,
          ...message,
          mrkdwn: false,
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: METADATA_EVENT, event_payload: { key } },
        }),
      );
    },

    /** Shows a result in a modal, if it is still open. A closed one is no failure: the DM tells the same. */
    async updateView(person: Person, viewId: string, view: ModalView): Promise<void> {
      const client = await installations.client(person);
      try {
        await slackCall(() => client.views.update({ view_id: viewId, view }));
      } catch (error) {
        if (!refusedWith(error, 'not_found', 'view_not_found', 'hash_conflict'))
          log.info({ err: error }, 'view not updated');
      }
    },

    async publishHome(person: Person, view: HomeView): Promise<void> {
      const client = await installations.client(person);
      await slackCall(() => client.views.publish({ user_id: person.user, view }));
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

  async function alreadyThere(person: Person, key: string, since: number): Promise<boolean> {
    const client = await installations.client(person);
    const { channel } = await slackCall(() => client.conversations.open({ users: person.user }));
    if (!channel?.id) return false;
    const conversation = channel.id;
    const { messages } = await slackCall(() =>
      client.conversations.history({
        channel: conversation,
        include_all_metadata: true,
        oldest: String(since / 1000),
        limit: LOOK_BACK,
      }),
    );
    return (messages ?? []).some(
      ({ metadata }) => metadata?.event_type === METADATA_EVENT && keyIn(metadata.event_payload) === key,
    );
  }
}

const keyIn = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined;

export type Messenger = ReturnType<typeof createMessenger>;
