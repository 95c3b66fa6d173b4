import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Slack, startSlack } from '../../sandbox/slack/server.ts';
import { startTinyApp, type TinyApp } from './bolt-app.ts';
import { manifest } from './manifest.ts';
import { until } from './until.ts';

const form = (submit = 'File') => ({
  type: 'modal' as const,
  callback_id: 'incident',
  title: { type: 'plain_text' as const, text: 'File an incident' },
  submit: { type: 'plain_text' as const, text: submit },
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'short_description',
      label: { type: 'plain_text', text: 'What is wrong?' },
      element: { type: 'plain_text_input', action_id: 'value', min_length: 5 },
    },
    {
      type: 'input',
      block_id: 'urgency',
      optional: true,
      label: { type: 'plain_text', text: 'Urgency' },
      element: {
        type: 'static_select',
        action_id: 'value',
        options: [
          { text: { type: 'plain_text', text: 'High' }, value: '1' },
          { text: { type: 'plain_text', text: 'Low' }, value: '3' },
        ],
      },
    },
  ],
});

describe('a day with a small Bolt app', () => {
  let slack: Slack;
  let tiny: TinyApp;
  const seen: Record<string, unknown>[] = [];

  beforeEach(async () => {
    seen.length = 0;
    slack = await startSlack({ manifest: manifest() });
    tiny = await startTinyApp(slack, (app) => {
      app.command('/snow', async ({ command, ack, client, respond }) => {
        if (command.text === 'incident') {
          await client.views.open({ trigger_id: command.trigger_id, view: form() });
          return ack();
        }
        await ack(`You said ${command.text}`);
        await respond({ text: 'And later, this.' });
      });
      app.view('incident', async ({ ack, view, body, client }) => {
        const value = view.state.values['short_description']?.['value']?.value;
        if (value === 'nothing') return ack({ response_action: 'errors', errors: { short_description: 'Say more' } });
        await ack();
        await client.chat.postMessage({ channel: body.user.id, text: `Filed: ${value}` });
      });
      app.view({ callback_id: 'incident', type: 'view_closed' }, async ({ ack, body }) => {
        seen.push({ ...body });
        await ack();
      });
      app.message(async ({ message, say }) => {
        seen.push({ ...message });
        if (!('bot_id' in message)) await say({ text: 'Hello!', blocks: button() });
      });
      app.action('again', async ({ ack, body, respond }) => {
        seen.push({ ...body });
        await ack();
        await respond({ text: 'Done', replace_original: true });
      });
      app.event('app_mention', async ({ event }) => void seen.push({ ...event }));
    });
  });
  afterEach(async () => {
    await slack.idle();
    await tiny.stop();
    await slack.close();
  });

  const button = () => [
    {
      type: 'actions',
      block_id: 'menu',
      elements: [{ type: 'button', action_id: 'again', value: 'x', text: { type: 'plain_text', text: 'Again' } }],
    },
  ];

  test('a command opens a form, the form is filed, and a DM arrives', async () => {
    const ada = slack.person('ada');
    const answer = await ada.command('incident', { channel: 'it-help' });
    expect(answer).toMatchObject({ kind: 'slash_command', status: 200, retryNum: 0 });
    expect(ada.modal()?.view).toMatchObject({ callback_id: 'incident' });

    await expect(ada.submit()).rejects.toThrow('Slack does not send this form');
    expect(ada.modal()?.errors).toEqual({ short_description: 'Please complete this required field.' });
    ada.fill({ short_description: 'VPN' });
    await expect(ada.submit()).rejects.toThrow('at least 5');
    expect(slack.deliveries.filter((one) => one.kind === 'view_submission')).toHaveLength(0);

    ada.fill({ short_description: 'nothing' });
    await ada.submit();
    expect(ada.modal()?.errors).toEqual({ short_description: 'Say more' });

    ada.fill({ short_description: 'VPN is down', urgency: 'High' });
    const submission = await ada.submit();
    expect(submission.error).toBeUndefined();
    expect(ada.modal()).toBeUndefined();
    expect(submission.payload).toMatchObject({
      view: {
        state: {
          values: {
            short_description: { value: { type: 'plain_text_input', value: 'VPN is down' } },
            urgency: { value: { type: 'static_select', selected_option: { value: '1' } } },
          },
        },
      },
    });
    await until(() => ada.dm().messages.length === 1);
    expect(ada.dm().messages[0]).toMatchObject({ text: 'Filed: VPN is down', user: slack.botUserId });
    expect(slack.violations).toEqual([]);
  });

  test('an immediate answer and one through the response URL are seen by that person only', async () => {
    const ada = slack.person('ada');
    await ada.command('hello', { channel: 'general' });
    await until(() => ada.ephemeral('general').length === 2);
    expect(ada.ephemeral('general').map((one) => one.text)).toEqual(['You said hello', 'And later, this.']);
    expect(slack.person('bob').ephemeral()).toEqual([]);
  });

  test('a DM reaches the app, and its button replaces the answer', async () => {
    const ada = slack.person('ada');
    const { deliveries } = await ada.say(ada.dm().channel, 'my laptop <b>burns</b> & smokes');
    expect(deliveries).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      type: 'message',
      channel_type: 'im',
      user: ada.id,
      text: 'my laptop &lt;b&gt;burns&lt;/b&gt; &amp; smokes',
    });
    await until(() => ada.dm().messages.length === 2);
    const [, answer] = ada.dm().messages;
    await ada.click({ channel: ada.dm().channel, ts: answer?.ts ?? '' }, 'again');
    await until(() => ada.dm().messages[1]?.text === 'Done');
    expect(ada.dm().messages[1]?.blocks).toEqual([]);
    expect(seen.find((one) => one['type'] === 'block_actions')).toMatchObject({
      container: { type: 'message', message_ts: answer?.ts, channel_id: ada.dm().channel },
      actions: [{ type: 'button', action_id: 'again', block_id: 'menu', value: 'x' }],
    });
  });

  test('a mention reaches the app only where the bot is a member', async () => {
    const bob = slack.person('bob');
    const inside = await bob.mention(slack.channels.itHelp, 'help me');
    expect(inside.deliveries.map((one) => one.type)).toEqual(['app_mention']);
    const outside = await bob.mention(slack.channels.general, 'help me');
    expect(outside.deliveries).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  test('closing a form tells the app that asked for it', async () => {
    const ada = slack.person('ada');
    await ada.command('incident');
    await ada.closeModal();
    expect(seen).toMatchObject([{ type: 'view_closed', is_cleared: false, view: { callback_id: 'incident' } }]);
    expect(ada.modal()).toBeUndefined();
  });
});
