import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { slackId } from '../../records/place.ts';
import { parseRef, type RecordRef } from '../../records/ref.ts';
import { verbOf } from '../../records/types.ts';
import { LIMITS } from '../limits.ts';
import { plain, truncate } from '../text.ts';
import { input, optional } from './inputs.ts';
import { readState } from './state.ts';

const BLOCK = 'words';

const WORDS_PURPOSES = {
  comment: {
    title: 'Add a comment',
    label: 'Your comment',
    hint: 'The caller and the team can read it.',
    submit: 'Add the comment',
  },
  reopen: { title: 'Reopen', label: 'What is still wrong?', hint: 'The team reads it as a comment.', submit: 'Reopen' },
  reject: {
    title: 'Reject',
    label: 'Why do you reject it?',
    hint: 'Whoever asked for it can read it.',
    submit: 'Reject',
  },
} as const;

export type WordsPurpose = keyof typeof WORDS_PURPOSES;

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
export function wordsForm(purpose: WordsPurpose, ref: string, channel: string, typed = ''): ModalView {
  const { title, label, hint, submit } = WORDS_PURPOSES[purpose];
  return {
    type: 'modal',
    callback_id: purpose,
    title: plain(title, LIMITS.viewTitle),
    submit: plain(submit, LIMITS.viewButton),
    close: plain('Cancel', LIMITS.viewButton),
    private_metadata: JSON.stringify({ ref, channel }),
    blocks: [
      {
        ...(mustSay(purpose, ref) ? input : optional)(BLOCK, label, {
          type: 'plain_text_input',
          action_id: 'value',
          multiline: true,
          max_length: LIMITS.inputText,
          ...(typed ? { initial_value: truncate(typed, LIMITS.inputText) } : {}),
        }),
        hint: plain(hint, LIMITS.inputHint),
      },
    ],
  };
}

type WordsErrors = { errors: Record<string, string> };

type WordsReading = { ref: RecordRef; channel: string; words: string } | WordsErrors;

const UNREADABLE: WordsErrors = { errors: { [BLOCK]: 'I could not read the form. Please open it again.' } };

export function readWordsForm(purpose: WordsPurpose, values: unknown, privateMetadata: string): WordsReading {
  const words = readState(values)?.(BLOCK).value?.trim() ?? '';
  try {
    const { ref: name, channel } = metadataSchema.parse(JSON.parse(privateMetadata));
    if (!words && mustSay(purpose, name)) return { errors: { [BLOCK]: 'Please write a few words.' } };
    const ref = parseRef(name);
    return ref ? { ref, channel, words } : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}
