import { existsSync } from 'node:fs';
import { type NodePath, traverse, type types } from '@babel/core';
import { describe, expect, test } from '@jest/globals';
import { inCode, ROOT, read, syntaxOf, tableRows } from './code.ts';

/** What has to be thought of, whatever else is. */
const THREATS = [
  'Forged Slack requests',
  'Replayed Slack requests',
  'Planted links',
  'Login CSRF',
  'Code injection into callbacks',
  'Open redirects',
  'Mix-up between instances',
  'Token theft from Redis and backups',
  'Ciphertext swapping',
  'Cross-person access through action ids, values and private_metadata',
  'Cross-workspace access',
  'Encoded-query injection',
  '`[code]` injection',
  'Slack markup injection',
  'SSRF',
  'ReDoS',
  'Slow-loris',
  'Oversized bodies',
  'Push forgery',
  'Admin pages',
  'Dependency risks',
];

const rows = tableRows(read('docs/security.md'), 'Id').map(([id = '', threat = '', defence = '', tests = '']) => ({
  id,
  threat,
  defence,
  tests: tests.split('<br>').map((each) => {
    const [, path = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(each) ?? [];
    return { path, title };
  }),
}));

const titlesByFile = new Map<string, Set<string>>();

/** Every title in a file of tests, as it is written there. */
function titlesIn(path: string): Set<string> {
  const known = titlesByFile.get(path);
  if (known) return known;
  const titles = new Set<string>();
  traverse(syntaxOf(path), {
    CallExpression: ({ node }: NodePath<types.CallExpression>) => {
      const [title] = node.arguments;
      if (title?.type === 'StringLiteral' && startsWithTest(node.callee)) titles.add(title.value);
    },
  });
  titlesByFile.set(path, titles);
  return titles;
}

/** `test`, `test.each(…)`, `test.each<…>(…)`. */
function startsWithTest(node: types.Node): boolean {
  if (node.type === 'Identifier') return node.name === 'test';
  if (node.type === 'MemberExpression') return startsWithTest(node.object);
  return node.type === 'CallExpression' && startsWithTest(node.callee);
}

describe('the threats in docs/security.md', () => {
  test('are all there, each with a number of its own', () => {
    expect(THREATS.filter((threat) => !rows.some((row) => row.threat === threat))).toEqual([]);
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_row, index) => `T${index + 1}`));
  });

  test.each(rows)('$id, $threat: its defence is there, and so are the tests that attack it', ({ defence, tests }) => {
    const files = inCode(defence).filter((code) => /^[\w./-]+\.(ts|json)$/.test(code));
    expect(files.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter(({ path, title }) => !existsSync(new URL(path, ROOT)) || !titlesIn(path).has(title))).toEqual(
      [],
    );
  });
});

test('docs/asvs.md says of each section how far it is met, and what shows it', () => {
  const sections = tableRows(read('docs/asvs.md'), 'Section');
  expect(sections.length).toBeGreaterThan(30);
  for (const [section = '', met = '', evidence = ''] of sections) {
    expect({ section, met }).toEqual({ section, met: expect.stringMatching(/^(yes|partly|no|not applicable)$/) });
    expect({ section, evidence }).toEqual({ section, evidence: expect.stringMatching(/\S{3}/) });
    // What is met is shown by something that is there, not by words alone.
    if (met === 'yes')
      expect({ section, evidence }).toMatchObject({ evidence: expect.stringMatching(/`[\w/.-]+\.ts`|\]\(/) });
  }
});
