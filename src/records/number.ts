import { z } from 'zod';
import { bareWord } from './typed.ts';
import { ANY_TASK, RECORD_TYPE_NAMES, type RecordTypeName, recordType } from './types.ts';

/** A record number as a person typed it. `candidates` are what the instance may call it, the likeliest first. */
export const recordNumberSchema = z.object({
  type: z.enum(RECORD_TYPE_NAMES),
  candidates: z
    .array(z.string().regex(/^[A-Z]{2,10}\d{1,12}$/))
    .min(1)
    .max(3),
});

export type RecordNumber = z.infer<typeof recordNumberSchema>;

/** ServiceNow pads to seven digits unless the customer says otherwise, so people leave the zeros out. */
const USUAL_DIGITS = 7;
/** Fewer digits after a blank are a count: "INC 5 printers". */
const DIGITS_AFTER_BLANK = 5;

const BY_PREFIX = new Map(
  RECORD_TYPE_NAMES.flatMap((name): [string, RecordTypeName][] => {
    const { prefix } = recordType(name);
    return prefix ? [[prefix, name]] : [];
  }),
);
const PREFIXES = [...BY_PREFIX.keys()].sort((a, b) => b.length - a.length).join('|');
const WHOLE = new RegExp(`^#?(${PREFIXES})(?:-?([0-9]{1,12})| {1,3}([0-9]{${DIGITS_AFTER_BLANK},12}))$`, 'i');

/** Reads `INC0010023`, `inc10023`, `INC 10023` or `INC-10023?`; undefined where the text is no such number. */
export function parseNumber(text: string): RecordNumber | undefined {
  const match = WHOLE.exec(bareWord(text));
  const prefix = match?.[1]?.toUpperCase();
  const digits = match?.[2] ?? match?.[3];
  const type = prefix ? BY_PREFIX.get(prefix) : undefined;
  if (!prefix || !digits || !type) return undefined;
  return { type, candidates: candidatesOf(prefix, digits) };
}

const candidatesOf = (prefix: string, digits: string) => [
  ...new Set([prefix + digits.padStart(USUAL_DIGITS, '0'), prefix + digits]),
];

/** A customer's own kind of task has a prefix that nobody here knows; its digits are many, or any word with some would fit. */
const ANY = /^([A-Z]{2,10})-?(\d{5,12})$/i;

/** The same where nothing but a number is expected: one of an unknown kind is looked for among all tasks. */
export function parseAnyNumber(text: string): RecordNumber | undefined {
  const known = parseNumber(text);
  if (known) return known;
  const [, prefix = '', digits = ''] = ANY.exec(bareWord(text).replace(/^#/, '')) ?? [];
  return prefix ? { type: ANY_TASK, candidates: candidatesOf(prefix.toUpperCase(), digits) } : undefined;
}

/** The number that a text begins with, in one word or in two, and what follows it. */
export function leadingNumber(text: string): { number: RecordNumber; rest: string } | undefined {
  const [, first = '', second = ''] = /^\s*(\S{1,100})(\s+\S{1,100})?/.exec(text) ?? [];
  for (const typed of [first, first + second]) {
    const number = parseNumber(typed);
    if (number) return { number, rest: text.trimStart().slice(typed.length).trim() };
  }
  return undefined;
}
