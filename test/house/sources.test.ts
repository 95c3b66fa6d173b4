import { describe, expect, test } from '@jest/globals';
import { filesIn, read, SOURCES } from './code.ts';

const LONGEST = 350;

/** Where the environment may be read. */
const READS_ENVIRONMENT = ['src/config.ts'];

const containing = (paths: string[], pattern: RegExp) => paths.filter((path) => pattern.test(read(path)));

describe('the sources keep house', () => {
  test('src prints nothing by itself: there is a logger', () => {
    expect(containing(SOURCES, /\bconsole\s*[.[]/)).toEqual([]);
  });

  test('the environment is read in one place', () => {
    const readers = containing(SOURCES, /process\.env/);
    expect(readers.filter((path) => !READS_ENVIRONMENT.includes(path))).toEqual([]);
  });

  test('nothing leaves the house but by the way out, which knows the proxy', () => {
    const others = containing(
      SOURCES,
      /\bnew (?:Agent|Pool|Client|ProxyAgent|EnvHttpProxyAgent)\(|\bglobalThis\.fetch\b/,
    );
    expect(others).toEqual(['src/outbound.ts']);
    const callers = containing(SOURCES, /(?<![.\w])fetch\(/).filter((path) => path !== 'src/outbound.ts');
    expect(callers.filter((path) => !/\bwayOut\(/.test(read(path)))).toEqual([]);
  });

  test(`no file is longer than ${LONGEST} lines`, () => {
    const long = SOURCES.filter((path) => read(path).trimEnd().split('\n').length > LONGEST);
    expect(long).toEqual([]);
  });

  test('files are named in kebab-case', () => {
    expect(SOURCES.filter((path) => !/^src\/(?:[a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(path))).toEqual([]);
  });

  test('what another release may have written is read loosely: it may have more in it', () => {
    // What an operator has misspelt in a file of theirs is no release's.
    const stored = SOURCES.filter((path) => path !== 'src/instances/file.ts');
    expect(containing(stored, /\bstrictObject\b|\.strict\(\)/)).toEqual([]);
  });

  test('no hole in the types, no promise to come back later', () => {
    // Spelt in two halves here and below, so that this file does not find itself.
    const later = `${'TO'}DO|${'FIX'}ME|${'X'}XX`;
    const holes = new RegExp(
      `:\\s*any\\b|<any>|\\bas any\\b|@ts-(?:ignore|expect-error|nocheck)|biome-ignore|\\b(?:${later})\\b`,
    );
    expect(containing(SOURCES, holes)).toEqual([]);
  });

  test('no test is skipped or alone', () => {
    const tests = filesIn('test').filter((path) => path.endsWith('.test.ts'));
    expect(tests.length).toBeGreaterThan(10);
    const marks = new RegExp(`\\.(?:${'on'}ly|${'sk'}ip)\\(|\\b(?:xit|xtest|xdescribe|fit|fdescribe)\\(`);
    expect(containing(tests, marks)).toEqual([]);
  });
});
