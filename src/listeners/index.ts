import type { Listening } from '../slack/dispatch.ts';
import { registerActions } from './actions.ts';
import { registerCommands } from './commands.ts';
import { registerEvents } from './events.ts';
import type { Houses } from './houses.ts';
import { registerOptions } from './options.ts';
import { registerShortcuts } from './shortcuts.ts';
import { registerViews } from './views.ts';

/** Everything that Slack may send us. */
export function registerListeners(app: Listening, houses: Houses): void {
  for (const register of [
    registerCommands,
    registerShortcuts,
    registerViews,
    registerActions,
    registerOptions,
    registerEvents,
  ])
    register(app, houses);
}
