import { describe, expect, test } from '@jest/globals';
import { readInstances } from '../../../src/instances/file.ts';

const ENV = {
  IT_SECRET: 'it-secret-value',
  HR_SECRET: 'hr-secret-value',
  IT_HOOK: 'it-hook-of-sixteen-and-more',
  HR_HOOK: 'hr-hook-of-sixteen-and-more',
  SHORT: 'short',
};
const WORDS = ['list', 'help'];

const GOOD = `instances:
  it:
    url: https://acme.service-now.com/nav_to.do
    clientId: 0123abcd
    clientSecret: { env: IT_SECRET }
    webhookSecret: { env: IT_HOOK }
    default: true
  hr:
    url: acmehr
    clientId: 4567ef01
    clientSecret: { env: HR_SECRET }
    workspaces: [T0HR]
    channels: [C0PEOPLE]
`;

const read = (source: string) => readInstances(source, ENV, WORDS);
function problemsOf(source: string): string[] {
  const found = read(source);
  return 'problems' in found ? found.problems : [];
}

test('two instances, with their secrets from the environment', () => {
  expect(read(GOOD)).toEqual({
    instances: [
      {
        alias: 'it',
        name: 'acme.service-now.com',
        url: 'https://acme.service-now.com',
        clientId: '0123abcd',
        clientSecret: 'it-secret-value',
        webhookSecrets: ['it-hook-of-sixteen-and-more'],
        isDefault: true,
        workspaces: [],
        channels: [],
      },
      expect.objectContaining({
        alias: 'hr',
        name: 'acmehr.service-now.com',
        webhookSecrets: [],
        isDefault: false,
        workspaces: ['T0HR'],
        channels: ['C0PEOPLE'],
      }),
    ],
  });
});

describe('what is refused, with its line', () => {
  test.each<[string, string, string, string, number]>([
    ['an alias that is a word', '  hr:', '  list:', 'a word that people type already', 8],
    ['an alias that is none', '  hr:', '  H R:', 'is no alias', 8],
    ['an alias that looks like a number', '  hr:', '  inc1001:', 'looks like the number of a ticket', 8],
    ['an alias twice', '  hr:', '  it:', 'the same name stands here for a second time', 8],
    ['an address that is none', 'url: acmehr', 'url: http://acmehr.example.com', 'must be an https URL', 9],
    ['an address twice', 'url: acmehr', 'url: acme', 'is that of another one, too', 9],
    ['a missing client', '    clientId: 4567ef01\n', '', 'must be a text', 8],
    ['a secret in clear', '{ env: HR_SECRET }', 'hr-secret-value', 'must name the variable that holds it', 11],
    ['a variable that is not set', 'HR_SECRET', 'NOWHERE', 'names a variable that is not set', 11],
    ['a push secret that is short', 'IT_HOOK', 'SHORT', 'needs at least 16 characters', 6],
    ['a workspace that is none', '[T0HR]', '[hr]', 'must be an id', 12],
    ['no default', '    default: true\n', '', 'has 0 with default: true', 1],
    ['two defaults', '    workspaces:', '    default: true\n    workspaces:', 'has 2 with default: true', 1],
    ['a misspelt member', 'channels:', 'chanels:', 'has a member that is none of', 8],
    ['a misspelt beginning', 'instances:', 'instance:', 'must have one member, instances', 1],
    ['no YAML', 'channels: [C0PEOPLE]', 'channels: [C0PEOPLE', 'this is no YAML', 14],
  ])('%s', (_what, before, after, sentence, line) => {
    expect(GOOD).toContain(before);
    const problems = problemsOf(GOOD.replace(before, after));
    expect(problems.join('\n')).toContain(sentence);
    expect(problems.find((problem) => problem.includes(sentence))).toMatch(
      new RegExp(`^INSTANCES_FILE line ${line}: `),
    );
    for (const secret of Object.values(ENV)) expect(problems.join('\n')).not.toContain(secret);
  });

  test('one workspace or channel for two, and one secret for two', () => {
    const shared = GOOD.replace(
      'default: true',
      'default: true\n    workspaces: [T0HR]\n    channels: [C0PEOPLE]',
    ).replace('channels: [C0PEOPLE]\n  hr', 'channels: [C0PEOPLE]\n  hr');
    expect(problemsOf(shared).filter((each) => each.includes('another instance serves'))).toHaveLength(2);
    const hooked = `${GOOD}    webhookSecret: { env: IT_HOOK }\n`;
    expect(problemsOf(hooked).join('\n')).toContain('so the one could push for the other');
  });

  test('all at once', () => {
    const all = problemsOf(GOOD.replace('url: acmehr', 'url: ""').replace('clientId: 0123abcd', 'clientId: []'));
    expect(all).toHaveLength(2);
  });

  test.each(['', '[]', 'instances: {}', 'instances: []', '\u0000', '- - -', '&a [*a]'])(
    '%j is no list of instances',
    (source) => {
      expect(problemsOf(source).length).toBeGreaterThan(0);
    },
  );
});
