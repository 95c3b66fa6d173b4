import { folded } from './typed.ts';
import { type ServiceNowRecord, shownValue } from './types.ts';

export const MAX_WORDS = 5;

/** The words of a search. Whatever has a meaning of its own in a query or in Slack is not part of a word. */
export const wordsIn = (text: string): string[] =>
  text
    .normalize('NFC')
    .split(/[\s^,<>"'`*_~|“”„‟‘’‚‛«»‹›「」]+/u)
    .map((word) => word.replace(/[\p{Cc}\p{Cf}]|(?<=^.{40}).+/gu, ''))
    .filter((word) => word.length > 1);

/** Those that count. */
export const searchWords = (text: string): string[] => wordsIn(text).slice(0, MAX_WORDS);

/** Holds a row against the question: ServiceNow ignores a query part that it does not like and then returns anything. */
export function answersSearch(record: ServiceNowRecord, words: string[]): boolean {
  // Whether `cafe` finds `Café` is the instance's matter: what it found is not thrown away.
  const text = folded(`${shownValue(record, 'short_description')}\n${shownValue(record, 'description')}`);
  return words.every((word) => text.includes(folded(word)));
}
