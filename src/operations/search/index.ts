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
  summary: 'find tickets by words',
  details: ['All words have to occur in the short description or the description; at most five of them.'],
  args,
  parse(rest) {
    const found = wordsIn(rest);
    const words = found.join(' ').slice(0, 100);
    if (!words) return { problem: 'What shall I look for? Type some words, e.g. /snow search vpn home office.' };
    if (found.length > MAX_WORDS)
      return { problem: `To find tickets, type at most ${MAX_WORDS} words, e.g. /snow search vpn home office.` };
    return { args: { words, cursor: START } };
  },
  buttons: { [ACTIONS.turnFound]: readPage },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
