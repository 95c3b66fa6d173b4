import { connect, disconnect, whoami } from './connect.ts';
import { helpFor } from './help.ts';
import { incident, show } from './incident.ts';
import { list } from './list.ts';
import type { Command } from './outcome.ts';
import { search } from './search.ts';

/** The product on one page: every word of `/snow`. Parsing, help, suggestions and tests derive from this table. */
export const COMMANDS: readonly Command[] = [
  helpFor(() => COMMANDS),
  incident,
  show,
  list,
  search,
  connect,
  disconnect,
  whoami,
] as readonly Command[];
