import { z } from 'zod';
import { helpMessage } from '../blocks/messages/help.ts';
import { bareWord } from '../records/typed.ts';
import { type Command, defineCommand } from './outcome.ts';

/** Made from the table that it is part of. */
export const helpFor = (table: () => readonly Command[]) =>
  defineCommand({
    words: ['help', '?', 'hello', 'hi'],
    usage: ['help [topic]'],
    summary: 'this overview, or more about one word',
    args: z.object({ topic: z.string().max(100).optional() }),
    parse(rest) {
      const topic = bareWord(rest).toLowerCase();
      if (!topic) return { args: {} };
      return table().some(({ words }) => words.includes(topic)) ? { args: { topic } } : { problem: undefined };
    },
    run: ({ topic }) => ({ kind: 'say', message: helpMessageFor(table(), topic) }),
  });

function helpMessageFor(table: readonly Command[], topic: string | undefined) {
  const entries = (commands: readonly Command[]) =>
    commands.flatMap(({ usage, summary }) => usage.map((each) => ({ usage: each, summary })));
  const asked = topic ? table.filter(({ words }) => words.includes(topic)) : [];
  if (asked.length === 0)
    return helpMessage(table.map(({ usage, summary }) => ({ usage: usage.join('  ·  '), summary })));
  const synonyms = asked.flatMap(({ words }) => words.slice(1));
  return helpMessage(entries(asked), {
    details: [
      ...asked.flatMap(({ details }) => details ?? []),
      ...(synonyms.length > 0 ? [`Also understood: ${synonyms.join(', ')}.`] : []),
    ],
  });
}
