import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { notice, notUnderstood } from '../blocks/messages/notice.ts';
import { parseNumber } from '../records/number.ts';
import { COMMANDS } from './index.ts';
import type { Command, Outcome } from './outcome.ts';

/** A command as data: it can wait in Redis and be carried out later. */
export const parsedCommandSchema = z.strictObject({ word: z.string(), args: z.unknown() });
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
 * Reads what follows `/snow`, or a message to the bot. A record number in front is enough to see it.
 * @param prefix how this person began, for the sentences: `/snow ` or nothing
 */
export function parseCommand(text: string, prefix = '/snow '): Parse {
  const input = text.slice(0, MAX_INPUT).trim();
  const [first = ''] = input.split(/\s+/);
  const rest = input.slice(first.length).trim();
  const word =
    first
      .toLowerCase()
      .replace(/^\//, '')
      .replace(/(?<![.!?:,])[.!?:,]+$/, '') || (first.startsWith('?') ? '?' : 'help');

  if (bareNumber && parseNumber(first)) return toParse(bareNumber, bareNumber.parse(first));
  const command = byWord.get(word);
  if (command) return toParse(command, command.parse(rest));
  return { kind: 'answer', outcome: { kind: 'say', message: notUnderstood(input, suggest(word), prefix) } };
}

function toParse(command: Command, parsed: ReturnType<Command['parse']>): Parse {
  if ('problem' in parsed) return { kind: 'answer', outcome: { kind: 'say', message: notice(parsed.problem) } };
  return { kind: 'command', command: { word: command.words[0], args: parsed.args } };
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
