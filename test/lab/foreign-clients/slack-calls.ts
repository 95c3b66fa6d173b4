import { z } from 'zod';
import { readManifest } from '../../sandbox/world.ts';
import { type Call, home, modal, opened, posted } from './slack-stage.ts';

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

/** Each method that the bridge calls. */
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
