import { describe, expect, test } from '@jest/globals';
import { filesIn, importsOf } from './code.ts';

const programs = [...filesIn('test/lab'), ...filesIn('test/sandbox')].filter((path) => path.endsWith('/main.ts'));

function reachedFrom(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { name, isType } of importsOf(path))
    if (name.startsWith('.') && !isType) reachedFrom(new URL(name, `file:///${path}`).pathname.slice(1), seen);
  return seen;
}

/** Jest's globals exist only while Jest runs: a program that imports them ends before it has begun. */
describe('programs run without Jest', () => {
  test('there are several', () => expect(programs.length).toBeGreaterThan(5));

  test.each(programs)('%s', (program) => {
    const needJest = [...reachedFrom(program)].filter((path) =>
      importsOf(path).some(({ name, isType }) => name.startsWith('@jest/') && !isType),
    );
    expect(needJest).toEqual([]);
  });
});
