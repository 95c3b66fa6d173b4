import { describe, expect, it } from '@jest/globals';
import { parseMarkdown } from '../../sandbox/slack/page/markdown.js';
import {
  type Block,
  commandText,
  decodeText,
  encodeText,
  flatten,
  formatDate,
  fromRichText,
  type Inline,
  markMentions,
  parseEmoji,
  parseInline,
  parseMrkdwn,
  richTextTree,
  safeUrl,
  toRichText,
} from '../../sandbox/slack/page/mrkdwn.js';

const names = {
  users: [
    { id: 'U1', name: 'anna', realName: 'Anna Lind' },
    { id: 'U2', name: 'anna.l', realName: 'Anna' },
    { id: 'UB', name: 'servicenow', realName: 'ServiceNow' },
  ],
  channels: [
    { id: 'C1', name: 'it' },
    { id: 'C2', name: 'it-help' },
  ],
};

/** A tree in short: `<b>…</b>` for what a browser would show as bold, and so on. */
const TAGS: Record<string, string> = { bold: 'b', italic: 'i', strike: 's', code: 'code', highlight: 'mark' };
function inlineText(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.text;
      if (node.type === 'break') return '⏎';
      if (node.type === 'emoji') return node.char;
      if (node.type === 'link') return `[${inlineText(node.children)}](${node.url})`;
      if (node.type === 'broadcast') return `!${node.range}`;
      if (node.type === 'date') return `date(${node.ts},${node.format},${node.fallback})`;
      if (node.type === 'color') return node.value;
      if ('children' in node) return `<${TAGS[node.type]}>${inlineText(node.children)}</${TAGS[node.type]}>`;
      return `${node.type}(${node.id}${node.label ? `,${node.label}` : ''})`;
    })
    .join('');
}
function blockText(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.type === 'rule') return '---';
      if (block.type === 'list')
        return `${block.ordered ? `ol${block.start}` : 'ul'}[${block.items.map(blockText).join('|')}]`;
      if (block.type === 'table')
        return `table(${block.head.map(inlineText)};${block.rows.map((r) => r.map(inlineText))})`;
      if (block.type === 'quote') return `quote(${blockText(block.children)})`;
      if (block.type === 'pre') return `pre(${inlineText(block.children)})`;
      if (block.type === 'heading') return `h${block.level}(${inlineText(block.children)})`;
      return inlineText(block.children);
    })
    .join('¶');
}
const shown = (text: string) => blockText(parseMrkdwn(text));

describe('mrkdwn', () => {
  it.each([
    ['*bold* _italic_ ~strike~', '<b>bold</b> <i>italic</i> <s>strike</s>'],
    ['*_both_*, (*in brackets*)', '<b><i>both</i></b>, (<b>in brackets</b>)'],
    ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
    ['**not bold** * nor this *', '**not bold** * nor this *'],
    ['*a\nb*', '*a⏎b*'],
    ['`*code* <b>` after', '<code>*code* <b></code> after'],
    ['`` `', '`` `'],
    ['*bold `a*b` text*', '<b>bold <code>a*b</code> text</b>'],
  ])('styles %j', (text, expected) => expect(shown(text)).toBe(expected));

  it.each([
    ['<@U1> and <@U1|anna>', 'user(U1) and user(U1,anna)'],
    ['<#C1|it> <!here> <!subteam^S1|@ops>', 'channel(C1,it) !here usergroup(S1,@ops)'],
    ['<https://a.b/c|the *label*>', '[the *label*](https://a.b/c)'],
    ['<https://a.b/?x=1&amp;y=2>', '[https://a.b/?x=1&y=2](https://a.b/?x=1&y=2)'],
    ['see https://a.b/c.', 'see [https://a.b/c](https://a.b/c).'],
    ['<mailto:a@b.c|a@b.c>', '[a@b.c](mailto:a@b.c)'],
    ['<!date^1700000000^{date} at {time}|then>', 'date(1700000000,{date} at {time},then)'],
    ['<!date^soon^{date}|later>', 'later'],
    ['1 < 2 > 0', '1 < 2 > 0'],
    ['&lt;script&gt; &amp;amp;', '<script> &amp;'],
    [':wave: :no_such_emoji: 10:30:45', '👋 :no_such_emoji: 10:30:45'],
  ])('tokens %j', (text, expected) => expect(shown(text)).toBe(expected));

  it('never makes a link that runs something', () => {
    expect(shown('<javascript:alert(1)|click>')).toBe('click');
    expect(shown('<data:text/html,x>')).toBe('data:text/html,x');
    expect(safeUrl(' JavaScript:alert(1)')).toBeNull();
    expect(blockText(parseMarkdown('[x](javascript:void)'))).toBe('x');
    const link = { type: 'link', url: 'javascript:void', text: 'x' };
    expect(blockText(richTextTree({ elements: [{ type: 'rich_text_section', elements: [link] }] }))).toBe('x');
  });

  it('shows quotes, code blocks and lines', () => {
    expect(shown('&gt; one\n> two\nthree\nfour')).toBe('quote(one⏎two)¶three⏎four');
    expect(shown('>>> all\nof it')).toBe('quote(all⏎of it)');
    expect(shown('a\n```\nx = *1* &lt; 2\n  y\n```\nb')).toBe('a¶pre(x = *1* < 2⏎  y)¶b'.replace('⏎', '\n'));
    expect(shown('open ```fence')).toBe('open ```fence');
  });

  it('leaves bare addresses alone when verbatim', () => {
    expect(inlineText(parseInline('https://a.b', { verbatim: true }))).toBe('https://a.b');
  });

  it('knows only emoji in plain_text', () => {
    expect(inlineText(parseEmoji('*a* :tada: <b>'))).toBe('*a* 🎉 <b>');
    expect(inlineText(parseEmoji(':tada:', false))).toBe(':tada:');
  });

  it('puts dates in words', () => {
    const options = { timeZone: 'UTC', now: 1_700_000_000_000 };
    expect(formatDate(1_700_000_000, '{date_num} {time}', options)).toBe('2023-11-14 10:13 PM');
    expect(formatDate(1_700_000_000 - 86_400, '{date_pretty} at {time}', options)).toBe('Yesterday at 10:13 PM');
    expect(formatDate(1_600_000_000, '{date_long}', options)).toBe('Sunday, September 13th, 2020');
    expect(formatDate(1_700_000_000 - 7200, '{ago}', options)).toBe('2 hours ago');
    expect(formatDate(1_700_000_000, 'no {such} token', options)).toBe('No {such} token');
  });
});

describe('what is typed', () => {
  it('becomes ids and escaped text', () => {
    expect(encodeText('Hi @Anna Lind, @anna & @Anna <b> in #it-help, https://a.b/?c&d.', names)).toBe(
      'Hi <@U1>, <@U1> &amp; <@U2> &lt;b&gt; in <#C2|it-help>, <https://a.b/?c&amp;d>.',
    );
    expect(encodeText('`@Anna` mail@anna.example @here', names)).toBe('`@Anna` mail@anna.example <!here>');
  });

  it('goes to the server with mentions only, and to a command with names', () => {
    expect(markMentions('@ServiceNow a < b https://a.b/@Anna', names)).toBe('<@UB> a < b https://a.b/@Anna');
    expect(commandText('assign INC1 @Anna Lind & #it', names)).toBe('assign INC1 @anna & #it');
  });

  it('comes back for editing', () => {
    const text = 'Hi <@U1>, see <https://a.b> &amp; <#C1|it> <!here>';
    expect(decodeText(text, names)).toBe('Hi @Anna Lind, see https://a.b & #it @here');
    expect(encodeText(decodeText(text, names), names)).toBe(text);
    expect(flatten(':tada:\n*x* <@U9|nine>', names)).toBe('🎉 *x* @nine');
  });

  it('is rich text in a rich_text_input', () => {
    const typed = 'Hi *you* @Anna Lind\n- one\n- two\n> said\n```\ncode\n```';
    const block = toRichText(typed, names);
    expect(block).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'Hi ' },
            { type: 'text', text: 'you', style: { bold: true } },
            { type: 'text', text: ' ' },
            { type: 'user', user_id: 'U1' },
          ],
        },
        {
          type: 'rich_text_list',
          style: 'bullet',
          indent: 0,
          border: 0,
          elements: ['one', 'two'].map((text) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] })),
        },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said' }] },
        { type: 'rich_text_preformatted', border: 0, elements: [{ type: 'text', text: 'code' }] },
      ],
    });
    expect(fromRichText(block, names)).toBe(typed);
    expect(toRichText(' \n', names)).toBeNull();
  });
});

describe('markdown', () => {
  it.each([
    ['# Title\ntext **bold** _it_ ~~no~~ `c`', 'h1(Title)¶text <b>bold</b> <i>it</i> <s>no</s> <code>c</code>'],
    ['- a\n- b\n  - c\n\n1. x\n2. y', 'ul[a|b¶ul[c]]¶ol1[x|y]'],
    ['> q\n\n---\n\n```js\nlet a;\n```', 'quote(q)¶---¶pre(let a;)'],
    ['| a | b |\n|---|--:|\n| 1 | **2** |', 'table(a,b;1,<b>2</b>)'],
    ['[l](https://a.b) https://c.d. a_b_c 2 * 3 * 4', '[l](https://a.b) [https://c.d](https://c.d). a_b_c 2 * 3 * 4'],
    ['***both*** \\*none\\*', '<b><i>both</i></b> *none*'],
    ['- [x] done\n- [ ] open', 'ul[☑ done|☐ open]'],
  ])('%j', (text, expected) => expect(blockText(parseMarkdown(text))).toBe(expected));
});
