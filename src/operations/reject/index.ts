import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { aboutRecord, refAndWordsIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';
import { asksForWords } from '../words-form.ts';

const args = aboutRecord.extend({ comment: z.string().max(4000) });

export type Args = z.infer<typeof args>;

export const reject = defineOperation({
  name: 'reject',
  kind: 'deed',
  args,
  buttons: { [ACTIONS.reject]: refAndWordsIn },
  form: asksForWords('reject', (ref, comment) => ({ ref, comment })),
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
