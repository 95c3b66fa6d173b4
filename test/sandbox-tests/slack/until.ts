/** Waits for a condition, never for a time. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const end = Date.now() + 3000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what} did not come true within 3 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
