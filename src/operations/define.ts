import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Message } from '../blocks/message.ts';
import { bareWord } from '../records/typed.ts';
import type { Phrase, PlainKey, T } from '../words/index.ts';
import type { Known } from './known.ts';
import type { Act, Tools } from './tools.ts';

/** Somebody wants something done: as data it comes back from a button, waits for a link, travels in a job. */
export const wishSchema = z.object({ operation: z.string(), args: z.unknown() });
export type Wish = { operation: string; args: unknown };

/**
 * What follows the word fits, or it means another operation, or it does not fit: then `problem` says what would, unless
 * nothing may follow at all.
 */
type Parsed = { args: unknown } | { instead: Wish } | { problem: Phrase | undefined };

/** Does it in ServiceNow or in our store, and says what came of it as data. */
export type Run<A, R> = (tools: Tools, args: A, act: Act) => Promise<R>;

/** Puts that into words. Undefined: there is nothing to say. */
export type Say<R> = (result: R, t: T) => Message | undefined;

export type Reading<A> = { args: A } | { errors: Record<string, string> };

/** What is in a form that was sent. */
export type Submitted = { state: unknown; metadata: string; channel?: string };

/** Asks for the arguments that are missing. */
type Form<A, G> = {
  /** Slack's `callback_id`. */
  id: string;
  /** What the form begins with. */
  given: z.ZodType<G>;
  /** Drawn from what lies here; ServiceNow is not asked, so it opens whatever state that is in. Or why it does not open. */
  open: (given: G, known: Known, t: T) => Promise<{ view: ModalView } | { instead: Message }>;
  /** Where Slack lets us open nothing by ourselves: a message with a button whose click permits it. */
  offer: (given: G, t: T) => Message;
  /** Reads it back into the arguments. `channel`: the conversation in which it was opened. */
  read: (
    state: unknown,
    metadata: string,
    sealed: Pick<Known, 'unseal'>,
    t: T,
  ) => (Reading<A> & { channel?: string }) | { errors: Record<string, string> };
};

type Row<A, R, G> = {
  name: string;
  /** A question is asked again where no answer comes; a deed is carried out however long that takes. */
  kind: 'question' | 'deed';
  /** What people type first; the first is the word of the contract, the others are synonyms. Absent: there are only buttons. */
  words?: readonly [string, ...string[]];
  /** For the help, without `/snow`. */
  usage?: readonly string[];
  summary?: PlainKey;
  /** Further lines for `help <topic>`. */
  details?: readonly PlainKey[];
  args: z.ZodType<A>;
  /** `connect hr` says the same as `hr connect`. */
  mayEndWithAlias?: true;
  /** Strict: a sentence that only begins like the command does not fit. @param rest what follows the word, as typed */
  parse?: (rest: string, word: string) => Parsed;
  /** Action ids that mean it, and how their values are read; undefined where a value cannot be read. */
  buttons?: Record<string, (value: string) => unknown>;
  form?: Form<A, G>;
  /** Answered at once from what lies here; everything else is a job. */
  atOnce?: (args: A, known: Known, t: T) => Promise<Message>;
  /** Loaded by the worker alone. */
  run?: () => Promise<{ run: Run<A, R> }>;
  say?: () => Promise<{ say: Say<R> }>;
};

/** What arguments call for. */
export type Step =
  | { kind: 'work'; args: unknown }
  | { kind: 'answer'; say: (known: Known, t: T) => Promise<Message> }
  | {
      kind: 'form';
      open: (known: Known, t: T) => Promise<{ view: ModalView } | { instead: Message }>;
      offer: (t: T) => Message;
    };

/** A row as everybody handles it: its own types stay inside. */
export type Operation = Omit<Row<unknown, unknown, unknown>, 'args' | 'form' | 'atOnce' | 'run' | 'say'> & {
  args: z.ZodType;
  /** Undefined where the arguments fit nothing. */
  next: (args: unknown) => Step | undefined;
  form: { id: string; read: Form<unknown, unknown>['read'] } | undefined;
  /** The worker's part. */
  carryOut: (tools: Tools, args: unknown, act: Act, t: T) => Promise<Message | undefined>;
};

/** Ties the parts of a row together, so that the compiler sees that they fit. */
export function defineOperation<A, R = never, G = never>(row: Row<A, R, G>): Operation {
  const { args: schema, form, atOnce, run, say, ...rest } = row;
  return {
    ...rest,
    args: schema,
    form: form && { id: form.id, read: form.read },
    next(args) {
      const whole = schema.safeParse(args);
      if (whole.success)
        return atOnce
          ? { kind: 'answer', say: (known, t) => atOnce(whole.data, known, t) }
          : { kind: 'work', args: whole.data };
      const given = form?.given.safeParse(args);
      if (!form || !given?.success) return undefined;
      return {
        kind: 'form',
        open: (known, t) => form.open(given.data, known, t),
        offer: (t) => form.offer(given.data, t),
      };
    },
    async carryOut(tools, args, act, t) {
      if (!run || !say) throw new Error(`${row.name} is answered at once`);
      const [{ run: carry }, { say: word }] = await Promise.all([run(), say()]);
      return word(await carry(tools, schema.parse(args), act), t);
    },
  };
}

/** For what needs to know nothing. */
export const noArgs = z.object({});

/** For a word that stands alone. */
export const alone = (rest: string): Parsed => (bareWord(rest) === '' ? { args: {} } : { problem: undefined });
