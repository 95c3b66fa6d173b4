import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';

export type RedisClient = Redis | Cluster;

/**
 * `fast`: for the road to an acknowledgement. A command that cannot be sent now fails now, and is never sent later,
 * so that "nothing was done" stays true. `patient`: for workers, which wait for Redis to come back (BullMQ demands it).
 */
export type Temper = 'fast' | 'patient';

const OPTIONS: Record<Temper, RedisOptions> = {
  fast: {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2000,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(50 * times, 500),
  },
  patient: { maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(100 * times, 2000) },
};

/**
 * ioredis never says `end` where it is told to disconnect between two attempts to reconnect, and BullMQ waits for that word
 * before it lets a worker go. So the attempt is awaited, two seconds at most, and then it ends.
 */
class EndingRedis extends Redis {
  override disconnect(reconnect = false): void {
    if (this.status === 'reconnecting' && !reconnect) this.once('connecting', () => super.disconnect());
    else super.disconnect(reconnect);
  }

  /** BullMQ makes the connection on which a worker waits for jobs in this way. */
  override duplicate(override?: Partial<RedisOptions>): EndingRedis {
    return new EndingRedis({ ...this.options, ...override });
  }
}

/** After what was sent has been answered; where Redis is away, nothing is. */
export async function disconnect(client: RedisClient): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => client.disconnect());
  else client.disconnect();
}

/**
 * A connection to Redis or Valkey: standalone, `unix:///path`, `sentinel://a:26379,b:26379/mymaster`, or, where several
 * other nodes are given, a Cluster.
 */
export function connect(url: string, temper: Temper, log: Log): RedisClient {
  const nodes = url.split(',').map((node) => node.trim());
  const options = OPTIONS[temper];
  const [first = ''] = nodes;
  const client = first.startsWith('sentinel://')
    ? new EndingRedis({ ...options, ...sentinels(nodes) })
    : nodes.length > 1
      ? new Cluster(nodes.map(withScheme), {
          enableOfflineQueue: temper === 'patient',
          redisOptions: { ...credentials(first), ...options },
        })
      : new EndingRedis(
          first.startsWith('unix://')
            ? { ...options, path: first.slice('unix://'.length) }
            : { ...options, ...parse(first) },
        );
  client.on('error', (error: Error) => log.warn({ err: error, temper }, 'redis connection trouble'));
  return client;
}

const withScheme = (node: string) => (node.includes('://') ? node : `redis://${node}`);

function parse(node: string): RedisOptions {
  const url = new URL(withScheme(node));
  const db = Number(url.pathname.slice(1) || '0');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || '6379'),
    ...(Number.isInteger(db) && db > 0 ? { db } : {}),
    ...credentials(node),
  };
}

function sentinels(nodes: string[]): RedisOptions {
  const urls = nodes.map((node) => new URL(node.includes('://') ? node : `sentinel://${node}`));
  const name = urls.map((each) => each.pathname.slice(1)).find(Boolean) ?? 'mymaster';
  return {
    name,
    sentinels: urls.map((each) => ({ host: each.hostname, port: Number(each.port || '26379') })),
    ...credentials(nodes[0] ?? ''),
  };
}

function credentials(node: string): RedisOptions {
  const url = new URL(withScheme(node));
  return {
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: { servername: url.hostname } } : {}),
  };
}

/** Resolves once commands can be sent. @throws {UnavailableError} after `timeoutMs`. */
export async function untilReady(client: RedisClient, timeoutMs: number): Promise<void> {
  if (client.status === 'ready') return;
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new UnavailableError('store-unavailable', `Redis was not ready within ${timeoutMs} ms`, { cause });
  }
}

/** How long a question may go unanswered before Redis counts as away. */
const AWAY_MS = 3_000;
const ASK_AGAIN_MS = 1_000;

/** Resolves once a patient client has had no answer for a while, or when nobody asks any more. */
export async function untilAway(client: RedisClient, asking: AbortSignal): Promise<void> {
  while (!asking.aborted) {
    // A refusal is an answer, too.
    const answer = client.ping().catch(String);
    if ((await Promise.race([answer, sleep(AWAY_MS, undefined, { ref: false })])) === undefined) return;
    await sleep(ASK_AGAIN_MS, undefined, { ref: false });
  }
}

/** What DESIGN demands of a production Redis and this one does not have; empty if all is well or it will not say. */
export async function durabilityProblems(client: RedisClient): Promise<string[]> {
  const problems: string[] = [];
  const read = async (name: string) => {
    const answer: unknown = await client.call('CONFIG', 'GET', name).catch(() => undefined);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  };
  const policy = await read('maxmemory-policy');
  const appendOnly = await read('appendonly');
  const appendFsync = await read('appendfsync');
  if (policy && policy !== 'noeviction')
    problems.push(`maxmemory-policy is ${policy}; set it to noeviction, or Redis may throw jobs away`);
  if (appendOnly && appendOnly !== 'yes')
    problems.push('appendonly is off; set it to yes, or a restart of Redis loses what was acknowledged');
  if (appendOnly === 'yes' && appendFsync && appendFsync !== 'always')
    problems.push(
      `appendfsync is ${appendFsync}; set it to always, or a killed Redis may forget what it just acknowledged`,
    );
  return problems;
}

/** ioredis fails with plain errors; those that mean "Redis is away" get their name, every other error stays what it is. */
export function nameStoreTrouble(error: unknown): unknown {
  if (!(error instanceof Error) || !AWAY.test(`${error.name} ${error.message}`)) return error;
  return new UnavailableError('store-unavailable', error.message, { cause: error });
}

const AWAY =
  /MaxRetriesPerRequestError|Connection is closed|Command timed out|isn't writeable|ECONNREFUSED|ECONNRESET|ENOENT|ClusterAllFailedError|LOADING|READONLY|MASTERDOWN/;
