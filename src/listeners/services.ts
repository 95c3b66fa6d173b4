import type { Links } from '../accounts/links.ts';
import type { Replies } from '../conversation/replies.ts';
import type { Mark } from '../instances/mark.ts';
import type { Enqueue } from '../jobs/enqueue.ts';
import type { KeptWork } from '../jobs/kept-work.ts';
import type { Waiting } from '../jobs/waiting.ts';
import type { Log } from '../log.ts';
import type { PreferencesStore } from '../notifications/preferences.ts';
import type { Subscriptions } from '../notifications/subscriptions.ts';
import type { Connection } from '../operations/known.ts';
import type { Person } from '../redis/keys.ts';
import type { Vault } from '../redis/vault.ts';
import type { Say } from '../slack/reply.ts';
import type { T } from '../words/index.ts';

/** Selects whose options live in ServiceNow; its categories are known here. */
export type OptionSource = 'item' | 'caller' | 'group' | 'category';

type Choice = { value: string; label: string };

/** What listeners are given. No ServiceNow in it but the time-boxed lookup that Slack's protocol demands. */
export type Services = {
  enqueue: Enqueue;
  /** Says something at once; whatever can wait is a job. */
  say: Say;
  links: Links;
  connect: { admit: (person: Person) => Promise<void>; begin: (person: Person) => Promise<string> };
  vault: Vault;
  keptWork: KeptWork;
  replies: Replies;
  preferences: PreferencesStore;
  subscriptions: Subscriptions;
  /** Its name: the host. */
  instance: string;
  /** What names the instance in everything that comes back from Slack. */
  mark: Mark;
  /** To all instances, where there are several. */
  connections: (person: Person) => Promise<Connection[]>;
  /** The instance's categories as last read; none where there are none, or before they were read. */
  categories: (person: Person) => Promise<Choice[]>;
  /** Options for a select, under this person's own rights; empty where ServiceNow is too slow. */
  lookUp: (person: Person, source: OptionSource, text: string) => Promise<Choice[]>;
  /** People's names for their ids in a text; where Slack is too slow, they are somebody. */
  named: (person: Person, text: string) => Promise<string>;
  /** The words of the language that they read, as far as it is known here; nobody waits for Slack to say it. */
  wordsFor: (person: Person) => Promise<T>;
  noteLocale: (person: Person, locale: string) => Promise<void>;
  /** What a person wanted before they were connected, where that needs a click to go on. */
  waiting: Pick<Waiting, 'keep' | 'take'>;
  now: () => number;
  log: Log;
};
