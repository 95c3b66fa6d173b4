import { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { ConfigError, UnavailableError } from '../../../src/errors.ts';
import { type Address, parseAddress } from '../../../src/redis/address.ts';
import {
  connect,
  durabilityProblems,
  findAddress,
  type Patience,
  type RedisClient,
  untilReady,
} from '../../../src/redis/connection.ts';
import { failureOf, readableLog } from '../support.ts';

const { log } = readableLog();

function addressOf(url: string): Address {
  const address = parseAddress(url);
  if (!address) throw new Error('no address');
  return address;
}

/** Where a client would connect to. It is torn down before it gets there. */
function optionsOf(url: string, patience: Patience = 'patient') {
  const client = connect(addressOf(url), patience, log);
  client.disconnect();
  return client;
}
const standalone = (url: string, patience?: Patience) => {
  const client = optionsOf(url, patience);
  expect(client).toBeInstanceOf(Redis);
  return (client as Redis).options;
};

describe('REDIS_URL', () => {
  test.each<[string, object]>([
    ['redis://localhost:6380', { host: 'localhost', port: 6380 }],
    ['redis://cache', { host: 'cache', port: 6379 }],
    ['cache:6380', { host: 'cache', port: 6380 }],
    ['redis://cache/2', { host: 'cache', db: 2 }],
    ['redis://:p%40ss@cache', { host: 'cache', password: 'p@ss' }],
    ['redis://ada:pass@cache', { username: 'ada', password: 'pass' }],
    ['rediss://cache.example.com', { host: 'cache.example.com', tls: { servername: 'cache.example.com' } }],
    ['redis://[::1]:6379', { host: '::1', port: 6379 }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
    ['unix:///run/redis.sock?db=2', { path: '/run/redis.sock', db: 2 }],
    [
      'sentinel://ada:pass@a:26380,b:26379/primary/3?username=guard&password=s%23cret',
      {
        sentinels: [
          { host: 'a', port: 26380 },
          { host: 'b', port: 26379 },
        ],
        name: 'primary',
        db: 3,
        username: 'ada',
        password: 'pass',
        sentinelUsername: 'guard',
        sentinelPassword: 's#cret',
      },
    ],
    ['sentinel://a', { name: 'mymaster', sentinels: [{ host: 'a', port: 26379 }] }],
    ['sentinels://a/primary', { name: 'primary', tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }],
  ])('%s', (url, expected) => {
    expect(addressOf(url).options).toMatchObject(expected);
  });

  test('plain text has no TLS', () => {
    expect(addressOf('redis://cache').options.tls).toBeUndefined();
  });

  test('several nodes are a Cluster, and its password goes to every node', () => {
    const client = optionsOf('redis://:pass@a:6379, b:6380');
    expect(client).toBeInstanceOf(Cluster);
    expect((client as Cluster).options.redisOptions).toMatchObject({ password: 'pass' });
  });
});

describe('patience', () => {
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
    socket.on('data', (data) => {
      // Several commands may come in one piece, and each wants its answer.
      for (const command of data
        .toString()
        .toLowerCase()
        .split(/(?=\*\d+\r\n)/))
        socket.write(answer(command));
    });
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
    const client = connect(addressOf(server.url), 'patient', log);
    await untilReady(client, 5_000);
    expect(client.status).toBe('ready');
    client.disconnect();
    server.close();
  });
  test('commands of one turn of the event loop leave together, whoever sends them', async () => {
    const server = await fakeRedis((command) =>
      command.includes('info') ? '$17\r\nredis_version:7.0\r\n' : '+OK\r\n',
    );
    const client = connect(addressOf(server.url), 'fast', log) as Redis;
    await untilReady(client, 5_000);
    await client.ping();
    const writev = jest.spyOn(client.stream, '_writev' as never);
    const first = client.set('a', '1');
    // What an await of something that is there already comes to.
    const second = Promise.resolve().then(() => client.set('b', '2'));
    await Promise.all([first, second]);
    expect(writev).toHaveBeenCalledTimes(1);
    expect(await client.ping()).toBe('OK');
    client.disconnect();
    server.close();
  });
  test('what goes wrong between two attempts does not end the wait', async () => {
    const client = Object.assign(new EventEmitter(), { status: 'connecting' });
    const ready = untilReady(client as unknown as RedisClient, 5_000);
    client.emit('error', new Error('ECONNREFUSED'));
    client.emit('ready');
    await ready;
  });
  test('where Redis does not come, says so in time', async () => {
    const client = Object.assign(new EventEmitter(), { status: 'connecting' }) as unknown as RedisClient;
    const failure = await failureOf(untilReady(client, 5));
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).toMatchObject({ code: 'store-unavailable' });
    expect(client.listenerCount('ready') + client.listenerCount('error')).toBe(0);
  });
});

describe('a single address', () => {
  const asked = async (database: string, about: string) => {
    const server = await fakeRedis((command) =>
      command.includes('info') ? `$${about.length}\r\n${about}\r\n` : '+OK\r\n',
    );
    try {
      return await findAddress(server.url + database, log, 5_000);
    } finally {
      server.close();
    }
  };

  test('of a Redis alone is taken as it is', async () => {
    expect(await asked('/2', 'cluster_enabled:0')).toMatchObject({ kind: 'alone', options: { db: 2 } });
  });
  test('of a node of a Cluster leads to the Cluster', async () => {
    expect(await asked('', 'cluster_enabled:1')).toMatchObject({
      kind: 'cluster',
      nodes: [expect.stringMatching(/^redis:\/\/127/)],
    });
  });
  test('of a node of a Cluster with a database number is refused, with the reason', async () => {
    const failure = await failureOf(asked('/2', 'cluster_enabled:1'));
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).problems).toEqual([expect.stringMatching(/^REDIS_URL names a database/)]);
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
