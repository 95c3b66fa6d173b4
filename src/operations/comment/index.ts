import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { MAX_COMMENT, MAX_NAMED_FILES } from '../../records/draft.ts';
import { messageRefSchema } from '../../records/place.ts';
import { aboutRecord, refAndWordsIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';
import { asksForWords } from '../words-form.ts';

const args = aboutRecord.extend({
  text: z.string().max(MAX_COMMENT),
  fileIds: z.array(z.string().regex(/^F[A-Z0-9]+$/)).max(MAX_NAMED_FILES),
  /** Absent: a comment, unless the last word of the thread was internal; then the person is asked. */
  lane: z.enum(['comment', 'note']).optional(),
  /** The message that the comment was, to be marked as taken. */
  message: messageRefSchema.optional(),
  /** The earlier message that the comment puts right; it goes where that one went. */
  corrects: messageRefSchema.optional(),
});

export type Args = z.infer<typeof args>;

/** Words for a ticket: a reply below its card, or what somebody wrote into the form. */
export const comment = defineOperation({
  name: 'comment',
  kind: 'deed',
  args,
  buttons: { [ACTIONS.addComment]: refAndWordsIn },
  form: asksForWords('comment', (ref, text) => ({ ref, text, fileIds: [], lane: 'comment' as const })),
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
