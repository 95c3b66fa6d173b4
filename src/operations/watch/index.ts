import { z } from 'zod';
import { recordNumberSchema } from '../../records/number.ts';
import { numberAfter } from '../about-record.ts';
import { defineOperation } from '../define.ts';

const args = z.object({ number: recordNumberSchema });

export type Args = z.infer<typeof args>;

export const watch = defineOperation({
  name: 'watch',
  kind: 'question',
  words: ['watch', 'follow'],
  usage: ['watch INC0010023'],
  summary: 'operations.watch',
  details: ['operations.watch.by-itself'],
  args,
  parse: numberAfter('watch'),
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
