import fc from 'fast-check';
import { readSlackText } from '../../../../src/blocks/marks.ts';
import { notice } from '../../../../src/blocks/messages/notice.ts';
import { BridgeError, sentenceFor } from '../../../../src/errors.ts';
import { scrub } from '../../../../src/log.ts';
import { parseCommand } from '../../../../src/operations/parse.ts';
import { neutralise } from '../../../../src/records/draft.ts';
import { entriesIn, withoutSignature } from '../../../../src/records/journal.ts';
import { freeText } from '../../../../src/servicenow/query.ts';
import { readAnswer } from '../../../../src/servicenow/response.ts';
import { wordsOf } from '../../../../src/words/index.ts';
import { defineDoor, must } from '../door.ts';

/** Long enough that what grows with the square of the length takes seconds. */
const LENGTH = 100_000;
const LIMIT_MS = 800;

const FRAGMENTS = [
  ' ',
  '\n',
  '.',
  '<',
  '<@',
  '<http:',
  '<@a|',
  '&',
  '&amp;',
  '^',
  '[code]',
  '[/',
  '(via Slack, ref ',
  '(via Slack, ref 01234567)',
  '1:11 - a (b',
  ' - ',
  'https://x',
  '/commands',
  'Bearer ',
  'token=',
  'token:\\\\"',
  'xoxb-',
  'eyJa.',
  'code=',
  'A',
  'a_',
  'fields are mandatory:',
  "aborted by Business Rule '",
  'hibernat',
  '👨‍👩‍👧',
  'e\u0301',
] as const;

const asFailure = (text: string) => {
  try {
    readAnswer({
      status: 403,
      headers: new Map([['content-type', 'application/json']]),
      body: JSON.stringify({ error: { message: text, detail: text } }),
      now: 0,
    });
  } catch (error) {
    must(error instanceof BridgeError, 'not one of our errors');
    notice(sentenceFor(error, wordsOf('en')));
  }
};

const READERS: Record<string, (text: string) => unknown> = {
  scrub,
  readSlackText,
  withoutSignature,
  entriesIn: (text) => entriesIn(text, false),
  neutralise,
  freeText,
  notice,
  asFailure,
  parseCommand,
};

export const longTexts = defineDoor({
  name: 'long-texts',
  oracle: `whatever reads words reads ${LENGTH.toLocaleString('en')} characters of any pattern in less than ${LIMIT_MS} ms`,
  share: 10,
  chunk: 100,
  open: () => ({
    arbitrary: fc.record({
      before: fc.constantFrom('', ...FRAGMENTS),
      repeated: fc.constantFrom(...FRAGMENTS),
      after: fc.constantFrom('', 'b', '\nb\n', ...FRAGMENTS),
      reader: fc.constantFrom(...Object.keys(READERS)),
    }),
    run({ before, repeated, after, reader }) {
      const text = before + repeated.repeat(LENGTH / repeated.length) + after;
      const started = performance.now();
      READERS[reader]?.(text);
      const ms = performance.now() - started;
      must(ms < LIMIT_MS, `${reader} takes ${Math.round(ms)} ms`);
      return reader;
    },
  }),
});
