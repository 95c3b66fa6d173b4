import { existsSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { inWords, runChaos } from './run.ts';

/**
 * A small storm on whatever store there is: the real thing is `npm run chaos` (docs/chaos.md). `CHAOS_SEED` plays another.
 */
const SEED = Number(process.env['CHAOS_SEED'] ?? '20261123');
const SIZE = 40;

beforeAll(() => {
  if (!existsSync(new URL('../../../dist/main.js', import.meta.url)))
    throw new Error('dist/main.js is missing: run `npm run build` first (`npm test` does).');
});

test('a short storm loses, doubles and confuses nothing', async () => {
  const result = await runChaos({
    seed: SEED,
    counts: { filing: SIZE, reply: SIZE, change: SIZE },
    people: 8,
    perSecond: 6,
    troubleEveryMs: 1_000,
    deedsMs: 180_000,
    settleMs: 90_000,
    short: true,
    appendFsync: 'always',
    say: () => {},
  });
  console.log(`chaos test, seed ${SEED}: ${inWords(result)}`);
  expect(result.findings).toEqual([]);
  expect(result.done).toEqual({ filing: SIZE, reply: SIZE, change: SIZE });
}, 330_000);
