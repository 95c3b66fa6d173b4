import { approvals } from './approvals.ts';
import { connect, disconnect, whoami } from './connect.ts';
import { helpFor } from './help.ts';
import { incident, show } from './incident.ts';
import { list } from './list.ts';
import type { Command } from './outcome.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';
import { subscribe, unsubscribe } from './subscribe.ts';
import { unwatch, watch } from './watch.ts';

/** The product on one page: every word of `/snow`. Parsing, help, suggestions and tests derive from this table. */
export const COMMANDS: readonly Command[] = [
  helpFor(() => COMMANDS),
  incident,
  show,
  list,
  search,
  watch,
  unwatch,
  approvals,
  subscribe,
  unsubscribe,
  settings,
  connect,
  disconnect,
  whoami,
] as readonly Command[];
