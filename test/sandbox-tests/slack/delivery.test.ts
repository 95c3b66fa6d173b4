import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Slack, startSlack } from '../../sandbox/slack/server.ts';
import { startAnsweringApp } from './answering-app.ts';
import { manifest } from './manifest.ts';
import { until } from './until.ts';

let slack: Slack;
let app: Awaited<ReturnType<typeof startAnsweringApp>>;
beforeEach(async () => {
  slack = await startSlack({ manifest: manifest(), ackTimeoutMs: 1_000, retryDelaysMs: [0, 1, 2] });
  app = await startAnsweringApp(slack);
});
afterEach(async () => {
  app.stop();
  await slack.close();
});

describe('what goes to the app', () => {
  test('is signed as Slack signs', async () => {
    await slack.person('ada').command('help');
    const [request] = app.received;
    const timestamp = String(request?.headers['x-slack-request-timestamp']);
    const digest = createHmac('sha256', slack.signingSecret).update(`v0:${timestamp}:${request?.body}`).digest('hex');
    expect(request?.headers['x-slack-signature']).toBe(`v0=${digest}`);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test('a command has every field of the real one', async () => {
    const ada = slack.person('ada');
    await ada.command('assign INC1 @bob & <more>', { channel: 'it-help' });
    const fields = Object.fromEntries(app.received[0]?.fields ?? []);
    expect(fields).toMatchObject({
      command: '/snow',
      text: `assign INC1 <@${slack.person('bob').id}|bob> &amp; &lt;more&gt;`,
      user_id: ada.id,
      user_name: 'ada',
      team_id: slack.team.id,
      channel_id: slack.channels.itHelp,
      channel_name: 'it-help',
      api_app_id: slack.appId,
      is_enterprise_install: 'false',
    });
    expect(fields['response_url']).toMatch(`${slack.url}/commands/`);
    expect(fields['trigger_id']).toMatch(/^\w+\.\w+\.\S+$/);
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(['token', 'team_domain']));
  });

  test('an event comes in its envelope', async () => {
    const ada = slack.person('ada');
    const { ts } = await ada.say(ada.dm().channel, 'hello');
    const envelope = JSON.parse(app.received[0]?.body ?? '') as Record<string, unknown>;
    expect(envelope).toMatchObject({
      type: 'event_callback',
      team_id: slack.team.id,
      context_team_id: slack.team.id,
      api_app_id: slack.appId,
      is_ext_shared_channel: false,
      authorizations: [
        { team_id: slack.team.id, user_id: slack.botUserId, is_bot: true, is_enterprise_install: false },
      ],
      event: {
        type: 'message',
        channel_type: 'im',
        channel: ada.dm().channel,
        user: ada.id,
        text: 'hello',
        ts,
        event_ts: ts,
        team: slack.team.id,
        blocks: [{ type: 'rich_text' }],
      },
    });
    expect(envelope['event_id']).toMatch(/^Ev/);
  });

  test('a file in a DM is a file_share with a private address', async () => {
    const ada = slack.person('ada');
    const file = ada.upload('screen.png', 'png!', 'image/png');
    await ada.say(ada.dm().channel, 'look', { fileIds: [file] });
    const { event } = JSON.parse(app.received[0]?.body ?? '') as { event: Record<string, unknown> };
    expect(event).toMatchObject({
      subtype: 'file_share',
      files: [{ id: file, name: 'screen.png', mimetype: 'image/png', size: 4, mode: 'hosted' }],
    });
  });

  test('edits and deletions are events, too', async () => {
    const ada = slack.person('ada');
    const { channel } = ada.dm();
    const { ts } = await ada.say(channel, 'VPN is donw');
    const [edited] = await ada.edit(channel, ts, 'VPN is down');
    const [deleted] = await ada.delete(channel, ts);
    expect(edited?.payload['event']).toMatchObject({
      subtype: 'message_changed',
      message: { ts, text: 'VPN is down', edited: { user: ada.id } },
      previous_message: { text: 'VPN is donw' },
    });
    expect(deleted?.payload['event']).toMatchObject({ subtype: 'message_deleted', deleted_ts: ts });
  });

  test('only what the manifest subscribes to', async () => {
    const quiet = manifest();
    if (quiet.settings?.event_subscriptions) quiet.settings.event_subscriptions.bot_events = ['app_mention'];
    const other = await startSlack({ manifest: quiet });
    const ada = other.person('ada');
    expect((await ada.say(ada.dm().channel, 'hello')).deliveries).toEqual([]);
    await other.close();
  });

  test('and nothing to a command or shortcut that it does not declare', async () => {
    const ada = slack.person('ada');
    await expect(ada.command('x', { command: '/jira' })).rejects.toThrow('/jira is not a valid command');
    await expect(ada.globalShortcut('nope')).rejects.toThrow('no global shortcut nope');
    expect(app.received).toEqual([]);
  });
});

describe('an app that does not answer', () => {
  test('in time: the person reads operation_timeout', async () => {
    app.answer({ silent: true });
    const ada = slack.person('ada');
    const delivery = await ada.command('help');
    expect(delivery).toMatchObject({ status: null, error: 'operation_timeout' });
    expect(ada.notices()).toEqual(['/snow failed because the app did not respond (operation_timeout).']);
  });

  test.each([404, 500, 302])('with 200 but %i: the person reads dispatch_failed', async (status) => {
    app.answer({ status });
    const ada = slack.person('ada');
    expect(await ada.command('help')).toMatchObject({ status, error: 'dispatch_failed' });
    expect(ada.notices()).toEqual(['/snow failed with the error "dispatch_failed".']);
  });

  test('at all: the person reads dispatch_failed', async () => {
    slack.connectApp('http://127.0.0.1:9/slack/events');
    const ada = slack.person('ada');
    expect(await ada.command('help')).toMatchObject({ status: null, error: 'dispatch_failed' });
  });
});

describe('events that fail', () => {
  const attempts = () => slack.deliveries.filter((one) => one.type === 'message');

  test('are tried three times more, with the same event id, a number and a reason', async () => {
    app.answer({ status: 500 });
    const ada = slack.person('ada');
    const { deliveries } = await ada.say(ada.dm().channel, 'hello');
    expect(deliveries).toHaveLength(1);
    await until(() => attempts().length === 4 && attempts()[3]?.status === 500);
    expect(attempts().map((one) => one.headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(attempts()[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(new Set(attempts().map((one) => one.payload['event_id'])).size).toBe(1);
  });

  test('are not tried again once they got through', async () => {
    let first = true;
    app.answer(() => {
      const status = first ? 500 : 200;
      first = false;
      return { status };
    });
    const ada = slack.person('ada');
    await ada.say(ada.dm().channel, 'hello');
    await until(() => attempts()[1]?.status === 200);
    await slack.idle();
    expect(attempts()).toHaveLength(2);
  });

  test('are left alone if the app says so', async () => {
    app.answer({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    const ada = slack.person('ada');
    await ada.say(ada.dm().channel, 'hello');
    await ada.say(ada.dm().channel, 'again');
    expect(attempts()).toHaveLength(2);
  });
});

test('forgeries and replays can be sent', async () => {
  await slack.person('ada').command('help');
  const rawBody = slack.deliveries[0]?.rawBody ?? '';
  await slack.deliver({ rawBody, badSignature: true, timestampOffsetSeconds: -600 });
  const [real, forged] = app.received;
  expect(forged?.body).toBe(real?.body);
  expect(forged?.headers['x-slack-signature']).not.toBe(real?.headers['x-slack-signature']);
  const seconds = (headers: typeof real) => Number(headers?.headers['x-slack-request-timestamp']);
  expect(seconds(real) - seconds(forged)).toBeGreaterThanOrEqual(599);
});

describe('answers to commands', () => {
  test('plain text and JSON become messages', async () => {
    const ada = slack.person('ada');
    app.answer({ body: 'plain' });
    await ada.command('a', { channel: 'general' });
    app.answer({ body: { response_type: 'in_channel', text: 'for all' } });
    await ada.command('b', { channel: 'general' });
    expect(ada.ephemeral('general').map((one) => one.text)).toEqual(['plain']);
    expect(slack.postedMessages({ ephemeral: false }).map((one) => one.text)).toEqual(['for all']);
  });

  test('with blocks that Slack refuses show an error and nothing else', async () => {
    app.answer({ body: { blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] } });
    const ada = slack.person('ada');
    expect(await ada.command('a')).toMatchObject({ error: 'invalid_command_response' });
    expect(ada.ephemeral()).toEqual([]);
    expect(ada.notices()[0]).toContain('invalid_command_response');
    expect(slack.violations[0]).toContain('must be less than 151 characters');
  });
});

test('leaving: the token dies, then the app is told, and people can do nothing with it', async () => {
  const token = slack.botToken;
  const sent = await slack.uninstall();
  expect(sent.map((one) => one.type).sort()).toEqual(['app_uninstalled', 'tokens_revoked']);
  await expect(slack.person('ada').command('help')).rejects.toThrow('not installed');
  expect(slack.secrets()).toContain(token);
});

test('a deactivated person is a user_change event', async () => {
  const [delivery] = await slack.person('bob').deactivate();
  expect(delivery?.payload['event']).toMatchObject({
    type: 'user_change',
    user: { id: slack.person('bob').id, deleted: true, profile: { email: 'bob@example.com' } },
  });
  await expect(slack.person('bob').command('help')).rejects.toThrow('deactivated');
});
