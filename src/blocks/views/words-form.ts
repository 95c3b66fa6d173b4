import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { slackId } from '../../records/place.ts';
import { parseRef, type RecordRef } from '../../records/ref.ts';
import { verbOf } from '../../records/types.ts';
import type { T } from '../../words/index.ts';
import { LIMITS } from '../limits.ts';
import { plain, truncate } from '../text.ts';
import { input, optional } from './inputs.ts';
import { readState } from './state.ts';

const BLOCK = 'words';

export type WordsPurpose = 'comment' | 'reopen' | 'reject';

/** Comes back from the person's client: its shape is checked here, and their rights by ServiceNow. */
const metadataSchema = z.object({
  ref: z.string().max(100),
  channel: slackId,
});

/** A comment is its words; what else is done to a record says itself whether it takes some. */
function mustSay(purpose: WordsPurpose, ref: string): boolean {
  const type = parseRef(ref)?.type;
  const verb = type && purpose !== 'comment' ? verbOf(type, purpose) : undefined;
  return verb?.mandatory.includes('comments') ?? true;
}

/** A form that asks for some words about one record. @param typed what the person has written already */
export function wordsForm(purpose: WordsPurpose, ref: string, channel: string, typed: string, t: T): ModalView {
  return {
    type: 'modal',
    callback_id: purpose,
    title: plain(t(`words-form.${purpose}.title`), LIMITS.viewTitle),
    submit: plain(t(`words-form.${purpose}.submit`), LIMITS.viewButton),
    close: plain(t('press.cancel'), LIMITS.viewButton),
    private_metadata: JSON.stringify({ ref, channel }),
    blocks: [
      {
        ...(mustSay(purpose, ref) ? input : optional)(BLOCK, t(`words-form.${purpose}.label`), {
          type: 'plain_text_input',
          action_id: 'value',
          multiline: true,
          max_length: LIMITS.inputText,
          ...(typed ? { initial_value: truncate(typed, LIMITS.inputText) } : {}),
        }),
        hint: plain(t(`words-form.${purpose}.hint`), LIMITS.inputHint),
      },
    ],
  };
}

type WordsErrors = { errors: Record<string, string> };

type WordsReading = { ref: RecordRef; channel: string; words: string } | WordsErrors;

export function readWordsForm(purpose: WordsPurpose, values: unknown, privateMetadata: string, t: T): WordsReading {
  const unreadable: WordsErrors = { errors: { [BLOCK]: t('form.unreadable') } };
  const words = readState(values)?.(BLOCK).value?.trim() ?? '';
  try {
    const { ref: name, channel } = metadataSchema.parse(JSON.parse(privateMetadata));
    if (!words && mustSay(purpose, name)) return { errors: { [BLOCK]: t('words-form.empty') } };
    const ref = parseRef(name);
    return ref ? { ref, channel, words } : unreadable;
  } catch {
    return unreadable;
  }
}
