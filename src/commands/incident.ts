import { z } from 'zod';
import { prefillFromText } from '../blocks/views/incident-form.ts';
import { showRecordArgs } from '../jobs/work-types.ts';
import { keptPrefillSchema } from '../records/draft.ts';
import { leadingNumber, parseAnyNumber, parseNumber } from '../records/number.ts';
import { bareWord, unquoted } from '../records/typed.ts';
import { defineCommand } from './outcome.ts';

const MAX_TEXT = 3000;

/** "New laptop needed" and "File server is down" are sentences: of these words only the first two take text. */
const TAKE_TEXT = ['incident', 'inc'];

/** Files with a form, or shows the ticket where a number follows. */
export const incident = defineCommand({
  words: ['incident', 'inc', 'ticket', 'file', 'new'],
  usage: ['incident', 'incident <what is wrong>', 'incident INC0010023'],
  summary: 'file an incident, or see one',
  details: [
    'What you type after the word becomes the short description; nothing is filed before you press File incident.',
  ],
  args: z.union([
    z.object({ text: z.string().max(MAX_TEXT) }),
    z.object({ show: showRecordArgs }),
    /** From a message's own menu. */
    z.object({ prefill: keptPrefillSchema }),
  ]),
  parse(rest, word) {
    const number = parseNumber(rest);
    if (number) return { args: { show: number } };
    if (rest && !TAKE_TEXT.includes(word)) return { problem: undefined };
    return { args: { text: unquoted(rest).slice(0, MAX_TEXT) } };
  },
  run(args) {
    if ('show' in args) return { kind: 'work', work: { name: 'show-record', args: args.show } };
    if ('prefill' in args) return { kind: 'open-incident-form', prefill: args.prefill };
    return { kind: 'open-incident-form', prefill: args.text ? prefillFromText(args.text) : {} };
  },
});

export const show = defineCommand({
  words: ['show', 'view', 'status', 'get'],
  usage: ['INC0010023', 'show INC0010023'],
  summary: 'see a ticket; the number alone is enough',
  details: [
    'Words after the number are offered as a comment on it.',
    'Leading zeros may be left out. It works for every kind of ticket: incidents, requests, changes, problems, tasks and your company’s own.',
  ],
  args: showRecordArgs,
  parse(text) {
    const whole = parseAnyNumber(text);
    const found = leadingNumber(text) ?? (whole && { number: whole, rest: '' });
    if (!found) return { problem: 'Which ticket? Type its number, e.g. /snow show INC0010023.' };
    const { number, rest } = found;
    return { args: { ...number, ...(bareWord(rest) ? { words: rest } : {}) } };
  },
  run: (args) => ({ kind: 'work', work: { name: 'show-record', args } }),
});
