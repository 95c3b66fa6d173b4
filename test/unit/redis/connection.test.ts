import { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { UnavailableError } from '../../../src/errors.ts';
import {
  connect,
  durabilityProblems,
  type RedisClient,
  type Temper,
  untilReady,
} from '../../../src/redis/connection.ts';
import { failureOf, readableLog } from '../support.ts';

const { log } = readableLog();

/** Where a client would connect to. It is torn down before it gets there. */
function optionsOf(url: string, temper: Temper = 'patient') {
  const client = connect(url, temper, log);
  client.disconnect();
  return client;
}
const standalone = (url: string, temper?: Temper) => {
  const client = optionsOf(url, temper);
  expect(client).toBeInstanceOf(Redis);
  return (client as Redis).options;
};

describe('REDIS_URL', () => {
  test.each<[string, object]>([
    ['redis://localhost:6380', { host: 'localhost', port: 6380, db: 0 }],
    ['redis://cache', { host: 'cache', port: 6379 }],
    ['cache:6380', { host: 'cache', port: 6380 }],
    ['redis://cache/2', { host: 'cache', db: 2 }],
    ['redis://:p%40ss@cache', { host: 'cache', password: 'p@ss' }],
    ['redis://ada:pass@cache', { username: 'ada', password: 'pass' }],
    ['rediss://cache.example.com', { host: 'cache.example.com', tls: { servername: 'cache.example.com' } }],
    ['redis://[::1]:6379', { host: '::1', port: 6379 }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
  ])('%s', (url, expected) => {
    expect(standalone(url)).toMatchObject(expected);
  });

  test('plain text has no TLS', () => {
    expect(standalone('redis://cache').tls).toBeUndefined();
  });

  test('several nodes are a Cluster, and its password goes to every node', () => {
    const client = optionsOf('redis://:pass@a:6379, b:6380');
    expect(client).toBeInstanceOf(Cluster);
    expect((client as Cluster).options.redisOptions).toMatchObject({ password: 'pass' });
  });
});

describe('temper', () => {
  test('fast: what cannot be sent now fails now, and is never sent later', () => {
    expect(standalone('redis://cache', 'fast')).toMatchObject({
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
    });
  });
  test('patient: waits, as BullMQ demands', () => {
    expect(standalone('redis://cache', 'patient')).toMatchObject({
      enableOfflineQueue: true,
      maxRetriesPerRequest: null,
    });
  });
});

/** Speaks just enough RESP to be connected to. */
async function fakeRedis(answer: (command: string) => string): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (data) => socket.write(answer(data.toString().toLowerCase())));
    socket.on('error', () => {});
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('readiness', () => {
  test('resolves once commands can be sent', async () => {
    const server = await fakeRedis((command) =>
      command.includes('info') ? '$17\r\nredis_version:7.0\r\n' : '+OK\r\n',
    );
    const client = connect(server.url, 'patient', log);
    await untilReady(client, 5_000);
    expect(client.status).toBe('ready');
    client.disconnect();
    server.close();
  });
  test('where Redis does not come, says so in time', async () => {
    const client = Object.assign(new EventEmitter(), { status: 'connecting' }) as unknown as RedisClient;
    const failure = await failureOf(untilReady(client, 5));
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).toMatchObject({ code: 'store-unavailable' });
  });
});

describe('durability', () => {
  const store = (settings: Record<string, string> | 'silent') =>
    ({
      call: async (_command: string, _get: string, name: string) => {
        if (settings === 'silent') throw new Error('NOPERM');
        return name in settings ? [name, settings[name]] : [];
      },
    }) as unknown as RedisClient;

  test.each<[string, Record<string, string> | 'silent', string[]]>([
    ['as it should be', { 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'always' }, []],
    ['evicting', { 'maxmemory-policy': 'allkeys-lru', appendonly: 'yes' }, ['maxmemory-policy']],
    [
      'flushing late',
      { 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'everysec' },
      ['appendfsync'],
    ],
    ['writing nothing', { 'maxmemory-policy': 'noeviction', appendonly: 'no', appendfsync: 'no' }, ['appendonly']],
    ['forgetting', { 'maxmemory-policy': 'noeviction', appendonly: 'no' }, ['appendonly']],
    ['both', { 'maxmemory-policy': 'volatile-ttl', appendonly: 'no' }, ['maxmemory-policy', 'appendonly']],
    ['a managed one that will not say', 'silent', []],
  ])('%s', async (_, settings, expected) => {
    expect((await durabilityProblems(store(settings))).map((problem) => problem.split(' ')[0])).toEqual(expected);
  });
});
