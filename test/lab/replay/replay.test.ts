import { existsSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { BUILT_IN } from './builtin-log.ts';
import { replay } from './play.ts';
import { FIGURES } from './reckoning.ts';

/** A small log in full disorder: pushes get lost, come twice and too late, Slack refuses, workers die. `npm run replay` plays a large one. */
const SEED = Number(process.env['REPLAY_SEED'] ?? '20261123');

beforeAll(() => {
  if (!existsSync(new URL('../../../dist/main.js', import.meta.url)))
    throw new Error('dist/main.js is missing: run `npm run build` first (`npm test` does).');
});

test.each([
  ['both', 1],
  ['push', 1],
  ['tokens', 2],
] as const)(
  'each watcher gets each change once and in order: %s',
  async (setUp, kills) => {
    const {
      reckoning,
      evidence: _all,
      updates,
      violations,
      ...rest
    } = await replay({
      rows: BUILT_IN,
      watchers: 5,
      seed: SEED,
      kills,
      perSecond: 8,
      pollSeconds: 2,
      setUp,
      settleMs: 60_000,
      say: () => {},
    });
    console.log(`replay, seed ${SEED}: ${JSON.stringify({ updates, ...rest, ...reckoning, findings: undefined })}`);
    expect(reckoning.findings).toEqual([]);
    expect(Object.fromEntries(FIGURES.map((name) => [name, reckoning[name]]))).toEqual(
      Object.fromEntries(FIGURES.map((name) => [name, 0])),
    );
    expect(violations).toEqual([]);
    // Not clean because nothing happened.
    expect(rest.kills).toBe(kills);
    expect(reckoning.pairs).toBeGreaterThan(20);
    expect(reckoning.steps).toBeGreaterThan(updates / 2);
    // A slow machine tells more changes in one message, so their number says little.
    expect(reckoning.messages).toBeGreaterThan(reckoning.pairs / 2);
  },
  110_000,
);
