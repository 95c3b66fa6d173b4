import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openAround } from './around.ts';
import { DOORS } from './doors/index.ts';
import { runDoor } from './run.ts';

/** A short look at every door with the same cases each time; `npm run fuzz` takes a long one, and others each time. */
const SEED = 20_261_123;
const CASES = 1_500;
const LIMIT_MS = 120_000;
/** Live doors have few cases in a thousand, and each of them a chunk at least. */
const LEAST = 15;

let around: ReturnType<typeof openAround>;
beforeAll(() => {
  around = openAround();
});
afterAll(() => around.close(), LIMIT_MS);

test.each(DOORS.map((door) => [door.name, door] as const))(
  'whatever comes through %s',
  async (_name, door) => {
    const cases = Math.max(LEAST, Math.round((CASES * door.share) / 1_000));
    const report = await runDoor(door, around, { cases, seed: SEED, deadline: performance.now() + LIMIT_MS });
    expect(report.failures).toEqual([]);
    expect(report.cases).toBe(cases);
  },
  LIMIT_MS,
);
