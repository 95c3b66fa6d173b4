/** The q-th quantile by the nearest rank; `NaN` of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** What several repetitions say: the middle one, and how far they lie apart. */
export type Spread = { median: number; low: number; high: number; repetitions: number };

export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0),
  high: quantile(values, 1),
  repetitions: values.length,
});
