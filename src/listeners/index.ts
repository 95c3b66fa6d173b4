import type { Listening } from '../slack/dispatch.ts';
import { registerActions } from './actions.ts';
import { registerCommands } from './commands.ts';
import { registerEvents } from './events.ts';
import { registerOptions } from './options.ts';
import type { Served } from './served.ts';
import { registerShortcuts } from './shortcuts.ts';
import { registerViews } from './views.ts';

/** Everything that Slack may send us. */
export function registerListeners(app: Listening, served: Served): void {
  for (const register of [
    registerCommands,
    registerShortcuts,
    registerViews,
    registerActions,
    registerOptions,
    registerEvents,
  ])
    register(app, served);
}
