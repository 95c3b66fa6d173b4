import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Slack, startSlack } from '../../sandbox/slack/server.ts';
import { api, modal, plain, section, startAnsweringApp } from './answering-app.ts';
import { createClock } from './clock.ts';
import { manifest } from './manifest.ts';

let slack: Slack;
let clock: ReturnType<typeof createClock>;
const call = (method: string, args: Record<string, unknown> = {}, token?: string) => api(slack, method, args, token);
beforeEach(async () => {
  clock = createClock();
  const full = manifest();
  full.oauth_config?.scopes?.bot?.push('channels:history', 'files:write', 'reactions:write', 'links:write');
  slack = await startSlack({ manifest: full, now: clock.now });
});
afterEach(() => slack.close());

describe('who may call', () => {
  test('nobody without a token, with a wrong one, or with the token of another kind', async () => {
    expect(await call('auth.test', {}, '')).toMatchObject({ ok: false, error: 'not_authed' });
    expect(await call('auth.test', {}, 'xoxb-wrong')).toMatchObject({ error: 'invalid_auth' });
    expect(await call('auth.test', {}, slack.appToken)).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await call('apps.connections.open')).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await call('auth.test', { token: slack.botToken }, '')).toMatchObject({ ok: true });
  });
  test('nobody after the app was removed', async () => {
    const token = slack.botToken;
    await slack.uninstall();
    expect(await call('auth.test', {}, token)).toMatchObject({ error: 'account_inactive' });
  });
  test('only with the scope', async () => {
    expect(await call('team.info')).toMatchObject({ error: 'missing_scope', needed: 'team:read' });
    expect(await call('conversations.info', { channel: slack.channels.itHelp })).toMatchObject({
      needed: 'channels:read',
    });
  });
  test('an unknown method is unknown', async () => {
    expect(await call('chat.shout')).toMatchObject({ ok: false, error: 'unknown_method' });
  });
  test('JSON is taken as well as form fields', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel: slack.channels.itHelp, text: 'hi' }),
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { text: 'hi', bot_id: expect.any(String) } });
  });
});

describe('people', () => {
  test('users.info has e-mail and zone; the e-mail only with its scope', async () => {
    const user = slack.person('ada').id;
    expect(await call('users.info', { user, include_locale: true })).toMatchObject({
      user: { id: user, tz: 'Europe/Amsterdam', locale: 'en-US', profile: { email: 'ada@example.com' } },
    });
    const shy = manifest();
    if (shy.oauth_config?.scopes) shy.oauth_config.scopes.bot = ['users:read'];
    const other = await startSlack({ manifest: shy });
    const info = await api(other, 'users.info', { user: other.person('ada').id });
    expect(info['user']).toMatchObject({ profile: { real_name: 'Ada Requester' } });
    expect(info['user']).not.toHaveProperty('profile.email');
    await other.close();
  });
  test('who is not there is not found', async () => {
    expect(await call('users.info', { user: 'U0NOBODY' })).toMatchObject({ error: 'user_not_found' });
    expect(await call('users.lookupByEmail', { email: 'no@example.com' })).toMatchObject({ error: 'users_not_found' });
    expect(await call('users.lookupByEmail', { email: 'BOB@example.com' })).toMatchObject({ user: { name: 'bob' } });
  });
});

describe('messages', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['to nowhere', { channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found'],
    ['where the bot is not', { channel: '#general', text: 'x' }, 'not_in_channel'],
    ['without content', { channel: '#it-help' }, 'no_text'],
    ['too long', { channel: '#it-help', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['blocks that are no JSON', { channel: '#it-help', blocks: '[{' }, 'invalid_blocks_format'],
    [
      'a thread that is not there',
      { channel: '#it-help', text: 'x', thread_ts: '1700000000.000100' },
      'thread_not_found',
    ],
    ['a thread_ts that is none', { channel: '#it-help', text: 'x', thread_ts: 'soon' }, 'invalid_thread_ts'],
    ['metadata without a type', { channel: '#it-help', text: 'x', metadata: { a: 1 } }, 'invalid_metadata_format'],
    ['no channel', { text: 'x' }, 'invalid_arguments'],
  ])('%s', async (_, args, error) => {
    expect(await call('chat.postMessage', args)).toMatchObject({ ok: false, error });
    expect(slack.postedMessages()).toEqual([]);
  });

  test('bad blocks are explained in Slack’s words', async () => {
    const blocks = [{ type: 'header', text: plain('x'.repeat(151)) }];
    expect(await call('chat.postMessage', { channel: '#it-help', blocks })).toMatchObject({
      error: 'invalid_blocks',
      errors: ['must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: { messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'] },
    });
  });

  test('get ids, times and a place in their thread; metadata is shown when asked for', async () => {
    const channel = slack.channels.itHelp;
    const metadata = { event_type: 'ticket', event_payload: { number: 'INC1' } };
    const root = await call('chat.postMessage', { channel, text: 'root', blocks: [section('root')], metadata });
    const reply = await call('chat.postMessage', { channel, text: 'reply', thread_ts: root['ts'] });
    expect(Number(reply['ts'])).toBeGreaterThan(Number(root['ts']));
    expect(root['message']).toMatchObject({ app_id: slack.appId, blocks: [{ block_id: expect.stringMatching(/^b/) }] });
    const plainly = await call('conversations.history', { channel });
    expect(plainly['messages']).toMatchObject([{ text: 'root', reply_count: 1, latest_reply: reply['ts'] }]);
    expect((plainly['messages'] as object[])[0]).not.toHaveProperty('metadata');
    const replies = await call('conversations.replies', { channel, ts: root['ts'], include_all_metadata: true });
    expect(replies['messages']).toMatchObject([{ metadata }, { text: 'reply', parent_user_id: slack.botUserId }]);
    expect(await call('conversations.replies', { channel, ts: '1.0' })).toMatchObject({ error: 'thread_not_found' });
  });

  test('to a person go to the DM with the app', async () => {
    const ada = slack.person('ada');
    const opened = await call('conversations.open', { users: ada.id });
    expect(opened).toMatchObject({ channel: { id: ada.dm().channel } });
    expect(await call('chat.postMessage', { channel: ada.id, text: 'hi' })).toMatchObject({
      channel: ada.dm().channel,
    });
    await slack.person('bob').deactivate();
    expect(await call('conversations.open', { users: slack.person('bob').id })).toMatchObject({
      error: 'user_disabled',
    });
  });

  test('only the app’s own can be changed or deleted', async () => {
    const channel = slack.channels.itHelp;
    const { ts } = await slack.person('ada').say(channel, 'mine');
    const mine = await call('chat.postMessage', { channel, text: 'old', blocks: [section('old')] });
    expect(await call('chat.update', { channel, ts, text: 'x' })).toMatchObject({ error: 'cant_update_message' });
    expect(await call('chat.delete', { channel, ts })).toMatchObject({ error: 'cant_delete_message' });
    expect(await call('chat.update', { channel, ts: '1.0', text: 'x' })).toMatchObject({ error: 'message_not_found' });
    expect(await call('chat.update', { channel, ts: mine['ts'], text: 'x'.repeat(4001) })).toMatchObject({
      error: 'msg_too_long',
    });
    expect(await call('chat.update', { channel, ts: mine['ts'], text: 'new' })).toMatchObject({ ok: true });
    // Blocks that are not mentioned stay.
    expect(slack.postedMessages()).toMatchObject([{ text: 'new', edited: true, blocks: [{ type: 'section' }] }]);
    expect(await call('chat.delete', { channel, ts: mine['ts'] })).toMatchObject({ ok: true });
    expect(slack.postedMessages()).toEqual([]);
  });

  test('ephemeral ones are for one person and are not kept', async () => {
    const channel = slack.channels.itHelp;
    const args = { channel, user: slack.person('ada').id, text: 'psst' };
    const sent = await call('chat.postEphemeral', args);
    expect(slack.person('ada').ephemeral(channel)).toHaveLength(1);
    expect(slack.person('bob').ephemeral(channel)).toHaveLength(0);
    expect(await call('chat.update', { channel, ts: sent['message_ts'], text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
    expect((await call('conversations.history', { channel }))['messages']).toEqual([]);
    expect(await call('chat.postEphemeral', { ...args, user: 'U0NOBODY' })).toMatchObject({
      error: 'user_not_in_channel',
    });
  });

  test('mentions are counted, plain text and escaped text are not', async () => {
    const channel = slack.channels.itHelp;
    const bob = slack.person('bob').id;
    await call('chat.postMessage', {
      channel,
      text: 'safe &lt;!channel&gt;',
      blocks: [{ type: 'header', text: plain('<!here>') }],
    });
    expect(slack.broadcasts()).toEqual([]);
    await call('chat.postMessage', { channel, text: 'loud <!channel>', blocks: [section(`hey <@${bob}>`)] });
    expect(slack.broadcasts()).toMatchObject([{ channel, pings: ['!channel', bob] }]);
  });

  test('reactions once only', async () => {
    const channel = slack.channels.itHelp;
    const { ts } = await slack.person('ada').say(channel, 'hello');
    expect(await call('reactions.add', { channel, timestamp: ts, name: 'eyes' })).toMatchObject({ ok: true });
    expect(await call('reactions.add', { channel, timestamp: ts, name: 'eyes' })).toMatchObject({
      error: 'already_reacted',
    });
  });
});

describe('rate limits', () => {
  test('about a message a second in each channel, bursts allowed; then 429 with Retry-After', async () => {
    const post = (channel: string) =>
      fetch(`${slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slack.botToken}` },
        body: new URLSearchParams({ channel, text: 'x' }),
      });
    for (let index = 0; index < 5; index++) expect((await post('#it-help')).status).toBe(200);
    const refused = await post('#it-help');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    expect((await post(slack.person('ada').id)).status).toBe(200);
    clock.advance(5000);
    expect((await post('#it-help')).status).toBe(200);
  });
  test('by the method’s tier', async () => {
    const results = [];
    for (let index = 0; index < 51; index++)
      results.push(await call('users.lookupByEmail', { email: 'ada@example.com' }));
    expect(results.filter((one) => one.ok)).toHaveLength(50);
    expect(results[50]).toMatchObject({ error: 'ratelimited' });
  });
});

describe('faults on demand', () => {
  const post = () => call('chat.postMessage', { channel: '#it-help', text: 'x' });
  test('an error, as often as wanted', async () => {
    slack.faults.set({ method: 'chat.postMessage', kind: 'error', error: 'fatal_error', times: 1 });
    expect(await post()).toMatchObject({ error: 'fatal_error' });
    expect(await post()).toMatchObject({ ok: true });
  });
  test('a lost answer after the message was posted', async () => {
    slack.faults.set({ method: /^chat\./, kind: 'drop-after-commit', times: 1 });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(slack.postedMessages()).toHaveLength(1);
  });
  test('429 and 500', async () => {
    slack.faults.set({ kind: 'ratelimited', retryAfterSeconds: 7 });
    const limited = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    slack.faults.clear();
    slack.faults.set({ method: 'auth.test', kind: '500' });
    expect((await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' })).status).toBe(500);
    expect(slack.calls.map((one) => one.error)).toEqual(['ratelimited', 'http_500']);
  });
});

describe('files', () => {
  test('a download without a good token is the login page, with status 200', async () => {
    const id = slack.person('ada').upload('log.txt', 'the log', 'text/plain');
    const info = (await call('files.info', { file: id }))['file'] as { url_private: string };
    const get = (headers: Record<string, string>) => fetch(info.url_private, { headers });
    const good = await get({ authorization: `Bearer ${slack.botToken}` });
    expect([good.headers.get('content-type'), await good.text()]).toEqual(['text/plain', 'the log']);
    const bad = await get({});
    expect([bad.status, bad.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await bad.text()).toContain('Sign in');
  });
  test('the app uploads in three steps', async () => {
    const bytes = 'a,b\n1,2';
    const step = await call('files.getUploadURLExternal', { filename: 'report.csv', length: bytes.length });
    const files = [{ id: step['file_id'], title: 'Report' }];
    const args = { files, channel_id: slack.channels.itHelp, initial_comment: 'Here' };
    expect(await call('files.completeUploadExternal', args)).toMatchObject({ error: 'file_not_found' });
    expect((await fetch(String(step['upload_url']), { method: 'POST', body: bytes })).status).toBe(200);
    expect(await call('files.completeUploadExternal', args)).toMatchObject({ files: [{ title: 'Report', size: 7 }] });
    expect(slack.postedMessages()).toMatchObject([{ text: 'Here', files: [{ name: 'report.csv' }] }]);
  });
});

test('blocks.validate needs no token and points at what is wrong', async () => {
  expect(await call('blocks.validate', { blocks: [section('ok')] }, '')).toMatchObject({ ok: true });
  expect(await call('blocks.validate', { view: modal({ title: plain('x'.repeat(25)) }) }, '')).toMatchObject({
    error: 'invalid_view',
    errors: [{ pointer: '/title/text', message: 'must be less than 25 characters' }],
  });
});

test('a link of a known domain can be unfurled', async () => {
  const full = manifest();
  full.oauth_config?.scopes?.bot?.push('links:read', 'links:write');
  full.settings?.event_subscriptions?.bot_events?.push('link_shared');
  const other = await startSlack({ manifest: full });
  const app = await startAnsweringApp(other);
  const url = 'https://dev1.service-now.com/incident.do?sys_id=1';
  const { ts, deliveries } = await other.person('ada').say(other.channels.itHelp, `see ${url}`);
  expect(deliveries.find((one) => one.type === 'link_shared')?.payload['event']).toMatchObject({
    links: [{ url, domain: 'dev1.service-now.com' }],
    message_ts: ts,
  });
  const channel = other.channels.itHelp;
  const card = { blocks: [section('INC1')] };
  expect(await api(other, 'chat.unfurl', { channel, ts, unfurls: { [url]: card } })).toMatchObject({ ok: true });
  expect(await api(other, 'chat.unfurl', { channel, ts, unfurls: { 'https://x.example': card } })).toMatchObject({
    error: 'cannot_unfurl_url',
  });
  app.stop();
  await other.close();
});

test('a reset leaves no message, call or fault behind, and keeps everybody’s ids', async () => {
  const ada = slack.person('ada').id;
  await call('chat.postMessage', { channel: '#it-help', text: 'x' });
  slack.faults.set({ kind: '500' });
  slack.reset();
  expect([slack.postedMessages(), slack.calls, slack.deliveries]).toEqual([[], [], []]);
  expect(slack.person('ada').id).toBe(ada);
  expect(await call('auth.test')).toMatchObject({ ok: true, bot_id: expect.stringMatching(/^B/) });
});
