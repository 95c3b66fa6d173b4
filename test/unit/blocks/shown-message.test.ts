import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readMessage } from '../../../src/blocks/shown-message.ts';

const section = (text: string, more: object = {}) => ({ type: 'section', text: { type: 'mrkdwn', text }, ...more });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const inline = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const words = (text: string) => ({ type: 'text', text });
const shared = (more: object) => ({
  is_share: true,
  is_msg_unfurl: true,
  from_url: 'https://acme.slack.com/archives/C1/p1',
  ...more,
});

describe('a message as Slack shows it', () => {
  test.each<[string, object, string]>([
    ['plain words', { text: 'VPN is &lt;down&gt;' }, 'VPN is <down>'],
    [
      'words in blocks only',
      { text: '', blocks: [section('*Disk full* on <https://x.example|web-4>')] },
      '*Disk full* on web-4 (https://x.example)',
    ],
    [
      'blocks before the text, which is for notifications',
      { text: 'New alert', blocks: [section('Disk full')] },
      'Disk full',
    ],
    [
      'the text where blocks say nothing',
      {
        text: 'Disk full',
        blocks: [
          { type: 'divider' },
          { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'OK' } }] },
        ],
      },
      'Disk full',
    ],
    [
      'an alert of the older kind',
      {
        text: '',
        attachments: [
          {
            fallback: 'short',
            pretext: 'Alert',
            title: 'CPU',
            title_link: 'https://x.example/1',
            text: 'at 99%',
            fields: [{ title: 'Host', value: 'web-4' }],
          },
        ],
      },
      'Alert\nCPU (https://x.example/1)\nat 99%\nHost: web-4',
    ],
    ['an alert that has a fallback alone', { attachments: [{ fallback: 'CPU at 99%' }] }, 'CPU at 99%'],
    [
      'a forwarded message',
      {
        text: '',
        attachments: [
          shared({
            author_name: 'Carl',
            text: 'ignored',
            fallback: 'ignored',
            message_blocks: [{ message: { blocks: [rich(inline(words('It is down again')))] } }],
          }),
        ],
      },
      'Carl\nIt is down again',
    ],
    [
      'a forwarded message without blocks',
      { text: 'see this', attachments: [shared({ author_name: 'Carl', text: 'It is down' })] },
      'see this\nCarl\nIt is down',
    ],
    [
      'words and a preview of their link',
      { text: '<https://x.example>', attachments: [{ from_url: 'https://x.example', title: 'X', text: 'A page' }] },
      'https://x.example',
    ],
    [
      'a GIF',
      { text: '', blocks: [{ type: 'image', image_url: 'https://gif.example/1.gif', alt_text: 'a cat types' }] },
      'a cat types (https://gif.example/1.gif)',
    ],
    [
      'a header, fields and context',
      {
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Outage' } },
          section('', {
            fields: [
              { type: 'mrkdwn', text: 'Host: a' },
              { type: 'plain_text', text: 'b' },
            ],
          }),
          {
            type: 'context',
            elements: [
              { type: 'image', image_url: 'https://i.example', alt_text: 'icon' },
              { type: 'mrkdwn', text: 'now' },
            ],
          },
        ],
      },
      'Outage\nHost: a\nb\nicon (https://i.example) now',
    ],
    [
      'rich text',
      {
        blocks: [
          rich(
            inline(
              words('ask '),
              { type: 'user', user_id: 'U1A' },
              words(' '),
              { type: 'emoji', name: 'technologist', unicode: '1f9d1-200d-1f4bb' },
              { type: 'emoji', name: 'our-own' },
            ),
            { type: 'rich_text_list', style: 'ordered', elements: [inline(words('one')), inline(words('two'))] },
            {
              type: 'rich_text_list',
              style: 'bullet',
              indent: 1,
              elements: [inline({ type: 'link', url: 'https://x.example', text: 'page' })],
            },
            { type: 'rich_text_quote', elements: [words('said\nso')] },
            { type: 'rich_text_preformatted', elements: [words('ls -l')] },
          ),
        ],
      },
      'ask <@U1A> 🧑‍💻:our-own:\n1. one\n2. two\n  • page (https://x.example)\n> said\n> so\nls -l',
    ],
    [
      'a broadcast, a channel, a group and a time',
      {
        blocks: [
          rich(
            inline({ type: 'broadcast', range: 'here' }, words(' '), {
              type: 'date',
              timestamp: 1392734382,
              format: '{date}',
              fallback: 'Tuesday',
            }),
          ),
        ],
      },
      '@here Tuesday',
    ],
    [
      'a file that lies elsewhere',
      {
        text: 'see',
        files: [
          { id: 'F1', mode: 'external', is_external: true, title: 'Plan', url_private: 'https://drive.example/1' },
        ],
      },
      'see\nPlan (https://drive.example/1)',
    ],
    ['nothing', { text: '', blocks: [], attachments: [] }, ''],
    ['something that is no message', { text: 7, blocks: 'x', attachments: [1], files: {} }, ''],
  ])('%s', (_what, message, text) => {
    expect(readMessage(message).text).toBe(text);
  });

  test('its own files and those of what was forwarded are named once', () => {
    const files = [{ id: 'F1' }, { id: 'F2', mode: 'hosted' }, { id: 'F3', mode: 'external' }];
    expect(readMessage({ files, attachments: [shared({ files: [{ id: 'F1' }, { id: 'F4' }] })] }).fileIds).toEqual([
      'F1',
      'F2',
      'F4',
    ]);
  });

  test('whatever an app has put together can be read', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.json(), (blocks, attachments, text) => {
        expect(typeof readMessage({ text, blocks: [blocks], attachments: [attachments] }).text).toBe('string');
      }),
    );
  });
});
