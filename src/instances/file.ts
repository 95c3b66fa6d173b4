import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { leadingNumber, parseAnyNumber } from '../records/number.ts';
import { NO_ADDRESS, originOf, SHORT_SECRET, webhookSecretsIn } from './address.ts';
import type { InstanceList, InstanceSettings } from './settings.ts';

type Environment = Record<string, string | undefined>;

/** A sentence about a place in the file: members from the outside in. It never repeats a value, for that may be a secret. */
type Problem = { at: (string | number)[]; says: string };

const text = (example: string) =>
  z.custom<string>((value) => typeof value === 'string' && value !== '', `must be a text, e.g. ${example}`);
const variable = (example: string) =>
  z.strictObject(
    { env: z.string({ error: `must be the name of a variable, e.g. ${example}` }).min(1) },
    { error: `must name the variable that holds it, e.g. { env: ${example} }` },
  );
const ids = (pattern: RegExp, example: string) =>
  z.array(z.string().regex(pattern, `must be an id, e.g. ${example}`), { error: `must be a list, e.g. [${example}]` });

const ALIAS = /^[a-z0-9][a-z0-9-]{0,19}$/;

const entry = z.strictObject(
  {
    url: text('https://acme.service-now.com').transform((value, context) => {
      const origin = originOf(value);
      if (origin) return origin;
      context.addIssue(NO_ADDRESS);
      return z.NEVER;
    }),
    clientId: text('a32afa9b8c7d4e0f9a1b2c3d4e5f6071'),
    clientSecret: variable('HR_CLIENT_SECRET'),
    webhookSecret: variable('HR_WEBHOOK_SECRET').optional(),
    default: z.boolean({ error: 'must be true or false' }).default(false),
    workspaces: ids(/^[TE][A-Z0-9]+$/, 'T0123ABCD').default([]),
    channels: ids(/^[CG][A-Z0-9]+$/, 'C0123ABCD').default([]),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? 'has a member that is none of url, clientId, clientSecret, webhookSecret, default, workspaces and channels'
        : 'must have url, clientId and clientSecret',
  },
);
const file = z.strictObject(
  { instances: z.record(z.string(), entry, { error: 'must name the instances by their aliases' }) },
  { error: 'must have one member, instances' },
);

/**
 * Reads the text of `INSTANCES_FILE`.
 * @param words the grammar's own, with which no alias may be confused
 * @returns the instances, or every problem at once, each with its line
 */
export function readInstances(
  source: string,
  env: Environment,
  words: readonly string[],
): { instances: InstanceList } | { problems: string[] } {
  const lines = new LineCounter();
  // Its own pretty sentences show the line as it stands there.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ code, pos }) =>
        inLine(
          lines.linePos(pos[0]).line,
          code === 'DUPLICATE_KEY' ? 'the same name stands here for a second time' : `this is no YAML (${code})`,
        ),
      ),
    };
  const parsed = file.safeParse(document.toJS());
  const problems: Problem[] = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ at: path.map(asKey), says: message }));
  const entries = Object.entries(parsed.data?.instances ?? {});
  const all = entries.map(([alias, each]): InstanceSettings => {
    const secret = (name: 'clientSecret' | 'webhookSecret'): string => {
      const named = each[name]?.env;
      const value = named === undefined ? '' : (env[named] ?? '');
      if (named !== undefined && !value)
        problems.push({ at: ['instances', alias, name], says: 'names a variable that is not set' });
      return value;
    };
    const pushed = secret('webhookSecret');
    const webhookSecrets = pushed ? webhookSecretsIn(pushed) : [];
    if (!webhookSecrets) problems.push({ at: ['instances', alias, 'webhookSecret'], says: SHORT_SECRET });
    return {
      alias,
      name: new URL(each.url).host,
      url: each.url,
      clientId: each.clientId,
      clientSecret: secret('clientSecret'),
      webhookSecrets: webhookSecrets ?? [],
      isDefault: each.default,
      workspaces: each.workspaces,
      channels: each.channels,
    };
  });
  if (parsed.success) problems.push(...together(all, words));
  const [first, ...rest] = all;
  if (problems.length === 0 && first) return { instances: [first, ...rest] };
  return {
    problems: problems.map(({ at, says }) => {
      const node = nodeAt(document, at);
      return inLine(lines.linePos(node).line, `${at.map(shown).join('.')} ${says}`);
    }),
  };
}

const inLine = (line: number, says: string) => `INSTANCES_FILE line ${line}: ${says}.`;

/** A name that is none may be anything, even a secret that slipped. */
const shown = (name: string | number) => (/^[a-zA-Z0-9-]{1,20}$/.test(String(name)) ? name : '…');

const asKey = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key));

/** Where a member stands, or what it is missing from. */
function nodeAt(document: ReturnType<typeof parseDocument>, at: (string | number)[]): number {
  for (let length = at.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(at.slice(0, length - 1), true);
    const name = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(at[length - 1]))?.key
      : undefined;
    if (isScalar(name) && name.range) return name.range[0];
  }
  return 0;
}

/** What only shows when all of them are seen side by side. */
function together(all: InstanceSettings[], words: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  if (all.length === 0) problems.push({ at: ['instances'], says: 'names no instance' });
  for (const { alias } of all) {
    const at = ['instances', alias];
    if (!ALIAS.test(alias)) problems.push({ at, says: 'is no alias: up to 20 of a-z, 0-9 and -, e.g. hr' });
    else if (words.includes(alias))
      problems.push({ at, says: 'is a word that people type already, so it cannot be an alias' });
    else if (parseAnyNumber(alias) || leadingNumber(`${alias} list`))
      problems.push({ at, says: 'looks like the number of a ticket, so it cannot be an alias' });
  }
  const defaults = all.filter(({ isDefault }) => isDefault).length;
  if (all.length > 0 && defaults !== 1)
    problems.push({ at: ['instances'], says: `has ${defaults} with default: true, and exactly one must have it` });
  const unique = (member: string, valuesOf: (each: InstanceSettings) => string[], says: string) => {
    const seen = new Set<string>();
    for (const each of all)
      for (const value of new Set(valuesOf(each))) {
        if (seen.has(value)) problems.push({ at: ['instances', each.alias, member], says });
        seen.add(value);
      }
  };
  unique('url', ({ name }) => [name], 'is that of another one, too');
  unique('workspaces', ({ workspaces }) => workspaces, 'has one that another instance serves');
  unique('channels', ({ channels }) => channels, 'has one that another instance serves');
  unique(
    'webhookSecret',
    ({ webhookSecrets }) => webhookSecrets,
    'is that of another one, too, so the one could push for the other',
  );
  return problems;
}
