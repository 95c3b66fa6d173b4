import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../sandbox/world.ts';
import { until } from './until.ts';

/** True where a real one can be started: replicas and Sentinels need it. */
export const hasRedisServer = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** A real server of its own, on a port of this machine. */
export type RedisServer = {
  port: number;
  url: string;
  /** For orders and questions of the test. */
  client: Redis;
  /** Until a replica has all that was written so far: replication is asynchronous, and a primary that stops takes the rest along. */
  replicated(): Promise<void>;
  /** The process stands still: its connections stay open, and nothing answers. */
  freeze(): void;
  close(): Promise<void>;
};

export async function startRedisServer(
  lines: string[] = [],
  password?: string,
  role: 'server' | 'sentinel' = 'server',
): Promise<RedisServer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'bridge-redis-'));
  const configuration = join(directory, 'redis.conf');
  const common = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    ...(password ? [`requirepass ${password}`] : []),
  ];
  const durable = ['save ""', 'appendonly yes', 'maxmemory-policy noeviction', 'repl-diskless-sync-delay 0'];
  writeFileSync(configuration, [...common, ...(role === 'server' ? durable : []), ...lines, ''].join('\n'));
  const args = [configuration, ...(role === 'sentinel' ? ['--sentinel'] : [])];
  const child: ChildProcess = spawn('redis-server', args, { stdio: 'ignore', detached: true });
  const onExit = () => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const client = new Redis({ host: '127.0.0.1', port, ...(password ? { password } : {}) });
  client.on('error', () => {});
  await until('a Redis server to answer', () => client.status === 'ready');
  return {
    port,
    url: `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`,
    client,
    async replicated() {
      // WAIT asks for the last write of its own connection.
      await client.multi().set('last', '1').del('last').exec();
      if ((await client.wait(1, 10_000)) !== 1) throw new Error('the replica did not follow');
    },
    freeze: () => void child.kill('SIGSTOP'),
    async close() {
      process.off('exit', onExit);
      client.disconnect();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function startReplica(of: RedisServer, lines: string[] = [], password?: string): Promise<RedisServer> {
  const replica = await startRedisServer([`replicaof 127.0.0.1 ${of.port}`, ...lines], password);
  await until('the replica to follow', async () =>
    (await replica.client.info('replication')).includes('link_status:up'),
  );
  return replica;
}
