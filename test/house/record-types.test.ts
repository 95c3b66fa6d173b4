import type { types } from '@babel/core';
import { describe, expect, test } from '@jest/globals';
import { RECORD_TYPE_NAMES, recordType } from '../../src/records/types.ts';
import { read, SOURCES, walk } from './code.ts';

/** What people call a kind is in the catalogue. */
const OTHERS = SOURCES.filter((path) => path !== 'src/records/table.ts' && !path.startsWith('src/words/'));

const kinds = RECORD_TYPE_NAMES.map(recordType);
const TABLES = new Set(kinds.map(({ table }) => table));
const STATES = new Set(kinds.flatMap(({ states }) => states.map(({ value }) => value)));

/** The operation that files is called like what it files. */
const FILES = /^src\/operations\/incident\//;

const NAMES_OF_STATES = /state|cancel|clos|resolv/i;

/** What stands for a state: it is compared with one, or given to a field or constant of such a name. */
function statesIn(path: string, node: types.Node): string[] {
  const isOfState = (side: types.Node) => NAMES_OF_STATES.test(read(path).slice(side.start ?? 0, side.end ?? 0));
  const given = (side: types.Node | null | undefined) =>
    side?.type === 'StringLiteral' && STATES.has(side.value) ? [side.value] : [];
  if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator))
    return [...(isOfState(node.left) ? given(node.right) : []), ...(isOfState(node.right) ? given(node.left) : [])];
  if (node.type === 'ObjectProperty' && isOfState(node.key)) return given(node.value);
  if (node.type === 'VariableDeclarator' && isOfState(node.id)) return given(node.init);
  return [];
}

const foundIn = (paths: string[], find: (path: string, node: types.Node) => string[]): string[] =>
  paths.flatMap((path) => {
    const found: string[] = [];
    walk(path, (node) => found.push(...find(path, node).map((value) => `${path}: ${value}`)));
    return found;
  });

describe('the table of record types', () => {
  test('is the only one that names their tables', () => {
    const named = foundIn(OTHERS, (path, node) => {
      if (node.type === 'StringLiteral' && TABLES.has(node.value))
        return FILES.test(path) && node.value === 'incident' ? [] : [node.value];
      // Part of an address or of a query.
      const isPart =
        node.type === 'TemplateElement' && /\b(?:incident|sc_\w+|sysapproval\w*)(?:[/^=]|\.do)/.test(node.value.raw);
      return isPart ? [node.value.raw] : [];
    });
    expect(named).toEqual([]);
  });

  test('is the only one that knows their states', () => {
    expect(foundIn(OTHERS, statesIn)).toEqual([]);
  });

  test('has no column that nobody reads', () => {
    const columns = kinds.flatMap((kind) => Object.keys(kind));
    const parts = ['value', 'label', 'means', 'from', 'sets', 'mandatory', 'hasChoices', 'field', 'reason', 'document'];
    const text = OTHERS.map(read).join('\n');
    const isRead = (name: string) =>
      new RegExp(`\\.${name}\\b|\\{[^{}=;]*\\b${name}\\b[^{}=;]*\\} (?:=|of) `).test(text);
    const unread = [...new Set([...columns, ...parts])].filter((name) => !isRead(name));
    expect(unread).toEqual([]);
  });

  test('has verbs that set a state of their own kind, other than those where they begin', () => {
    const wrong = RECORD_TYPE_NAMES.flatMap((name) =>
      Object.entries(recordType(name).verbs).flatMap(([verb, { from, sets }]) => {
        const after = recordType(name).states.find(({ value }) => value === sets['state']);
        return after && !from.includes(after.means) ? [] : [`${name}: ${verb}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('tells states of one kind apart', () => {
    for (const { states } of kinds) expect(new Set(states.map(({ value }) => value)).size).toBe(states.length);
  });
});
