import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type BridgeProcess, startBridgeProcess } from './bridge-process.ts';
import { clientOf, givenStore, type Store } from './redis.ts';
import { createWorld, freePort, type World } from './world.ts';

/**
 * `npm run sandbox [-- --instances 2]`: the whole product with no account anywhere. The bridge is the built one, a process of its own, pointed
 * at simulators by the environment variables that production uses.
 */
const started = Date.now();
/** Lines of the bridge that are shown again when it fails. */
const LAST_WORDS = 15;
const PATIENCE_MS = 2000;
const WEBHOOK_SECRET = randomBytes(24).toString('hex');

const STORES: Record<Store['kind'], string> = {
  given: 'the store that REDIS_URL names (Reset leaves it as it is)',
  'valkey-server': 'a private valkey-server, gone when this ends',
  'redis-server': 'a private redis-server, gone when this ends',
  embedded: 'an embedded one, in memory; install valkey or redis for a faster one',
};

let world: World | undefined;
let bridge: BridgeProcess | undefined;
let stopping: Promise<void> | undefined;
let resetting: Promise<void> | undefined;

/** Ends everything, in the order of who uses whom; safe to ask for as often as signals come. */
function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    await resetting?.catch(() => {});
    // A browser's open connection can hold it for seconds; nobody waits for that here, and leaving ends it anyway.
    await Promise.race([bridge?.end('SIGTERM'), sleep(PATIENCE_MS)]);
    await world?.close();
    process.exit(code);
  })();
  return stopping;
}
// Before anything is started, so that an early Ctrl-C leaves nothing behind either.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
watchStarter();

try {
  await start();
} catch (error) {
  if (!stopping) console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function start(): Promise<void> {
  const preferred = Number(process.env['SANDBOX_PORT'] ?? '4000');
  if (!Number.isInteger(preferred) || preferred < 1 || preferred > 65_532)
    throw new Error(`SANDBOX_PORT is “${process.env['SANDBOX_PORT']}”; it has to be a number from 1 to 65532.`);
  const { values } = parseArgs({ options: { instances: { type: 'string', default: '1' } } });
  const instances = Number(values.instances);
  if (instances !== 1 && instances !== 2) throw new Error('The sandbox has one instance or two: --instances 2.');
  const given = process.env['SANDBOX_STORE'] === 'embedded' ? undefined : process.env['REDIS_URL'];
  world = await createWorld({
    ...(given ? { store: givenStore(given) } : {}),
    // Carl's Slack is in German, so that one can see that, too.
    slack: { port: await freeOr(preferred), locales: { carl: 'de-DE' } },
    serviceNow: { port: await freeOr(preferred + 1) },
    port: await freeOr(preferred + 2),
    ...(instances === 2 ? { second: { port: await freeOr(preferred + 3) } } : {}),
    env: instances === 2 ? {} : { SERVICENOW_WEBHOOK_SECRET: WEBHOOK_SECRET },
  });
  if (stopping) return;
  pushChanges(world);
  await startBridge(world);
  world.slack.onPageReset(() => {
    resetting ??= startAnew(world!).finally(() => {
      resetting = undefined;
    });
    return resetting;
  });

  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`Stored in: ${STORES[world.store.kind]}.`);
  console.log(`Ready in ${seconds} s. Open ${world.slack.url} and type: /snow incident VPN is down`);
  console.log(`The agent's side of ServiceNow: ${world.serviceNow.url}   (Ctrl-C stops everything)`);
  if (world.second) console.log(`The second instance, hr: ${world.second.url}   Type /snow connect hr, /snow hr list`);
}

/** What an administrator installs in the instance: changes are pushed, so that they are told at once. */
function pushChanges({ serviceNow, second, publicUrl, env }: World): void {
  const secret = env['IT_WEBHOOK_SECRET'] ?? WEBHOOK_SECRET;
  serviceNow.push.configure({ url: `${publicUrl}/servicenow/events`, secret });
  second?.push.configure({ url: `${publicUrl}/servicenow/events/hr`, secret: env['HR_WEBHOOK_SECRET'] ?? '' });
}

async function startBridge({ env }: World): Promise<void> {
  const begun = await startBridgeProcess(env);
  bridge = begun;
  begun.onLine((line) => {
    // The newcomer's terminal stays quiet unless something is wrong; SANDBOX_LOG=all shows every line.
    if (process.env['SANDBOX_LOG'] === 'all' || !line.includes('"level":"info"')) console.log(line);
  });
  begun.child.once('exit', (code, signal) => {
    if (stopping || bridge !== begun) return;
    console.error(`The bridge has stopped by itself (${signal ?? `code ${code}`}). Its last words:`);
    console.error(begun.lines.slice(-LAST_WORDS).join('\n'));
    void stop(code || 1);
  });
}

/** The page's Reset: both neighbours and what the bridge has stored are as on the first day. */
async function startAnew(all: World): Promise<void> {
  const before = bridge;
  bridge = undefined;
  // Without asking: what it would finish is thrown away with all the rest.
  await before?.end('SIGKILL');
  all.slack.reset();
  all.serviceNow.reset();
  all.second?.reset();
  pushChanges(all);
  if (all.store.kind !== 'given') await empty(all.store);
  if (stopping) return;
  await startBridge(all).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    void stop(1);
  });
}

async function empty({ url }: Store): Promise<void> {
  const client = clientOf(url);
  await client.flushall();
  client.disconnect();
}

/** Whoever started us has gone when the pipe from them ends, or when we get another parent. A terminal says it by SIGHUP. */
function watchStarter(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(0), 1000).unref();
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  process.stdin.on('end', () => void stop(0)).on('error', () => void stop(0));
  process.stdin.resume();
}

async function freeOr(port: number): Promise<number> {
  const taken = await new Promise<boolean>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(true))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
  if (!taken) return port;
  const other = await freePort();
  console.log(`Port ${port} is taken, so ${other} is used instead.`);
  return other;
}
