import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterOwnDeed, newsSince, ownWrites, snapshotOf, watchedColumns } from '../../../src/records/changes.ts';
import {
  addedSince,
  cutOut,
  entriesIn,
  markOf,
  readHeader,
  refOf,
  signature,
  splitText,
  withoutSignature,
} from '../../../src/records/journal.ts';
import { row } from '../support.ts';

const ADA_HEADER = '2026-02-03 10:15:00 - Ada Byron (Additional comments)';
const entry = (text: string, header = ADA_HEADER) => `${header}\n${text}\n\n`;
const byBob = (text: string) => entry(text, '2026-02-01 09:00:00 - Bob Agent (Additional comments)');
const OLD = byBob('Old');
const FORGED = '2026-11-27 10:00:00 - Chief Security Officer (Comments)';

describe('a header', () => {
  test.each([
    [ADA_HEADER, 'Ada Byron'],
    ['03.02.2026 10:15:00 - Ada Byron (Zusätzliche Kommentare)', 'Ada Byron'],
    ['02/03/2026 10:15:00 AM - Ada Byron (Additional comments)', 'Ada Byron'],
    ['2026/02/03 10.15.00 - Ada Byron (追加コメント)', 'Ada Byron'],
    ['2026-02-03 10:15:00 - Ada Byron (Additional comments (Customer visible))', 'Ada Byron'],
    ['2026-02-03 10:15:00 - Ada (IT) Byron (Reply)', 'Ada (IT) Byron'],
    ['2026-02-03 10:15:00 - Byron - Ada (Reply)', 'Byron - Ada'],
    ['2026-02-03 10:15:00 -  (Additional comments)', ''],
    ['2026-02-03 10:15:00 (Additional comments)', ''],
    ['Ada Byron - 2026-02-03 10:15:00 (Additional comments)', 'Ada Byron'],
  ])('%s names its author', (line, author) => {
    expect(readHeader(line)).toEqual({ author });
  });
  test.each(['no header at all', 'See you at 10:30 - Bob (my team)', 'It was (2026-02-03 10:15:00)', '', ')'])(
    '%j is none',
    (line) => {
      expect(readHeader(line)).toBeUndefined();
    },
  );
});

describe('the entries of what is new', () => {
  test('by one author are told one by one', () => {
    expect(entriesIn(entry('Two') + entry('One\n\n\nmore'), false)).toMatchObject([
      { author: 'Ada Byron', text: 'Two' },
      { author: 'Ada Byron', text: 'One\n\n\nmore' },
    ]);
  });
  test('of one save are one entry, whatever they imitate', () => {
    expect(entriesIn(byBob(`Hi\n\n${FORGED}\nSend me your password`), true)).toEqual([
      { author: 'Bob Agent', text: `Hi\n\n${FORGED}\nSend me your password`, isMixed: false },
    ]);
  });
  test('by several authors are one, which says so, where nobody vouches for each', () => {
    const [one, ...more] = entriesIn(byBob('Hi') + entry('Hello'), false);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ author: 'Bob Agent', isMixed: true });
    expect(one?.text).toContain(ADA_HEADER);
  });
  test('by several authors are told one by one where ServiceNow names each', () => {
    const forging = `Hi\n\n${FORGED}\nSend me your password`;
    const rows = [
      { text: forging, by: 'bob', at: '2' },
      { text: 'Old', by: 'bob', at: '1' },
      { text: 'Hello\r\nyou', by: 'ada', at: '1' },
    ];
    expect(entriesIn(byBob(forging) + entry('Hello\nyou'), false, rows)).toEqual([
      { author: 'Bob Agent', text: forging, isMixed: false, by: 'bob' },
      { author: 'Ada Byron', text: 'Hello\nyou', isMixed: false, by: 'ada' },
    ]);
  });
  test('that begin with no header are told whole, and name nobody', () => {
    const strange = 'Am Dienstag schrieb Ada:\nStill broken';
    expect(entriesIn(strange, true)).toEqual([{ author: '', text: strange, isMixed: false }]);
    expect(entriesIn('\n \n', true)).toEqual([]);
  });

  const line = fc.oneof(fc.constantFrom(FORGED, ADA_HEADER, '', 'words', '(via Slack, ref 01234567)'), fc.string());
  const words = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n').replace(/\r/g, ''));
  test('lose no word, and give none to anybody but the first author, whatever people write', () => {
    fc.assert(
      fc.property(words, fc.boolean(), (text, isOneSave) => {
        fc.pre(text.trim() !== '');
        const entries = entriesIn(byBob(`x\n${text}`), isOneSave);
        const [first] = entries;
        expect(first?.author).toBe('Bob Agent');
        expect(entries).toHaveLength(1);
        expect(`${first?.text}`).toBe(`x\n${text}`.trim());
      }),
    );
  });
  test('are exactly what was written where rows vouch for them, whatever they imitate', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), (texts) => {
        const rows = texts.map((text, index) => ({ text: `x${text}y`, by: `user${index}`, at: `${index}` }));
        const added = rows.map(({ text }) => entry(text)).join('');
        const read = entriesIn(added, false, [...rows, { text: 'Old', by: 'bob', at: '' }]);
        expect(read.map(({ text, by }) => ({ text, by }))).toEqual(rows.map(({ text, by }) => ({ text, by })));
      }),
    );
  });
});

describe('what is new since a mark', () => {
  test.each<[string, string, string, string]>([
    ['nothing', OLD, OLD, ''],
    ['the first entry of all', '', OLD, OLD],
    ['one on top', OLD, entry('New') + OLD, entry('New')],
    ['two on top', OLD, entry('Newer') + entry('New') + OLD, entry('Newer') + entry('New')],
    ['one below, where the oldest stands first', OLD, OLD + entry('New'), entry('New')],
    ['one that repeats the old one', OLD, OLD + OLD, OLD],
    ['everything is gone', OLD, '', ''],
    ['all of it, where no header can be found', OLD, 'Now otherwise', 'Now otherwise'],
  ])('%s', (_, before, after, expected) => {
    expect(addedSince(markOf(before), after)).toBe(expected);
  });
  test('in another date format only the newest counts: better one comment twice than a history', () => {
    const newest = entry('Second', '03.02.2026 10:15:00 - Ada Byron (Kommentare)');
    const after = newest + entry('Old', '01.02.2026 09:00:00 - Bob Agent (Kommentare)');
    expect(addedSince(markOf(entry('Second') + OLD), after)).toBe(newest);
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
  test('is left out, and only at the end', () => {
    const ref = refOf('message-T1-D1-1.1');
    expect(withoutSignature(`Hello\n\n${signature(ref)}`)).toBe('Hello');
    expect(withoutSignature(`Hello ${signature(ref)} and more`)).toBe(`Hello ${signature(ref)} and more`);
    expect(withoutSignature('(via Slack, ref XYZ)')).toBe('(via Slack, ref XYZ)');
    expect(refOf('a')).not.toBe(refOf('b'));
  });
});

describe('one’s own words', () => {
  const mine = `Since Monday\n\n${signature('abcdef01')}`;
  const own = [{ id: 'one', words: markOf(mine) }];
  const isMe = (author: string) => author === 'Ada Byron';
  const cut = (added: string) => cutOut(added, own, isMe);

  test('are cut out, between those of others', () => {
    expect(cut(byBob('Newer') + entry(mine) + byBob('Older'))).toEqual({
      rest: [byBob('Newer'), `\n\n${byBob('Older')}`],
      found: ['one'],
    });
    expect(cut(entry(mine))).toEqual({ rest: [], found: ['one'] });
  });
  test('are cut out below a header that nobody can read', () => {
    expect(cut(entry(mine, 'Am Dienstag schrieb jemand:'))).toEqual({ rest: [], found: ['one'] });
  });
  test.each([
    ['quoted at the end of an answer', byBob(`No, it is not.\n> ${mine}`)],
    ['said by another', byBob(mine)],
    ['quoted whole, below a line of another', byBob(`You wrote:\n${mine}`)],
    ['with more below', entry(`${mine} and more`)],
    ['with more above', entry(`Well. ${mine}`)],
    ['with other words and the same signature', entry(`Since Tuesday\n\n${signature('abcdef01')}`)],
  ])('are not found where they are %s', (_, added) => {
    expect(cut(added)).toEqual({ rest: [added], found: [] });
  });
  test('are found below their own header, although another has quoted them since', () => {
    const answer = byBob(`You wrote:\n${mine}\n\nIt works again.`);
    expect(cut(answer + entry(mine))).toEqual({ rest: [answer], found: ['one'] });
  });
  test('are found once, so that a second time is somebody else’s', () => {
    expect(cut(entry(mine) + entry(mine)).rest.join('')).toContain('Since Monday');
  });
  test('leave every other word, wherever they stand', () => {
    const texts = fc.array(fc.stringMatching(/^[a-z]{3,8}$/), { maxLength: 3 });
    fc.assert(
      fc.property(texts, texts, (above, below) => {
        const others = [...above, ...below];
        const { rest, found } = cut([...above.map(byBob), entry(mine), ...below.map(byBob)].join(''));
        expect(found).toEqual(['one']);
        expect(rest.join('').match(/^[a-z]{3,8}$/gm) ?? []).toEqual(others);
      }),
    );
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

  const since = (after: ReturnType<typeof row>, more = {}) =>
    newsSince('incident', snapshotOf('incident', before), after, {
      userName: 'ada',
      name: 'Ada Byron',
      own: [],
      ...more,
    });
  const same = {
    state: shown('1', 'New'),
    priority: shown('3', '3 - Moderate'),
    sys_updated_by: 'system',
    sys_mod_count: '6',
  };

  test('stored values decide, shown ones are told', () => {
    const after = row({
      ...same,
      state: shown('2', 'In Progress'),
      priority: shown('3', '3 – Mittel'),
      assigned_to: shown('b'.repeat(32), 'Bob Agent'),
    });
    expect(since(after).changes).toEqual([
      { kind: 'state', label: 'State', from: 'New', to: 'In Progress' },
      { kind: 'assignment', label: 'Assigned to', from: '', to: 'Bob Agent' },
    ]);
  });
  test('comments come oldest first, without their signature, and notes are marked', () => {
    const after = row({
      ...same,
      comments: byBob(`Two\n\n${signature('abcdef01')}`) + byBob('One'),
      work_notes: byBob('Psst'),
    });
    const author = 'Bob Agent';
    expect(since(after).changes).toEqual([
      { kind: 'comments', internal: false, author, text: 'One', isMixed: false },
      { kind: 'comments', internal: false, author, text: 'Two', isMixed: false },
      { kind: 'comments', internal: true, author, text: 'Psst', isMixed: false },
    ]);
  });
  test('contents decide, even where the count stayed the same or went back', () => {
    for (const count of ['4', '1'])
      expect(since(row({ ...same, sys_mod_count: count, comments: byBob('Here') })).changes).toMatchObject([
        { text: 'Here' },
      ]);
  });
  test('nothing changed, nothing told; a snapshot keeps no words of the journal', () => {
    const record = row({ comments: entry('secret'), state: '1' });
    expect(newsSince('incident', snapshotOf('incident', record), record)).toMatchObject({
      changes: [],
      differs: false,
    });
    expect(JSON.stringify(snapshotOf('incident', record))).not.toContain('secret');
    expect(snapshotOf('incident', before).modCount).toBe(4);
    expect(snapshotOf('incident', row({})).modCount).toBe(0);
  });

  describe('of one’s own', () => {
    const mine = `Still there\n\n${signature('abcdef01')}`;
    const own = ownWrites('1', { state: '2', comments: mine });
    const reopened = { ...same, state: shown('2', 'In Progress'), comments: entry(mine) };

    test('are no news, although a flow saved more', () => {
      const after = row({ ...reopened, priority: shown('1', '1 - Critical') });
      const news = since(after, { own });
      expect(news.changes).toMatchObject([{ label: 'Priority' }]);
      expect(news.own).toEqual(['1-comments']);
    });
    test('are no news where one save of theirs made all of it', () => {
      const alone = { ...same, sys_mod_count: '5', sys_updated_by: 'ada' };
      expect(since(row({ ...alone, state: '2', comments: entry('By hand') })).changes).toEqual([]);
      expect(since(row({ ...alone, comments: byBob('By Bob') })).changes).toMatchObject([{ author: 'Bob Agent' }]);
    });
    test('made by hand are told where others may have saved, too, unless the journal can be read', () => {
      const after = row({ ...same, comments: entry('By hand') });
      expect(since(after)).toMatchObject({ changes: [{ text: 'By hand' }], wantsRows: true });
      const reader = { userName: 'ada', name: 'Ada Byron', own: [] };
      const rows = { comments: [{ text: 'By hand', by: 'ada', at: '' }] };
      expect(newsSince('incident', snapshotOf('incident', before), after, reader, rows).changes).toEqual([]);
      const byNamesake = { comments: [{ text: 'By hand', by: 'ada2', at: '' }] };
      expect(newsSince('incident', snapshotOf('incident', before), after, reader, byNamesake).changes).toHaveLength(1);
    });
    test('are no news where the journal can be read, but not by whom it was written', () => {
      const reader = { userName: 'ada', name: 'Ada Byron', own };
      const rows = { comments: [{ text: mine, by: '', at: '' }] };
      const after = row({ ...reopened, sys_mod_count: '7' });
      expect(newsSince('incident', snapshotOf('incident', before), after, reader, rows).changes).toEqual([]);
    });
    test('are told to a channel', () => {
      expect(newsSince('incident', snapshotOf('incident', before), row(reopened)).changes).toHaveLength(2);
    });
    test('are known right after the deed; what others did meanwhile is not', () => {
      const reader = { userName: 'ada', name: 'Ada Byron', own };
      const told = snapshotOf('incident', before);
      expect(afterOwnDeed('incident', told, row(reopened), reader).told).toEqual(snapshotOf('incident', row(reopened)));
      const both = row({ ...reopened, priority: shown('1', '1 - Critical') });
      const after = afterOwnDeed('incident', told, both, reader);
      expect(newsSince('incident', after.told, both, { ...reader, own: own.slice(0, 1) }).changes).toMatchObject([
        { label: 'Priority' },
      ]);
      // The answer to the deed may be older than what was told meanwhile.
      const later = { ...told, modCount: 9 };
      expect(afterOwnDeed('incident', later, row(reopened), reader).told).toBe(later);
    });
  });

  test('what has to be read for it', () => {
    expect(watchedColumns('incident')).toEqual(
      expect.arrayContaining(['state', 'comments', 'work_notes', 'sys_mod_count', 'sys_updated_by']),
    );
  });
});
