import type { Result } from './row.ts';
import { spreadOf } from './stats.ts';

/** Figures of one size; each is compared with the same figure of the other sizes. */
export type Cost = { size: number; figures: Record<string, { value: number; unit?: string; note?: string }> };

/** A timer of ours that fires within a cycle is a command more or less. */
const NOISE = 0.05;

/**
 * How fast a figure grows, as the power of the size between two neighbouring sizes: 0 is flat, 1 is linear. The steepest step
 * counts, so that a figure that turns upwards at the end does not hide behind a flat beginning.
 */
const steepest = (points: readonly { size: number; value: number }[]): number =>
  Math.max(
    ...points.slice(1).map(({ size, value }, index) => {
      const before = points[index];
      return before ? Math.log(value / before.value) / Math.log(size / before.size) : Number.NaN;
    }),
  );

/** One line for each figure that all sizes have. @param flat names of those that may not grow at all */
export function growth(who: string, costs: readonly Cost[], flat: readonly string[]): Result[] {
  const [first] = costs;
  return Object.keys(first?.figures ?? {}).flatMap((what) => {
    const points = costs.map(({ size, figures }) => ({ size, value: figures[what]?.value ?? Number.NaN }));
    const power = steepest(points);
    const isFlat = flat.includes(what);
    const limit = (isFlat ? 0 : 1) + NOISE;
    return [
      {
        name: `growth, ${who}: ${what}`,
        unit: '',
        subject: spreadOf([power]),
        target: { words: isFlat ? '0, flat' : '≤ 1, linear', met: power <= limit },
      },
    ];
  });
}
