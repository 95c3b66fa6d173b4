const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const LEAST_SPREAD_MS = 100;
const LONGEST_SPREAD_MS = 1_000;
/** Whoever may mend it does not do so within seconds. */
const FIRST_STAND_BY_MS = 2_000;
const LONGEST_STAND_BY_MS = 10 * 60_000;

/** Exponential with jitter: half of it fixed, half by chance, so that a thousand jobs do not come back as one. */
export function backoff(failures: number, chance = Math.random()): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20), LONGEST_WAIT_MS);
  return Math.round(wait / 2 + (wait / 2) * chance);
}

/** Added to a wait, so that many that end at the same time do not come back as one; a short wait stays short. */
export const spread = (waitMs: number, chance = Math.random()): number =>
  Math.round(Math.min(Math.max(waitMs, LEAST_SPREAD_MS), LONGEST_SPREAD_MS) * chance);

/** As long again as the job has waited already, so that many jobs ask seldom, and none of them long after it is mended. */
export function standBy(ageMs: number, chance = Math.random()): number {
  const wait = Math.min(Math.max(ageMs, FIRST_STAND_BY_MS), LONGEST_STAND_BY_MS);
  return Math.round(wait * (0.75 + chance / 4));
}
