import { existsSync, readFileSync } from 'node:fs';
import { type NodePath, traverse, types } from '@babel/core';
import { describe, expect, test } from '@jest/globals';
import { DATA, syntaxOf } from './code.ts';

/**
 * Every member of Slack's JSON that the code reads exists in Slack's own samples. A misspelt one would be `undefined` for
 * ever, and a simulator that shares the mistake would not tell.
 *
 * A file, the variable that holds the JSON, the sample, and where in the sample the variable begins.
 */
const READS: [file: string, variable: string, sample: string, from: string[], within?: string][] = [
  ['listeners/commands.ts', 'command', 'interactions/SlashCommandPayload', []],
  ['listeners/actions.ts', 'body', 'interactions/BlockActionPayload', []],
  ['listeners/actions.ts', 'action', 'interactions/BlockActionPayload', ['actions', '0']],
  // A global shortcut has no sample; what we read of it is in the other one, too.
  ['listeners/shortcuts.ts', 'shortcut', 'interactions/MessageShortcutPayload', []],
  ['listeners/views.ts', 'view', 'interactions/ViewSubmissionPayload', ['view']],
  ['listeners/views.ts', 'body', 'interactions/ViewSubmissionPayload', []],
  ['listeners/events.ts', 'event', 'events/AppHomeOpenedPayload', ['event'], 'app_home_opened'],
  ['listeners/events.ts', 'event', 'events/MessagePayload', ['event'], 'message'],
  ['listeners/events.ts', 'event', 'events/AppMentionPayload', ['event'], 'app_mention'],
  ['listeners/events.ts', 'event', 'events/UserChangePayload', ['event'], 'user_change'],
  ['listeners/events.ts', 'event', 'events/TokensRevokedPayload', ['event'], 'tokens_revoked'],
  ['listeners/events.ts', 'body', 'events/MessagePayload', []],
  ['slack/installations.ts', 'me', 'api/auth.test', []],
  ['slack/people.ts', 'user', 'api/users.info', ['user']],
  ['slack/files.ts', 'file', 'api/files.completeUploadExternal', ['files', '0']],
];

/** Missing from the samples although Slack's reference has them. */
const DOCUMENTED = [
  // A plain message has none; the sample of a changed one does.
  'event.subtype',
  // Only a `file_share` has them.
  'event.files',
  // The samples leave a view's blocks out.
  'body.view.blocks',
];

const present = existsSync(new URL('slack-samples/', DATA));

/** Members read of a variable, as paths; the name of a method that is called on the last one is left out. */
function chains(file: string, variable: string, within?: string): string[][] {
  const found: string[][] = [];
  const aliases = new Map([[variable, [] as string[]]]);

  const chainOf = (node: types.Node): string[] | undefined => {
    if (types.isIdentifier(node)) return aliases.get(node.name);
    if (!types.isMemberExpression(node) && !types.isOptionalMemberExpression(node)) return undefined;
    const start = chainOf(node.object);
    const name = !node.computed && types.isIdentifier(node.property) ? node.property.name : undefined;
    const last = name ?? (types.isStringLiteral(node.property) ? node.property.value : undefined);
    return start && last !== undefined ? [...start, last] : undefined;
  };
  const isIn = (path: NodePath) =>
    within === undefined ||
    path.findParent(({ node }) => {
      if (!types.isCallExpression(node) || !types.isMemberExpression(node.callee)) return false;
      const [first] = node.arguments;
      const called = types.isIdentifier(node.callee.property) ? node.callee.property.name : '';
      return called === within || (called === 'event' && types.isStringLiteral(first) && first.value === within);
    }) !== null;
  const member = (path: NodePath<types.MemberExpression> | NodePath<types.OptionalMemberExpression>) => {
    const { parent, node } = path;
    const inner = types.isMemberExpression(parent) || types.isOptionalMemberExpression(parent);
    if ((inner && parent.object === node) || !isIn(path)) return;
    const chain = chainOf(node);
    const called = (types.isCallExpression(parent) || types.isOptionalCallExpression(parent)) && parent.callee === node;
    if (chain) found.push(called ? chain.slice(0, -1) : chain);
  };

  traverse(syntaxOf(`src/${file}`), {
    VariableDeclarator(path) {
      const { id, init } = path.node;
      const start = init && isIn(path) ? chainOf(init) : undefined;
      if (!start || !types.isObjectPattern(id)) return;
      for (const property of id.properties) {
        if (!types.isObjectProperty(property) || !types.isIdentifier(property.key)) continue;
        const chain = [...start, property.key.name];
        found.push(chain);
        if (types.isIdentifier(property.value)) aliases.set(property.value.name, chain);
      }
    },
    MemberExpression: member,
    OptionalMemberExpression: member,
  });
  return found.filter((chain) => chain.length > 0);
}

/**
 * Follows a path until it ends or leaves what the sample shows: members of a string or an array are JavaScript's own, and
 * an object without members was blanked.
 */
function existsIn(sample: unknown, chain: string[]): boolean {
  let value = sample;
  for (const name of chain) {
    if (Array.isArray(value) ? !/^\d+$/.test(name) : typeof value !== 'object') return true;
    if (value === null) return false;
    if (Object.keys(value as object).length === 0) return true;
    if (!(name in (value as object))) return false;
    value = (value as Record<string, unknown>)[name];
  }
  return true;
}

describe("what is read of Slack's JSON exists", () => {
  if (!present) test.todo('in its samples (they are not beside the project)');
  else
    test.each(READS.map((row) => ({ row })))('$row.0: $row.1, as in $row.2', ({ row }) => {
      const [file, variable, sample, from, within] = row;
      const json: unknown = JSON.parse(readFileSync(new URL(`slack-samples/${sample}.json`, DATA), 'utf8'));
      const read = chains(file, variable, within);
      expect(read.length).toBeGreaterThan(0);
      const unknown = read
        .filter((chain) => !existsIn(json, [...from, ...chain]))
        .map((chain) => [variable, ...chain].join('.'));
      expect(unknown.filter((each) => !DOCUMENTED.includes(each))).toEqual([]);
    });
});
