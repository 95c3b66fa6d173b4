import { z } from 'zod';
import { menuAction } from '../../blocks/actions.ts';
import { recordNumberSchema } from '../../records/number.ts';
import { aboutRecord, numberAfter, refIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';

const args = z.union([z.object({ number: recordNumberSchema }), aboutRecord]);

export type Args = z.infer<typeof args>;

export const unwatch = defineOperation({
  name: 'unwatch',
  kind: 'question',
  words: ['unwatch', 'unfollow'],
  usage: ['unwatch INC0010023'],
  summary: 'operations.unwatch',
  args,
  parse: numberAfter('unwatch'),
  buttons: { [menuAction('unwatch')]: refIn },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
