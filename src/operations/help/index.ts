import { z } from 'zod';
import { ACTIONS } from '../../blocks/actions.ts';
import { helpMessage } from '../../blocks/messages/help.ts';
import { bareWord } from '../../records/typed.ts';
import type { T } from '../../words/index.ts';
import { defineOperation, type Operation } from '../define.ts';

/** Made from the table that it is part of. */
export const helpFor = (table: () => readonly Operation[]) =>
  defineOperation({
    name: 'help',
    kind: 'question',
    words: ['help', '?', 'hello', 'hi'],
    usage: ['help [topic]'],
    summary: 'operations.help',
    args: z.object({ topic: z.string().max(100).optional() }),
    parse(rest) {
      const topic = bareWord(rest).toLowerCase();
      if (!topic) return { args: {} };
      return table().some(({ words }) => words?.includes(topic)) ? { args: { topic } } : { problem: undefined };
    },
    buttons: { [ACTIONS.showHelp]: () => ({}) },
    atOnce: async ({ topic }, _known, t) => helpAbout(table(), topic, t),
  });

function helpAbout(table: readonly Operation[], topic: string | undefined, t: T) {
  const typed = table.flatMap(({ words, usage = [], summary, details = [] }) =>
    words ? [{ words, usage, summary: summary ? t(summary) : '', details: details.map((key) => t(key)) }] : [],
  );
  const asked = topic ? typed.filter(({ words }) => words.includes(topic)) : [];
  if (asked.length === 0)
    return helpMessage(
      t,
      typed.map(({ usage, summary }) => ({ usage: usage.join('  ·  '), summary })),
    );
  const synonyms = asked.flatMap(({ words }) => words.slice(1));
  return helpMessage(
    t,
    asked.flatMap(({ usage, summary }) => usage.map((each) => ({ usage: each, summary }))),
    {
      details: [
        ...asked.flatMap(({ details }) => details),
        ...(synonyms.length > 0 ? [t('help.synonyms', { words: t.list(synonyms) })] : []),
      ],
    },
  );
}
