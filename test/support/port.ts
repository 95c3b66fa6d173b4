import { createServer } from 'node:net';

/** Below the range from which systems give out ports by themselves (Linux 32768, others 49152). */
const FIRST = 20_000;
const PER_PROCESS = 500;
let taken = process.pid % PER_PROCESS;

/**
 * A port for a server that starts a moment later. One that the system chose could be given to another test's server in
 * between; so each of Jest's processes has a range of its own, outside the system's.
 */
export async function ownPort(): Promise<number> {
  const range = FIRST + (Number(process.env['JEST_WORKER_ID'] ?? 0) % 20) * PER_PROCESS;
  for (let tries = 0; tries < PER_PROCESS; tries += 1) {
    taken = (taken + 1) % PER_PROCESS;
    // Kept apart from `taken`, which another call may move while this one waits.
    const port = range + taken;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
