import { listRecordsArgs } from '../jobs/work-types.ts';
import { bareWord } from '../records/typed.ts';
import { defineCommand } from './outcome.ts';

const START = { offset: 0, skip: 0 };
const PROBLEM = 'I can list “mine” or “assigned”, each “open” or “all”, e.g. /snow list assigned open.';

export const list = defineCommand({
  words: ['list', 'ls', 'tickets', 'mine'],
  usage: ['list [mine|assigned] [open|all]'],
  summary: 'your tickets, or those assigned to you',
  details: ['Without more words: your own open incidents.'],
  args: listRecordsArgs,
  parse(rest) {
    let kind: 'mine' | 'assigned' = 'mine';
    let state: 'open' | 'all' = 'open';
    for (const word of rest.split(/\s+/).map((each) => bareWord(each).toLowerCase())) {
      if (word === '') continue;
      if (word === 'mine' || word === 'assigned') kind = word;
      else if (word === 'open' || word === 'all') state = word;
      else return { problem: PROBLEM };
    }
    return { args: { list: { kind, state }, cursor: START } };
  },
  run: (args) => ({ kind: 'work', work: { name: 'list-records', args } }),
});
