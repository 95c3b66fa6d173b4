import { describe, expect, test } from '@jest/globals';
import { createMark, isAbout, NO_MARK, readMark } from '../../../src/instances/mark.ts';
import { type InstanceList, type InstanceSettings, instanceFor } from '../../../src/instances/settings.ts';

const instance = (alias: string, more: Partial<InstanceSettings> = {}): InstanceSettings => ({
  alias,
  name: `${alias}.example.com`,
  url: `https://${alias}.example.com`,
  clientId: 'client',
  clientSecret: 'secret',
  webhookSecrets: [],
  isDefault: false,
  workspaces: [],
  channels: [],
  ...more,
});
const ALL: InstanceList = [
  instance('hr', { workspaces: ['T0HR'], channels: ['C0PEOPLE'] }),
  instance('it', { isDefault: true }),
  instance('org', { workspaces: ['E0ORG'], channels: ['C0ORG'] }),
];

describe('which instance is meant', () => {
  test.each<[string, Parameters<typeof instanceFor>[1], string | undefined]>([
    ['nowhere in particular: the default one', {}, 'it'],
    ['in a workspace that another one serves', { teamId: 'T0HR' }, 'hr'],
    ['in an organisation', { teamId: 'T0ANY', enterpriseId: 'E0ORG' }, 'org'],
    ['in a workspace of its own within an organisation', { teamId: 'T0HR', enterpriseId: 'E0ORG' }, 'hr'],
    ['in a channel, whatever the workspace', { teamId: 'T0HR', channelId: 'C0ORG' }, 'org'],
    ['in any other channel', { teamId: 'T0HR', channelId: 'C0ANY' }, 'hr'],
    ['by its alias, wherever', { alias: 'it', teamId: 'T0HR', channelId: 'C0PEOPLE' }, 'it'],
    ['by an alias that is none', { alias: 'pr' }, undefined],
  ])('%s', (_where, place, alias) => {
    expect(instanceFor(ALL, place)?.alias).toBe(alias);
  });
});

describe('the mark of an instance', () => {
  const mark = createMark('hr.example.com', 'hr');
  const blocks = [
    { type: 'section', text: { type: 'plain_text', text: 'value' }, accessory: { type: 'button', action_id: 'a' } },
    { type: 'actions', elements: [{ type: 'button', action_id: 'b', value: 'incident/1', url: 'https://x' }] },
    { type: 'actions', elements: [{ type: 'overflow', options: [{ text: 'Mute', value: 'mute:incident/1' }] }] },
  ];

  test('stands in every button and menu, and comes off again', () => {
    const values = [...JSON.stringify(mark.blocks(blocks)).matchAll(/"value":"([^"]*)"/g)].map(
      ([, value = '']) => value,
    );
    expect(values.map((value) => readMark(value).text)).toEqual(['', 'incident/1', 'mute:incident/1']);
    for (const value of values) {
      expect(isAbout('hr.example.com', readMark(value).mark ?? '')).toBe(true);
      expect(isAbout('it.example.com', readMark(value).mark ?? '')).toBe(false);
    }
  });
  test('changes nothing else', () => {
    const unmarked = JSON.parse(JSON.stringify(mark.blocks(blocks)), (_name, value: unknown) =>
      typeof value === 'string' ? readMark(value).text : value,
    ) as typeof blocks;
    expect(unmarked).toEqual(
      JSON.parse(JSON.stringify(blocks).replace('"action_id":"a"', '"action_id":"a","value":""')),
    );
  });
  test('stands in front of what a form brings back', () => {
    const view = mark.view({ private_metadata: '{"v":1}', blocks: [] });
    expect(readMark(view.private_metadata)).toEqual({ mark: expect.any(String), text: '{"v":1}' });
  });
  test('is missing where there is one instance, and then nothing is taken off', () => {
    expect(NO_MARK.blocks(blocks)).toBe(blocks);
    expect(readMark('~ about ~').mark).toBeUndefined();
    expect(readMark('incident/1')).toEqual({ mark: undefined, text: 'incident/1' });
  });
});
