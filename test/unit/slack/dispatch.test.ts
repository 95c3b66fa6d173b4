import { expect, test } from '@jest/globals';
import { createDispatch, listenerKey } from '../../../src/slack/dispatch.ts';

test.each<[string, Parameters<typeof listenerKey>[0]]>([
  ['command /snow', { command: '/snow' }],
  ['event message', { type: 'event_callback', event: { type: 'message' } }],
  ['view_submission settings', { type: 'view_submission', view: { callback_id: 'settings' } }],
  ['view_closed undefined', { type: 'view_closed', view: { callback_id: 'settings' } }],
  ['block_actions', { type: 'block_actions', action_id: 'x', view: { callback_id: 'settings' } }],
  ['block_suggestion find-item', { type: 'block_suggestion', action_id: 'find-item' }],
  ['shortcut file', { type: 'shortcut', callback_id: 'file' }],
  ['message_action file', { type: 'message_action', callback_id: 'file' }],
])('a request that says %s', (key, address) => {
  expect(listenerKey(address)).toBe(key);
});

test('each request reaches its own listener, and no other one', async () => {
  const { listening, dispatch } = createDispatch();
  const heard: string[] = [];
  const note = (name: string) => async () => void heard.push(name);
  listening.command('/snow', note('command'));
  listening.shortcut({ callback_id: 'file', type: 'shortcut' }, note('shortcut'));
  listening.shortcut({ callback_id: 'file', type: 'message_action' }, note('from a message'));
  listening.view('settings', note('view'));
  listening.action({ type: 'block_actions' }, note('action'));
  listening.options('find-item', note('options'));
  listening.event('app_mention', note('event'));
  listening.message(note('message'));
  for (const body of [
    { command: '/snow' },
    { command: '/other' },
    { type: 'shortcut', callback_id: 'file' },
    { type: 'message_action', callback_id: 'file' },
    { type: 'view_submission', view: { callback_id: 'settings' } },
    { type: 'view_closed', view: { callback_id: 'settings' } },
    { type: 'block_actions' },
    { type: 'block_suggestion', action_id: 'find-item' },
    { type: 'event_callback', event: { type: 'app_mention' } },
    { type: 'event_callback', event: { type: 'message' } },
    { type: 'event_callback', event: { type: '__proto__' } },
  ])
    await dispatch({ body } as never);
  expect(heard).toEqual(['command', 'shortcut', 'from a message', 'view', 'action', 'options', 'event', 'message']);
});
