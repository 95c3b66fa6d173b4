import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Redis } from 'ioredis';

export type Store = {
  url: string;
  kind: 'given' | 'valkey-server' | 'redis-server' | 'embedded';
  /** Ends the server as a power cut would; only for a private one. */
  kill?: () => Promise<void>;
  /** Starts it again on the same files. */
  restart?: () => Promise<void>;
  close(): Promise<void>;
};

/** When what was written reaches the disk: see docs/operations.md. */
export type AppendFsync = 'everysec' | 'always';

// A busy machine may take its time; falling back would quietly test another store.
const START_MS = 20_000;

/**
 * Finds a store: `REDIS_URL`; else a server on PATH, started privately on a Unix socket; else the embedded one.
 * `SANDBOX_STORE=embedded` skips to the last, so that tests can run on it where a server is installed.
 */
export async function findStore(
  env: NodeJS.ProcessEnv = process.env,
  appendFsync: AppendFsync = 'everysec',
): Promise<Store> {
  if (env['SANDBOX_STORE'] === 'embedded') return startEmbedded();
  if (env['REDIS_URL']) return { url: env['REDIS_URL'], kind: 'given', close: async () => {} };
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
    kill: () => end('SIGKILL'),
    restart: async () => {
      if (!(await start())) throw new Error(`${binary} did not come back`);
    },
    close: async () => {
      process.off('exit', onExit);
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
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
  const thread = new Worker(new URL('./redis-thread.js', import.meta.url));
  const [port] = (await once(thread, 'message')) as [number];
  return { url: `redis://127.0.0.1:${port}`, kind: 'embedded', close: async () => void (await thread.terminate()) };
}
