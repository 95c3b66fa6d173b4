import { startBridgeProcess } from './bridge-process.ts';
import { createWorld, freePort } from './world.ts';

/**
 * `npm run sandbox`: the whole product with no account anywhere. The bridge is the built one, a process of its own, pointed
 * at simulators by the environment variables that production uses.
 */
const started = Date.now();
const preferred = Number(process.env['SANDBOX_PORT'] ?? '4000');

const world = await createWorld({
  slack: { port: await freeOr(preferred) },
  serviceNow: { port: await freeOr(preferred + 1) },
  port: await freeOr(preferred + 2),
});
const bridge = await startBridgeProcess(world.env);
bridge.onLine((line) => {
  // The newcomer's terminal stays quiet unless something is wrong; SANDBOX_LOG=all shows every line.
  if (process.env['SANDBOX_LOG'] === 'all' || !line.includes('"level":"info"')) console.log(line);
});

const seconds = ((Date.now() - started) / 1000).toFixed(1);
if (world.store.kind === 'embedded')
  console.log('No valkey-server or redis-server on PATH: using an embedded store, in memory only.');
console.log(`Ready in ${seconds} s. Open ${world.slack.url} and type: /snow incident VPN is down`);
console.log(`The agent's side of ServiceNow: ${world.serviceNow.url}   (Ctrl-C stops everything)`);

let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await bridge.end('SIGTERM');
  await world.close();
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
bridge.child.once('exit', (code) => {
  if (!stopping) console.error('The bridge has stopped by itself; its last words are above.');
  void stop(code ?? 1);
});

async function freeOr(port: number): Promise<number> {
  const { createServer } = await import('node:net');
  const taken = await new Promise<boolean>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(true))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
  return taken ? freePort() : port;
}
