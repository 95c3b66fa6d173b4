import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newsSince, snapshotOf } from '../../../src/records/changes.ts';
import { plainText } from '../../../src/records/servicenow-text.ts';
import { row } from '../support.ts';

describe('each of ServiceNow’s marks, as a reader of plain text sees it', () => {
  test.each([
    ['[code]<p>It is fixed.</p>[/code]', 'It is fixed.'],
    ['[code]<p>One</p><p>Two<br/>three</p>[/code]', 'One\n\nTwo\nthree'],
    ['[code]<ul><li>a</li><li>b</li></ul>[/code]', '• a\n• b'],
    ['See [code]<a href="https://wiki.example/x">the page</a>[/code].', 'See the page (https://wiki.example/x).'],
    ["[code]<a class='x' href='https://wiki.example/x'>https://wiki.example/x</a>[/code]", 'https://wiki.example/x'],
    ['[code]<a href="javascript:alert(1)">click</a>[/code]', 'click'],
    ['[code]<a href="https://x.example"></a>[/code]', 'https://x.example'],
    ['[code]<img src="x.png" alt="a screen">[/code]', 'a screen'],
    ['[code]a<script>alert(1)</script>b<style>p{}</style>[/code]', 'ab'],
    ['[code]1 &lt; 2 &amp; &quot;x&quot; &#39;y&#x27;&nbsp;z[/code]', '1 < 2 & "x" \'y\' z'],
    ['[CODE]<b>bold</b>[/Code] after', 'bold after'],
    ['[code]<b>never closed', 'never closed'],
    ['never opened[/code]', 'never opened'],
    ['outside <b>stays</b> &amp; so', 'outside <b>stays</b> &amp; so'],
    ['@[62826bf03710200044e0bfc8bcbe5df1:Ada Requester] please look', '@Ada Requester please look'],
  ])('%s', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });
});

test('nothing half translated remains, whatever is between the marks', () => {
  const piece = fc.constantFrom(
    '[code]',
    '[/code]',
    '<p>',
    '</p>',
    '<a href="https://x.example/1">',
    '</a>',
    '<script>',
    '</script>',
    '<br>',
    'words',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const shown = plainText(`[code]${pieces.filter((each) => each !== '[/code]').join('')}[/code]`);
      expect(shown).not.toMatch(/\[\/?code\]|<\/?[a-z]/i);
      expect(plainText(pieces.join(''))).not.toMatch(/\[\/?code\]/i);
    }),
  );
});

test('a comment in HTML is told as words', () => {
  const header = '2026-02-03 10:15:00 - Bob Agent (Additional comments)';
  const before = snapshotOf('incident', row({ comments: '' }));
  const after = row({ comments: `${header}\n[code]<p>Try <a href="https://x.example">this</a></p>[/code]\n\n` });
  expect(newsSince('incident', before, after).changes).toMatchObject([
    { kind: 'comments', text: 'Try this (https://x.example)' },
  ]);
});
