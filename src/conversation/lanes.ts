import { z } from 'zod';

/**
 * Where the words told in a thread turn from those that everybody may read to those for staff, or back. Times are Slack's
 * own, in seconds, like those of the replies that they are compared with.
 */
export const turnSchema = z.object({ at: z.number(), internal: z.boolean() });
type Turn = z.infer<typeof turnSchema>;

/** More turns than a thread has in the days that a reply may wait. */
const MAX_TURNS = 50;
/** Somebody may have been typing since before the last word. */
const TYPING_SECONDS = 120;
/** Between our clock and Slack's. */
const SKEW_SECONDS = 60;

/** Pure: the turns of a thread after something more was told in it. */
export function turnsAfter(turns: Turn[] | undefined = [], told: Turn): Turn[] {
  const isNone = (turns.at(-1)?.internal ?? false) === told.internal;
  return isNone ? turns : [...turns, told].slice(-MAX_TURNS);
}

type Thread = {
  message: { ts: string };
  turns?: Turn[] | undefined;
  /** Words that are on their way, or there already. */
  telling?: { since: number; internal?: boolean | undefined } | undefined;
};

export type LastWord = 'open' | 'internal' | 'perhaps-internal' | 'unknown';

/** Pure: what its author saw above a reply while they typed, however late the reply is looked at. */
export function lastWordAbove({ message, turns = [], telling }: Thread, reply: { ts: string }): LastWord {
  const at = Number(reply.ts);
  // Below an earlier card of the ticket, or before what is still remembered of this one.
  if (!(at > Number(message.ts)) || (turns.length === MAX_TURNS && at < (turns[0]?.at ?? 0))) return 'unknown';
  if (telling?.internal && at > telling.since / 1000 - SKEW_SECONDS) return 'perhaps-internal';
  const seen = turns.filter((turn) => turn.at <= at);
  if (seen.at(-1)?.internal) return 'internal';
  // The last of these stood there until a moment ago.
  return seen.some(({ internal, at: since }) => !internal && since > at - TYPING_SECONDS) ? 'perhaps-internal' : 'open';
}

/**
 * Pure: whether the writer of a reply has to say who may read it, for right below an internal note it could tell the caller
 * what was meant for staff. `look`: only where they see notes, for whoever sees some may be answering one.
 */
export function whoMayRead(above: LastWord): 'everybody' | 'ask' | 'look' {
  if (above === 'open') return 'everybody';
  return above === 'unknown' ? 'look' : 'ask';
}
