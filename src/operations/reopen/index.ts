import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { MAX_COMMENT } from '../../records/draft.ts';
import { aboutRecord, refAndWordsIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';
import { asksForWords } from '../words-form.ts';

const args = aboutRecord.extend({ text: z.string().max(MAX_COMMENT) });

export type Args = z.infer<typeof args>;

export const reopen = defineOperation({
  name: 'reopen',
  kind: 'deed',
  args,
  buttons: { [ACTIONS.reopen]: refAndWordsIn },
  form: asksForWords('reopen', (ref, text) => ({ ref, text })),
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
