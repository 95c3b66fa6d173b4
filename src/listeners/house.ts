import type { Connect } from '../accounts/connect.ts';
import type { Links } from '../accounts/links.ts';
import type { ParsedCommand } from '../commands/parse.ts';
import type { Enqueue } from '../jobs/enqueue.ts';
import type { KeptWork } from '../jobs/kept-work.ts';
import type { Log } from '../log.ts';
import type { Person } from '../redis/keys.ts';
import type { Vault } from '../redis/vault.ts';

export type Choice = { value: string; label: string };

/** What listeners are given. No ServiceNow in it but the time-boxed lookup that Slack's protocol demands. */
export type House = {
  enqueue: Enqueue;
  links: Links;
  connect: Connect;
  vault: Vault;
  keptWork: KeptWork;
  instance: string;
  /** The instance's categories as last read, or the built-in ones. */
  categories: (person: Person) => Promise<Choice[]>;
  /** Options for a select, under this person's own rights; empty where ServiceNow is too slow. */
  lookUp: (person: Person, source: 'item' | 'caller', text: string) => Promise<Choice[]>;
  pending: {
    keep(person: Person, command: ParsedCommand): Promise<void>;
    take(person: Person): Promise<ParsedCommand | undefined>;
  };
  now: () => number;
  log: Log;
};
