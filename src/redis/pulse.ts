import type { Redis } from 'ioredis';

const TURN_MS = 2_000;
/** Turns without a byte. A connection on which a worker waits for jobs is silent for ten seconds by design. */
const SILENT_TURNS = { asking: 3, waiting: 8 };

/**
 * A host that vanishes says no goodbye, and the kernel believes in it for a quarter of an hour. So every connection is asked
 * something every two seconds, and ends where nothing comes back; then ioredis looks for Redis anew.
 * @param habit `waiting`: it waits for jobs, and answers only between two of them
 */
export function keepPulse(client: Redis, habit: keyof typeof SILENT_TURNS): void {
  client.on('connect', () => {
    const { stream } = client;
    let [bytes, silent] = [stream.bytesRead, 0];
    // Turns are counted, and not seconds: a process that stood still must not take that for its peer's silence.
    const timer = setInterval(() => {
      silent = stream.bytesRead === bytes ? silent + 1 : 0;
      bytes = stream.bytesRead;
      if (silent >= SILENT_TURNS[habit]) stream.destroy(new Error('Redis has fallen silent'));
      else if (client.status === 'ready') client.ping().catch(() => {});
    }, TURN_MS).unref();
    stream.once('close', () => clearInterval(timer));
  });
}
