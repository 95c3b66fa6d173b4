import type { App } from '@slack/bolt';
import { readSlackText } from '../blocks/text.ts';
import { parseCommand } from '../commands/parse.ts';
import type { Person } from '../redis/keys.ts';
import { personFrom } from '../slack/app.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { House } from './house.ts';
import { type Asked, performParse } from './perform.ts';

/** Events that the app listens to; `manifest.yml` declares the same, and a test compares the two. */
export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.im',
  'tokens_revoked',
  'user_change',
] as const;

export function registerEvents(app: App, house: House): void {
  app.event('app_home_opened', async ({ event, body, context }) => {
    if (event.tab !== 'home') return;
    const person = personFrom(context, event.user);
    await house.enqueue('publish-home', { v: 1, correlationId: body.event_id, person }, `home-${body.event_id}`);
  });

  app.message(async ({ event, body, client, context }) => {
    // Only what a person typed to the bot: no edits, joins or other apps' messages.
    if (event.channel_type !== 'im' || (event.subtype !== undefined && event.subtype !== 'file_share')) return;
    if (!('user' in event) || !event.user || 'bot_id' in event) return;
    const person = personFrom(context, event.user);
    const thread = 'thread_ts' in event && event.thread_ts ? { threadTs: event.thread_ts } : {};
    const reply: ReplyTarget = { kind: 'dm', channel: event.channel, ...thread };
    await performParse(
      house,
      askedByText(house, person, body.event_id, reply, client),
      parseCommand(readSlackText(event.text ?? ''), ''),
    );
  });

  app.event('app_mention', async ({ event, body, client, context }) => {
    if (!event.user || 'bot_id' in event) return;
    const person = personFrom(context, event.user);
    const reply: ReplyTarget = {
      kind: 'private',
      channel: event.channel,
      ...(event.thread_ts ? { threadTs: event.thread_ts } : {}),
    };
    const text = event.text.replace(/^.*?<@[A-Z0-9]+(?:\|[^>]*)?>/s, '');
    await performParse(
      house,
      askedByText(house, person, body.event_id, reply, client),
      parseCommand(readSlackText(text)),
    );
  });

  app.event('user_change', async ({ event, body, context }) => {
    if (event.user.deleted !== true) return;
    const person = personFrom(context, event.user.id);
    await house.enqueue('forget-person', { v: 1, correlationId: body.event_id, person }, `forget-${body.event_id}`);
  });

  app.event('app_uninstalled', ({ body, context }) =>
    forgetWorkspace(house, personFrom(context, 'app'), body.event_id),
  );
  app.event('tokens_revoked', async ({ event, body, context }) => {
    // Only the bot's own token ends the installation.
    if (!event.tokens.bot?.length) return;
    await forgetWorkspace(house, personFrom(context, 'app'), body.event_id);
  });
}

const forgetWorkspace = (house: House, person: Person, eventId: string) =>
  house.enqueue('forget-workspace', { v: 1, correlationId: eventId, person }, `forget-${eventId}`);

/** An event is acknowledged when its listener is done (`slack/app`), so everything here has to be safe by then. */
function askedByText(
  house: House,
  person: Person,
  eventId: string,
  reply: ReplyTarget,
  client: Asked['client'],
): Asked {
  const key = `event-${eventId}`;
  return {
    person,
    key,
    correlationId: key,
    client,
    triggerId: undefined,
    reply,
    acknowledge: async () => {},
    answer: (message) => house.enqueue('answer', { v: 1, correlationId: key, person, reply, message }, `answer-${key}`),
  };
}
