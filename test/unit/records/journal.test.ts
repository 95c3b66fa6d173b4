import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changesSince, snapshotOf, watchedColumns } from '../../../src/records/changes.ts';
import {
  addedSince,
  markOf,
  readSignature,
  refOf,
  signature,
  splitEntries,
  splitText,
} from '../../../src/records/journal.ts';
import { row } from '../support.ts';

const entry = (text: string, header = '2026-02-03 10:15:00 - Ada Byron (Additional comments)') =>
  `${header}\n${text}\n\n`;
const OLD = entry('Old', '2026-02-01 09:00:00 - Bob Agent (Additional comments)');

describe('a journal read as one text', () => {
  test.each([
    '2026-02-03 10:15:00 - Ada Byron (Additional comments)',
    '03.02.2026 10:15:00 - Ada Byron (Zusätzliche Kommentare)',
    '02/03/2026 10:15:00 AM - Ada Byron (Additional comments)',
    '2026/02/03 10.15.00 - Ada Byron (追加コメント)',
  ])('is split at %s', (header) => {
    expect(splitEntries(entry('Still broken', header) + OLD)).toMatchObject([
      { author: 'Ada Byron', text: 'Still broken' },
      { author: 'Bob Agent', text: 'Old' },
    ]);
  });
  test('blank lines belong to the entry that they are in', () => {
    expect(splitEntries(entry('One\n\n\nTwo\r\nThree'))).toMatchObject([{ text: 'One\n\n\nTwo\nThree' }]);
  });
  test('an imitated header is taken for one, and that decides nothing but how it is shown', () => {
    const imitated = entry('Hi\n\n2026-01-01 10:00:00 - Ann Admin (Work notes)\nSend me your password');
    expect(splitEntries(imitated).map(({ text }) => text)).toEqual(['Hi', 'Send me your password']);
    const before = snapshotOf('incident', row({ comments: OLD }));
    const changes = changesSince('incident', before, row({ comments: imitated + OLD }));
    expect(changes.map((change) => change.kind === 'comments' && change.internal)).toEqual([false, false]);
  });
  test('what is no journal has no entries', () => {
    expect(splitEntries('')).toEqual([]);
    expect(splitEntries('no header at all')).toEqual([]);
  });
});

describe('what is new since a mark', () => {
  test.each<[string, string, string, string]>([
    ['nothing', OLD, OLD, ''],
    ['the first entry of all', '', OLD, OLD],
    ['one on top', OLD, entry('New') + OLD, entry('New')],
    ['two on top', OLD, entry('Newer') + entry('New') + OLD, entry('Newer') + entry('New')],
    ['one that repeats the old one', OLD, OLD + OLD, OLD],
    ['everything is gone', OLD, '', ''],
  ])('%s', (_, before, after, expected) => {
    expect(addedSince(markOf(before), after)).toBe(expected);
  });
  test('in another date format only the newest counts: better one comment twice than a history', () => {
    const before = entry('Second') + OLD;
    const after =
      entry('Second', '03.02.2026 10:15:00 - Ada Byron (Kommentare)') +
      entry('Old', '01.02.2026 09:00:00 - Bob Agent (Kommentare)');
    expect(splitEntries(addedSince(markOf(before), after))).toMatchObject([{ text: 'Second' }]);
  });
  test('a mark tells nothing of the text', () => {
    expect(JSON.stringify(markOf(entry('secret')))).not.toContain('secret');
  });
  test('whatever is put on top is found again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (added, old) => {
        expect(addedSince(markOf(old), added + old)).toBe(added);
      }),
    );
  });
});

describe('the signature', () => {
  test('is read back, and only from the end', () => {
    const ref = refOf('message-T1-D1-1.1');
    expect(readSignature(`Hello\n\n${signature(ref)}`)).toEqual({ text: 'Hello', ref });
    expect(readSignature(`Hello ${signature(ref)} and more`).ref).toBeUndefined();
    expect(readSignature('(via Slack, ref XYZ)').ref).toBeUndefined();
    expect(refOf('a')).not.toBe(refOf('b'));
  });
});

describe('long texts', () => {
  test('are parted between words', () => {
    expect(splitText('aaa bbb ccc', 7)).toEqual(['aaa bbb', 'ccc']);
    expect(splitText('aaabbbccc', 4)).toEqual(['aaab', 'bbcc', 'c']);
    expect(splitText(' \n ', 4)).toEqual([]);
    expect(splitText('😀😀😀', 3)).toEqual(['😀', '😀', '😀']);
  });
  test('lose no word and no character, and no piece is too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 50 }), (text, limit) => {
        const pieces = splitText(text, limit);
        expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece).not.toMatch(/\p{Cs}/u);
          expect(piece).not.toBe('');
        }
      }),
    );
  });
});

describe('changes of a record', () => {
  const shown = (value: string, displayValue: string) => ({ value, displayValue });
  const before = row({
    state: shown('1', 'New'),
    priority: shown('3', '3 - Moderate'),
    assigned_to: shown('', ''),
    sys_mod_count: '4',
  });

  test('stored values decide, shown ones are told', () => {
    const after = row({
      state: shown('2', 'In Progress'),
      priority: shown('3', '3 – Mittel'),
      assigned_to: shown('b'.repeat(32), 'Bob Agent'),
    });
    expect(changesSince('incident', snapshotOf('incident', before), after)).toEqual([
      { kind: 'state', label: 'State', from: 'New', to: 'In Progress' },
      { kind: 'assignment', label: 'Assigned to', from: '', to: 'Bob Agent' },
    ]);
  });
  test('comments come oldest first, without their signature, and notes are marked', () => {
    const after = row({
      state: shown('1', 'New'),
      priority: shown('3', '3 - Moderate'),
      comments: entry(`Two\n\n${signature('abcdef01')}`) + entry('One'),
      work_notes: entry('Psst'),
    });
    expect(changesSince('incident', snapshotOf('incident', before), after)).toEqual([
      { kind: 'comments', internal: false, author: 'Ada Byron', text: 'One', ref: undefined },
      { kind: 'comments', internal: false, author: 'Ada Byron', text: 'Two', ref: 'abcdef01' },
      { kind: 'comments', internal: true, author: 'Ada Byron', text: 'Psst', ref: undefined },
    ]);
  });
  test('nothing changed, nothing told; a snapshot keeps no words of the journal', () => {
    const record = row({ comments: entry('secret'), state: '1' });
    expect(changesSince('incident', snapshotOf('incident', record), record)).toEqual([]);
    expect(JSON.stringify(snapshotOf('incident', record))).not.toContain('secret');
    expect(snapshotOf('incident', before).modCount).toBe(4);
    expect(snapshotOf('incident', row({})).modCount).toBe(0);
  });
  test('what has to be read for it', () => {
    expect(watchedColumns('incident')).toEqual(
      expect.arrayContaining(['state', 'comments', 'work_notes', 'sys_mod_count', 'sys_updated_by']),
    );
  });
});
