import { describe, expect, test } from '@jest/globals';
import { arrived, type Change, hasAllWords, isThere, partsOf, planWrite, untaken } from '../../../src/desk/proof.ts';
import { row } from '../support.ts';

const KEY = 'act';
const shownIn = (change: Change) => partsOf(change, KEY).map(({ fields }) => fields['comments'] ?? '');
const plan = (change: Change, record: Record<string, string>) =>
  planWrite(change, partsOf(change, KEY), row(record)).kind;

const HURRY: Change = { words: { journal: 'comments', text: 'Hurry' } };
const URGENT: Change = { fields: { urgency: '1' } };
const BOTH: Change = { ...HURRY, ...URGENT };
const UNSIGNED: Change = { ...URGENT, words: { journal: 'comments', text: 'Hurry', isUnsigned: true } };
const [hurry = ''] = shownIn(HURRY);

describe('what is still to be written', () => {
  test.each<[string, Change, Record<string, string>, string]>([
    ['a text that is not there', HURRY, { comments: 'Hurry' }, 'write'],
    ['a text whose mark is there', HURRY, { comments: hurry }, 'done'],
    ['a text whose mark is in the other journal', HURRY, { work_notes: hurry }, 'done'],
    ['columns that are otherwise', URGENT, { urgency: '3' }, 'write'],
    ['columns that are hidden, which says nothing', URGENT, {}, 'write'],
    ['columns that were seen and are hidden now', { ...URGENT, seen: { urgency: '3' } }, {}, 'changed'],
    [
      'columns that were seen empty and are left out',
      { ...URGENT, seen: { assigned_to: '' } },
      { urgency: '3' },
      'write',
    ],
    ['columns that are as wanted', URGENT, { urgency: '1' }, 'done'],
    ['columns that are as wanted without their text', BOTH, { urgency: '1' }, 'write'],
    ['columns that have changed since their text came', BOTH, { urgency: '2', comments: hurry }, 'done'],
    ['columns that are as wanted, which prove an unsigned text', UNSIGNED, { urgency: '1' }, 'done'],
    ['columns as they were seen', { ...URGENT, seen: { urgency: '3' } }, { urgency: '3' }, 'write'],
    ['columns as nobody saw them', { ...URGENT, seen: { urgency: '3' } }, { urgency: '2' }, 'changed'],
    ['another column that was seen', { ...URGENT, seen: { state: '1' } }, { urgency: '3', state: '6' }, 'changed'],
    [
      'columns that are as wanted, and were seen otherwise',
      { ...URGENT, seen: { urgency: '3' } },
      { urgency: '1' },
      'done',
    ],
    ['nothing', {}, {}, 'done'],
  ])('%s', (_what, change, record, expected) => expect(plan(change, record)).toBe(expected));

  test('only those entries of a long text that are not there', () => {
    const change: Change = { ...URGENT, words: { journal: 'comments', text: 'word '.repeat(2_000) } };
    const parts = partsOf(change, KEY);
    expect(parts.map(({ fields }) => Object.keys(fields))).toEqual([
      ['urgency', 'comments'],
      ['comments'],
      ['comments'],
    ]);
    const record = row({ comments: [parts[0], parts[2]].map((part) => part?.fields['comments']).join('\n\n') });
    expect(planWrite(change, parts, record)).toEqual({ kind: 'write', parts: [parts[1]] });
    expect([arrived(parts, record), hasAllWords(parts, record)]).toEqual(['some', false]);
    expect(parts.map((part) => isThere(change, parts, part, record))).toEqual([true, false, true]);
  });
});

test('a text that the columns prove is not parted, and bears no reference', () => {
  const words = { journal: 'comments', text: 'x'.repeat(3_999), isUnsigned: true } as const;
  expect(shownIn({ ...URGENT, words })).toEqual([words.text]);
});

test('markup of ServiceNow’s in a text is taken apart', () => {
  expect(shownIn({ words: { journal: 'comments', text: '[code]<b>[/code]' } })[0]).toMatch(/^\[ code\]<b>\[\/ code\]/);
});

test('what was not taken is a value that differs, and not a line end', () => {
  const record = row({ close_notes: 'a\nb', urgency: '3' });
  expect(untaken({ close_notes: 'a\r\nb ', urgency: '1', hidden: 'x' }, record)).toEqual(['urgency']);
});
