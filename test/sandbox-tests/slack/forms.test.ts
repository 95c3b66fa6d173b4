import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Slack, startSlack } from '../../sandbox/slack/server.ts';
import { type Answer, api, modal, plain, section, startAnsweringApp } from './answering-app.ts';
import { createClock } from './clock.ts';
import { manifest } from './manifest.ts';

let slack: Slack;
let app: Awaited<ReturnType<typeof startAnsweringApp>>;
let clock: ReturnType<typeof createClock>;
const call = (method: string, args: Record<string, unknown> = {}) => api(slack, method, args);
const TROUBLE = 'We had some trouble connecting. Try again?';

beforeEach(async () => {
  clock = createClock();
  slack = await startSlack({ manifest: manifest(), now: clock.now, ackTimeoutMs: 1_000 });
  app = await startAnsweringApp(slack);
});
afterEach(async () => {
  app.stop();
  await slack.close();
});

/** The trigger of the last interaction. */
const trigger = (): string => {
  const { payload } = slack.deliveries.at(-1) ?? { payload: {} };
  return String((payload as Record<string, unknown>)['trigger_id']);
};
const open = async (view: object = modal(), person = slack.person('ada')) => {
  await person.command('form');
  const opened = await call('views.open', { trigger_id: trigger(), view });
  expect(opened).toMatchObject({ ok: true });
  return opened['view'] as { id: string; hash: string; root_view_id: string };
};

describe('trigger ids', () => {
  test('open one view within three seconds', async () => {
    const ada = slack.person('ada');
    await ada.command('form');
    expect(await call('views.open', { trigger_id: trigger(), view: modal() })).toMatchObject({ ok: true });
    expect(await call('views.open', { trigger_id: trigger(), view: modal() })).toMatchObject({
      error: 'exchanged_trigger_id',
    });
    await ada.command('form');
    clock.advance(3001);
    expect(await call('views.open', { trigger_id: trigger(), view: modal() })).toMatchObject({
      error: 'expired_trigger_id',
    });
    expect(await call('views.open', { trigger_id: '1.2.x', view: modal() })).toMatchObject({
      error: 'invalid_trigger_id',
    });
  });
  test('are not used up by a view that Slack refuses', async () => {
    await slack.person('ada').command('form');
    expect(
      await call('views.open', { trigger_id: trigger(), view: modal({ title: plain('x'.repeat(25)) }) }),
    ).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
    });
    expect(await call('views.open', { trigger_id: trigger(), view: modal() })).toMatchObject({ ok: true });
  });
});

describe('updating and stacking', () => {
  test('an update keeps what was typed, needs the right hash, and fails once the form is closed', async () => {
    const ada = slack.person('ada');
    const view = await open();
    ada.fill({ what: 'typed' });
    expect(await call('views.update', { view_id: view.id, hash: '0.wrong', view: modal() })).toMatchObject({
      error: 'hash_conflict',
    });
    const blocks = [...modal().blocks, { ...section('more'), block_id: 'more' }];
    const updated = await call('views.update', { view_id: view.id, hash: view.hash, view: modal({ blocks }) });
    expect(updated['view']).toMatchObject({ id: view.id, state: { values: { what: { value: { value: 'typed' } } } } });
    expect((updated['view'] as { hash: string }).hash).not.toBe(view.hash);
    await ada.closeModal();
    expect(await call('views.update', { view_id: view.id, view: modal() })).toMatchObject({ error: 'not_found' });
  });

  test('three views fit on the stack, opened from inside it', async () => {
    const ada = slack.person('ada');
    const first = await open(
      modal({ blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'more', text: plain('More') }] }] }),
    );
    await ada.command('push from outside');
    expect(await call('views.push', { trigger_id: trigger(), view: modal() })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    const push = async () => {
      await ada.click({ view: first.id }, 'more');
      return call('views.push', { trigger_id: trigger(), view: modal() });
    };
    expect(await push()).toMatchObject({ view: { root_view_id: first.id, previous_view_id: first.id } });
    expect(await push()).toMatchObject({ ok: true });
    expect(await push()).toMatchObject({ error: 'push_limit_reached' });
    await ada.closeModal({ clearAll: true });
    expect(ada.modal()).toBeUndefined();
  });

  test('the Home tab', async () => {
    const ada = slack.person('ada');
    const view = { type: 'home', blocks: [section('Welcome')] };
    const published = await call('views.publish', { user_id: ada.id, view });
    expect(ada.home()?.view).toMatchObject({ type: 'home' });
    expect(await call('views.publish', { user_id: ada.id, view, hash: '0.x' })).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await call('views.publish', { user_id: ada.id, view: modal() })).toMatchObject({
      error: 'invalid_arguments',
    });
    const [opened] = await ada.openHome();
    expect(opened?.payload['event']).toMatchObject({
      type: 'app_home_opened',
      tab: 'home',
      view: { id: (published['view'] as { id: string }).id },
    });
  });
});

describe('what Slack makes of the answer to a submission', () => {
  const submitWith = async (answer: Answer) => {
    const view = await open();
    app.answer(answer);
    const delivery = await slack.person('ada').submit();
    return { view, delivery, modal: slack.person('ada').modal() };
  };

  test('nothing closes the form', async () => {
    expect((await submitWith({})).modal).toBeUndefined();
  });
  test('update, push and clear', async () => {
    const updated = await submitWith({ body: { response_action: 'update', view: modal({ title: plain('Thanks') }) } });
    expect(updated.modal).toMatchObject({ id: updated.view.id, view: { title: { text: 'Thanks' } } });
    app.answer({ body: { response_action: 'push', view: modal({ title: plain('Next') }) } });
    await slack.person('ada').submit();
    expect(slack.person('ada').modal()?.view).toMatchObject({ title: { text: 'Next' } });
    app.answer({ body: { response_action: 'clear' } });
    await slack.person('ada').submit();
    expect(slack.person('ada').modal()).toBeUndefined();
  });
  test('errors stand at their fields', async () => {
    const { modal: top, delivery } = await submitWith({ body: { response_action: 'errors', errors: { what: 'No.' } } });
    expect([top?.errors, delivery.error]).toEqual([{ what: 'No.' }, undefined]);
  });
  test.each<[string, Answer, string]>([
    [
      'an error at a block that is not there',
      { body: { response_action: 'errors', errors: { who: 'No.' } } },
      'names the block who',
    ],
    ['errors without any', { body: { response_action: 'errors', errors: {} } }, 'non-empty'],
    ['an unknown action', { body: { response_action: 'explode' } }, 'unknown response_action explode'],
    [
      'a view that Slack refuses',
      { body: { response_action: 'update', view: modal({ blocks: [] }) } },
      'invalid_arguments',
    ],
    ['plain text', { body: 'OK' }, 'expected an empty body'],
  ])('%s is trouble', async (_, answer, reason) => {
    const { modal: top, delivery } = await submitWith(answer);
    expect(delivery.error).toBe('invalid_view_submission_answer');
    expect(top).toBeDefined();
    expect(slack.person('ada').notices()).toEqual([TROUBLE]);
    expect(slack.violations[0]).toContain(reason);
  });
  test.each<[string, Answer]>([
    ['no answer in time', { silent: true }],
    ['a 500', { status: 500 }],
  ])('%s is trouble, and what was typed stays', async (_, answer) => {
    const { modal: top } = await submitWith(answer);
    expect(top?.busy).toBe(false);
    expect(slack.person('ada').notices()).toEqual([TROUBLE]);
  });
});

describe('what Slack itself refuses', () => {
  const fieldError = async (element: object, value: string | string[], optional = false) => {
    const blocks = [
      { type: 'input', block_id: 'what', label: plain('What?'), optional, element: { action_id: 'value', ...element } },
    ];
    await open(modal({ blocks }));
    slack.person('ada').fill({ what: value });
    const before = app.received.length;
    await expect(slack.person('ada').submit()).rejects.toThrow('Slack does not send this form');
    expect(app.received).toHaveLength(before);
    return slack.person('ada').modal()?.errors['what'];
  };
  test.each<[object, string, string]>([
    [{ type: 'plain_text_input' }, '', 'Please complete this required field.'],
    [{ type: 'plain_text_input', min_length: 3 }, 'ab', 'Must be at least 3 characters.'],
    [{ type: 'plain_text_input', max_length: 3 }, 'abcd', 'Must be 3 characters or fewer.'],
    [{ type: 'email_text_input' }, 'ada', 'Must be a valid email address.'],
    [{ type: 'url_text_input' }, 'here', 'Must be a valid URL.'],
    [{ type: 'number_input', is_decimal_allowed: false }, '1.5', 'Must be a whole number.'],
    [{ type: 'number_input', is_decimal_allowed: false, max_value: '3' }, '4', 'Number is too large.'],
  ])('%j with "%s"', async (element, value, error) => {
    expect(await fieldError(element, value)).toBe(error);
  });
  test('a field or an option that is not there cannot be filled in', async () => {
    await open();
    expect(() => slack.person('ada').fill({ nope: 'x' })).toThrow('no input nope; it has: what');
  });
});

describe('values', () => {
  test('have Slack’s shape for each kind of input', async () => {
    const ada = slack.person('ada');
    const options = ['a', 'b'].map((value) => ({ text: plain(value.toUpperCase()), value }));
    const elements: [string, object, string | string[], object][] = [
      ['text', { type: 'plain_text_input' }, 'x', { value: 'x' }],
      ['one', { type: 'static_select', options }, 'b', { selected_option: { value: 'b' } }],
      ['radio', { type: 'radio_buttons', options }, 'A', { selected_option: { value: 'a' } }],
      ['many', { type: 'checkboxes', options }, ['a', 'b'], { selected_options: [{ value: 'a' }, { value: 'b' }] }],
      ['who', { type: 'users_select' }, ada.id, { selected_user: ada.id }],
      [
        'where',
        { type: 'conversations_select' },
        slack.channels.itHelp,
        { selected_conversation: slack.channels.itHelp },
      ],
      ['day', { type: 'datepicker' }, '2026-12-24', { selected_date: '2026-12-24' }],
      ['hour', { type: 'timepicker' }, '09:30', { selected_time: '09:30' }],
      ['moment', { type: 'datetimepicker' }, '1800000000', { selected_date_time: 1_800_000_000 }],
      ['rich', { type: 'rich_text_input' }, 'hi', { rich_text_value: { type: 'rich_text' } }],
    ];
    const blocks = elements.map(([id, element]) => ({
      type: 'input',
      block_id: id,
      optional: true,
      label: plain(id),
      element: { action_id: 'value', ...element },
    }));
    await open(modal({ blocks }));
    const empty = (await ada.submit()).payload['view'] as { state: { values: Record<string, unknown> } };
    expect(empty.state.values).toMatchObject({
      text: { value: { type: 'plain_text_input', value: null } },
      one: { value: { selected_option: null } },
      many: { value: { selected_options: [] } },
    });
    await open(modal({ blocks }));
    ada.fill(Object.fromEntries(elements.map(([id, , value]) => [id, value])));
    const { payload } = await ada.submit();
    const { state } = payload['view'] as { state: { values: Record<string, Record<string, object>> } };
    for (const [id, element, , expected] of elements)
      expect(state.values[id]?.['value']).toMatchObject({ type: (element as { type: string }).type, ...expected });
  });

  test('a file is a whole file object', async () => {
    const ada = slack.person('ada');
    const element = { type: 'file_input', action_id: 'value', max_files: 1 };
    await open(modal({ blocks: [{ type: 'input', block_id: 'files', label: plain('Files'), element }] }));
    const id = ada.upload('a.txt', 'abc', 'text/plain');
    ada.fill({ files: id });
    const { payload } = await ada.submit();
    expect(payload['view']).toMatchObject({
      state: { values: { files: { value: { files: [{ id, url_private: expect.any(String) }] } } } },
    });
  });

  test('options are looked up, checked and can then be chosen by name', async () => {
    const ada = slack.person('ada');
    const element = { type: 'external_select', action_id: 'value', min_query_length: 2 };
    await open(modal({ blocks: [{ type: 'input', block_id: 'group', label: plain('Group'), element }] }));
    app.answer({ body: { options: [{ text: plain('Network'), value: 'n1' }] } });
    expect(await ada.options({}, 'group', 'value', 'n')).toEqual([]);
    expect(app.received.filter((one) => one.body.includes('block_suggestion'))).toHaveLength(0);
    expect(await ada.options({}, 'group', 'value', 'net')).toMatchObject([{ value: 'n1' }]);
    expect(slack.deliveries.at(-1)?.payload).toMatchObject({
      type: 'block_suggestion',
      value: 'net',
      block_id: 'group',
      action_id: 'value',
    });
    ada.fill({ group: 'Network' });
    app.answer({ body: { options: Array(101).fill({ text: plain('x'), value: 'x' }) } });
    expect(await ada.options({}, 'group', 'value', 'net')).toEqual([]);
    expect(slack.violations[0]).toContain('no more than 100 items allowed');
  });
});

describe('response URLs', () => {
  const respond = (url: string, body: object) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const urlOf = async () => {
    const { payload } = await slack.person('ada').command('help');
    return String(payload['response_url']);
  };
  test('take five answers', async () => {
    const url = await urlOf();
    for (let index = 0; index < 5; index++) expect((await respond(url, { text: `${index}` })).status).toBe(200);
    const refused = await respond(url, { text: 'six' });
    expect([refused.status, await refused.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
  });
  test('live for half an hour', async () => {
    const url = await urlOf();
    clock.advance(30 * 60_000 + 1);
    expect(await (await respond(url, { text: 'late' })).json()).toEqual({ ok: false, error: 'expired_url' });
    expect((await respond(`${slack.url}/commands/T/1/x`, { text: 'x' })).status).toBe(404);
  });
  test('refuse what is no message', async () => {
    const url = await urlOf();
    expect((await respond(url, {})).status).toBe(400);
    expect(await (await respond(url, { blocks: [{ type: 'nope' }] })).json()).toMatchObject({
      error: 'invalid_blocks',
    });
    expect(slack.secrets()).toContain(url);
  });
  test('replace and delete the message whose button was pressed; a command has none', async () => {
    const ada = slack.person('ada');
    const command = await urlOf();
    await respond(command, { text: 'first' });
    await respond(command, { text: 'second', replace_original: true });
    expect(ada.ephemeral().map((one) => one.text)).toEqual(['first', 'second']);
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: plain('Go') }] }];
    const posted = await call('chat.postMessage', { channel: ada.id, text: 'card', blocks });
    const where = { channel: ada.dm().channel, ts: String(posted['ts']) };
    const { payload } = await ada.click(where, 'go');
    await respond(String(payload['response_url']), { text: 'new card', replace_original: true });
    expect(slack.postedMessages({ ephemeral: false }).map((one) => one.text)).toEqual(['new card']);
    await respond(String(payload['response_url']), { delete_original: true });
    expect(slack.postedMessages({ ephemeral: false })).toEqual([]);
  });
});

describe('clicks', () => {
  test('carry the chosen option, and state; an ephemeral message is not sent along', async () => {
    const ada = slack.person('ada');
    const options = ['a', 'b'].map((value) => ({ text: plain(value), value }));
    app.answer({
      body: {
        text: 'menu',
        blocks: [{ type: 'actions', block_id: 'm', elements: [{ type: 'static_select', action_id: 'pick', options }] }],
      },
    });
    await ada.command('menu');
    app.answer({});
    const ts = ada.ephemeral()[0]?.ts ?? '';
    const { payload } = await ada.click({ channel: ada.dm().channel, ts }, 'pick', { value: 'b' });
    expect(payload).toMatchObject({
      actions: [{ type: 'static_select', selected_option: { value: 'b', text: { text: 'b' } } }],
      container: { is_ephemeral: true },
      state: { values: { m: { pick: { selected_option: { value: 'b' } } } } },
    });
    expect(payload).not.toHaveProperty('message');
    await expect(ada.click({ channel: ada.dm().channel, ts }, 'nope')).rejects.toThrow('there is: pick');
  });
  test('a message shortcut carries the message', async () => {
    const { ts } = await slack.person('bob').say(slack.channels.general, 'printer on fire');
    const { payload } = await slack
      .person('ada')
      .messageShortcut('file_incident_from_message', slack.channels.general, ts);
    expect(payload).toMatchObject({
      type: 'message_action',
      message_ts: ts,
      message: { text: 'printer on fire', user: slack.person('bob').id },
      channel: { id: slack.channels.general, name: 'general' },
      response_url: expect.stringMatching(/^http/),
    });
  });
});
