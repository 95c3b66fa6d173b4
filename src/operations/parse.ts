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
export const parseCommand = (text: string, prefix = '/snow '): Parse => parse(typedIn(text), prefix);

/** What a person typed, and the alias of the instance that they named, where there are several. */
export type Addressed = { alias: string | undefined; parse: Parse };

/**
 * The same, where a command may begin with an instance's alias, and some may end with one. A sentence may begin with “it”, so
 * a word is an alias only in front of something that is asked for.
 */
export function parseAddressed(text: string, aliases: readonly string[], prefix = '/snow '): Addressed {
  const typed = typedIn(text);
  const [first = '', second = '', ...more] = typed.split(/\s+/);
  const aliasIn = (word: string) => aliases.find((each) => each === wordIn(word));
  if (operationFor(wordIn(first))?.mayEndWithAlias && more.length === 0 && aliasIn(second))
    return { alias: aliasIn(second), parse: parse(first, prefix) };
  const alias = aliasIn(first);
  const rest = typed.slice(first.length).trim();
  if (alias === undefined || !isAskedFor(rest, second)) return { alias: undefined, parse: parse(typed, prefix) };
  return { alias, parse: parse(rest, `${prefix}${alias} `, typed) };
}

const isAskedFor = (rest: string, word: string): boolean =>
  !bareWord(rest) ||
  operationFor(wordIn(word)) !== undefined ||
  leadingNumber(rest) !== undefined ||
  parseAnyNumber(rest) !== undefined ||
  meantFor(rest) !== 'anybody';

const typedIn = (text: string): string =>
  unquoted(asSeen(text.slice(0, MAX_INPUT)).trim()).replace(/^\/snow(?:\s+|$)/i, '');

const wordIn = (text: string): string => bareWord(text).replace(/^\//, '').toLowerCase();

/** @param said all that was typed, where more of it stands in front */
function parse(typed: string, prefix: string, said = typed): Parse {
  const show = operationCalled('show');
  if (show && (leadingNumber(typed) || parseAnyNumber(typed))) return toParse(show, said, typed, '', prefix);
  const [first = ''] = typed.split(/\s/, 1);
  const rest = typed.slice(first.length).trim();
  const word = wordIn(first) || (first.includes('?') ? '?' : 'help');
  const operation = operationFor(word);
  return operation ? toParse(operation, said, rest, word, prefix) : { say: (t) => unknown(typed, word, prefix, t) };
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
