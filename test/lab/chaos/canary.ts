import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export type Canary = {
  /**
   * After the store was killed and is back: how much of what it had acknowledged it forgot, in ms; then it sings on. With
   * `everysec` a store puts its writes off where the disk is slow, and answers all the same.
   */
  forgottenMs(): Promise<number>;
  close(): void;
};

const KEY = 'chaos:canary';
const PAUSE_MS = 20;

/** Writes the time into the store again and again, beside the bridge, and remembers what was acknowledged. */
export function startCanary(path: string): Canary {
  // Never again by itself: what comes after the kill is not acknowledged by the store that was killed.
  const connected = () => new Redis({ path, retryStrategy: () => null }).on('error', () => {});
  let client = connected();
  let acknowledged = 0;
  let singing = sing();

  async function sing(): Promise<void> {
    while (client.status !== 'end') {
      const now = Date.now();
      // Refused while the store is a replica; killed or closed, it ends.
      if (await client.set(KEY, now).catch(() => undefined)) acknowledged = now;
      await sleep(PAUSE_MS);
    }
  }

  return {
    async forgottenMs() {
      await singing;
      client = connected();
      const kept = Number((await client.get(KEY)) ?? 0);
      const forgotten = Math.max(0, acknowledged - kept);
      singing = sing();
      return forgotten;
    },
    close: () => client.disconnect(),
  };
}
