import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../../../src/blocks/limits.ts';
import { message } from '../../../src/blocks/message.ts';
import { escapeMarkup, normal, plain, richText, truncate } from '../../../src/blocks/text.ts';

const graphemesOf = (text: string) =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);

/** Texts in which a cut can go wrong. */
const tricky = fc
  .array(
    fc.constantFrom(
      'a',
      ' ',
      '😀',
      '👨‍👩‍👧',
      '🇩🇪',
      '🏳️‍🌈',
      'e\u0301',
      'ç\u0327\u0301',
      'שלום',
      '\u202e',
      '\n',
      '한',
      'नि',
      '👍🏽',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('truncate', () => {
  test('is within the limit, begins as the text does, splits no character, and marks the cut', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const cut = truncate(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        if (text.length <= limit) expect(cut).toBe(text);
        else {
          expect(cut).toMatch(/…$/);
          const kept = graphemesOf(cut.slice(0, -1));
          expect(graphemesOf(text).slice(0, kept.length)).toEqual(kept);
        }
      }),
      { numRuns: 1000 },
    );
  });
  test.each<[string, string, number, string]>([
    ['exactly fitting', 'abcde', 5, 'abcde'],
    ['one too long', 'abcdef', 5, 'abcd…'],
    ['blanks before the cut go', 'ab   cdef', 5, 'ab…'],
    ['a family', '👨‍👩‍👧👨‍👩‍👧', 10, '👨‍👩‍👧…'],
    ['half a family', 'a👨‍👩‍👧', 5, 'a…'],
    ['half a flag', '🇩🇪🇫🇷', 4, '…'],
    ['more accents than fit', `e${'\u0301'.repeat(50)}`, 5, '…'],
  ])('%s', (_, text, limit, expected) => {
    expect(truncate(text, limit)).toBe(expected);
  });
  test('a huge text is cut at once', () => {
    expect(truncate('👨‍👩‍👧'.repeat(100_000), 80).length).toBeLessThanOrEqual(80);
  });
});

describe('plain', () => {
  test.each<[string, string]>([
    ['', '–'],
    ['  \n ', '–'],
    [' x ', 'x'],
    ['*b* <!channel> &amp;', '*b* <!channel> &amp;'],
  ])('%j', (text, expected) => {
    expect(plain(text, 100)).toEqual({ type: 'plain_text', text: expected, emoji: false });
  });
});

describe('richText', () => {
  test('leaves out what Slack refuses: empty texts and paragraphs', () => {
    const { elements } = richText([normal('a'), normal('')], [], [normal('')], [normal('b')]);
    expect(elements).toEqual([{ type: 'rich_text_section', elements: [normal('a'), normal('\n'), normal('b')] }]);
  });
});

describe("a message's own text", () => {
  test('is escaped', () => {
    expect(escapeMarkup('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
    expect(message('a < b', []).text).toBe('a &lt; b');
  });
  test('is cut to its limit, but never inside an escape', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), (shift) => {
        const { text } = message('x'.repeat(shift) + '<&>'.repeat(3000), []);
        expect(text.length).toBeLessThanOrEqual(LIMITS.messageText);
        expect(text.replace(/&(lt|gt|amp);/g, '')).not.toContain('&');
        expect(text).toMatch(/…$/);
      }),
    );
  });
  test('never has more blocks than Slack takes', () => {
    expect(
      message(
        'x',
        Array.from({ length: 60 }, () => ({ type: 'divider' })),
      ).blocks,
    ).toHaveLength(50);
  });
});
