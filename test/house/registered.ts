import { registerListeners } from '../../src/listeners/index.ts';

export type Registered = {
  commands: string[];
  shortcuts: { callbackId: string; type: string }[];
  views: string[];
  options: string[];
  events: string[];
};

/** What Bolt would be told: the listeners register themselves with an app that only takes notes. */
export function registered(): Registered {
  const notes: Registered = {
    commands: [],
    shortcuts: [],
    views: [],
    options: [],
    events: [],
  };
  const app = {
    command: (name: string) => notes.commands.push(name),
    shortcut: (match: { callback_id: string; type: string }) =>
      notes.shortcuts.push({ callbackId: match.callback_id, type: match.type }),
    view: (callbackId: string) => notes.views.push(callbackId),
    // One listener for all; its table is compared with their ids.
    action: () => {},
    options: (actionId: string) => notes.options.push(actionId),
    event: (name: string) => notes.events.push(name),
    // The only message events that the app subscribes to are those of its own conversations.
    message: () => notes.events.push('message.im'),
  };
  const house = {};
  registerListeners(app as never, house as never);
  return notes;
}
