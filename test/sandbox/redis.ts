import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Redis, type RedisOptions } from 'ioredis';

export type Store = {
  url: string;
  kind: 'given' | 'valkey-server' | 'redis-server' | 'embedded';
  /** How many databases it has; one where nobody can tell. */
  databases: number;
  /** Ends the server as a power cut would; only for a private one. */
  kill?: () => Promise<void>;
  /** Starts it again on the same files. */
  restart?: () => Promise<void>;
  /** It stands still with its connections open, until it is let go on; only a private one. */
  freeze?: () => void;
  thaw?: () => void;
  close(): Promise<void>;
};

/** When what was written reaches the disk: see docs/operations.md. */
export type AppendFsync = 'everysec' | 'always';

// A busy machine may take its time; falling back would quietly test another store.
const START_MS = 20_000;

/** One for each house that stands at the same time, and for those that fell and left something behind. */
const DATABASES = 64;

/** Somebody's own store, for whoever says that it may be used. Tests never do: theirs are emptied. */
export const givenStore = (url: string): Store => ({ url, kind: 'given', databases: 1, close: async () => {} });

/**
 * Starts a store that nobody else has: a server on PATH, on a Unix socket; else the embedded one. `SANDBOX_STORE=embedded` asks
 * for the latter, so that tests can run on it where a server is installed. `REDIS_URL` names somebody's store and is not read.
 */
export async function startStore(appendFsync: AppendFsync = 'everysec'): Promise<Store> {
  if (process.env['SANDBOX_STORE'] === 'embedded') return startEmbedded();
  for (const binary of ['valkey-server', 'redis-server'] as const) {
    if (spawnSync(binary, ['--version'], { stdio: 'ignore' }).status !== 0) continue;
    const started = await startPrivate(binary, appendFsync);
    if (started) return started;
  }
  return startEmbedded();
}

async function startPrivate(
  binary: 'valkey-server' | 'redis-server',
  appendFsync: AppendFsync,
): Promise<Store | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'bridge-store-'));
  const socket = join(directory, 's');
  let child: ChildProcess | undefined;

  async function start(): Promise<boolean> {
    child = spawn(
      binary,
      [
        '--port',
        '0',
        '--databases',
        String(DATABASES),
        '--unixsocket',
        socket,
        '--unixsocketperm',
        '700',
        '--dir',
        directory,
        '--save',
        '',
        '--appendonly',
        'yes',
        '--appendfsync',
        appendFsync,
        '--maxmemory-policy',
        'noeviction',
      ],
      // Out of the terminal's process group: Ctrl-C is for us, and we end the store after those who use it.
      { stdio: 'ignore', detached: true },
    );
    let dead = false;
    child.once('exit', () => {
      dead = true;
    });
    child.once('error', () => {
      dead = true;
    });
    for (const deadline = Date.now() + START_MS; Date.now() < deadline && !dead; await sleep(20))
      if (existsSync(socket) && (await answers(socket))) return true;
    return false;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    // Whatever stands still hears no other signal.
    running.kill('SIGCONT');
    await gone;
  }

  if (!(await start())) {
    await end('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    return undefined;
  }
  const onExit = () => {
    child?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  return {
    url: `unix://${socket}`,
    kind: binary,
    databases: DATABASES,
    kill: () => end('SIGKILL'),
    restart: async () => {
      if (!(await start())) throw new Error(`${binary} did not come back`);
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    close: async () => {
      process.off('exit', onExit);
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A bare connection to a store, as the bridge finds it behind its `REDIS_URL`. */
export const clientOf = (url: string, options: RedisOptions = {}): Redis =>
  url.startsWith('unix://')
    ? new Redis({ ...options, ...addressOf(url), db: databaseOf(url) })
    : new Redis(url, options);

/** Where its server listens, for a bare socket. */
export function addressOf(url: string): { path: string } | { host: string; port: number } {
  const { protocol, pathname, hostname, port } = new URL(url);
  return protocol === 'unix:' ? { path: pathname } : { host: hostname, port: Number(port || '6379') };
}

export function databaseOf(url: string): number {
  const { protocol, pathname, searchParams } = new URL(url);
  return Number((protocol === 'unix:' ? searchParams.get('db') : pathname.slice(1)) || '0');
}

/** The same server's address, with another of its databases. */
export function withDatabase(url: string, database: number): string {
  const changed = new URL(url);
  if (changed.protocol === 'unix:') changed.searchParams.set('db', String(database));
  else changed.pathname = `/${database}`;
  return changed.href;
}

async function answers(path: string): Promise<boolean> {
  const client = new Redis({ path, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

async function startEmbedded(): Promise<Store> {
  const thread = new Worker(new URL('./redis-thread.js', import.meta.url), { workerData: { databases: DATABASES } });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    url: `redis://127.0.0.1:${port}`,
    kind: 'embedded',
    databases: DATABASES,
    close: async () => void (await thread.terminate()),
  };
}
