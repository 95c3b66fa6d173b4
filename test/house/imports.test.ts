import { describe, expect, test } from '@jest/globals';
import { filesIn, importsOf, read, SOURCES } from './code.ts';

/**
 * Who may import what: a folder or file, and what it may import besides itself. Everybody may import `errors`, `log` and `within-time`.
 * A new arrow is a decision: it is drawn here, with its reason, or not at all.
 */
const MAY_IMPORT: Record<string, string[]> = {
  // Names of sentences: a type.
  errors: ['words'],
  log: [],
  'within-time': [],
  // All that people read, in each language.
  words: [],
  records: [],
  blocks: ['records', 'words'],
  // What a person can do. Types but for names and lists of columns: a run receives what it works with (`tools.ts`).
  operations: [
    'records',
    'blocks',
    'words',
    'desk',
    'notifications',
    'cards',
    'conversation',
    'accounts/links',
    'redis/keys',
  ],
  redis: [],
  // Which instances there are, and which one is meant.
  instances: ['records'],
  pace: ['redis'],
  // `pace`: what it takes a place from and what it tells of an answer. Both are types.
  servicenow: ['records', 'words', 'outbound', 'pace'],
  // All of ServiceNow for one actor. Whoever asks or writes there does it here.
  desk: ['records', 'servicenow'],
  // `records/place`: where a message is.
  slack: ['redis', 'blocks', 'words', 'config', 'instances/mark', 'outbound', 'records/place'],
  // `people` and `client`: whose token it is, and where a request takes it from. Both are types.
  accounts: ['redis', 'servicenow/oauth', 'servicenow/people', 'servicenow/client'],
  // Kept on its way to Slack: the blocks of a digest.
  notifications: ['redis', 'records', 'blocks/message'],
  conversation: ['redis', 'records', 'words'],
  // `messenger` is a type: a card is posted with what the runner is handed.
  cards: [
    'words',
    'redis',
    'records',
    'blocks',
    'notifications',
    'conversation',
    // A part of a write, which is a type: the card knows what its person writes themselves.
    'desk/proof',
    'accounts/links',
    'slack/codes',
    'slack/messenger',
  ],
  jobs: [
    'records',
    // A type: the Home tab names each instance in its buttons.
    'instances/mark',
    'blocks',
    'redis',
    'desk',
    'slack',
    'accounts',
    'notifications',
    'cards',
    'conversation',
    'operations',
    'words',
  ],
  // `kept-work` and `waiting` are types, and so are the stores of `notifications`.
  listeners: [
    'words',
    'operations',
    'records',
    'blocks',
    'accounts',
    'redis',
    'slack',
    'notifications',
    'conversation',
    'instances',
    'jobs/enqueue',
    'jobs/kept-work',
    'jobs/waiting',
  ],
  // `metrics` is a type: the route prints what it is handed.
  routes: ['records', 'blocks', 'words', 'accounts', 'redis', 'slack', 'jobs/enqueue', 'metrics'],
  // Whatever passes there makes a client.
  // `operations`: its words, which no alias may be.
  config: ['redis/address', 'instances', 'operations'],
  metrics: [],
  outbound: [],
  main: ['compose', 'config'],
  // Programs for whoever runs the bridge: each composes what it needs, asks, prints and ends.
  operator: [
    'compose-foundation',
    'config',
    'instances/settings',
    'metrics',
    'outbound',
    'records/types',
    'redis/keys',
    'servicenow/client',
  ],
};
const FOR_ALL = ['errors', 'log', 'within-time'];

/** Builds the house, so it may import everything. */
const CONSTRUCTS = /^src\/compose/;

/** What may be imported as a type but never run: configuration is read once, clients are received and not made. */
const TYPES_ONLY: { from: RegExp; to: RegExp; why: string }[] = [
  {
    from: /^src\/(?!compose|main|operator)/,
    to: /^src\/config/,
    why: 'only the programs and compose read the configuration',
  },
  {
    from: /^src\/jobs\//,
    to: /^src\/(accounts\/|servicenow\/(client|oauth)|slack\/(app|call|files|http-receiver|install-flow|installations|messenger|people))/,
    why: 'a processor receives its clients',
  },
  {
    from: /^src\/(listeners|routes)\//,
    to: /^src\/jobs\//,
    why: 'the web role enqueues through what it is handed',
  },
  {
    from: /^src\/(listeners|routes)\//,
    to: /^src\/(accounts\/|notifications\/|conversation\/replies)/,
    why: 'the web role receives the stores it works with',
  },
];

/** Pure folders and files: no I/O, no clock, no chance. `node:crypto` is there for a hash, which is arithmetic. */
const PURE = ['words', 'records', 'blocks', 'operations', 'cards/plan', 'cards/face', 'conversation/lanes'];
const PURE_PACKAGES = ['zod', 'intl-messageformat', 'node:crypto', '@slack/types', 'fastest-levenshtein'];

/** Whether a file is one of these, or lies in a folder of that name. */
const isOf = (path: string, names: string[]): boolean =>
  names.some((name) => path === `src/${name}.ts` || path.startsWith(`src/${name}/`));

/** `isLazy`: imported when it is needed. */
type Arrow = { from: string; to: string; isType: boolean; isLazy: boolean };

const externals = new Map<string, string[]>();
const arrows: Arrow[] = [];
for (const from of SOURCES) {
  const all = importsOf(from);
  externals.set(
    from,
    all.map(({ name }) => name).filter((name) => !name.startsWith('.')),
  );
  for (const { name, isType, isLazy } of all)
    if (name.startsWith('.'))
      arrows.push({ from, to: new URL(name, `file:///${from}`).pathname.slice(1), isType, isLazy });
}
const drawn = ({ from, to }: Arrow) => `${from} → ${to}`;

/** Circles, and ways into them: whatever is left where arrows to what imports nothing of the rest are taken away. */
function circles(all: Arrow[]): string[] {
  let left = all;
  for (;;) {
    const importing = new Set(left.map(({ from }) => from));
    const remaining = left.filter(({ to }) => importing.has(to));
    if (remaining.length === left.length) return left.map(drawn);
    left = remaining;
  }
}

describe('who imports whom', () => {
  test('each folder imports only what it may, types included', () => {
    const forbidden = Object.entries(MAY_IMPORT).flatMap(([name, allowed]) =>
      arrows.filter(({ from, to }) => isOf(from, [name]) && !isOf(to, [name, ...FOR_ALL, ...allowed])),
    );
    expect(forbidden.map(drawn)).toEqual([]);
  });

  test('nothing runs in a circle', () => {
    expect(circles(arrows.filter(({ isType }) => !isType))).toEqual([]);
  });

  test('only the worker loads processors', () => {
    const loads = (path: string, seen = new Set<string>()): Set<string> => {
      if (!seen.has(path)) {
        seen.add(path);
        for (const { from, to, isType, isLazy } of arrows) if (from === path && !isType && !isLazy) loads(to, seen);
      }
      return seen;
    };
    expect([...loads('src/compose-worker.ts')]).toContain('src/jobs/processors.ts');
    const web = [...loads('src/compose-web.ts'), ...loads('src/compose-foundation.ts')];
    const processors = new Set([
      ...filesIn('src/jobs').filter((path) => /: ProcessorOf</.test(read(path))),
      ...filesIn('src/operations').filter((path) => /\/(run|say)\.ts$/.test(path)),
    ]);
    expect(web.filter((path) => processors.has(path))).toEqual([]);
  });

  test('a processor says what it works with, and is not handed all that there is', () => {
    const WHOLE = ['src/jobs/define.ts', 'src/jobs/work.ts'];
    const greedy = filesIn('src/jobs').flatMap((path) => {
      const used = read(path)
        .replaceAll(/^import .*|\} from .*/gm, '')
        .replaceAll(/Pick<\s*(?:JobContext|Services),/g, '');
      return !WHOLE.includes(path) && /\b(JobContext|Services)\b/.test(used) ? [path] : [];
    });
    expect(greedy).toEqual([]);
    const silent = filesIn('src/jobs').filter((path) => /^ {2}(?:async )?process\(.*context\) \{$/m.test(read(path)));
    expect(silent).toEqual([]);
  });

  test.each(TYPES_ONLY)('$why', ({ from, to }) => {
    const run = arrows.filter((arrow) => !arrow.isType && from.test(arrow.from) && to.test(arrow.to));
    expect(run.map(drawn)).toEqual([]);
  });

  test('every file of src has its row in the table', () => {
    const homeless = SOURCES.filter((path) => !CONSTRUCTS.test(path) && !isOf(path, Object.keys(MAY_IMPORT)));
    expect(homeless).toEqual([]);
  });

  test('nobody but the desk asks the Table API, or any other of the instance', () => {
    const asking = arrows.filter(
      ({ from, to }) =>
        !isOf(from, ['desk', 'servicenow']) && isOf(to, ['servicenow/table', 'servicenow/schema', 'servicenow/query']),
    );
    expect(asking.map(drawn)).toEqual([]);
    // The operator's programs ask an instance before there is a bridge.
    const naming = SOURCES.filter(
      (path) => !isOf(path, ['desk', 'servicenow', 'operator']) && /['"`]\/api\/(?:now|sn_)/.test(read(path)),
    );
    expect(naming).toEqual([]);
  });

  test('src knows nothing of tests', () => {
    expect(arrows.filter(({ to }) => !SOURCES.includes(to)).map(drawn)).toEqual([]);
  });

  test('the product runs on its dependencies alone, and each of them is used', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const used = [...externals.values()]
      .flat()
      .filter((name) => !name.startsWith('node:'))
      .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? '')));
    expect([...new Set(used)].sort()).toEqual(Object.keys(dependencies).sort());
  });

  test.each([
    { part: 'run', isPart: /^src\/operations\/.+\/run\.ts$/, isForbidden: /^src\/(slack|blocks|listeners)\// },
    {
      part: 'say',
      isPart: /^src\/operations\/.+\/say\.ts$/,
      isForbidden: /^src\/(?!blocks\/|records\/|words\/|errors\.ts|operations\/(define|writing|.+\/(run|index))\.ts)/,
    },
    {
      part: 'row',
      isPart: /^src\/operations\/(.+\/index|index|parse|define|known)\.ts$/,
      // What is said of a held reply is a type.
      isForbidden: /^src\/(?!blocks\/|records\/|words\/|errors\.ts|operations\/|conversation\/hear\.ts)/,
    },
  ])('an operation knows in its $part what belongs there', ({ isPart, isForbidden }) => {
    const found = arrows.filter(({ from, to }) => isPart.test(from) && isForbidden.test(to));
    expect(found.map(drawn)).toEqual([]);
    // Words are made last, so no run knows any; and a row is read by every role, so it loads no run before it is needed.
    const early = arrows.filter(
      ({ from, to, isType, isLazy }) =>
        /operations\/.*index\.ts$/.test(from) && /operations\/.*\/(run|say)\.ts$/.test(to) && !isType && !isLazy,
    );
    expect(early.map(drawn)).toEqual([]);
  });

  test.each(PURE)('%s is pure: no I/O, no clock, no chance', (folder) => {
    expect(SOURCES.some((path) => isOf(path, [folder]))).toBe(true);
    const impure = SOURCES.filter((path) => isOf(path, [folder])).flatMap((path) => [
      ...(externals.get(path) ?? []).filter((name) => !PURE_PACKAGES.includes(name)),
      ...(read(path).match(/Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|\bfetch\(|process\./g) ?? []),
    ]);
    expect(impure).toEqual([]);
  });
});
