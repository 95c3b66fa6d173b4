import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mentionedIn, readSlackText, withNames } from '../../../src/blocks/marks.ts';
import { T } from '../support.ts';

const read = (text: string) => withNames(readSlackText(text), new Map([['U0101P3Q', 'Ada Requester']]), T);

describe('each of Slack’s marks, as a reader of plain text sees it', () => {
  test.each([
    ['ask <@U0101P3Q>', 'ask @Ada Requester'],
    ['ask <@U0999ZZZ>', 'ask @somebody'],
    ['ask <@U0101P3Q|ada>', 'ask @ada'],
    ['in <#C0123|it-help>', 'in #it-help'],
    ['in <#C0123|>', 'in a Slack channel'],
    ['in <#C0123>', 'in a Slack channel'],
    ['call <!subteam^S0123|@desk>', 'call @desk'],
    ['call <!subteam^S0123>', 'call a Slack group'],
    ['<!here> <!channel> <!everyone|everyone>', '@here @channel @everyone'],
    ['since <!date^1392734382^{date} at {time}|18 February>', 'since 18 February'],
    ['since <!date^1392734382^{date} at {time}^https://x.example|18 February>', 'since 18 February'],
    ['since <!date^1392734382^{date}>', 'since 2014-02-18 14:39 UTC'],
    ['<https://wiki.example/vpn|the page>', 'the page (https://wiki.example/vpn)'],
    ['<https://wiki.example/vpn|wiki.example/vpn>', 'wiki.example/vpn'],
    ['<https://wiki.example/a?b=1&amp;c=2>', 'https://wiki.example/a?b=1&c=2'],
    ['<mailto:ada@example.com|ada@example.com>', 'ada@example.com'],
    ['<mailto:ada@example.com|Ada>', 'Ada (ada@example.com)'],
    ['<tel:+3120|+3120>', '+3120'],
    ['<slack://user?team=T1&amp;id=U1|open>', 'open (slack://user?team=T1&id=U1)'],
    ['<ftp://files.example/x>', 'ftp://files.example/x'],
    ['&lt;script&gt; &amp;amp;', '<script> &amp;'],
    ['1 &lt; 2 and 3 &gt; 2', '1 < 2 and 3 > 2'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

test('nothing half translated remains, whatever is marked in whatever way', () => {
  const word = fc.stringMatching(/^[a-z ]{1,12}$/);
  const label = fc.option(
    fc.oneof(
      word,
      word.map((each) => `@${each}`),
      word.map((each) => `#${each}`),
    ),
    { nil: undefined },
  );
  const id = fc.stringMatching(/^[A-Z0-9]{3,9}$/);
  const body = fc.oneof(
    id.map((each) => `@U${each}`),
    id.map((each) => `@W${each}`),
    id.map((each) => `#C${each}`),
    id.map((each) => `!subteam^S${each}`),
    fc.constantFrom('!here', '!channel', '!everyone', '!group'),
    fc.nat().map((each) => `!date^${each}^{date_num}`),
    fc.webUrl(),
    word.map((each) => `mailto:${each.trim() || 'x'}@example.com`),
  );
  const mark = fc.tuple(body, label).map(([each, shown]) => `<${each}${shown === undefined ? '' : `|${shown}`}>`);
  const text = fc.array(fc.oneof(mark, word), { maxLength: 8 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, (typed) => {
      const shown = read(typed);
      expect(shown).not.toMatch(/[<>|]|@@|##|\bU[A-Z0-9]{8,}|subteam|!date/);
      expect(mentionedIn(shown)).toEqual([]);
    }),
  );
});

test('what a person typed in such letters themselves stays typed', () => {
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const sent = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(readSlackText(sent)).toBe(typed);
    }),
  );
});
