import type { AllMiddlewareArgs, AnyMiddlewareArgs, App } from '@slack/bolt';

/** Bolt's ways to register a listener, as far as we use them. */
export type Listening = Pick<App, 'command' | 'shortcut' | 'view' | 'action' | 'options' | 'event' | 'message'>;

type Arguments = AnyMiddlewareArgs & AllMiddlewareArgs;
type Listener = (args: Arguments) => Promise<void>;

/** The parts of a request that say which listener it is for; `slack/request-shape` has seen that they are there. */
type Address = {
  type?: string;
  command?: string;
  callback_id?: string;
  action_id?: string;
  event?: { type: string };
  view?: { callback_id: string };
};

/** The name under which a listener is found. */
export function listenerKey({ type, command, callback_id: id, action_id: action, event, view }: Address): string {
  switch (type) {
    case undefined:
      return `command ${command}`;
    case 'event_callback':
      return `event ${event?.type}`;
    case 'view_submission':
      return `view_submission ${view?.callback_id}`;
    case 'block_actions':
      return 'block_actions';
    case 'block_suggestion':
      return `block_suggestion ${action}`;
    default:
      return `${type} ${id}`;
  }
}

/**
 * Finds the one listener that a request is for. Bolt would ask each of them in turn whether it is meant, which costs more
 * than everything else between the signature and the job.
 */
export function createDispatch(): { listening: Listening; dispatch: Listener } {
  const listeners = new Map<string, Listener>();
  const add = (key: string, listener: Listener) => void listeners.set(key, listener);
  const listening = {
    command: (name: string, listener: Listener) => add(`command ${name}`, listener),
    shortcut: ({ type, callback_id: id }: { type: string; callback_id: string }, listener: Listener) =>
      add(`${type} ${id}`, listener),
    view: (id: string, listener: Listener) => add(`view_submission ${id}`, listener),
    action: ({ type }: { type: 'block_actions' }, listener: Listener) => add(type, listener),
    options: (id: string, listener: Listener) => add(`block_suggestion ${id}`, listener),
    event: (name: string, listener: Listener) => add(`event ${name}`, listener),
    message: (listener: Listener) => add('event message', listener),
  };
  return {
    // Each is registered with Bolt's type for its kind, and is called with arguments of that kind.
    listening: listening as unknown as Listening,
    dispatch: async (args) => listeners.get(listenerKey(args.body as Address))?.(args),
  };
}
