import { listRecordsArgs } from '../jobs/work-types.ts';
import { MAX_WORDS, wordsIn } from '../records/search.ts';
import { defineCommand } from './outcome.ts';

export const search = defineCommand({
  words: ['search', 'find'],
  usage: ['search <words>'],
  summary: 'find tickets by words',
  details: ['All words have to occur in the short description or the description; at most five of them.'],
  args: listRecordsArgs,
  parse(rest) {
    const found = wordsIn(rest);
    const words = found.join(' ').slice(0, 100);
    if (!words) return { problem: 'What shall I look for? Type some words, e.g. /snow search vpn home office.' };
    if (found.length > MAX_WORDS)
      return { problem: `To find tickets, type at most ${MAX_WORDS} words, e.g. /snow search vpn home office.` };
    return { args: { list: { kind: 'search' as const, words }, cursor: { offset: 0, skip: 0 } } };
  },
  run: (args) => ({ kind: 'work', work: { name: 'list-records', args } }),
});
