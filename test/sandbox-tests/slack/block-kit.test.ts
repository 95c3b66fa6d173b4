import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BLOCKS, SURFACES, type Surface } from '../../sandbox/slack/block-kit/blocks.ts';
import { LIMITS } from '../../sandbox/slack/block-kit/limits.ts';
import {
  inSlacksWords,
  validateBlocks,
  validateOptions,
  validateView,
} from '../../sandbox/slack/block-kit/validate.ts';
import { modal, plain, section } from './answering-app.ts';

const errors = (blocks: unknown, surface: Surface = 'message') => validateBlocks(blocks, surface).map(inSlacksWords);
const x = (length: number) => 'x'.repeat(length);
const button = (extra: object = {}) => ({ type: 'button', action_id: 'go', text: plain('Go'), ...extra });
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: plain(`Option ${index}`), value: String(index) }));
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const input = (element: object, extra: object = {}) => ({ type: 'input', label: plain('Label'), element, ...extra });
const select = (extra: object) => ({ type: 'static_select', action_id: 'choice', ...extra });
const chart = (extra: object = {}) => ({
  type: 'data_visualization',
  title: 'Open incidents',
  chart: {
    type: 'bar',
    series: [{ name: 'Open', data: [{ label: 'Mon', value: 3 }] }],
    axis_config: { categories: ['Mon'] },
    ...extra,
  },
});

describe('what Slack accepts', () => {
  test.each<[string, object, Surface]>([
    ['text of 3000 characters', section(x(3000)), 'message'],
    [
      'a header of 150 emoji, each of which is one character',
      { type: 'header', text: plain('😀'.repeat(150)) },
      'home',
    ],
    ['a divider', { type: 'divider' }, 'modal'],
    [
      '25 buttons',
      actions(...Array.from({ length: 25 }, (_, index) => button({ action_id: `go${index}` }))),
      'message',
    ],
    ['100 options', input(select({ options: options(100) })), 'modal'],
    ['an alert in a modal', { type: 'alert', text: plain('Mind the gap'), level: 'warning' }, 'modal'],
    ['a chart', chart(), 'message'],
    ['files in a modal', input({ type: 'file_input', action_id: 'files', max_files: 10 }), 'modal'],
  ])('%s', (_, block, surface) => {
    expect(errors([block], surface)).toEqual([]);
  });
});

describe('what Slack refuses', () => {
  test.each<[string, unknown, string, Surface?]>([
    ['too long a text', section(x(3001)), 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    [
      'too long a header',
      { type: 'header', text: plain(x(151)) },
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty text', section(''), 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ['an unknown block', { type: 'nope' }, 'unsupported type: nope [json-pointer:/blocks/0/type]'],
    ['a block without a type', { text: plain('?') }, 'missing required field: type [json-pointer:/blocks/0]'],
    [
      'an unknown property',
      section('Hi', { colour: 'red' }),
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a disabled button',
      actions(button({ disabled: true })),
      'invalid additional property: disabled [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'mark-up in a header',
      { type: 'header', text: { type: 'mrkdwn', text: 'Hi' } },
      'must be one of: plain_text [json-pointer:/blocks/0/text/type]',
    ],
    [
      'a section with nothing in it',
      { type: 'section' },
      'must define either `text` or `fields` [json-pointer:/blocks/0]',
    ],
    [
      'eleven fields',
      { type: 'section', fields: Array(11).fill(plain('f')) },
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'an input as an accessory',
      section('Hi', { accessory: { type: 'plain_text_input' } }),
      'unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]',
    ],
    [
      'a button text of 76',
      actions(button({ text: plain(x(76)) })),
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a button value of 2001',
      actions(button({ value: x(2001) })),
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a button in a strange style',
      actions(button({ style: 'loud' })),
      'must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a link that is none',
      actions(button({ url: 'javascript:alert(1)' })),
      'must match pattern "^https?:\\/\\/\\S+$" [json-pointer:/blocks/0/elements/0/url]',
    ],
    ['no buttons at all', actions(), 'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]'],
    [
      'the same action twice in a block',
      actions(button(), button()),
      'action_id `go` already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      '101 options',
      actions(select({ options: options(101) })),
      'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an empty menu',
      actions(select({ options: [] })),
      'no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'a menu without options',
      actions(select({})),
      'must define exactly one of `options` or `option_groups` [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'an initial option that is not offered',
      actions(select({ options: options(2), initial_option: options(3)[2] })),
      'must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]',
    ],
    [
      'an option text of 76',
      actions(select({ options: [{ text: plain(x(76)), value: '1' }] })),
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
    ],
    [
      'mark-up in a menu',
      actions(select({ options: [{ text: { type: 'mrkdwn', text: 'a' }, value: '1' }] })),
      'must be one of: plain_text [json-pointer:/blocks/0/elements/0/options/0/text/type]',
    ],
    [
      'an alert in a message',
      { type: 'alert', text: plain('!') },
      'unsupported type: alert [json-pointer:/blocks/0/type]',
    ],
    [
      'markdown in a modal',
      { type: 'markdown', text: '# Hi' },
      'unsupported type: markdown [json-pointer:/blocks/0/type]',
      'modal',
    ],
    [
      'a table on the Home tab',
      { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] },
      'unsupported type: table [json-pointer:/blocks/0/type]',
      'home',
    ],
    [
      'files on the Home tab',
      input({ type: 'file_input', action_id: 'f' }),
      'unsupported type: file_input [json-pointer:/blocks/0/element/type]',
      'home',
    ],
    [
      'a chart whose labels are not its categories',
      chart({ axis_config: { categories: ['Tue'] } }),
      'labels must match the axis categories [json-pointer:/blocks/0/chart/series/0/data]',
    ],
    [
      'a picture without alt text',
      { type: 'image', image_url: 'https://example.com/a.png' },
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ],
    [
      'a wrong date',
      actions({ type: 'datepicker', action_id: 'd', initial_date: '1 May' }),
      'must match pattern "^\\d{4}-\\d{2}-\\d{2}$" [json-pointer:/blocks/0/elements/0/initial_date]',
    ],
    ['no block at all', 'hello', 'must provide an object [json-pointer:/blocks/0]'],
  ])('%s', (...[, block, expected, surface]) => {
    expect(errors([block], surface)).toContain(`[ERROR] ${expected}`);
  });

  test('what concerns several blocks', () => {
    expect(errors(Array(51).fill({ type: 'divider' }))).toContain(
      '[ERROR] no more than 50 items allowed [json-pointer:/blocks]',
    );
    expect(errors(Array(100).fill({ type: 'divider' }), 'modal')).toEqual([]);
    expect(errors(Array(101).fill({ type: 'divider' }), 'home')).toHaveLength(1);
    const twice = [section('a', { block_id: 'same' }), section('b', { block_id: 'same' })];
    expect(errors(twice)).toEqual(['[ERROR] block_id `same` already exists [json-pointer:/blocks/1/block_id]']);
    const markdown = { type: 'markdown', text: x(6001) };
    expect(errors([markdown, markdown])).toEqual([
      '[ERROR] markdown blocks must be less than 12001 characters in total [json-pointer:/blocks]',
    ]);
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] };
    expect(errors([table, table])).toEqual(['[ERROR] no more than 1 table blocks allowed [json-pointer:/blocks]']);
    expect(errors([chart(), chart(), chart()])).toHaveLength(1);
  });
});

describe('views', () => {
  const viewErrors = (view: unknown) => validateView(view).map(inSlacksWords);
  test.each<[string, object, string]>([
    ['a long title', modal({ title: plain(x(25)) }), 'must be less than 25 characters [json-pointer:/view/title/text]'],
    [
      'a long submit button',
      modal({ submit: plain(x(25)) }),
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    [
      'private_metadata of 3001',
      modal({ private_metadata: x(3001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    ['no blocks', modal({ blocks: [] }), 'no fewer than 1 items allowed [json-pointer:/view/blocks]'],
    [
      'inputs without submit',
      modal({ submit: undefined }),
      'missing required field: submit (a view with input blocks needs it) [json-pointer:/view]',
    ],
    [
      'a Home tab with a title',
      { type: 'home', title: plain('Hi'), blocks: [{ type: 'divider' }] },
      'invalid additional property: title [json-pointer:/view]',
    ],
    ['another type', { type: 'window', blocks: [] }, 'must be one of: modal, home [json-pointer:/view/type]'],
  ])('%s is refused', (_, view, expected) => {
    expect(viewErrors(view)).toContain(`[ERROR] ${expected}`);
  });
  test('a good one is accepted', () => {
    expect(viewErrors(modal())).toEqual([]);
  });
});

test('options for a type-ahead', () => {
  expect(validateOptions({ options: options(100) })).toEqual([]);
  expect(validateOptions({ options: [] })).toEqual([]);
  expect(validateOptions({ options: options(101) })).toHaveLength(1);
  expect(validateOptions({})).toHaveLength(1);
  expect(validateOptions({ options: [{ text: plain(x(76)), value: 'a' }] })).toHaveLength(1);
});

test('every block has its surfaces', () => {
  expect(Object.keys(SURFACES).sort()).toEqual(Object.keys(BLOCKS).sort());
});

const data = resolve(process.cwd(), '../shared/data/block-kit');
const whenThere = existsSync(data) ? describe : describe.skip;

whenThere('agrees with limits and samples gathered by others', () => {
  type Tree = { [key: string]: Tree | number };
  const NAMES: Record<string, 'min' | 'max'> = {
    min_length: 'min',
    max_length: 'max',
    min_items: 'min',
    max_items: 'max',
    min: 'min',
    max: 'max',
  };
  /** Ours has another name or another place for these. */
  const ALIASES: Record<string, string> = {
    'plain_text_input.max_length': 'plain_text_input.length',
    'file_input.max_files': 'file_input.max_files',
  };
  /** The reference page of Slack says 6. */
  const STRICTER = new Set(['data_visualization.segments', 'data_visualization.series']);
  const leaves = (tree: Tree, path: string[] = []): [string, 'min' | 'max', number][] =>
    Object.entries(tree).flatMap(([key, value]): [string, 'min' | 'max', number][] => {
      if (typeof value !== 'number') return leaves(value, [...path, key]);
      if (key === 'item_max_length') return [[`${path.join('.')}.item`, 'max', value]];
      const name = NAMES[key];
      const place = path.join('.');
      return name ? [[ALIASES[place] ?? place, name, value]] : [];
    });
  const ours: Record<string, { min?: number; max?: number }> = LIMITS;
  const theirs = existsSync(data)
    ? leaves(JSON.parse(readFileSync(join(data, 'limits.json'), 'utf8')) as Tree).filter(
        ([name]) => !STRICTER.has(name),
      )
    : [];

  test.each(theirs.filter(([, bound]) => bound === 'max'))('%s %s %i', (name, bound, value) => {
    expect([name, ours[name]?.[bound]]).toEqual([name, value]);
  });

  const samples = (folder: string): [string, Record<string, unknown>][] =>
    existsSync(data)
      ? readdirSync(join(data, 'valid', folder)).map((name) => [
          name,
          JSON.parse(readFileSync(join(data, 'valid', folder, name), 'utf8')) as Record<string, unknown>,
        ])
      : [];
  test.each(samples('blocks'))('%s', (_, block) => {
    const surface = SURFACES[String(block['type'])]?.[0] ?? 'message';
    expect(errors([block], surface)).toEqual([]);
  });
  test.each(samples('views'))('%s', (_, view) => {
    expect(validateView(view)).toEqual([]);
  });
  /** No element of its own in Slack, but a part of a task card. */
  test.each(samples('elements').filter(([name]) => name !== 'url_source_basic.json'))('%s', (_, element) => {
    const type = String(element['type']);
    const inActions = type.endsWith('button');
    const inContext = type === 'image';
    const block =
      inActions || type === 'overflow'
        ? actions(element)
        : inContext
          ? { type: 'context', elements: [element] }
          : input(element);
    expect(errors([block], 'modal')).toEqual([]);
  });
  /** Two of the samples use a block id twice, which Slack refuses. */
  test.each(samples('messages'))('%s', (_, message) => {
    const found = errors(message['blocks'] ?? []).filter((error) => !error.includes('already exists'));
    expect(found).toEqual([]);
  });
  test.each(samples('rich_text'))('%s', (_, element) => {
    const block = String(element['type']).startsWith('rich_text_')
      ? { type: 'rich_text', elements: [element] }
      : { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] };
    expect(errors([block])).toEqual([]);
  });
});
