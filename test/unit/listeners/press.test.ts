import { expect, test } from '@jest/globals';
import type { ButtonAction } from '@slack/bolt';
import { deedOf } from '../../../src/listeners/actions.ts';
import { ADA } from '../support.ts';

const press = (change: { at?: object; pressed?: object; by?: object } = {}) =>
  deedOf(
    { ...ADA, ...change.by },
    { trigger_id: String(Math.random()), container: { channel_id: 'C1', message_ts: '1.1', ...change.at } },
    {
      type: 'button',
      block_id: 'b1',
      action_id: 'approve',
      value: 'approval/1',
      action_ts: String(Math.random()),
      ...change.pressed,
    } as ButtonAction,
  );

test('a button that is pressed again stands for the same deed, whatever Slack calls the press', () => {
  expect(press()).toBe(press());
});

test.each<[string, Parameters<typeof press>[0]]>([
  ['somebody else presses', { by: { user: 'U0OTHER' } }],
  ['it is another message', { at: { message_ts: '1.2' } }],
  ['it is another channel', { at: { channel_id: 'C2' } }],
  ['the message was drawn anew', { pressed: { block_id: 'b2' } }],
  ['it is another button', { pressed: { action_id: 'confirm-fixed' } }],
  ['it is about something else', { pressed: { value: 'approval/2' } }],
  ['nothing says where it stands', { at: { channel_id: undefined, message_ts: undefined } }],
])('it is another deed where %s', (_why, change) => {
  expect(press(change)).not.toBe(press());
});

test('two presses of which nothing says where they happened are two', () => {
  const nowhere = { at: { channel_id: undefined, message_ts: undefined } };
  expect(press(nowhere)).not.toBe(press(nowhere));
});
