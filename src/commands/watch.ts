import { watchRecordArgs } from '../jobs/work-types.ts';
import { parseAnyNumber } from '../records/number.ts';
import { defineCommand } from './outcome.ts';

const command = (on: boolean) => (rest: string) => {
  const number = parseAnyNumber(rest);
  const example = `/snow ${on ? 'watch' : 'unwatch'} INC0010023`;
  return number ? { args: { number, on } } : { problem: `Which ticket? Type its number, e.g. ${example}.` };
};

export const watch = defineCommand({
  words: ['watch', 'follow'],
  usage: ['watch INC0010023'],
  summary: 'be told when a ticket changes',
  details: [
    'Tickets that you file here, that are assigned to you or that wait for your approval are watched by themselves.',
  ],
  args: watchRecordArgs,
  parse: command(true),
  run: (args) => ({ kind: 'work', work: { name: 'watch-record', args } }),
});

export const unwatch = defineCommand({
  words: ['unwatch', 'unfollow'],
  usage: ['unwatch INC0010023'],
  summary: 'hear no more of a ticket',
  args: watchRecordArgs,
  parse: command(false),
  run: (args) => ({ kind: 'work', work: { name: 'watch-record', args } }),
});
