import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../../src/blocks/limits.ts';
import {
  incidentForm,
  prefillFromText,
  readIncidentForm,
  readLevels,
  withPriority,
} from '../../../src/blocks/views/incident-form.ts';
import type { Draft } from '../../../src/records/draft.ts';
import { T } from '../support.ts';

const ME = { sysId: '62826bf03710200044e0bfc8bcbe5df1', name: 'Ada Byron' };
const ITEM = { sysId: '9d385017c611228701d22104cc95c371', label: 'VPN gateway' };
const CATEGORIES = [{ value: 'network', label: 'Network' }];

/** What Slack sends when the form is submitted as it was opened: each input with what was filled in for it. */
function submitted(view: ReturnType<typeof incidentForm>): Record<string, Record<string, object>> {
  return Object.fromEntries(
    view.blocks.flatMap((block) => {
      if (block.type !== 'input' || !('element' in block)) return [];
      const element = block.element as {
        type: string;
        action_id: string;
        initial_value?: string;
        initial_option?: object;
      };
      const value =
        element.type === 'plain_text_input'
          ? { value: element.initial_value ?? null }
          : element.type === 'file_input'
            ? { files: [] }
            : { selected_option: element.initial_option ?? null };
      return [[block.block_id ?? '', { [element.action_id]: { type: element.type, ...value } }]];
    }),
  );
}

test('what was filled in beforehand comes back', () => {
  const prefill = {
    title: 'VPN is down',
    description: 'Since noon\nin Berlin',
    impact: '1' as const,
    urgency: '2' as const,
    category: 'network',
    item: ITEM,
    source: { channel: 'C1', ts: '1700000000.000100', author: 'U1' },
  };
  const view = incidentForm({ prefill, me: ME, categories: CATEGORIES }, T);
  const reading = readIncidentForm(submitted(view), view.private_metadata ?? '', T);
  expect(reading).toEqual({
    draft: { ...prefill, caller: { sysId: ME.sysId, label: ME.name }, fileIds: [] } satisfies Draft,
  });
});

test('the longest ids that a submission may bring fit the form that opens with them again', () => {
  const longest = 'W'.repeat(64);
  const metadata = JSON.stringify({
    v: 1,
    source: { channel: longest, ts: `${'1'.repeat(20)}.${'1'.repeat(20)}`, author: longest },
    fileIds: Array.from({ length: 10 }, (_, index) => `F${index}`.padEnd(64, '0')),
    replaces: 'j'.repeat(200),
  });
  const first = incidentForm({ prefill: { title: 'x' }, me: ME, categories: [] }, T);
  const reading = readIncidentForm(submitted(first), metadata, T);
  if ('errors' in reading) throw new Error('refused');
  const again = incidentForm({ prefill: { ...reading.draft, replaces: reading.replaces }, me: ME, categories: [] }, T);
  expect(JSON.parse(again.private_metadata ?? '')).toEqual(JSON.parse(metadata));
  expect((again.private_metadata ?? '').length).toBeLessThanOrEqual(LIMITS.privateMetadata);
});

test('without anything, it is for me, and of low impact and urgency', () => {
  const view = incidentForm({ prefill: { title: 'x' }, me: ME, categories: [] }, T);
  expect(readIncidentForm(submitted(view), view.private_metadata ?? '', T)).toEqual({
    draft: {
      title: 'x',
      description: '',
      impact: '3',
      urgency: '3',
      caller: { sysId: ME.sysId, label: ME.name },
      fileIds: [],
    },
  });
});

test('a category that the instance no longer has is not chosen', () => {
  const view = incidentForm({ prefill: { category: 'gone' }, me: ME, categories: CATEGORIES }, T);
  expect(JSON.stringify(view)).not.toContain('gone');
});

describe('errors stand at their fields', () => {
  const good = () =>
    submitted(incidentForm({ prefill: { title: 'x', item: ITEM }, me: ME, categories: CATEGORIES }, T));
  const choice = (value: string) => ({ x: { selected_option: { value, text: { text: 'x' } } } });
  test.each<[string, string, object]>([
    ['no title', 'title', { x: { value: '   ' } }],
    ['a title that is too long', 'title', { x: { value: 'x'.repeat(161) } }],
    ['a description that is too long', 'description', { x: { value: 'x'.repeat(4001) } }],
    ['no impact', 'impact', { x: { selected_option: null } }],
    ['an impact that is none', 'impact', choice('0')],
    ['no urgency', 'urgency', {}],
    ['a category of any length', 'category', choice('x'.repeat(101))],
    ['an item that was not on the list', 'item', choice('x^ORactive=true')],
    ['a caller that was not on the list', 'caller', choice('admin')],
    ['a file that is none', 'files', { x: { files: [{ id: '../x' }] } }],
  ])('%s', (_, block, given) => {
    const reading = readIncidentForm({ ...good(), [block]: given }, '{"v":1}', T);
    expect(reading).toEqual({ errors: { [block]: expect.stringMatching(/^[A-Z].*\.$/) } });
  });
  test('all of them at once', () => {
    const reading = readIncidentForm({}, '{"v":1}', T);
    expect('errors' in reading && Object.keys(reading.errors).sort()).toEqual(['impact', 'title', 'urgency']);
  });
  test.each([null, 'x', { title: 7 }, { title: { x: { value: 7 } } }])('a state that is none: %j', (state) => {
    expect(readIncidentForm(state, '', T)).toEqual({ errors: { title: expect.stringContaining('open it again') } });
  });
});

test.each(['', '{', 'null', '{"v":2}', '{"v":1,"source":{"channel":1}}', '{"v":1,"admin":true}'])(
  'metadata that the client made up is ignored: %s',
  (metadata) => {
    const view = incidentForm({ prefill: { title: 'x' }, me: ME, categories: [] }, T);
    const reading = readIncidentForm(submitted(view), metadata, T);
    expect('draft' in reading && reading.draft.source).toBeUndefined();
    expect(reading).toHaveProperty('draft');
  },
);

describe('the expected priority', () => {
  const view = incidentForm({ prefill: { title: 'x', impact: '1', urgency: '1' }, me: ME, categories: [] }, T);
  const said = (blocks: unknown) => /Expected priority: [^"]+/.exec(JSON.stringify(blocks))?.[0];
  test('follows what is chosen, and touches no other block', () => {
    expect(said(view.blocks)).toBe('Expected priority: 1 - Critical');
    const after = withPriority(view.blocks as never, '3', '2', T);
    expect(said(after)).toBe('Expected priority: 4 - Low');
    expect(after.map(({ block_id }) => block_id).filter((id) => !id?.startsWith('priority'))).toEqual(
      view.blocks.map(({ block_id }) => block_id).filter((id) => !id?.startsWith('priority')),
    );
  });
  test('levels are read while the form is open', () => {
    expect(readLevels(submitted(view))).toEqual({ impact: '1', urgency: '1' });
    expect(readLevels(undefined)).toEqual({ impact: '3', urgency: '3' });
    expect(readLevels({ impact: { x: { selected_option: { value: '9', text: { text: '' } } } } })).toMatchObject({
      impact: '3',
    });
  });
});

describe('what was typed after the word', () => {
  test.each<[string, string, object]>([
    ['a line', '  VPN  is down ', { title: 'VPN is down' }],
    ['several lines', 'VPN\nis down', { title: 'VPN is down', description: 'VPN\nis down' }],
    ['exactly a title', 'x'.repeat(160), { title: 'x'.repeat(160) }],
    ['more than a title', 'x'.repeat(161), { title: `${'x'.repeat(159)}…`, description: 'x'.repeat(161) }],
  ])('%s', (_, text, expected) => {
    expect(prefillFromText(text)).toEqual(expected);
  });
  test('a cut is visible and goes through no character', () => {
    const { description } = prefillFromText(`a${'😀'.repeat(3000)}`);
    expect(description).toMatch(/…$/);
    expect(description).not.toMatch(/\p{Cs}/u);
  });
});
