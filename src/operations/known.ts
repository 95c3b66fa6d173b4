import type { Sending } from '../conversation/hear.ts';
import type { Filter } from '../records/filter.ts';
import type { Preferences } from '../records/preferences.ts';
import type { Wish } from './define.ts';

/** The ServiceNow user as whom somebody is linked. */
type Account = { sysId: string; userName: string; name: string; instance: string; linkedAt: number };

/** Whether somebody is connected to an instance, and as whom. */
export type Connection = { alias: string; instance: string; account: Account | undefined };

/** What lies here and needs no ServiceNow, for answers at once and for forms. A row names the members that it uses. */
export type Known = {
  /** The conversation in which it was asked. */
  channel: string;
  /** That is a conversation of this person alone. */
  isDirect: boolean;
  /** @throws {LinkRequiredError} where there is none; then the person is offered to connect */
  account: () => Promise<Account>;
  /** To each instance that is served, where there are several; none where there is one. */
  connections: () => Promise<Connection[]>;
  /** The instance's categories as last read; none where there are none, or before they were read. */
  categories: () => Promise<{ value: string; label: string }[]>;
  preferences: () => Promise<Preferences>;
  /** Of the channel. */
  subscriptions: () => Promise<{ id: string; filter: Filter; paused: boolean }[]>;
  /** What they wanted done, by its job. */
  kept: (jobId: string) => Promise<(Wish & { isGivenUp: boolean }) | undefined>;
  /** @returns false where there is nothing to try again */
  tryAgain: (jobId: string) => Promise<boolean>;
  /** Sends the reply that was held back below this message. @returns what had been said of it, where somebody was quicker */
  sendHeld: (messageTs: string, lane: 'comment' | 'note') => Promise<Sending>;
  /** For what only this person's own form may bring back. */
  seal: (text: string, what: string) => string;
  /** The same, opened; undefined where it is not what we sealed for them. */
  unseal: (text: string, what: string) => string | undefined;
  newId: () => string;
};
