import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Message } from '../blocks/message.ts';
import { notForAnybody, notice, notUnderstood, sentenceOrCommand } from '../blocks/messages/notice.ts';
import { meantFor, numberSecond } from '../records/meant-for.ts';
import { leadingNumber, parseAnyNumber } from '../records/number.ts';
import { asSeen, bareWord, unquoted } from '../records/typed.ts';
import { COMMANDS } from './index.ts';
import type { Command, Outcome } from './outcome.ts';

/** A command as data: it can wait in Redis and be carried out later. */
export const parsedCommandSchema = z.object({ word: z.string(), args: z.unknown() });
export type ParsedCommand = z.infer<typeof parsedCommandSchema>;

export type Parse =
  | { kind: 'command'; command: ParsedCommand }
  /** The word is known, the rest does not fit; or nothing is known. Never silence. */
  | { kind: 'answer'; outcome: Outcome };

const MAX_INPUT = 4000;
/** Further apart than this, a suggestion would only puzzle. */
const NEAR = 2;
const SHORTEST = 3;

const byWord = new Map(COMMANDS.flatMap((command) => command.words.map((word) => [word, command] as const)));
const bareNumber = byWord.get('show');

/**
 * Reads what follows `/snow`, or a message to the bot. A record number in front is enough to see it. A sentence that only
 * begins like a command is asked about, never acted upon.
 * @param prefix how this person began, for the sentences: `/snow ` or nothing
 */
export function parseCommand(text: string, prefix = '/snow '): Parse {
  const typed = unquoted(asSeen(text.slice(0, MAX_INPUT)).trim()).replace(/^\/snow(?:\s+|$)/i, '');
  if (bareNumber && (leadingNumber(typed) || parseAnyNumber(typed)))
    return toParse(bareNumber, typed, typed, '', prefix);
  const [first = ''] = typed.split(/\s/, 1);
  const rest = typed.slice(first.length).trim();
  const word = bareWord(first).replace(/^\//, '').toLowerCase() || (first.includes('?') ? '?' : 'help');
  const command = byWord.get(word);
  return command ? toParse(command, typed, rest, word, prefix) : say(unknown(typed, word, prefix));
}

const say = (message: Message): Parse => ({ kind: 'answer', outcome: { kind: 'say', message } });

function toParse(command: Command, typed: string, rest: string, word: string, prefix: string): Parse {
  const parsed = command.parse(rest, word);
  const [name] = command.words;
  if ('args' in parsed) return { kind: 'command', command: { word: name, args: parsed.args } };
  if (parsed.problem && !bareWord(rest)) return say(notice(parsed.problem));
  return say(sentenceOrCommand(typed, parsed.problem ?? `If you meant the command, type “${prefix}${name}” alone.`));
}

function unknown(typed: string, word: string, prefix: string): Message {
  const meant = meantFor(typed);
  const about = numberSecond(typed);
  if (!about && meant === 'anybody') return notUnderstood(typed, suggest(word), prefix);
  const [number = ''] = about?.number.candidates ?? [];
  const isSayable = meant === 'ticket' && about !== undefined;
  return notForAnybody(typed, number, isSayable ? about.rest : '');
}

function suggest(word: string): string | undefined {
  // Any two letters are near some word: “my” is not “me”.
  if (word.length < SHORTEST) return undefined;
  const nearest = closest(word, [...byWord.keys()]);
  return distance(word, nearest) <= Math.min(NEAR, Math.floor(word.length / 2)) ? nearest : undefined;
}

/** Carries a parsed command out. What was kept under an older release may no longer fit; then we say so. */
export function runCommand({ word, args }: ParsedCommand): Outcome {
  const command = byWord.get(word);
  const checked = command?.args.safeParse(args);
  if (!command || !checked?.success)
    return { kind: 'say', message: notice('I no longer understand what you asked for earlier. Please type it again.') };
  return command.run(checked.data);
}
