import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { aboutRecord, refAndWordsIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';
import { asksForWords } from '../words-form.ts';

export const args = aboutRecord.extend({ comment: z.string().max(4000) });

export const reject = defineOperation({
  name: 'reject',
  kind: 'deed',
  args,
  buttons: { [ACTIONS.reject]: refAndWordsIn },
  form: asksForWords('reject', (ref, comment) => ({ ref, comment })),
});
