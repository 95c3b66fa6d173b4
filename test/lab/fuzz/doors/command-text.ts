import fc from 'fast-check';
import { readSlackText } from '../../../../src/blocks/marks.ts';
import { nextOf, OPERATIONS } from '../../../../src/operations/index.ts';
import { parseCommand } from '../../../../src/operations/parse.ts';
import { LANGUAGES, wordsOf } from '../../../../src/words/index.ts';
import { defineDoor, must } from '../door.ts';
import { HOSTILE_TEXTS } from '../hostile.ts';
import { mustBeMessage } from '../shown.ts';

const words = OPERATIONS.flatMap((operation) => operation.words ?? []);

/** Something near to what people type: words of ours, numbers, hostile text, and their mixtures. */
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.constantFrom('mine', 'open', 'all', 'assigned', 'watched', 'me', '/snow', '?', '#') },
  { weight: 2, arbitrary: fc.nat(99_999_999).map((digits) => `INC${digits}`) },
  { weight: 1, arbitrary: fc.stringMatching(/^(inc|REQ|RITM|sctask|CHG|PRB|TASK)-?\d{0,14}$/) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
);

const typed = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', '', '\t', '\n', '\u00a0', '  ')), { maxLength: 6 })
  .map((pieces) => pieces.map(([text, gap]) => text + gap).join(''));

export const commandText = defineDoor({
  name: 'command-text',
  oracle:
    'every text has an answer or a command; every answer is a message that Slack takes; a command survives JSON and runs again',
  share: 250,
  chunk: 500,
  open: () => ({
    arbitrary: fc.record({ text: typed, inDm: fc.boolean() }),
    run({ text, inDm }) {
      const parse = parseCommand(readSlackText(text), inDm ? '' : '/snow ');
      if ('say' in parse) {
        for (const language of LANGUAGES) mustBeMessage(parse.say(wordsOf(language)));
        return 'answer';
      }
      const kept = JSON.parse(JSON.stringify(parse.wish)) as typeof parse.wish;
      const next = nextOf(kept);
      must(next !== undefined, `a wish that nobody knows: ${JSON.stringify(kept)}`);
      return `${kept.operation}: ${next.kind}`;
    },
  }),
});
