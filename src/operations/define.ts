import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Message } from '../blocks/message.ts';
import type { Snapshot } from '../records/changes.ts';
import type { MessageRef } from '../records/place.ts';
import type { RecordRef } from '../records/ref.ts';
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
type Run<A, R> = (tools: Tools, args: A, act: Act) => Promise<R>;

/** After the last attempt: finds out what became of it. Undefined: there is no more to say than why it failed. */
type LookBack<A, F> = (tools: Tools, args: A, act: Act, error: unknown) => Promise<F | undefined>;

/** What its person is told. */
export type Said = Message & {
  /** Their own message gets a tick. Where Slack takes it and it is enough, nothing else is said. */
  tick?: { on: MessageRef; isEnough: boolean };
  /** The message is the card of this record, and says as much of it as this. */
  card?: { ref: RecordRef; snapshot: Snapshot };
  /** An open modal that shows how it goes, and what it shows by now. */
  modal?: { id: string; view: ModalView };
};

/** What came of it, said when the language is known: no work waits until Slack has told which one that is. */
type InWords = (t: T) => Said | undefined;

/** Puts that into words. Undefined: there is nothing to say. */
type Say<R> = (result: R, t: T) => Said | undefined;

/** The worker's part of a row. */
type Runs<A, R, F> = { run: Run<A, R>; lookBack?: LookBack<A, F> };
type Says<A, R, F> = {
  say: Say<R>;
  /** At the first passing trouble. Absent: a deed that takes long is told of in general words. */
  sayDelayed?: (args: A, error: unknown, t: T) => Said;
  sayLast?: (found: F, error: unknown, t: T) => Said | undefined;
};

/** A form that was sent. */
export type Sent = {
  state: unknown;
  metadata: string;
  /** The modal's own id, and the name of what was sent with it: however often that is, it is one submission. */
  viewId: string;
  submission: string;
};

/** `channel`: the conversation in which it was opened. `replaces`: the kept work that this takes the place of. */
type Reading<A> =
  | { args: A; channel?: string; replaces?: string | undefined }
  /** By block. */
  | { errors: Record<string, string> };

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
  /** Reads it back into the arguments. */
  read: (sent: Sent, known: Known, t: T) => Reading<A> | Promise<Reading<A>>;
  /**
   * What to say where it was sent before with other words: those are carried out, and these are not. Absent: with other
   * words it is another submission.
   */
  sentBefore?: (before: A, now: A, t: T) => Record<string, string> | undefined;
  /** What it turns into when its work is safe. Absent: it closes. */
  becomes?: (args: A, t: T) => ModalView;
};

type Row<A, R, G, F> = {
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
  run?: () => Promise<Runs<A, R, F>>;
  say?: () => Promise<Says<A, R, F>>;
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
export type Operation = Omit<Row<unknown, unknown, unknown, unknown>, 'args' | 'form' | 'atOnce' | 'run' | 'say'> & {
  args: z.ZodType;
  /** Undefined where the arguments fit nothing. */
  next: (args: unknown) => Step | undefined;
  form: Pick<Form<unknown, unknown>, 'id' | 'read' | 'sentBefore' | 'becomes'> | undefined;
  /** The worker's part. */
  carryOut: (tools: Tools, args: unknown, act: Act) => Promise<InWords>;
  /** Undefined: in general words, where it takes long. */
  delayed: (args: unknown, error: unknown, t: T) => Promise<Said | undefined>;
  /** The last word after the last attempt. Undefined: why it failed is all that there is to say. */
  giveUp: (tools: Tools, args: unknown, act: Act, error: unknown) => Promise<InWords | undefined>;
};

/** Ties the parts of a row together, so that the compiler sees that they fit. */
export function defineOperation<A, R = never, G = never, F = never>(row: Row<A, R, G, F>): Operation {
  const { args: schema, form, atOnce, run, say, ...rest } = row;
  const { sentBefore, becomes } = form ?? {};
  /** Undefined where it is answered at once. */
  const worker = async () => {
    if (!run || !say) return undefined;
    const [runs, says] = await Promise.all([run(), say()]);
    return { ...runs, ...says };
  };
  return {
    ...rest,
    args: schema,
    form: form && {
      id: form.id,
      read: form.read,
      ...(sentBefore ? { sentBefore: (before, now, t) => sentBefore(schema.parse(before), schema.parse(now), t) } : {}),
      ...(becomes ? { becomes: (args, t) => becomes(schema.parse(args), t) } : {}),
    },
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
    async carryOut(tools, args, act) {
      const parts = await worker();
      if (!parts) throw new TypeError(`${row.name} is answered at once`);
      const result = await parts.run(tools, schema.parse(args), act);
      return (t) => parts.say(result, t);
    },
    async delayed(args, error, t) {
      return (await worker())?.sayDelayed?.(schema.parse(args), error, t);
    },
    async giveUp(tools, args, act, error) {
      const parts = await worker();
      const found = await parts?.lookBack?.(tools, schema.parse(args), act, error);
      return found === undefined ? undefined : (t) => parts?.sayLast?.(found, error, t);
    },
  };
}

/** For what needs to know nothing. */
export const noArgs = z.object({});

/** For a word that stands alone. */
export const alone = (rest: string): Parsed => (bareWord(rest) === '' ? { args: {} } : { problem: undefined });
