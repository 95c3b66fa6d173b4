import type { Link } from '../accounts/links.ts';
import type { Cards } from '../cards/store.ts';
import type { Desk } from '../desk/desk.ts';
import type { Log } from '../log.ts';
import type { PreferencesStore } from '../notifications/preferences.ts';
import type { Subscriptions } from '../notifications/subscriptions.ts';
import type { Reason, Watches } from '../notifications/watches.ts';
import type { RecordRef } from '../records/ref.ts';
import type { Person } from '../redis/keys.ts';

/** What an operation may work with, for the one person who asked. Each names the members that it uses. */
export type Tools = {
  /** @throws {LinkRequiredError} where nobody is linked */
  me: () => Promise<Link['user']>;
  /** ServiceNow, as this person. @throws {LinkRequiredError} from its calls */
  desk: Desk;
  instanceUrl: string;
  watches: Watches;
  cards: Cards;
  /** Has their card made or brought up to date. `show`: they want to see the card of what a list told of. */
  notify: (ref: RecordRef, reason: Reason, show?: true) => Promise<void>;
  preferences: PreferencesStore;
  subscriptions: Subscriptions;
  /** As their Slack profile says. */
  timeZone: () => Promise<string>;
  /** Whether people of another company are in a channel; undefined where Slack does not say. */
  isShared: (channel: string) => Promise<boolean | undefined>;
  /** Revokes their access at ServiceNow and forgets it. */
  disconnect: () => Promise<'was-not-linked' | 'revoked' | 'in-use' | 'unproved'>;
  now: () => number;
  log: Log;
};

/** What was done, as Slack and the queue name it. */
export type Act = {
  person: Person;
  /** What Slack calls it; a repeated delivery has the same. */
  key: string;
  /** The conversation in which it was asked for. */
  channel: string;
  /** When it was asked for, in ms. */
  madeAt: number;
  /** An earlier run may have done a part: look before you write. */
  again: boolean;
};
