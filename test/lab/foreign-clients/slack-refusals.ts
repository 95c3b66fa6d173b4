import { modal, opened, plain, posted, type Refusal } from './slack-stage.ts';

/** What Slack refuses of each method, arguments that are wrong included. */
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
