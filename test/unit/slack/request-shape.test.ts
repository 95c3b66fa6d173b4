import { describe, expect, test } from '@jest/globals';
import { isName, isReadable } from '../../../src/slack/request-shape.ts';

const COMMAND = {
  command: '/snow',
  user_id: 'U0ADA',
  channel_id: 'C0HELP',
  trigger_id: '1.2.a',
  response_url: 'https://hooks.slack.com/commands/T1/2/abc',
};
const CLICK = {
  type: 'block_actions',
  user: { id: 'U0ADA' },
  trigger_id: '1.2.a',
  actions: [{ type: 'button', action_id: 'x', action_ts: '1.1' }],
};
const SUBMISSION = {
  type: 'view_submission',
  user: { id: 'U0ADA' },
  view: { id: 'V1', callback_id: 'x', private_metadata: '', state: { values: {} } },
};
const MESSAGE = {
  type: 'event_callback',
  event_id: 'Ev1',
  event: { type: 'message', channel: 'D1', ts: '1.1', user: 'U0ADA', text: 'hi', channel_type: 'im' },
};

describe('readable', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a command without words', COMMAND],
    ['a click', CLICK],
    [
      'an item of a menu',
      {
        ...CLICK,
        actions: [{ type: 'overflow', action_id: 'x', action_ts: '1.1', selected_option: { value: 'mute' } }],
      },
    ],
    [
      'a select that was emptied',
      { ...CLICK, actions: [{ type: 'static_select', action_id: 'x', action_ts: '1.1', selected_option: null }] },
    ],
    ['a submission', SUBMISSION],
    ['a message', MESSAGE],
    ['members that nobody knows yet', { ...CLICK, to_come: { deep: [1] } }],
    ['an event that nobody listens to, whatever is in it', { ...MESSAGE, event: { type: 'to_come', user: 7 } }],
    [
      'an event about an item in a channel',
      { ...MESSAGE, event: { type: 'reaction_added', item: { type: 'message', channel: 'C0HELP', ts: '1.1' } } },
    ],
    ['an event about a channel', { ...MESSAGE, event: { type: 'channel_created', channel: { id: 'C0HELP' } } }],
    ['a message of nobody, as some apps post them', { ...MESSAGE, event: { ...MESSAGE.event, user: '' } }],
  ])('%s', (_, body) => {
    expect(isReadable(body)).toBe(true);
  });
});

describe('not readable', () => {
  test.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['a kind to come', { ...CLICK, type: 'to_come' }],
    ['a kind called like a method', { ...CLICK, type: 'constructor' }],
    ['a kind that is no text', { ...CLICK, type: ['block_actions'] }],
    ['a command of nobody', { ...COMMAND, user_id: '' }],
    ['a command given twice', { ...COMMAND, text: ['a', 'b'] }],
    ['a click of nobody', { ...CLICK, user: {} }],
    ['a click on nothing', { ...CLICK, actions: [] }],
    [
      'a menu of which no item was chosen',
      { ...CLICK, actions: [{ type: 'overflow', action_id: 'x', action_ts: '1.1' }] },
    ],
    ['a submission without a state', { ...SUBMISSION, view: { ...SUBMISSION.view, state: undefined } }],
    ['an event without a name', { ...MESSAGE, event_id: undefined }],
    ['a message from nowhere', { ...MESSAGE, event: { ...MESSAGE.event, channel: undefined } }],
    ['files that are none', { ...MESSAGE, event: { ...MESSAGE.event, files: [null] } }],
    [
      'an event in a channel that is none',
      { ...MESSAGE, event: { type: 'app_home_opened', user: 'U0ADA', channel: null } },
    ],
    ['an event about an item that is none', { ...MESSAGE, event: { type: 'reaction_added', item: null } }],
    ['a click in a channel that is none', { ...CLICK, channel: null }],
    [
      'a search in a channel that is none',
      { type: 'block_suggestion', user: { id: 'U0ADA' }, action_id: 'x', value: 'y', channel: null },
    ],
    ['an installation that is none', { ...MESSAGE, authorizations: [null] }],
  ])('%s', (_, body) => {
    expect(isReadable(body)).toBe(false);
  });
});

test.each([
  ['T0HOUSE', true],
  ['E0123ABC', true],
  ['', false],
  ['__proto__', false],
  ['T1:x', false],
  [['T0HOUSE'], false],
  [undefined, false],
])('%j names a workspace: %s', (given, expected) => {
  expect(isName(given)).toBe(expected);
});
