import { createServer } from 'node:net';

/** Below the range from which systems give out ports by themselves (Linux 32768, others 49152). */
const FIRST = 20_000;
const RANGES = 500;
const PER_PROCESS = 25;
const own = FIRST + (process.pid % RANGES) * PER_PROCESS;
let taken = 0;

/**
 * A port for a server that starts a moment later. One that the system chose could be given to another test's server in
 * between; so each process has a range of its own, outside the system's. Processes of one run, and of several at the same
 * time, have ids that lie near each other, and with them other ranges.
 */
export async function ownPort(): Promise<number> {
  for (let tries = 0; tries < PER_PROCESS; tries += 1) {
    // Kept apart from `taken`, which another call may move while this one waits.
    const port = own + taken;
    taken = (taken + 1) % PER_PROCESS;
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
