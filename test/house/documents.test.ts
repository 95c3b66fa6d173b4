import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { VARIABLES } from '../../src/config.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { QUESTIONS } from '../../src/operator/ask-instance/questions.ts';
import { keys, keysOf, type Person, TTL } from '../../src/redis/keys.ts';
import { wordsOf } from '../../src/words/index.ts';
import { filesIn, inCode, ROOT, read, tableRows } from './code.ts';

const MARKDOWN = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'src/blocks/messages/STYLE.md',
  ...filesIn('docs'),
].filter((path) => path.endsWith('.md'));

const README = read('README.md');

describe('README.md', () => {
  test('its commands are those of the table that parses', () => {
    const rows = OPERATIONS.flatMap(({ usage = [], summary, words }) =>
      words
        ? [
            [
              usage.map((each) => `\`/snow ${each}\``).join('<br>'),
              summary && wordsOf('en')(summary),
              words
                .slice(1)
                .map((word) => `\`${word}\``)
                .join(', '),
            ],
          ]
        : [],
    );
    expect(tableRows(README, 'You type')).toEqual(rows);
  });

  test('its variables are those that are read', () => {
    expect(
      tableRows(README, 'Variable')
        .flatMap(([cell = '']) => inCode(cell))
        .sort(),
    ).toEqual([...VARIABLES].sort());
  });

  test('its defaults are the true ones', () => {
    const config = read('src/config.ts');
    const defaults = [
      ...config.matchAll(/^ {2}(\w+): (?:wholeNumber\(.*, (\d+)\)|oneOf\(\[.*\], '(\w+)'\)|.*\.default\('(.*)'\)),$/gm),
    ].map(([, name = '', number, word, url]) => [name, number ?? word ?? url]);
    expect(defaults).toHaveLength(9);
    const stated = tableRows(README, 'Variable').filter(([, , standard = '']) => inCode(standard).length > 0);
    expect(
      Object.fromEntries(stated.map(([name = '', , standard = '']) => [inCode(name)[0], inCode(standard)[0]])),
    ).toEqual(Object.fromEntries(defaults));
  });

  test('its first two commands are the newcomer’s', () => {
    expect(README).toContain('npm ci && npm run sandbox');
    expect(README).toContain('npm ci && npm test');
  });
});

test('.env.example has every variable, and nothing that is not read', () => {
  const lines = read('.env.example').matchAll(/^#?([A-Z_]+)=/gm);
  expect([...lines].map(([, name]) => name).sort()).toEqual([...VARIABLES].sort());
});

test('docs/servicenow-setup.md has the questions that the program asks', () => {
  const rows = tableRows(read('docs/servicenow-setup.md'), 'Question').map(([name]) => name);
  expect(rows).toEqual(QUESTIONS.map(({ name }) => name));
});

describe('docs/redis.md', () => {
  const person: Person = { tenant: '<tenant>', team: '<team>', user: '<user>' };
  const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const source = read('src/redis/keys.ts');

  /** A key as its builder spells it, with the names of its parameters for what varies. */
  const patternOf = (name: string, build: (...args: never[]) => string): string => {
    const [, parameters = ''] = /^\(?([^)=]*)\)? *=>/.exec(build.toString()) ?? [];
    const words = parameters
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    const args = words.map((word) => (word === 'of' ? person : `<${kebab(word)}>`));
    expect([name, args.length]).toEqual([name, build.length]);
    return build(...(args as never[]));
  };

  const all = { ...keys, ...keysOf('<instance>') };
  const builders = Object.entries(all).map(([name, build]) => ({
    name,
    pattern: patternOf(name, build as (...args: never[]) => string),
    isSealed: new RegExp(`/\\*\\* [^\\n]*sealed[^\\n]*\\n {2}${name}:`).test(source),
    seconds: (TTL as Record<string, number>)[name],
  }));
  const documented = () => tableRows(read('docs/redis.md'), 'Key');

  test('has every key, in the order of the code, and no other', () => {
    expect(documented().map(([key = '']) => inCode(key)[0])).toEqual(builders.map(({ pattern }) => pattern));
  });

  test('says how long each lives', () => {
    expect(Object.keys(TTL).filter((name) => !(name in all))).toEqual([]);
    expect(documented().map(([key, , life = '']) => [key, /\((\d+) s\)/.exec(life)?.[1] ?? life])).toEqual(
      builders.map(({ pattern, seconds }) => [`\`${pattern}\``, seconds === undefined ? 'permanent' : String(seconds)]),
    );
  });

  test('says which hold secrets', () => {
    const sealed = documented().filter(([, , , secret = '']) => secret.startsWith('sealed'));
    expect(sealed.map(([key]) => key)).toEqual(
      builders.filter(({ isSealed }) => isSealed).map(({ pattern }) => `\`${pattern}\``),
    );
  });
});

describe.each(MARKDOWN)('%s', (path) => {
  const text = read(path);

  test('its links lead somewhere', () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => target);
    // Somebody with a screen adds the picture.
    const missing = targets.filter((target) => !existsSync(new URL(target, new URL(path, ROOT))));
    expect(missing.filter((target) => target !== 'docs/images/sandbox.png')).toEqual([]);
  });

  test('the files and folders that it names are there', () => {
    const named = [...text.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !existsSync(new URL(name, ROOT)))).toEqual([]);
  });
});
