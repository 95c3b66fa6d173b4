import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HomeView, ModalView } from '@slack/types';
import { type WebAPICallResult, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { webClientOptions } from '../../../src/slack/call.ts';
import { type Slack, type SlackPerson, startSlack } from '../../sandbox/slack/server.ts';
import { readManifest } from '../../sandbox/world.ts';
import { departures, type Shape } from './slack-shapes.ts';

/** Slack's own SDK calls the simulated Slack, with the scopes of our manifest: each method that the bridge calls. */
export type Stage = {
  slack: Slack;
  client: WebClient;
  /** With the token of the app, or with none. */
  app: WebClient;
  nobody: WebClient;
  ada: SlackPerson;
  channel: string;
  dm: string;
  /** A fresh one; an interaction gives it. */
  trigger(): Promise<string>;
};

export type Call = {
  method: string;
  about?: string;
  play(stage: Stage): Promise<WebAPICallResult>;
  /** What the reference of the method says that comes always. */
  answers: z.ZodType;
  /** In the reference, and in no recording. */
  documented?: string[];
};

export type Refusal = { method: string; error: string; play(stage: Stage): Promise<WebAPICallResult>; says?: RegExp };

const id = (letter: string) => z.string().regex(new RegExp(`^${letter}[A-Z0-9]+$`));
const ts = z.string().regex(/^\d{10}\.\d{6}$/);
const message = z.looseObject({
  type: z.literal('message'),
  ts,
  user: id('U'),
  text: z.string(),
  team: id('T'),
  bot_id: id('B'),
  app_id: id('A'),
  bot_profile: z.looseObject({ id: id('B'), app_id: id('A'), name: z.string(), team_id: id('T') }),
});
const view = z.looseObject({
  id: id('V'),
  team_id: id('T'),
  type: z.enum(['modal', 'home']),
  hash: z.string(),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string() })),
  private_metadata: z.string(),
  callback_id: z.string(),
  state: z.object({ values: z.record(z.string(), z.unknown()) }),
  root_view_id: id('V'),
  previous_view_id: id('V').nullable(),
  app_id: id('A'),
  bot_id: id('B'),
});
const list = z.looseObject({ has_more: z.boolean(), messages: z.array(z.looseObject({ ts, text: z.string() })) });
const channel = z.looseObject({
  id: id('C'),
  name: z.string(),
  created: z.number(),
  is_channel: z.boolean(),
  is_private: z.boolean(),
  is_archived: z.boolean(),
  is_member: z.boolean(),
  is_shared: z.boolean(),
  is_ext_shared: z.boolean(),
  is_org_shared: z.boolean(),
  is_pending_ext_shared: z.boolean(),
  topic: z.looseObject({ value: z.string() }),
  purpose: z.looseObject({ value: z.string() }),
});
const user = z.looseObject({
  id: id('U'),
  team_id: id('T'),
  name: z.string(),
  deleted: z.boolean(),
  tz: z.string(),
  tz_offset: z.number(),
  is_bot: z.boolean(),
  is_restricted: z.boolean(),
  is_ultra_restricted: z.boolean(),
  updated: z.number(),
  profile: z.looseObject({
    real_name: z.string(),
    display_name: z.string(),
    email: z.string(),
    image_24: z.string(),
    image_512: z.string(),
    team: id('T'),
  }),
});
const file = z.looseObject({
  id: id('F'),
  created: z.number(),
  name: z.string(),
  title: z.string(),
  mimetype: z.string(),
  filetype: z.string(),
  user: id('U'),
  size: z.number(),
  mode: z.string(),
  is_external: z.boolean(),
  url_private: z.string(),
  url_private_download: z.string(),
  permalink: z.string(),
});
const nothing = z.looseObject({});

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
const modal = (title: string): ModalView => ({
  type: 'modal',
  title: plain(title),
  blocks: [{ type: 'section', text: plain('Words') }],
});
const home: HomeView = { type: 'home', blocks: [{ type: 'divider' }] };

async function posted({ client, dm }: Stage, text = 'A card', thread?: string): Promise<string> {
  const { ts: at } = await client.chat.postMessage({ channel: dm, text, ...(thread ? { thread_ts: thread } : {}) });
  return at ?? '';
}

async function opened(stage: Stage): Promise<{ view_id: string; hash: string }> {
  const answer = await stage.client.views.open({ trigger_id: await stage.trigger(), view: modal('First') });
  return { view_id: answer.view?.id ?? '', hash: answer.view?.hash ?? '' };
}

export const CALLS: Call[] = [
  {
    method: 'auth.test',
    play: ({ client }) => client.auth.test(),
    answers: z.looseObject({
      url: z.url(),
      team: z.string(),
      user: z.string(),
      team_id: id('T'),
      user_id: id('U'),
      bot_id: id('B'),
    }),
  },
  {
    method: 'apps.connections.open',
    play: ({ app }) => app.apps.connections.open({}),
    answers: z.looseObject({ url: z.string().startsWith('ws') }),
  },
  {
    method: 'users.info',
    play: ({ client, ada }) => client.users.info({ user: ada.id, include_locale: true }),
    answers: z.looseObject({ user }),
  },
  {
    method: 'conversations.open',
    play: ({ client, ada }) => client.conversations.open({ users: ada.id }),
    answers: z.looseObject({ channel: z.looseObject({ id: id('D') }) }),
  },
  {
    method: 'conversations.open',
    about: 'with the conversation itself',
    play: ({ client, ada }) => client.conversations.open({ users: ada.id, return_im: true }),
    answers: z.looseObject({ channel: z.looseObject({ id: id('D'), user: id('U'), is_im: z.literal(true) }) }),
  },
  {
    method: 'conversations.info',
    play: ({ client, channel: at }) => client.conversations.info({ channel: at, include_num_members: true }),
    answers: z.looseObject({ channel }),
  },
  {
    method: 'chat.postMessage',
    play: ({ client, channel: at }) =>
      client.chat.postMessage({
        channel: at,
        text: 'Words',
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*Words*' } }],
        metadata: { event_type: 'delivery', event_payload: { key: 'one' } },
        unfurl_links: false,
      }),
    answers: z.looseObject({ channel: id('C'), ts, message }),
  },
  {
    method: 'chat.postMessage',
    about: 'in a thread, to a person',
    play: async (stage) =>
      stage.client.chat.postMessage({ channel: stage.dm, text: 'Words', thread_ts: await posted(stage) }),
    answers: z.looseObject({ channel: id('D'), ts, message: message.extend({ thread_ts: ts }) }),
  },
  {
    method: 'chat.postEphemeral',
    play: ({ client, channel: at, ada }) => client.chat.postEphemeral({ channel: at, user: ada.id, text: 'Words' }),
    answers: z.looseObject({ message_ts: ts }),
  },
  {
    method: 'chat.update',
    play: async (stage) =>
      stage.client.chat.update({ channel: stage.dm, ts: await posted(stage), text: 'Other words' }),
    answers: z.looseObject({ channel: id('D'), ts, text: z.string(), message: z.looseObject({ text: z.string() }) }),
  },
  {
    method: 'chat.update',
    about: 'in a thread, with blocks and metadata',
    play: async (stage) => {
      const blocks = [{ type: 'divider' as const }];
      const metadata = { event_type: 'delivery', event_payload: { key: 'two' } };
      const reply = await posted(stage, 'A reply', await posted(stage));
      return stage.client.chat.update({ channel: stage.dm, ts: reply, text: 'Other words', blocks, metadata });
    },
    answers: z.looseObject({ channel: id('D'), ts, message: z.looseObject({ text: z.string() }) }),
  },
  {
    method: 'chat.getPermalink',
    play: async (stage) => stage.client.chat.getPermalink({ channel: stage.dm, message_ts: await posted(stage) }),
    answers: z.looseObject({ channel: id('D'), permalink: z.url() }),
  },
  {
    method: 'reactions.add',
    play: async (stage) => {
      const timestamp = await posted(stage);
      return stage.client.reactions.add({ channel: stage.dm, timestamp, name: 'white_check_mark' });
    },
    answers: nothing,
  },
  {
    method: 'conversations.history',
    play: ({ client, dm }) => client.conversations.history({ channel: dm, limit: 1, include_all_metadata: true }),
    answers: list.extend({ response_metadata: z.looseObject({ next_cursor: z.string().min(1) }) }),
  },
  {
    method: 'conversations.history',
    about: 'the page behind it',
    play: async ({ client, dm }) => {
      const first = await client.conversations.history({ channel: dm, limit: 1 });
      return client.conversations.history({
        channel: dm,
        limit: 1,
        cursor: first.response_metadata?.next_cursor ?? '',
      });
    },
    answers: list,
  },
  {
    method: 'conversations.replies',
    play: async (stage) => {
      const root = await posted(stage);
      await posted(stage, 'A reply', root);
      return stage.client.conversations.replies({ channel: stage.dm, ts: root, include_all_metadata: true });
    },
    answers: list.extend({
      messages: z.tuple([
        message.extend({ thread_ts: ts, reply_count: z.literal(1), reply_users_count: z.literal(1), latest_reply: ts }),
        message.extend({ thread_ts: ts, parent_user_id: id('U') }),
      ]),
    }),
  },
  {
    method: 'files.info',
    play: ({ client, ada }) => client.files.info({ file: ada.upload('photo.png', 'bytes', 'image/png') }),
    answers: z.looseObject({ file }),
  },
  {
    method: 'files.getUploadURLExternal',
    play: ({ client }) => client.files.getUploadURLExternal({ filename: 'log.txt', length: 5 }),
    answers: z.looseObject({ upload_url: z.url(), file_id: id('F') }),
  },
  {
    method: 'files.completeUploadExternal',
    about: 'by filesUploadV2, which calls the three',
    play: async (stage) => {
      const thread_ts = await posted(stage);
      const upload = { channel_id: stage.dm, thread_ts, filename: 'log.txt', file: Buffer.from('words') };
      const { files } = await stage.client.filesUploadV2(upload);
      return files[0] ?? { ok: false };
    },
    answers: z.looseObject({ files: z.array(z.looseObject({ id: id('F'), title: z.string() })).min(1) }),
  },
  {
    method: 'views.open',
    play: async ({ client, trigger }) => client.views.open({ trigger_id: await trigger(), view: modal('First') }),
    answers: z.looseObject({ view }),
  },
  {
    method: 'views.update',
    play: async (stage) => stage.client.views.update({ ...(await opened(stage)), view: modal('Second') }),
    answers: z.looseObject({ view }),
  },
  {
    method: 'views.publish',
    play: ({ client, ada }) => client.views.publish({ user_id: ada.id, view: home }),
    answers: z.looseObject({ view }),
  },
  {
    method: 'oauth.v2.access',
    play: ({ slack, nobody }) => {
      const url = new URL('/oauth/v2/authorize', slack.url);
      url.searchParams.set('client_id', slack.clientId);
      url.searchParams.set('scope', readManifest().oauth_config?.scopes?.bot?.join(',') ?? '');
      const code = new URL(slack.allowInstall(url.href)).searchParams.get('code') ?? '';
      return nobody.oauth.v2.access({ code, client_id: slack.clientId, client_secret: slack.clientSecret });
    },
    answers: z.looseObject({
      app_id: id('A'),
      scope: z.string(),
      token_type: z.literal('bot'),
      access_token: z.string().startsWith('xoxb-'),
      bot_user_id: id('U'),
      team: z.looseObject({ id: id('T'), name: z.string() }),
      enterprise: z.null(),
      is_enterprise_install: z.boolean(),
      authed_user: z.looseObject({ id: id('U') }),
    }),
  },
];

/** The last word: nothing works behind it. */
export const FAREWELL: Call = {
  method: 'auth.revoke',
  play: ({ client }) => client.auth.revoke(),
  answers: z.looseObject({ revoked: z.literal(true) }),
  documented: ['revoked'],
};

export const REFUSALS: Refusal[] = [
  { method: 'auth.test', error: 'not_authed', play: ({ nobody }) => nobody.auth.test() },
  { method: 'auth.test', error: 'invalid_auth', play: ({ client }) => client.auth.test({ token: 'xoxb-wrong' }) },
  { method: 'auth.test', error: 'not_allowed_token_type', play: ({ app }) => app.auth.test() },
  {
    method: 'apps.connections.open',
    error: 'not_allowed_token_type',
    play: ({ client }) => client.apps.connections.open({}),
  },
  { method: 'users.info', error: 'user_not_found', play: ({ client }) => client.users.info({ user: 'U0NOBODY' }) },
  {
    method: 'conversations.info',
    error: 'channel_not_found',
    play: ({ client }) => client.conversations.info({ channel: 'C0NOWHERE' }),
  },
  {
    method: 'conversations.open',
    error: 'users_list_not_supplied',
    play: ({ client }) => client.apiCall('conversations.open', {}),
  },
  {
    method: 'conversations.history',
    error: 'missing_scope',
    play: ({ client, channel: at }) => client.conversations.history({ channel: at }),
  },
  {
    method: 'conversations.history',
    error: 'invalid_cursor',
    play: ({ client, dm }) => client.conversations.history({ channel: dm, cursor: 'soon' }),
  },
  {
    method: 'conversations.replies',
    error: 'thread_not_found',
    play: ({ client, dm }) => client.conversations.replies({ channel: dm, ts: '1700000000.000100' }),
  },
  {
    method: 'chat.postMessage',
    error: 'invalid_arguments',
    says: /missing required field: channel/,
    play: ({ client }) => client.apiCall('chat.postMessage', { text: 'Words' }),
  },
  {
    method: 'chat.postMessage',
    error: 'channel_not_found',
    play: ({ client }) => client.chat.postMessage({ channel: 'C0NOWHERE', text: 'Words' }),
  },
  {
    method: 'chat.postMessage',
    error: 'no_text',
    play: ({ client, dm }) => client.apiCall('chat.postMessage', { channel: dm }),
  },
  {
    method: 'chat.postMessage',
    error: 'msg_too_long',
    play: ({ client, dm }) => client.chat.postMessage({ channel: dm, text: 'x'.repeat(40_001) }),
  },
  {
    method: 'chat.postMessage',
    error: 'invalid_blocks',
    says: /must be less than 151 characters/,
    play: ({ client, dm }) =>
      client.chat.postMessage({ channel: dm, text: '-', blocks: [{ type: 'header', text: plain('x'.repeat(151)) }] }),
  },
  {
    method: 'chat.postMessage',
    error: 'invalid_blocks_format',
    play: ({ client, dm }) => client.apiCall('chat.postMessage', { channel: dm, blocks: '[{' }),
  },
  {
    method: 'chat.postMessage',
    error: 'invalid_metadata_format',
    play: ({ client, dm }) => client.apiCall('chat.postMessage', { channel: dm, text: '-', metadata: { key: 'one' } }),
  },
  {
    method: 'chat.postEphemeral',
    error: 'user_not_in_channel',
    play: ({ client, channel: at }) => client.chat.postEphemeral({ channel: at, user: 'U0NOBODY', text: 'Words' }),
  },
  {
    method: 'chat.update',
    error: 'message_not_found',
    play: ({ client, dm }) => client.chat.update({ channel: dm, ts: '1700000000.000100', text: 'Words' }),
  },
  {
    method: 'chat.update',
    error: 'cant_update_message',
    play: async ({ client, ada, dm }) =>
      client.chat.update({ channel: dm, ts: (await ada.say(dm, 'Their own words')).ts, text: 'Words' }),
  },
  {
    method: 'chat.getPermalink',
    error: 'message_not_found',
    play: ({ client, dm }) => client.chat.getPermalink({ channel: dm, message_ts: '1700000000.000100' }),
  },
  {
    method: 'reactions.add',
    error: 'already_reacted',
    play: async (stage) => {
      const reaction = { channel: stage.dm, timestamp: await posted(stage), name: 'eyes' };
      await stage.client.reactions.add(reaction);
      return stage.client.reactions.add(reaction);
    },
  },
  {
    method: 'reactions.add',
    error: 'invalid_name',
    play: async (stage) =>
      stage.client.reactions.add({ channel: stage.dm, timestamp: await posted(stage), name: 'No name' }),
  },
  { method: 'files.info', error: 'file_not_found', play: ({ client }) => client.files.info({ file: 'F0NOTHING' }) },
  {
    method: 'files.getUploadURLExternal',
    error: 'invalid_arguments',
    says: /missing required field: length/,
    play: ({ client }) => client.apiCall('files.getUploadURLExternal', { filename: 'log.txt' }),
  },
  {
    method: 'files.completeUploadExternal',
    error: 'file_not_found',
    play: ({ client }) => client.files.completeUploadExternal({ files: [{ id: 'F0NOTHING', title: 'x' }] }),
  },
  {
    method: 'views.open',
    error: 'invalid_trigger_id',
    play: ({ client }) => client.views.open({ trigger_id: 'soon', view: modal('First') }),
  },
  {
    method: 'views.open',
    error: 'exchanged_trigger_id',
    play: async ({ client, trigger }) => {
      const twice = { trigger_id: await trigger(), view: modal('First') };
      await client.views.open(twice);
      return client.views.open(twice);
    },
  },
  {
    method: 'views.open',
    error: 'invalid_arguments',
    says: /less than 25 characters.*\/view\/title/,
    play: async ({ client, trigger }) =>
      client.views.open({ trigger_id: await trigger(), view: modal('x'.repeat(25)) }),
  },
  {
    method: 'views.update',
    error: 'not_found',
    play: ({ client }) => client.views.update({ view_id: 'V0NOTHING', view: modal('Second') }),
  },
  {
    method: 'views.update',
    error: 'hash_conflict',
    play: async (stage) =>
      stage.client.views.update({ ...(await opened(stage)), hash: '1.older', view: modal('Second') }),
  },
  {
    method: 'views.publish',
    error: 'invalid_arguments',
    says: /must be home/,
    play: ({ client, ada }) => client.apiCall('views.publish', { user_id: ada.id, view: modal('First') }),
  },
  {
    method: 'oauth.v2.access',
    error: 'invalid_code',
    play: ({ slack, nobody }) =>
      nobody.oauth.v2.access({ code: 'older', client_id: slack.clientId, client_secret: slack.clientSecret }),
  },
  {
    method: 'oauth.v2.access',
    error: 'bad_client_secret',
    play: ({ slack, nobody }) =>
      nobody.oauth.v2.access({ code: 'one', client_id: slack.clientId, client_secret: 'guessed' }),
  },
];

/** @returns what the answer lacks, and where it is of another shape than each of the recorded ones */
export async function wrongIn(stage: Stage, call: Call, shapes: Shape[]): Promise<string[]> {
  const answer = await call.play(stage);
  const { error } = call.answers.safeParse(answer);
  const lacking = (error?.issues ?? []).map(({ path, message: why }) => `${path.join('.')}: ${why}`);
  return [...lacking, ...shapes.flatMap((shape) => departures(asSent(answer), shape, call.documented))];
}

/** The SDK adds the scopes, which come as headers. */
function asSent({ response_metadata, ...answer }: WebAPICallResult): Record<string, unknown> {
  const { scopes: _, acceptedScopes: __, ...rest } = response_metadata ?? {};
  return { ...answer, ...(Object.keys(rest).length > 0 ? { response_metadata: rest } : {}) };
}

const refusal = z.object({
  data: z.looseObject({
    ok: z.literal(false),
    error: z.string(),
    needed: z.string().optional(),
    provided: z.string().optional(),
    response_metadata: z.looseObject({ messages: z.array(z.string()).optional() }).optional(),
  }),
});

export async function wrongInRefusal(stage: Stage, { play, error, says }: Refusal): Promise<string[]> {
  const thrown: unknown = await play(stage).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { data } = refusal.safeParse(thrown);
  if (!data) return [`was not refused, but ${String(thrown)}`];
  const { error: code, needed, provided, response_metadata } = data.data;
  const messages = response_metadata?.messages?.join('\n') ?? '';
  return [
    ...(code === error ? [] : [`${code} instead`]),
    ...(code === 'missing_scope' && !(needed && provided) ? ['it does not say which scope'] : []),
    ...(says && !says.test(messages) ? [`it says “${messages}”`] : []),
  ];
}

export async function withStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const slack = await startSlack({ manifest: readManifest(), rateLimits: 'off' });
  const app = createServer((request, response) => {
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  slack.connectApp(`http://127.0.0.1:${(app.address() as AddressInfo).port}/slack/events`);
  const ada = slack.person('ada');
  const client = (token?: string) => new WebClient(token, webClientOptions(slack.apiUrl));
  try {
    await play({
      slack,
      client: client(slack.botToken),
      app: client(slack.appToken),
      nobody: client(),
      ada,
      channel: slack.channels.itHelp,
      dm: ada.dm().channel,
      trigger: async () => {
        const { rawBody } = await ada.command('help');
        return new URLSearchParams(rawBody).get('trigger_id') ?? '';
      },
    });
  } finally {
    await slack.close();
    app.close();
    app.closeAllConnections();
  }
}
