import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { MAX_WORDS, wordsIn } from '../../records/search.ts';
import { defineOperation } from '../define.ts';
import { cursorSchema, readPage, START } from '../list/page.ts';

const args = z.object({ words: z.string().min(1).max(100), cursor: cursorSchema });

export type Args = z.infer<typeof args>;

export const search = defineOperation({
  name: 'search',
  kind: 'question',
  words: ['search', 'find'],
  usage: ['search <words>'],
  summary: 'operations.search',
  details: ['operations.search.words'],
  args,
  parse(rest) {
    const found = wordsIn(rest);
    const words = found.join(' ').slice(0, 100);
    if (!words) return { problem: ['typed.search'] };
    if (found.length > MAX_WORDS) return { problem: ['typed.search.most', { most: MAX_WORDS }] };
    return { args: { words, cursor: START } };
  },
  buttons: { [ACTIONS.turnFound]: readPage },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
