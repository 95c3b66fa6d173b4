import { z } from 'zod';
import { parseAnyNumber, recordNumberSchema } from '../../records/number.ts';
import { defineOperation } from '../define.ts';

const args = z.object({ number: recordNumberSchema });

export type Args = z.infer<typeof args>;

export const watch = defineOperation({
  name: 'watch',
  kind: 'question',
  words: ['watch', 'follow'],
  usage: ['watch INC0010023'],
  summary: 'be told when a ticket changes',
  details: [
    'Tickets that you file here, that are assigned to you or that wait for your approval are watched by themselves.',
  ],
  args,
  parse(rest) {
    const number = parseAnyNumber(rest);
    return number ? { args: { number } } : { problem: 'Which ticket? Type its number, e.g. /snow watch INC0010023.' };
  },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
