import type { z } from 'zod';
import type { AccessEnd } from '../accounts/access.ts';
import type { Link, Links } from '../accounts/links.ts';
import type { Arrivals } from '../cards/arrivals.ts';
import type { Cards } from '../cards/store.ts';
import type { Replies } from '../conversation/replies.ts';
import type { Desk, Manner } from '../desk/desk.ts';
import type { Mark } from '../instances/mark.ts';
import type { Log } from '../log.ts';
import type { Digests } from '../notifications/digests.ts';
import type { Endings } from '../notifications/endings.ts';
import type { PollState } from '../notifications/poll-state.ts';
import type { PreferencesStore } from '../notifications/preferences.ts';
import type { Subscriptions } from '../notifications/subscriptions.ts';
import type { Watches } from '../notifications/watches.ts';
import type { Choice } from '../records/choices.ts';
import type { Person } from '../redis/keys.ts';
import type { Files } from '../slack/files.ts';
import type { Installations } from '../slack/installations.ts';
import type { Messenger } from '../slack/messenger.ts';
import type { Named, SlackPerson } from '../slack/people.ts';
import type { Reply } from '../slack/reply.ts';
import type { Untold } from '../slack/untold.ts';
import type { T } from '../words/index.ts';
import type { Enqueue } from './enqueue.ts';

/** Queues are split by who waits. Requests of the background leave places at the instance to those for whom somebody waits. */
export const QUEUES = {
  /** A person looks at a spinner. More jobs than the usual places at an instance, since each does more than ask there. */
  interactive: { concurrency: 24, isBackground: false },
  /** Messages to Slack. */
  deliver: { concurrency: 8, isBackground: false },
  /** What changed in ServiceNow, on its way to those who watch it. */
  notify: { concurrency: 8, isBackground: true },
  /** Housekeeping; nobody waits. */
  sync: { concurrency: 2, isBackground: true },
} as const;

export type QueueName = keyof typeof QUEUES;

/** One of the instances that are served, as far as what is drawn of all of them needs it. */
export type Neighbour = {
  alias: string;
  instance: string;
  instanceUrl: string;
  mark: Mark;
  links: Pick<Links, 'find'>;
  desk: (person: Person) => Desk;
};

/** What processors work with. They receive it and import only types. */
export type Services = {
  instanceUrl: string;
  /** The instance's host, as people know it. */
  instance: string;
  /** All instances, this one among them, the default one first. */
  neighbours: readonly Neighbour[];
  /** ServiceNow as this person. */
  desk: (person: Person, link?: Link, manner?: Manner) => Desk;
  links: Links;
  connect: {
    /** @throws {OutsiderError} */
    admit: (person: Person) => Promise<void>;
    /** @returns the single-use address that goes behind the Connect button */
    begin: (person: Person) => Promise<string>;
    disconnect: AccessEnd['disconnect'];
  };
  reply: Reply;
  messenger: Messenger;
  untold: Untold;
  files: Files;
  installations: Installations;
  slackPerson: (person: Person) => Promise<SlackPerson>;
  named: Named;
  /** The words of the language that they read. */
  wordsFor: (person: Person) => Promise<T>;
  choices: { write(table: string, choices: Record<string, Choice[]>): Promise<void> };
  watches: Watches;
  endings: Endings;
  cards: Cards;
  replies: Replies;
  preferences: PreferencesStore;
  subscriptions: Subscriptions;
  /** A ServiceNow user's name, as this person may see it; the user_name where they may not. */
  nameOf: (person: Person, userName: string) => Promise<string>;
  digests: Digests;
  arrivals: Arrivals;
  /** People in Slack who are linked to these ServiceNow users. */
  peopleBehind: (serviceNowUsers: string[]) => Promise<Map<string, Person[]>>;
  poll: PollState;
  /** Wakes the jobs that wait for this person to connect. */
  resumeParked: (person: Person) => Promise<{ woken: number; busy: number }>;
  /** The operation that goes on at a click. */
  keptWish: (person: Person) => Promise<string | undefined>;
  /** The service identity, where the instance grants one; undefined otherwise. */
  asService: () => Promise<Desk | undefined>;
  /** Revokes their link, and deletes all that lies here about them. */
  forgetPerson: (person: Person) => Promise<void>;
  enqueue: Enqueue;
  now: () => number;
};

export type JobContext = Services & {
  log: Log;
  jobId: string;
  /** Counted from 1, over failures, waits and crashes alike. */
  run: number;
  /** True where an earlier run may have done part of the work: look before you write. */
  again: boolean;
  /** True where an earlier run failed or died, and not only waited: what it wrote may be there. */
  failedBefore: boolean;
  /** When the job was made, in ms. */
  madeAt: number;
  /** Since when an earlier run may have posted something under a name that stays the same; undefined in the first run. */
  triedSince: number | undefined;
  /** The id of the job that was enqueued under this name. */
  jobIdOf: (name: string) => string;
  /** True until a job of the interactive queue has ended, well or not. @param account leaves out what is to be done as another one */
  isUnfinished: (jobId: string, account?: string) => Promise<boolean>;
};

/** What a person asked for. */
type Asked = 'question' | 'deed';

/**
 * What a job is to its person. Attempts, parking, delay notice and last word follow from it.
 * question: they wait for the answer, and ask again where none comes. deed: they did something, which is carried out however
 * long that takes, as who they were when they did it. system: nobody asked for it, so its row says how long it is tried.
 */
type Kinded =
  | { kind: Asked | ((data: unknown) => Asked) }
  | {
      kind: 'system';
      /** Runs that may fail before it is given up; waiting for a peer's Retry-After does not count. */
      attempts: number;
      /**
       * Without a link: ask the person to connect and wait for that; ask and be done, because whoever connects is told all
       * anyway; or let it be.
       */
      withoutLink: 'park' | 'ask' | 'give-up';
    };

export type JobRow = Kinded & {
  queue: QueueName;
  /** Checked when a job is made and again when it is read; payloads hold no secret in clear. */
  schema: z.ZodType;
  /** It only looks and does what is missing, so a run that failed is no reason not to look again under the same id. */
  isLook?: true;
};

/** Keeps the payload's type, and sees that a row is one. */
export const defineJob = <R extends JobRow>(row: R): R => row;

/** Nobody comes back for a question after an hour, nor for a ticket after a week. */
const PARKED_QUESTION_MS = 60 * 60_000;
const PARKED_WORK_MS = 7 * 24 * 60 * 60_000;

/** With the growing wait of `waits.ts`, the attempts of a deed last for about a day of outage. */
const POLICY = {
  question: { attempts: 3, withoutLink: 'park', keptMs: PARKED_QUESTION_MS, isPatient: false },
  deed: { attempts: 300, withoutLink: 'park', keptMs: PARKED_WORK_MS, isPatient: true },
} as const;

export type Policy = {
  attempts: number;
  withoutLink: 'park' | 'ask' | 'give-up';
  /** How long it waits for somebody to connect, or to mend what is broken. */
  keptMs: number;
  /** It outlasts a long wait; a question whose answer would come much later is better asked again. */
  isPatient: boolean;
};

export const kindOf = ({ kind }: JobRow, data: unknown) => (typeof kind === 'function' ? kind(data) : kind);

export function policyOf(row: JobRow, data?: unknown): Policy {
  if (row.kind !== 'system') return POLICY[typeof row.kind === 'function' ? row.kind(data) : row.kind];
  const { attempts, withoutLink } = row;
  return { attempts, withoutLink, keptMs: PARKED_WORK_MS, isPatient: true };
}

/** Carries out the jobs of one name. Methods, so that those of all names can be handled alike. */
export type Processor<P> = {
  process(payload: P, context: JobContext): Promise<void>;
  /** Passing trouble: the work is safe, and the person may want to know. `isFirst`: none was met before. */
  onDelay?(
    payload: P,
    error: unknown,
    delay: { isFirst: boolean; isLong: boolean },
    context: JobContext,
  ): Promise<void>;
  /** Out of attempts, or told that trying again is no use. Must leave the person informed. */
  onGiveUp(payload: P, error: unknown, context: JobContext): Promise<void>;
};
