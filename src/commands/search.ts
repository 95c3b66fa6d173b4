import { listRecordsArgs } from '../jobs/work-types.ts';
import { searchWords } from '../records/search.ts';
import { defineCommand } from './outcome.ts';

export const search = defineCommand({
  words: ['search', 'find'],
  usage: ['search <words>'],
  summary: 'find tickets by words',
  details: ['All words have to occur in the short description or the description. At most five words count.'],
  args: listRecordsArgs,
  parse(rest) {
    const words = searchWords(rest).join(' ').slice(0, 100);
    if (words) return { args: { list: { kind: 'search' as const, words }, cursor: { offset: 0, skip: 0 } } };
    return { problem: 'What shall I look for? Type some words, e.g. /snow search vpn home office.' };
  },
  run: (args) => ({ kind: 'work', work: { name: 'list-records', args } }),
});
