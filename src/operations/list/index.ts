import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { bareWord } from '../../records/typed.ts';
import { defineOperation } from '../define.ts';
import { cursorSchema, readPage, START } from './page.ts';

const args = z.object({
  list: z.object({ kind: z.enum(['mine', 'assigned']), state: z.enum(['open', 'all']) }),
  cursor: cursorSchema,
});

export type Args = z.infer<typeof args>;

export const list = defineOperation({
  name: 'list',
  kind: 'question',
  words: ['list', 'ls', 'tickets', 'mine'],
  usage: ['list [mine|assigned] [open|all]'],
  summary: 'operations.list',
  details: ['operations.list.usual'],
  args,
  parse(rest) {
    let kind: Args['list']['kind'] = 'mine';
    let state: Args['list']['state'] = 'open';
    for (const word of rest.split(/\s+/).map((each) => bareWord(each).toLowerCase())) {
      if (word === '') continue;
      if (word === 'mine' || word === 'assigned') kind = word;
      else if (word === 'open' || word === 'all') state = word;
      else return { problem: ['typed.list'] };
    }
    return { args: { list: { kind, state }, cursor: START } };
  },
  buttons: {
    [ACTIONS.listMine]: () => ({ list: { kind: 'mine', state: 'open' }, cursor: START }),
    [ACTIONS.turnPage]: readPage,
  },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
