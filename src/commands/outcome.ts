import type { z } from 'zod';
import type { Message } from '../blocks/message.ts';
import type { IncidentPrefill } from '../blocks/views/incident-form.ts';
import type { Work } from '../jobs/work-types.ts';
import { bareWord } from '../records/typed.ts';

/** What a command may answer. `listeners/perform.ts` alone acts on it. */
export type Outcome =
  /** Answer at once, to this person only. */
  | { kind: 'say'; message: Message }
  | { kind: 'open-incident-form'; prefill: IncidentPrefill }
  /** Put a job into the queue; its answer comes when ServiceNow has spoken. */
  | { kind: 'work'; work: Work }
  | { kind: 'open-settings' }
  | { kind: 'open-subscription-form' }
  | { kind: 'list-subscriptions' }
  | { kind: 'connect' }
  | { kind: 'who-am-i' };

/** What follows the word fits, or it does not: then `problem` says what would, unless nothing may follow at all. */
type Parsed<A> = { args: A } | { problem: string | undefined };

/** A row of the command table: parsing, help and running one word of `/snow`. */
export type Command<A = unknown> = {
  /** What people type first; the first is the word of the contract, the others are synonyms. */
  words: readonly [string, ...string[]];
  /** For the help, without `/snow`. */
  usage: readonly string[];
  summary: string;
  /** Further lines for `help <topic>`. */
  details?: readonly string[];
  /** The shape of the parsed arguments; what was kept for later is checked against it. */
  args: z.ZodType<A>;
  /** Strict: a sentence that only begins like the command does not fit. @param rest what follows the word, as typed */
  parse(rest: string, word: string): Parsed<A>;
  run(args: A): Outcome;
};

/** For a word that stands alone. */
export const alone = (rest: string) => (bareWord(rest) === '' ? { args: {} } : { problem: undefined });

/** Ties the parts of a row together, so that the compiler sees that they fit. */
export const defineCommand = <A>(command: Command<A>): Command<A> => command;
