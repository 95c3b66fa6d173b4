import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_SLEEP_MS = 50;

/** Waits for a condition, with a limit; never a fixed time. @returns what the condition gave */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = 30_000,
): Promise<NonNullable<T>> {
  const start = Date.now();
  const deadline = start + limitMs;
  for (;;) {
    const began = performance.now();
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    // Whoever waits must not take the time of those who work: a question that costs much, or has been asked long, is asked less often.
    await sleep(Math.min(10 + (Date.now() - start) / 20, LONGEST_SLEEP_MS) + 2 * (performance.now() - began));
  }
}
