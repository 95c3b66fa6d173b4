import { closest, distance } from 'fastest-levenshtein';
import type { Message } from '../blocks/message.ts';
import { notForAnybody, notice, notUnderstood, sentenceOrCommand } from '../blocks/messages/notice.ts';
import { meantFor, numberSecond } from '../records/meant-for.ts';
import { leadingNumber, parseAnyNumber } from '../records/number.ts';
import { asSeen, bareWord, unquoted } from '../records/typed.ts';
import type { T } from '../words/index.ts';
import type { Operation, Wish } from './define.ts';
import { OPERATIONS, operationCalled, operationFor } from './index.ts';

export type Parse =
  | { wish: Wish }
  /** The word is known, the rest does not fit; or nothing is known. Never silence. */
  | { say: (t: T) => Message };

const MAX_INPUT = 4000;
/** Further apart than this, a suggestion would only puzzle. */
const NEAR = 2;
const SHORTEST = 3;

/**
 * Reads what follows `/snow`, or a message to the bot. A record number in front is enough to see it. A sentence that only
 * begins like a command is asked about, never acted upon.
 * @param prefix how this person began, for the sentences: `/snow ` or nothing
 */
export function parseCommand(text: string, prefix = '/snow '): Parse {
  const typed = unquoted(asSeen(text.slice(0, MAX_INPUT)).trim()).replace(/^\/snow(?:\s+|$)/i, '');
  const show = operationCalled('show');
  if (show && (leadingNumber(typed) || parseAnyNumber(typed))) return toParse(show, typed, typed, '', prefix);
  const [first = ''] = typed.split(/\s/, 1);
  const rest = typed.slice(first.length).trim();
  const word = bareWord(first).replace(/^\//, '').toLowerCase() || (first.includes('?') ? '?' : 'help');
  const operation = operationFor(word);
  return operation ? toParse(operation, typed, rest, word, prefix) : { say: (t) => unknown(typed, word, prefix, t) };
}

function toParse({ name, words, parse }: Operation, typed: string, rest: string, word: string, prefix: string): Parse {
  const parsed = parse?.(rest, word) ?? { problem: undefined };
  if ('instead' in parsed) return { wish: parsed.instead };
  if ('args' in parsed) return { wish: { operation: name, args: parsed.args } };
  const { problem } = parsed;
  if (problem && !bareWord(rest)) return { say: (t) => notice(t(...problem)) };
  const instead = problem ?? (['typed.alone', { command: `${prefix}${words?.[0]}` }] as const);
  return { say: (t) => sentenceOrCommand(typed, t(...instead), t) };
}

function unknown(typed: string, word: string, prefix: string, t: T): Message {
  const meant = meantFor(typed);
  const about = numberSecond(typed);
  if (!about && meant === 'anybody') return notUnderstood(typed, suggest(word), prefix, t);
  const [number = ''] = about?.number.candidates ?? [];
  const isSayable = meant === 'ticket' && about !== undefined;
  return notForAnybody(typed, number, isSayable ? about.rest : '', t);
}

function suggest(word: string): string | undefined {
  // Any two letters are near some word: “my” is not “me”.
  if (word.length < SHORTEST) return undefined;
  const words = OPERATIONS.flatMap((each) => each.words ?? []);
  const nearest = closest(word, words);
  return distance(word, nearest) <= Math.min(NEAR, Math.floor(word.length / 2)) ? nearest : undefined;
}
