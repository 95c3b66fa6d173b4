import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Condition, Query } from '../../../src/records/query.ts';
import { encodeQuery, freeText, isBlank } from '../../../src/servicenow/query.ts';

describe('encoding', () => {
  test.each<[string, Query, string]>([
    ['nothing', { where: [] }, ''],
    ['equal', { where: [{ field: 'active', is: 'equal', value: 'true' }] }, 'active=true'],
    ['in', { where: [{ field: 'number', is: 'in', values: ['INC1', 'INC0000001'] }] }, 'numberININC1,INC0000001'],
    ['contains', { where: [{ field: 'name', is: 'contains', text: ' mail  server ' }] }, 'nameLIKEmail server'],
    ['starts', { where: [{ field: 'user_name', is: 'starts', text: 'ada' }] }, 'user_nameSTARTSWITHada'],
    [
      'a reach of time, in no zone',
      { where: [{ field: 'sys_updated_on', is: 'within', minutes: 90 }] },
      'sys_updated_onRELATIVEGE@minute@ago@90',
    ],
    ['full text', { where: [{ is: 'matching', text: 'vpn' }] }, '123TEXTQUERY321=vpn'],
    [
      'a dot-walk',
      { where: [{ field: 'caller_id.email', is: 'equal', value: 'ada+x@x.org' }] },
      'caller_id.email=ada+x@x.org',
    ],
    [
      'any of some, and more',
      {
        where: [
          {
            is: 'any',
            of: [
              { field: 'a', is: 'equal', value: '1' },
              { field: 'b', is: 'equal', value: '2' },
            ],
          },
          { field: 'active', is: 'equal', value: 'true' },
        ],
        orderBy: { field: 'sys_updated_on', descending: true },
      },
      'a=1^ORb=2^active=true^ORDERBYDESCsys_updated_on^ORDERBYsys_id',
    ],
    ['order', { where: [], orderBy: { field: 'name' } }, 'ORDERBYname^ORDERBYsys_id'],
  ])('%s', (_, query, encoded) => {
    expect(encodeQuery(query)).toBe(encoded);
  });
});

describe('an exact value that is none is our mistake, and is not sent', () => {
  test.each([
    'x^active=true',
    'x^NQactive=true',
    'a,b',
    'javascript:gs.getUserID()',
    ' JavaScript:gs.getUserID()',
    'line\nbreak',
    'end\n',
    'tab\t',
    'nul\0',
    'ünicode',
    '(x)',
  ])('%j', (value) => {
    expect(() => encodeQuery({ where: [{ field: 'a', is: 'equal', value }] })).toThrow(TypeError);
    expect(() => encodeQuery({ where: [{ field: 'a', is: 'in', values: ['ok', value] }] })).toThrow(TypeError);
  });
  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('nor are %p minutes', (minutes) => {
    expect(() => encodeQuery({ where: [{ field: 'a', is: 'within', minutes }] })).toThrow(TypeError);
  });
  test.each(['', 'A', 'a b', 'a=1^b', 'name^', '1a', 'nameLIKE', 'a\n'])('nor is a column named %j', (field) => {
    expect(() => encodeQuery({ where: [{ field, is: 'contains', text: 'x' }] })).toThrow(TypeError);
    expect(() => encodeQuery({ where: [], orderBy: { field } })).toThrow(TypeError);
  });
});

describe('free text', () => {
  test.each<[string, string]>([
    ['vpn', 'vpn'],
    ['  mail   server ', 'mail server'],
    ['a^b', 'a b'],
    ['x^ORsys_idISNOTEMPTY', 'x ORsys_idISNOTEMPTY'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['re: 50% = "x" & <y>', 're: 50% = "x" & <y>'],
    ['javascript:gs.getUserID()', 'javascript gs.getUserID()'],
    ['JavaScript : gs.x()', 'javascript gs.x()'],
    ['java\u200bscript:x', 'java script:x'],
    ['java^script:x', 'java script:x'],
    ['javascript::x', 'javascript x'],
    ['e\u0301', '\u00e9'],
    ['\u202ertl', 'rtl'],
  ])('%j becomes %j', (text, expected) => {
    expect(freeText(text)).toBe(expected);
  });
  test('is at most 100 long', () => {
    expect(freeText('x'.repeat(500))).toHaveLength(100);
  });
  test('cut in the middle of a character, it stays text', () => {
    expect(freeText(`${'x'.repeat(99)}😀😀`)).toBe(`${'x'.repeat(99)}😀`);
  });
});

test.each<[string, boolean]>([
  ['', true],
  ['  \n', true],
  ['^^', true],
  ['\u200b\ufeff', true],
  ['x', false],
  ['javascript:', false],
])('isBlank(%j) is %s: an empty condition would match the whole table', (text, expected) => {
  expect(isBlank(text)).toBe(expected);
});

/** What somebody wicked would type, in pieces that fit together in any way. */
const wicked = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '^',
        '^OR',
        '^NQ',
        '^EQ',
        'javascript',
        'JavaScript',
        ':',
        ' ',
        '\t',
        '\n',
        '\u200b',
        '\u2028',
        '\0',
        '\ufeff',
        '\u00a0',
      ),
      fc.constantFrom(
        'gs.getUserID()',
        'active=true',
        'ORDERBYname',
        ',',
        '@',
        'GOTO',
        'ISNOTEMPTY',
        '^ORDERBYDESCx',
        '\\',
        '%5E',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** As the instance reads it: `^` separates, and the operator follows the column. */
function read(encoded: string): string[] {
  return encoded
    .split('^')
    .map(
      (part) =>
        /^(?:OR(?=[a-z])|ORDERBY(?:DESC)?(?=[a-z]))?([a-z0-9_.]+(?:LIKE|STARTSWITH|=)|123TEXTQUERY321=)?/.exec(
          part,
        )?.[0] ?? '',
    );
}

test('whatever a person types adds no condition, and starts no script', () => {
  fc.assert(
    fc.property(wicked, wicked, (first, second) => {
      const where: Condition[] = [
        { field: 'active', is: 'equal', value: 'true' },
        {
          is: 'any',
          of: [
            { field: 'name', is: 'contains', text: first },
            { field: 'user_name', is: 'starts', text: second },
          ],
        },
        { is: 'matching', text: first },
      ];
      const encoded = encodeQuery({ where, orderBy: { field: 'name' } });
      expect(read(encoded)).toEqual([
        'active=',
        'nameLIKE',
        'ORuser_nameSTARTSWITH',
        '123TEXTQUERY321=',
        'ORDERBY',
        'ORDERBY',
      ]);
      for (const part of encoded.split('^')) {
        const value = part.replace(/^.*?(?:LIKE|STARTSWITH|=)/s, '');
        expect(value).not.toMatch(/^[\s\p{Cc}\p{Cf}]*javascript[\s\p{Cc}\p{Cf}]*:/iu);
        expect(value).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 1000 },
  );
});
