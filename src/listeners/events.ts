import type { types } from '@slack/bolt';
import { notice } from '../blocks/messages/notice.ts';
import { readMessage } from '../blocks/shown-message.ts';
import { type Heard, hearDeletion, hearEdit, hearReply } from '../conversation/hear.ts';
import { MAX_COMMENT } from '../records/draft.ts';
import type { MessageRef } from '../records/place.ts';
import { parseRef, type RecordRef } from '../records/ref.ts';
import type { Person } from '../redis/keys.ts';
import { personFrom } from '../slack/app.ts';
import type { Listening } from '../slack/dispatch.ts';
import { cardAbove } from '../slack/messenger.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import { type Asked, performParse } from './perform.ts';
import type { Served } from './served.ts';
import type { Services } from './services.ts';

/** Events that the app listens to; `manifest.yml` declares the same, and a test compares the two. */
export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'channel_shared',
  'message.im',
  'tokens_revoked',
  'user_change',
] as const;

export function registerEvents(app: Listening, served: Served): void {
  app.event('app_home_opened', async ({ event, body, context }) => {
    if (event.tab !== 'home') return;
    const person = personFrom(context, event.user);
    await served.main.enqueue('publish-home', { v: 1, correlationId: body.event_id, person }, `home-${body.event_id}`);
  });

  app.message(async ({ event, body, client, context }) => {
    if (event.channel_type !== 'im') return;
    if (event.subtype === 'message_changed' || event.subtype === 'message_deleted')
      return onSecondThought(served, event, body.event_id, context);
    // Only what a person typed to the bot: no joins and no other apps' messages.
    if (event.subtype !== undefined && !TYPED.includes(event.subtype)) return;
    if (!('user' in event) || !event.user || 'bot_id' in event) return;
    const person = personFrom(context, event.user);
    const thread = 'thread_ts' in event && event.thread_ts ? { threadTs: event.thread_ts } : {};
    const reply: ReplyTarget = { kind: 'dm', channel: event.channel, ...thread };
    const { text, fileIds } = readMessage(event);
    const above = reply.threadTs ? await recordAbove(served, person, client, event.channel, reply.threadTs) : undefined;
    if (!above) {
      const { services, parse } = served.typed(person, event.channel, await served.main.named(person, text), '');
      return performParse(services, askedByText(services, person, event, reply, client), parse);
    }
    const { services, ref } = above;
    const asked = askedByText(services, person, event, reply, client);
    // Below a card, words are for the ticket.
    const problem =
      !text && fileIds.length === 0
        ? 'replies.nothing-to-read'
        : text.length > MAX_COMMENT
          ? 'replies.too-long'
          : undefined;
    if (problem) return asked.answer(notice((await services.wordsFor(person))(problem)));
    const message = { channel: event.channel, ts: event.ts };
    await act(services, await hearReply(services.replies, person, ref, { text, fileIds, message }), asked);
  });

  app.event('app_mention', async ({ event, client, context }) => {
    if (!event.user || 'bot_id' in event) return;
    const person = personFrom(context, event.user);
    const reply: ReplyTarget = {
      kind: 'private',
      channel: event.channel,
      ...(event.thread_ts ? { threadTs: event.thread_ts } : {}),
    };
    const typed = afterMention(event.text, context.botUserId ?? '');
    // What is forwarded along with the mention belongs to the words after it.
    const text = readMessage({ ...event, text: typed, blocks: [], files: [] }).text;
    const { services, parse } = served.typed(person, event.channel, await served.main.named(person, text));
    await performParse(services, askedByText(services, person, event, reply, client), parse);
  });

  app.event('user_change', async ({ event, body, context }) => {
    const person = personFrom(context, event.user.id);
    if (event.user.deleted !== true) {
      const { tz, locale } = event.user;
      if (tz) await served.main.preferences.moveTo(person, tz);
      if (locale) await served.main.noteLocale(person, locale);
      return;
    }
    for (const { enqueue } of served.all)
      await enqueue('forget-person', { v: 1, correlationId: body.event_id, person }, `forget-${body.event_id}`);
  });

  app.event('channel_shared', async ({ event, body, context }) => {
    const { tenant } = personFrom(context, 'app');
    for (const { enqueue, subscriptions } of served.all)
      for (const { id, owner, paused } of await subscriptions.inChannel(tenant, event.channel))
        if (!paused)
          await enqueue(
            'pause-subscription',
            { v: 1, correlationId: body.event_id, person: owner, subscription: id, why: 'shared' },
            `pause-${id}-${body.event_id}`,
          );
  });

  app.event('app_uninstalled', ({ body, context }) => forgetWorkspace(served, context, body.event_id));
  app.event('tokens_revoked', async ({ event, body, context }) => {
    // Only the bot's own token ends the installation.
    if (!event.tokens.bot?.length) return;
    await forgetWorkspace(served, context, body.event_id);
  });
}

/** What follows the mention of the bot; others may be mentioned before it. */
function afterMention(text: string, botUserId: string): string {
  const mention = new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`).exec(text);
  return mention ? text.slice(mention.index + mention[0].length) : text;
}

/** Kinds of message that a person wrote; a `thread_broadcast` is a reply that is also shown below the thread. */
const TYPED: string[] = ['file_share', 'thread_broadcast'];

type Context = Parameters<typeof personFrom>[0];

/** Slack shows a card a moment before we have noted its thread, or much earlier where a process died in between. */
async function recordAbove(
  served: Served,
  person: Person,
  client: Asked['client'],
  channel: string,
  threadTs: string,
): Promise<{ services: Services; ref: RecordRef } | undefined> {
  const known = await Promise.all(served.all.map(({ replies }) => replies.recordOfThread(person, threadTs)));
  for (const [at, services] of served.all.entries()) {
    const ref = known[at];
    if (ref) return { services, ref };
  }
  const { services, text } = served.marked((await cardAbove(client, channel, threadTs)) ?? '');
  const ref = parseRef(text);
  return services && ref && { services, ref };
}

/** Slack may send one message several times: what is heard bears the same name then, and is done once. */
async function act(
  services: Services,
  heard: Heard | undefined,
  asked: Pick<Asked, 'person' | 'correlationId' | 'reply'>,
): Promise<void> {
  if (!heard) return;
  const { person, correlationId, reply } = asked;
  const base = { v: 1, correlationId, person, reply } as const;
  if (heard.kind === 'answer') {
    const message = notice((await services.wordsFor(person))(heard.says));
    return services.enqueue('answer', { ...base, message }, heard.key);
  }
  const { kind: operation, key, ...args } = heard;
  await services.enqueue('operate', { ...base, operation, args, key }, key);
}

type Edited = Extract<types.MessageEvent, { subtype: 'message_changed' | 'message_deleted' }>;

async function onSecondThought(served: Served, event: Edited, eventId: string, context: Context): Promise<void> {
  const before =
    'previous_message' in event
      ? (event.previous_message as { user?: string; thread_ts?: string } | undefined)
      : undefined;
  const ts = event.subtype === 'message_changed' ? event.message.ts : event.deleted_ts;
  if (!before?.user || !ts) return;
  const person = personFrom(context, before.user);
  const message = { channel: event.channel, ts };
  const places = await Promise.all(served.all.map(({ replies }) => replies.placeOfMessage(person, ts)));
  const services = served.all.find((_house, at) => places[at]) ?? served.main;
  const heard =
    event.subtype === 'message_deleted'
      ? await hearDeletion(services.replies, person, message)
      : await hearEdit(services.replies, person, {
          message,
          text: readMessage(event.message).text,
          before: readMessage(before).text,
          editedAt: 'edited' in event.message ? event.message.edited?.ts : undefined,
          eventTs: event.ts,
          eventId,
        });
  const reply: ReplyTarget = { kind: 'dm', channel: event.channel, threadTs: before.thread_ts ?? ts };
  await act(services, heard, { person, correlationId: `event-${eventId}`, reply });
}

/** On Grid the app may have been installed for the whole organisation, and then all of it is left. */
async function forgetWorkspace({ all }: Served, context: Context, eventId: string): Promise<void> {
  const payload = {
    v: 1,
    correlationId: eventId,
    person: personFrom(context, 'app'),
    ...(context.isEnterpriseInstall ? { wholeOrganisation: true } : {}),
  } as const;
  for (const { enqueue } of all) await enqueue('forget-workspace', payload, `forget-${eventId}`);
}

/** An event is acknowledged when its listener is done (`slack/app`), so everything here has to be safe by then. */
function askedByText(
  services: Services,
  person: Person,
  { channel, ts }: MessageRef,
  reply: ReplyTarget,
  client: Asked['client'],
): Asked {
  // Slack may send one message several times under different event ids.
  const key = `event-${person.tenant}-${channel}-${ts}`;
  return {
    person,
    key,
    correlationId: key,
    client,
    triggerId: undefined,
    reply,
    acknowledge: async () => {},
    answer: (message) =>
      services.enqueue('answer', { v: 1, correlationId: key, person, reply, message }, `answer-${key}`),
    answerIsKept: true,
  };
}
