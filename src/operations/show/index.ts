import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { leadingNumber, parseAnyNumber, recordNumberSchema } from '../../records/number.ts';
import { bareWord } from '../../records/typed.ts';
import { defineOperation } from '../define.ts';

const args = recordNumberSchema.extend({
  /** What else was typed; it is offered as a comment. */
  words: z.string().max(4000).optional(),
});

export type Args = z.infer<typeof args>;

function read(text: string): Args | undefined {
  const whole = parseAnyNumber(text);
  const found = leadingNumber(text) ?? (whole && { number: whole, rest: '' });
  return found && { ...found.number, ...(bareWord(found.rest) ? { words: found.rest } : {}) };
}

/** Shows a ticket by its number, with this person's rights. */
export const show = defineOperation({
  name: 'show',
  kind: 'question',
  words: ['show', 'view', 'status', 'get'],
  usage: ['INC0010023', 'show INC0010023'],
  summary: 'operations.show',
  details: ['operations.show.words', 'operations.show.kinds'],
  args,
  parse(text) {
    const found = read(text);
    return found ? { args: found } : { problem: ['typed.which', { word: 'show' }] };
  },
  buttons: { [ACTIONS.showTicket]: read },
  run: () => import('./run.ts'),
  say: () => import('./say.ts'),
});
