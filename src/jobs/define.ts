import type { z } from 'zod';
import type { Connect } from '../accounts/connect.ts';
import type { Links } from '../accounts/links.ts';
import type { Log } from '../log.ts';
import type { Person } from '../redis/keys.ts';
import type { Choice } from '../servicenow/choices.ts';
import type { AsPerson } from '../servicenow/client.ts';
import type { Files } from '../slack/files.ts';
import type { Installations, Where } from '../slack/installations.ts';
import type { Messenger } from '../slack/messenger.ts';
import type { Reply } from '../slack/reply.ts';
import type { Enqueue } from './enqueue.ts';

/** Queues are split by who waits. */
export const QUEUES = {
  /** A person looks at a spinner. */
  interactive: { concurrency: 8, globalConcurrency: 4 },
  /** Messages to Slack. */
  deliver: { concurrency: 8, globalConcurrency: undefined },
  /** Housekeeping; nobody waits. */
  sync: { concurrency: 2, globalConcurrency: 1 },
} as const;

export type QueueName = keyof typeof QUEUES;

/** What processors work with. They receive it and import only types, so that the web role can import the job table. */
export type Services = {
  instanceUrl: string;
  /** The instance's host, as people know it. */
  instance: string;
  /** Requests to ServiceNow as this person. @throws {LinkRequiredError} from its calls */
  asPerson: (person: Person) => AsPerson;
  links: Links;
  connect: Connect;
  reply: Reply;
  messenger: Messenger;
  files: Files;
  installations: Installations;
  /** A person's name in Slack. */
  slackName: (person: Person) => Promise<string>;
  choices: { write(table: string, choices: Record<string, Choice[]>): Promise<void> };
  /** Wakes the jobs that wait for this person to connect. */
  resumeParked: (person: Person) => Promise<number>;
  pendingForm: (person: Person) => Promise<boolean>;
  forget: { person(person: Person): Promise<void>; workspace(where: Where): Promise<void> };
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
  /** When the job was made, in ms. */
  madeAt: number;
  /** True until a filing has ended, well or not. */
  isFiling: (jobId: string) => Promise<boolean>;
};

export type JobRow<P> = {
  queue: QueueName;
  /** Checked when a job is made and again when it is read; payloads hold no secret in clear. */
  schema: z.ZodType<P>;
  /** Runs that may fail before the person is told; waiting for a peer's Retry-After does not count. */
  attempts: number;
  /** Without a link: wait for the person to connect and ask them to, or let it be, because they never asked for it. */
  withoutLink: 'park' | 'give-up';
  process: (payload: P, context: JobContext) => Promise<void>;
  /** The first passing trouble: the work is safe, and the person may want to know. */
  onDelay?: (payload: P, error: unknown, context: JobContext) => Promise<void>;
  /** Out of attempts, or told that trying again is no use. Must leave the person informed. */
  onGiveUp: (payload: P, error: unknown, context: JobContext) => Promise<void>;
};

export const defineJob = <P>(row: JobRow<P>): JobRow<P> => row;
