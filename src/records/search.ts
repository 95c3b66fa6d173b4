import { type ServiceNowRecord, shownValue } from './types.ts';

const MAX_WORDS = 5;

/** The words that count in a search. Whatever has a meaning of its own in a query or in Slack is not part of a word. */
export const searchWords = (text: string): string[] =>
  text
    .normalize('NFC')
    .split(/[\s^,<>"'`*_~|]+/u)
    .map((word) => word.replace(/[\p{Cc}\p{Cf}]|(?<=^.{40}).+/gu, ''))
    .filter((word) => word.length > 1)
    .slice(0, MAX_WORDS);

/** Holds a row against the question: ServiceNow ignores a query part that it does not like and then returns anything. */
export function answersSearch(record: ServiceNowRecord, words: string[]): boolean {
  const text = `${shownValue(record, 'short_description')}\n${shownValue(record, 'description')}`.toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}
