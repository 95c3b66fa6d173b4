import type { Link } from '../accounts/links.ts';
import type { OwnWrites } from '../cards/own.ts';
import type { Cards } from '../cards/store.ts';
import type { Replies } from '../conversation/replies.ts';
import type { Desk } from '../desk/desk.ts';
import type { Log } from '../log.ts';
import type { PreferencesStore } from '../notifications/preferences.ts';
import type { Subscriptions } from '../notifications/subscriptions.ts';
import type { Reason, Watches } from '../notifications/watches.ts';
import type { MessageRef } from '../records/place.ts';
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
  /** What they write themselves is no news to them. */
  own: OwnWrites;
  /** What they wrote in threads, and what became of it. */
  replies: Replies;
  /** @throws {NotYetError} while something that they wrote earlier about this record is not done */
  takeTurn: (ref: RecordRef, corrects?: MessageRef) => Promise<void>;
  /** Holds a reply back where nobody knows yet who may read it. @returns true where another job has the last word on it */
  holdBack: (reply: { ref: RecordRef; text: string; fileIds: string[]; message: MessageRef }) => Promise<boolean>;
  /**
   * Brings files from Slack to a record, each once. @param files `look`: some may be there already
   * @returns those that could not be attached
   */
  attach: (
    to: { table: string; sysId: string },
    files: { fileIds: string[]; shownFileIds?: string[] | undefined; look: boolean },
  ) => Promise<Unattached[]>;
  /** Who wrote a message, and its address, as far as Slack tells. */
  source: (message: MessageRef & { author?: string | undefined }) => Promise<{ author?: string; permalink?: string }>;
  /** People's names for their ids in a text. */
  named: (text: string) => Promise<string>;
  now: () => number;
  log: Log;
};

/** A file that did not get to its record. `name`: undefined where Slack did not say. */
export type Unattached = { name: string | undefined; cause: string | number; isUnsure: boolean };

/** What was done, as Slack and the queue name it. */
export type Act = {
  person: Person;
  /** What Slack calls it; a repeated delivery has the same. */
  key: string;
  /** The job that does it, under which it is kept where it is given up. */
  jobId: string;
  /** The conversation in which it was asked for. */
  channel: string;
  /** When it was asked for, in ms. */
  madeAt: number;
  /** An earlier run may have done a part: look before you write. */
  again: boolean;
  /** An earlier run failed or died, and not only waited: what it wrote may be there. */
  failedBefore: boolean;
};
