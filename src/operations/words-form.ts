import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { notice } from '../blocks/messages/notice.ts';
import { readWordsForm, type WordsPurpose, wordsForm } from '../blocks/views/words-form.ts';
import { type RecordRef, recordRefSchema, refKey } from '../records/ref.ts';
import type { T } from '../words/index.ts';
import type { Sent } from './define.ts';
import type { Known } from './known.ts';

const given = z.object({ ref: recordRefSchema, typed: z.string().default('') });

/** A form that asks for some words about one record. @param args makes the arguments of what was written */
export const asksForWords = <A>(purpose: WordsPurpose, args: (ref: RecordRef, words: string) => A) => ({
  id: purpose,
  given,
  open: async ({ ref, typed }: z.infer<typeof given>, { channel }: Known, t: T): Promise<{ view: ModalView }> => ({
    view: wordsForm(purpose, refKey(ref), channel, typed, t),
  }),
  // Every button bears a trigger, so this is never said.
  offer: (_given: z.infer<typeof given>, t: T) => notice(t('press.again')),
  read({ state, metadata }: Sent, _known: Known, t: T) {
    const reading = readWordsForm(purpose, state, metadata, t);
    if ('errors' in reading) return reading;
    return { args: args(reading.ref, reading.words), channel: reading.channel };
  },
});
