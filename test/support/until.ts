import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition, with a limit; never a fixed time. @returns what the condition gave */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const began = performance.now();
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    // A question that costs much is asked less often: whoever waits must not take the time of those who work.
    await sleep(10 + 2 * (performance.now() - began));
  }
}
