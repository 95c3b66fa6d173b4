import { describe, expect, test } from '@jest/globals';
import { parseNumber } from '../../src/records/number.ts';
import { SOURCES, walk } from './code.ts';

/** One evaluation on so much text may take so long; quadratic backtracking takes seconds. */
const LENGTH = 100_000;
// A pattern whose time grows with the square of a text takes seconds here; a busy machine does not make a good one that slow.
const LIMIT_MS = 500;

type Pattern = { at: string; source: string; flags: string };

const patterns: Pattern[] = [];
const built: string[] = [];
for (const path of SOURCES)
  walk(path, (node) => {
    if (node.type === 'RegExpLiteral')
      patterns.push({ at: `${path}:${node.loc?.start.line}`, source: node.pattern, flags: node.flags });
    if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'RegExp')
      built.push(path);
  });

/** Pieces that a pattern itself hints at: what it matches literally, character by character, and what never fits. */
function pieces(source: string): string[] {
  const words = source.match(/[A-Za-z0-9@#!<>/:=_.,;'" -]{1,40}/g) ?? [];
  const unescaped = source.replaceAll(/\\([^a-zA-Z])/g, '$1').match(/[^\\()[\]{}|?*+^$]{1,40}/g) ?? [];
  const alternatives = [...source.matchAll(/[(:|]([\w:/]{2,30})(?=[)|])/g)].map(([, word = '']) => word);
  const general = [
    'a',
    '0',
    'A',
    ' ',
    '\n',
    '\r\n',
    '\\',
    '/',
    '<',
    '<#',
    '<#a|',
    '<http:',
    '.',
    ':',
    '-',
    '^',
    '[',
    '"',
    "'",
    '=',
    '(',
    'é',
    '😀',
    '\u200b',
    '·',
  ];
  return [...new Set([...words, ...unescaped, ...alternatives, ...general])].filter(Boolean);
}

/** A bad pattern is found out by short texts, before it takes minutes for long ones. */
function* attacks(source: string): Generator<string> {
  yield* attacksOf(LENGTH / 10, source);
  yield* attacksOf(LENGTH, source);
}

function* attacksOf(length: number, source: string): Generator<string> {
  for (const piece of pieces(source)) {
    const run = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    yield run;
    yield `${run}\u0001`;
    yield `x${run}\u0001x`;
    // Where a word begins, a match may begin; in between it goes on.
    if (/^\w{2,}$/.test(piece)) yield `-${piece}`.repeat(Math.ceil(length / (piece.length + 1)));
    yield `${piece.repeat(3)} ${' '.repeat(length)}\u0001`;
  }
  const [first = '', second = ''] = pieces(source);
  yield (first + second).repeat(length / Math.max(1, first.length + second.length));
}

/** The quickest of a few tries: a pause of the machine is not the pattern's. */
function slowest(regex: RegExp): { ms: number; input: string } {
  let worst = { ms: 0, input: '' };
  for (const input of attacks(regex.source)) {
    let ms = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && ms > LIMIT_MS && (tries === 0 || ms < 20 * LIMIT_MS); tries++) {
      const began = performance.now();
      regex.lastIndex = 0;
      regex.test(input);
      // All matches, as replace and split want them.
      if (regex.global) input.replace(regex, '');
      ms = Math.min(ms, performance.now() - began);
    }
    if (ms > worst.ms) worst = { ms, input: JSON.stringify(input.slice(0, 20)) };
    if (ms > LIMIT_MS) return worst;
  }
  return worst;
}

describe('no text is long enough to hold a process up', () => {
  test('the patterns are found, and those that are put together at run time are known', () => {
    expect(patterns.length).toBeGreaterThan(50);
    expect(built.sort()).toEqual(['src/listeners/events.ts', 'src/log.ts', 'src/records/number.ts']);
  });

  test.each(patterns)('$at /$source/$flags', ({ source, flags }) => {
    const worst = slowest(new RegExp(source, flags));
    expect(worst.ms > LIMIT_MS ? worst : 'quick').toBe('quick');
  });

  test('nor as a ticket’s number', () => {
    for (const piece of ['INC', '0', 'INC-', ' ', '#']) {
      const began = performance.now();
      parseNumber(piece.repeat(LENGTH / piece.length));
      expect(performance.now() - began).toBeLessThan(LIMIT_MS);
    }
  });
});
