import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type PluginObj, transformSync, type types } from '@babel/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { BABEL, filesIn, importsOf, read, SOURCES } from './code.ts';

/**
 * Who may import what: a folder or file, and what it may import besides itself. Everybody may import `errors` and `log`.
 * A new arrow is a decision: it is drawn here, with its reason, or not at all.
 */
const MAY_IMPORT: Record<string, string[]> = {
  errors: [],
  log: [],
  records: [],
  blocks: ['records'],
  // The payload types of jobs, which a command's outcome carries.
  commands: ['records', 'blocks', 'jobs/work-types'],
  redis: [],
  servicenow: ['records', 'outbound'],
  slack: ['redis', 'blocks', 'config', 'outbound'],
  // `people` and `client`: whose token it is, and where a request takes it from. Both are types.
  accounts: ['redis', 'servicenow/oauth', 'servicenow/people', 'servicenow/client'],
  notifications: ['redis', 'records'],
  jobs: ['records', 'blocks', 'redis', 'servicenow', 'slack', 'accounts', 'notifications'],
  // `work-types` holds the schemas of what a click carries; `kept-work` is a type, and so are the stores of `notifications`.
  listeners: [
    'commands',
    'records',
    'blocks',
    'accounts',
    'redis',
    'slack',
    'notifications',
    'jobs/enqueue',
    'jobs/work-types',
    'jobs/kept-work',
  ],
  // `metrics` is a type: the route prints what it is handed.
  routes: ['commands', 'records', 'blocks', 'accounts', 'redis', 'slack', 'jobs/enqueue', 'metrics'],
  // Whatever passes there makes a client.
  config: ['redis/address'],
  metrics: [],
  outbound: [],
  main: ['compose', 'config'],
  // Programs for whoever runs the bridge: each composes what it needs, asks, prints and ends.
  operator: ['compose-foundation', 'config', 'metrics', 'outbound', 'redis/keys', 'servicenow/client'],
};
const FOR_ALL = ['errors', 'log'];

/** Builds the house, so it may import everything. */
const CONSTRUCTS = /^src\/compose/;

/** What may be imported as a type but never run: configuration is read once, clients are received and not made. */
const TYPES_ONLY: { from: string; to: string; why: string }[] = [
  {
    from: '^src/(?!compose|main|operator)',
    to: '^src/config',
    why: 'only the programs and compose read the configuration',
  },
  {
    from: '^src/jobs/',
    to: '^src/(accounts/|servicenow/(client|oauth)|slack/(app|call|files|ingress|installations|messenger|people))',
    why: 'a processor receives its clients, so that the web role can import the job table',
  },
  {
    from: '^src/(listeners|routes)/',
    to: '^src/jobs/(?!work-types)',
    why: 'the web role enqueues through what it is handed, and holds no processor',
  },
  {
    from: '^src/(listeners|routes)/',
    to: '^src/(accounts|notifications)/',
    why: 'the web role receives the stores it works with',
  },
];

/** Pure folders: no I/O, no clock, no chance. `node:crypto` is there for a hash, which is arithmetic. */
const PURE = ['records', 'blocks', 'commands'];
const PURE_PACKAGES = ['zod', 'node:crypto', '@slack/types', 'fastest-levenshtein'];

const anchored = (names: string[]) => names.map((name) => `^src/${name}(/|\\.js$)`);

const DIRECTION: IForbiddenRuleType[] = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name} imports only ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: anchored([name]) },
  to: { path: '^src/', pathNot: anchored([name, ...FOR_ALL, ...allowed]) },
}));

const AT_RUN_TIME: IForbiddenRuleType[] = [
  { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
  ...TYPES_ONLY.map(
    ({ from, to, why }): IForbiddenRuleType => ({
      name: why,
      severity: 'error',
      from: { path: from },
      to: { path: to },
    }),
  ),
];

/** Counts an import of types like any other, which Babel would otherwise drop. */
const keepTypeImports: PluginObj = {
  visitor: {
    Program(program) {
      for (const node of program.node.body) {
        const types = (node.type === 'ImportDeclaration' && node.importKind) === 'type';
        const reExports = (node.type === 'ExportNamedDeclaration' && node.source && node.exportKind) === 'type';
        if (types || reExports) keepAsEffect(program.node, node as types.ImportDeclaration);
      }
    },
  },
};

function keepAsEffect(program: types.Program, node: types.ImportDeclaration): void {
  program.body[program.body.indexOf(node)] = {
    ...node,
    type: 'ImportDeclaration',
    importKind: 'value',
    specifiers: [],
  };
}

/** The sources as plain JavaScript, which dependency-cruiser reads without a TypeScript compiler of an older kind. */
async function cruiseSources(types: 'with types' | 'at run time', forbidden: IForbiddenRuleType[]): Promise<string[]> {
  const shadow = mkdtempSync(join(tmpdir(), 'bridge-imports-'));
  try {
    for (const path of SOURCES) {
      const plugins = types === 'with types' ? [keepTypeImports] : [];
      const result = transformSync(read(path), { ...BABEL, presets: [...BABEL.presets], plugins, filename: path });
      const target = join(shadow, path.replace(/ts$/, 'js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, result?.code?.replaceAll(/(['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2') ?? '');
    }
    const { output } = await cruise(['src'], { baseDir: shadow, validate: true, ruleSet: { forbidden } });
    const { modules, summary } = output as ICruiseResult;
    expect(modules.filter(({ source }) => source.startsWith('src/'))).toHaveLength(SOURCES.length);
    return summary.violations.map(({ from, to, rule }) => `${from} → ${to} (${rule.name})`);
  } finally {
    rmSync(shadow, { recursive: true, force: true });
  }
}

describe('who imports whom', () => {
  let externals: Map<string, string[]>;
  beforeAll(() => {
    externals = new Map(SOURCES.map((path) => [path, importsOf(path).filter((name) => !name.startsWith('.'))]));
  });

  test('each folder imports only what it may, types included', async () => {
    expect(await cruiseSources('with types', DIRECTION)).toEqual([]);
  }, 30_000);

  test('nothing runs in a circle, and what is handed over is not imported', async () => {
    expect(await cruiseSources('at run time', AT_RUN_TIME)).toEqual([]);
  }, 30_000);

  test('every file of src has its row in the table', () => {
    const homes = anchored(Object.keys(MAY_IMPORT)).map((home) => new RegExp(home));
    const homeless = SOURCES.map((path) => path.replace(/ts$/, 'js')).filter(
      (path) => !CONSTRUCTS.test(path) && !homes.some((home) => home.test(path)),
    );
    expect(homeless).toEqual([]);
  });

  test('src knows nothing of tests', () => {
    const leaving = SOURCES.flatMap((path) =>
      importsOf(path)
        .filter((name) => name.startsWith('.'))
        .map((name) => new URL(name, `file:///${path}`).pathname.slice(1))
        .filter((target) => !SOURCES.includes(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(leaving).toEqual([]);
  });

  test('the product runs on its dependencies alone, and each of them is used', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const used = [...externals.values()]
      .flat()
      .filter((name) => !name.startsWith('node:'))
      .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? '')));
    expect([...new Set(used)].sort()).toEqual(Object.keys(dependencies).sort());
  });

  test.each(PURE)('%s is pure: no I/O, no clock, no chance', (folder) => {
    const impure = filesIn(`src/${folder}`).flatMap((path) => [
      ...(externals.get(path) ?? []).filter((name) => !PURE_PACKAGES.includes(name)),
      ...(read(path).match(/Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|\bfetch\(|process\./g) ?? []),
    ]);
    expect(impure).toEqual([]);
  });
});
