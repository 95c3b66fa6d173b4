import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { MAX_COMMENT, MAX_NAMED_FILES } from '../../records/draft.ts';
import { placeSchema } from '../../records/place.ts';
import { aboutRecord, refAndWordsIn } from '../about-record.ts';
import { defineOperation } from '../define.ts';
import { asksForWords } from '../words-form.ts';

export const args = aboutRecord.extend({
  text: z.string().max(MAX_COMMENT),
  fileIds: z.array(z.string().regex(/^F[A-Z0-9]+$/)).max(MAX_NAMED_FILES),
  /** Absent: a comment, unless the last word of the thread was internal; then the person is asked. */
  lane: z.enum(['comment', 'note']).optional(),
  /** The message that the comment was, to be marked as taken. */
  message: placeSchema.optional(),
  /** The earlier message that the comment puts right; it goes where that one went. */
  corrects: placeSchema.optional(),
});

/** Words for a ticket: a reply below its card, or what somebody wrote into the form. */
export const comment = defineOperation({
  name: 'comment',
  kind: 'deed',
  args,
  buttons: { [ACTIONS.addComment]: refAndWordsIn },
  form: asksForWords('comment', (ref, text) => ({ ref, text, fileIds: [], lane: 'comment' as const })),
});
