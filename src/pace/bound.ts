/**
 * How many requests an instance may have under way at a time, as a decision on what its last answers were like. The rules are
 * those of congestion control (TCP Vegas): as long as answers take their usual time nothing waits in the instance, so there
 * may be more; as soon as they take longer, what is sent only stands in its queue.
 */

/** The base of an instance: four REST transactions at a time on each node. */
export const START = 4;

/** What came of one request. */
export type Answer = {
  /** Requests of one kind take about as long as each other, e.g. `GET /api/now/table/incident`. */
  kind: string;
  ms: number;
  /** A full queue's 429, a 503, or no answer at all. */
  isPushback: boolean;
};

/** The time that each kind of request takes while the instance is not busy, in ms. */
export type Usual = Readonly<Record<string, number>>;

/** Answers to requests that were all sent under the same bound. */
export type Round = { bound: number; answers: readonly Answer[] };

/** Fewer say nothing about the instance. */
const FEWEST_ANSWERS = 4;
/** Quicker answers differ by chance. */
const QUICK_MS = 100;
/** Slower than usual by so much: surely chance; still no queue to speak of; more than a queue that begins. */
const CHANCE = 1.15;
const CALM = 1.3;
const BUSY = 2;
const GROWTH = 1 / 3;
const SHRINKAGE = 1 / 2;
/** How far a round moves our knowledge of the usual time: down or up by chance, and up because that is how it is now. */
const FASTER = 0.5;
const DRIFT = 0.02;
const SLOWER = 0.25;

/** @param places those that the observer has of the bound: each of them is heard once */
export const isWhole = ({ answers }: Round, places: number): boolean =>
  answers.some(({ isPushback }) => isPushback) || answers.length >= Math.max(FEWEST_ANSWERS, places);

const clamp = (bound: number, maximum: number) => Math.max(1, Math.min(bound, maximum));

/**
 * @param isWanted more requests wait for a place than there are places; without that a higher bound would be a guess
 * @returns a whole number from 1 to `maximum`, and what is known of the usual time from now on
 */
export function judge(round: Round, usual: Usual, maximum: number, isWanted: boolean): { bound: number; usual: Usual } {
  const { bound, answers } = round;
  if (answers.some(({ isPushback }) => isPushback))
    return { bound: clamp(Math.floor(bound * SHRINKAGE), maximum), usual };
  if (answers.length === 0) return { bound: clamp(bound, maximum), usual };
  const slowness = mean(answers.map(({ kind, ms }) => ratio(ms, usual[kind] ?? ms)));
  return { bound: clamp(next(bound, slowness, isWanted), maximum), usual: learn(round, usual, slowness) };
}

function next(bound: number, slowness: number, isWanted: boolean): number {
  if (slowness > BUSY) return Math.floor(bound * SHRINKAGE);
  if (slowness > CALM) return bound - 1;
  return isWanted ? bound + Math.ceil(bound * GROWTH) : bound;
}

/**
 * Slowness of our own making must not become the usual. With few requests under way it is not of our making: then it is
 * learned, so that an instance that has become slower for good gets its requests again.
 */
function learn({ bound, answers }: Round, usual: Usual, slowness: number): Usual {
  const rise = bound <= START ? SLOWER : slowness > CHANCE ? 0 : DRIFT;
  const learned: Record<string, number> = { ...usual };
  for (const kind of new Set(answers.map((answer) => answer.kind))) {
    const now = mean(answers.filter((answer) => answer.kind === kind).map(({ ms }) => ms));
    const before = usual[kind] ?? now;
    // A slow spell that is over must not be what the next one is measured by.
    const isOver = now * CALM < before;
    learned[kind] = isOver ? now : before + (now - before) * (now < before ? FASTER : rise);
  }
  return learned;
}

const ratio = (ms: number, usual: number) => Math.max(ms, QUICK_MS) / Math.max(usual, QUICK_MS);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
