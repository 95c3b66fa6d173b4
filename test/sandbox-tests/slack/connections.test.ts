import { afterEach, describe, expect, test } from '@jest/globals';
import bolt from '@slack/bolt';
import type { PageAct, PageAnswer, PageState } from '../../sandbox/slack/protocol.ts';
import { type Slack, type SlackOptions, startSlack } from '../../sandbox/slack/server.ts';
import { api, startAnsweringApp } from './answering-app.ts';
import { createClock } from './clock.ts';
import { manifest } from './manifest.ts';
import { until } from './until.ts';

let slack: Slack;
const stops: (() => unknown)[] = [];
const start = async (options: Partial<SlackOptions> = {}) => {
  slack = await startSlack({ manifest: manifest(), ...options });
  return slack;
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await slack.close();
});

describe('Socket Mode', () => {
  test('commands, forms and events reach Bolt over a WebSocket', async () => {
    await start();
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error() {},
      setLevel() {},
      getLevel: () => bolt.LogLevel.ERROR,
      setName() {},
    };
    const app = new bolt.App({
      token: slack.botToken,
      appToken: slack.appToken,
      socketMode: true,
      logger,
      clientOptions: { slackApiUrl: slack.apiUrl },
      // Bolt asks for the connection with a client of its own.
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
    });
    const heard: string[] = [];
    app.command('/snow', async ({ ack }) => ack('over the socket'));
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    await app.start();
    stops.push(() => app.stop());
    const ada = slack.person('ada');
    expect(await ada.command('help')).toMatchObject({ transport: 'socket', status: 200 });
    expect(ada.ephemeral().map((one) => one.text)).toEqual(['over the socket']);
    const { deliveries } = await ada.mention(slack.channels.itHelp, 'hi');
    expect(deliveries).toMatchObject([{ transport: 'socket', status: 200 }]);
    expect(heard).toHaveLength(1);
  });
});

describe('installation', () => {
  const query = {
    scope: 'commands,chat:write',
    state: 's1',
    redirect_uri: 'https://bridge.example.com/slack/oauth_redirect',
  };
  const authorizeUrl = (extra: Record<string, string> = {}) =>
    `${slack.url}/oauth/v2/authorize?${new URLSearchParams({ client_id: slack.clientId, ...query, ...extra })}`;
  const exchange = (code: string, secret = slack.clientSecret) =>
    api(slack, 'oauth.v2.access', { client_id: slack.clientId, client_secret: secret, code }, '');

  test('a code becomes a token, once, for the scopes that were asked for', async () => {
    await start({ multiWorkspace: true });
    expect(slack.botToken).toBe('');
    const back = new URL(slack.allowInstall(authorizeUrl()));
    expect(back.searchParams.get('state')).toBe('s1');
    const code = back.searchParams.get('code') ?? '';
    expect(await exchange(code, 'wrong')).toMatchObject({ error: 'bad_client_secret' });
    expect(await exchange(code)).toMatchObject({
      ok: true,
      app_id: slack.appId,
      token_type: 'bot',
      access_token: slack.botToken,
      scope: 'commands,chat:write',
      bot_user_id: slack.botUserId,
      team: slack.team,
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: slack.person('ann').id },
    });
    expect(await exchange(code)).toMatchObject({ error: 'code_already_used' });
    expect(await exchange('nonsense')).toMatchObject({ error: 'invalid_code' });
    expect(await api(slack, 'users.info', { user: slack.person('ada').id })).toMatchObject({ error: 'missing_scope' });
  });

  test('a code lives for ten minutes', async () => {
    const clock = createClock();
    await start({ multiWorkspace: true, now: clock.now });
    const code = new URL(slack.allowInstall(authorizeUrl())).searchParams.get('code') ?? '';
    clock.advance(10 * 60_000 + 1);
    expect(await exchange(code)).toMatchObject({ error: 'invalid_code' });
  });

  test('two workspaces have their own tokens and people', async () => {
    await start({ multiWorkspace: true });
    const other = slack.addWorkspace('Second');
    const install = async (teamId?: string) => {
      const code = new URL(slack.allowInstall(authorizeUrl(), teamId)).searchParams.get('code') ?? '';
      return String((await exchange(code))['access_token']);
    };
    const [one, two] = [await install(), await install(other.team.id)];
    expect(await api(slack, 'auth.test', {}, one)).toMatchObject({ team_id: slack.team.id });
    expect(await api(slack, 'auth.test', {}, two)).toMatchObject({ team_id: other.team.id });
    const stranger = slack.person('ada', other.team.id);
    expect(await api(slack, 'chat.postMessage', { channel: stranger.id, text: 'x' }, one)).toMatchObject({
      error: 'channel_not_found',
    });
    await slack.uninstall(other.team.id);
    expect(await api(slack, 'auth.test', {}, one)).toMatchObject({ ok: true });
    expect(await api(slack, 'auth.test', {}, two)).toMatchObject({ error: 'account_inactive' });
  });

  test('the consent page asks, and takes no for an answer', async () => {
    await start({ multiWorkspace: true });
    expect(await (await fetch(authorizeUrl())).text()).toContain('requesting permission');
    const answer = (value: string) =>
      fetch(authorizeUrl(), { method: 'POST', redirect: 'manual', body: new URLSearchParams({ answer: value }) });
    expect((await answer('cancel')).headers.get('location')).toContain('error=access_denied');
    expect((await answer('allow')).headers.get('location')).toContain('code=');
    expect((await fetch(authorizeUrl({ scope: 'admin' }))).status).toBe(400);
    expect((await fetch(authorizeUrl({ redirect_uri: 'https://evil.example.com/' }))).status).toBe(400);
  });

  test('rotated tokens expire and are refreshed', async () => {
    const clock = createClock();
    const rotating = manifest();
    if (rotating.settings) rotating.settings.token_rotation_enabled = true;
    await start({ multiWorkspace: true, manifest: rotating, now: clock.now });
    const code = new URL(slack.allowInstall(authorizeUrl())).searchParams.get('code') ?? '';
    const first = await exchange(code);
    expect(first).toMatchObject({ expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-/) });
    clock.advance(43_200_000);
    expect(await api(slack, 'auth.test')).toMatchObject({ error: 'token_expired' });
    const refresh = {
      client_id: slack.clientId,
      client_secret: slack.clientSecret,
      grant_type: 'refresh_token',
      refresh_token: first['refresh_token'],
    };
    const second = await api(slack, 'oauth.v2.access', refresh, '');
    expect(second['access_token']).not.toBe(first['access_token']);
    expect(await api(slack, 'auth.test')).toMatchObject({ ok: true });
  });
});

describe('the page', () => {
  const act = async (user: string, wanted: PageAct): Promise<PageAnswer> => {
    const response = await fetch(`${slack.url}/page/act`, {
      method: 'POST',
      body: JSON.stringify({ user, act: wanted }),
    });
    return (await response.json()) as PageAnswer;
  };
  const state = async (user: string): Promise<PageState> =>
    (await (await fetch(`${slack.url}/page/state?user=${user}`)).json()) as PageState;

  test('a person sees their conversations, the app’s menus and nobody else’s DM', async () => {
    await start();
    const ada = await state(slack.person('ada').id);
    expect(ada.me).toMatchObject({ name: 'ada', realName: 'Ada Requester', initials: 'AR' });
    expect(ada.app).toMatchObject({
      botUserId: slack.botUserId,
      commands: [{ command: '/snow', usageHint: 'help' }],
      globalShortcuts: [{ callbackId: 'file_incident' }],
      messageShortcuts: [{ callbackId: 'file_incident_from_message' }],
    });
    expect(ada.conversations.map((one) => one.name)).toEqual(['general', 'it-help', slack.botUserId]);
  });

  test('acts with the same hands as the tests', async () => {
    await start();
    const app = await startAnsweringApp(slack);
    stops.push(app.stop);
    const user = slack.person('ada').id;
    const channel = slack.person('ada').dm().channel;
    expect(await act(user, { kind: 'send', channel, text: 'hello' })).toEqual({ ok: true });
    app.answer({ body: 'help text' });
    expect(await act(user, { kind: 'command', channel, command: '/snow', text: 'help' })).toEqual({ ok: true });
    expect(await act(user, { kind: 'command', channel, command: '/jira', text: '' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('not a valid command'),
    });
    app.answer({ status: 500 });
    await act(user, { kind: 'command', channel, command: '/snow', text: 'x' });
    const dm = (await state(user)).conversations.find((one) => one.id === channel);
    expect(dm?.messages.map((one) => [one.text, one.ephemeral])).toEqual([
      ['hello', false],
      ['help text', true],
    ]);
    expect(dm?.unread).toBe(1);
    await act(user, { kind: 'read', channel });
    const after = await state(user);
    expect(after.conversations.find((one) => one.id === channel)?.unread).toBe(0);
    expect(after.notices).toHaveLength(1);
    await act(user, { kind: 'dismissNotice', id: after.notices[0]?.id ?? '' });
    expect((await state(user)).notices).toEqual([]);
  });

  test('is told of changes, and can upload and reset', async () => {
    await start();
    const user = slack.person('ada').id;
    const abort = new AbortController();
    const stream = await fetch(`${slack.url}/page/stream?user=${user}`, { signal: abort.signal });
    let text = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream.body ?? []) text += decoder.decode(chunk as Uint8Array);
    })().catch((error: { name: string }) => error.name);
    await until(() => text.includes('event: state'), 'the first state');
    await api(slack, 'chat.postMessage', { channel: user, text: 'a new DM' });
    await until(() => text.includes('a new DM'), 'the DM on the page');
    abort.abort();
    expect(await reading).toBe('AbortError');

    const url = `${slack.url}/page/files?user=${user}&name=a.txt&type=text/plain`;
    const uploaded = (await (await fetch(url, { method: 'POST', body: 'abc' })).json()) as { file: { url: string } };
    expect(await (await fetch(slack.url + uploaded.file.url)).text()).toBe('abc');
    await fetch(`${slack.url}/page/reset`, { method: 'POST' });
    expect((await state(user)).conversations.flatMap((one) => one.messages)).toEqual([]);
    expect((await fetch(`${slack.url}/page-assets/../server.ts`)).status).toBe(404);
    expect((await fetch(`${slack.url}/page-assets/%2e%2e/server.ts`)).status).toBe(404);
  });
});
