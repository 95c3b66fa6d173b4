import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type ClusterNode, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { ConfigError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Address, asCluster, parseAddress } from './address.ts';
import { keepPulse } from './pulse.ts';

export type RedisClient = Redis | Cluster;

/**
 * `fast`: for the road to an acknowledgement. A command that cannot be sent now fails now, and is never sent later,
 * so that "nothing was done" stays true. One that was sent and not answered is another matter: it may have been done.
 * `patient`: for workers, which wait for Redis to come back (BullMQ demands it).
 */
export type Patience = 'fast' | 'patient';

/**
 * After a failover the old primary goes on as a replica and keeps its connections. What it refuses was not done, so it is
 * sent again, to the primary that is found instead; for `fast` clients that is too late, and they are told so.
 */
const RECONNECT_AND_RESEND = 2;
const reconnectOnError = ({ message }: Error) => (/READONLY|MASTERDOWN/.test(message) ? RECONNECT_AND_RESEND : false);

const COMMON: RedisOptions = { reconnectOnError, maxLoadingRetryTime: 2_000, sentinelCommandTimeout: 2_000 };
const OPTIONS: Record<Patience, RedisOptions> = {
  fast: {
    ...COMMON,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2000,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(50 * times, 500),
  },
  patient: {
    ...COMMON,
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  },
};

/**
 * ioredis never says `end` where it is told to disconnect between two attempts to reconnect, and BullMQ waits for that word
 * before it lets a worker go. So the attempt is awaited, two seconds at most, and then it ends.
 */
class EndingRedis extends Redis {
  constructor(options: RedisOptions, habit: Parameters<typeof keepPulse>[1] = 'asking') {
    super(options);
    keepPulse(this, habit);
  }

  /** Commands of one turn of the event loop leave in one write, which costs as much as making one of them. */
  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const { stream: socket } = this;
    if (this.status === 'ready' && socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    return super.sendCommand(command, stream);
  }

  override disconnect(reconnect = false): void {
    if (this.status === 'reconnecting' && !reconnect) this.once('connecting', () => super.disconnect());
    else super.disconnect(reconnect);
  }

  /** BullMQ makes the connection on which a worker waits for jobs in this way. */
  override duplicate(override?: Partial<RedisOptions>): EndingRedis {
    return new EndingRedis({ ...this.options, ...override }, 'waiting');
  }
}

/** Each of its nodes has a connection, and a pulse, of its own. */
class PulsingCluster extends Cluster {
  readonly #nodes: ClusterNode[];

  constructor(nodes: ClusterNode[], options: ClusterOptions, habit: Parameters<typeof keepPulse>[1] = 'asking') {
    super(nodes, options);
    this.#nodes = nodes;
    this.on('+node', (node: Redis) => keepPulse(node, habit));
  }

  override duplicate(nodes: ClusterNode[] = this.#nodes, override: ClusterOptions = {}): PulsingCluster {
    return new PulsingCluster(nodes, { ...this.options, ...override }, 'waiting');
  }
}

/** After what was sent has been answered; where Redis is away, nothing is. */
export async function disconnect(client: RedisClient): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => client.disconnect());
  else client.disconnect();
}

/** A connection to Redis or Valkey: one server, one behind Sentinels, or a Cluster. */
export function connect(address: Address, patience: Patience, log: Log): RedisClient {
  const options = { ...OPTIONS[patience], ...address.options };
  const client =
    address.kind === 'cluster'
      ? new PulsingCluster(address.nodes, { enableOfflineQueue: patience === 'patient', redisOptions: options })
      : new EndingRedis(options);
  client.on('error', (error: Error) => log.warn({ err: error, patience }, 'redis connection trouble'));
  return client;
}

/**
 * Looks at the place that `REDIS_URL` names: a single address may be that of a Cluster's node, which would refuse most keys.
 * @throws {UnavailableError} where nobody answers in time
 * @throws {ConfigError} where the address does not suit what is there
 */
export async function findAddress(url: string, log: Log, timeoutMs: number): Promise<Address> {
  const address = parseAddress(url);
  if (!address) throw new ConfigError(['REDIS_URL is no address of a Redis, e.g. redis://localhost:6379.']);
  if (address.kind !== 'alone') return address;
  const client = connect(address, 'patient', log);
  try {
    await untilReady(client, timeoutMs);
    // A managed Redis may refuse to say; then it is taken for what it seems to be.
    const about = await client.info('cluster').catch(() => '');
    if (!about.includes('cluster_enabled:1')) return address;
    if (address.options.db)
      throw new ConfigError(['REDIS_URL names a database, and a Cluster has only one: leave the number out.']);
    log.info('REDIS_URL names one node of a Cluster; the others are found through it');
    return asCluster(address.options);
  } finally {
    client.disconnect();
  }
}

/** Resolves once commands can be sent. @throws {UnavailableError} after `timeoutMs`. */
export async function untilReady(client: RedisClient, timeoutMs: number): Promise<void> {
  if (client.status === 'ready') return;
  let trouble: Error | undefined;
  const note = (error: Error) => {
    trouble = error;
  };
  let ready = () => {};
  const isReady = new Promise<true>((resolve) => {
    ready = () => resolve(true);
  });
  client.on('ready', ready).on('error', note);
  try {
    // Between two attempts it says what is wrong; the next one may go well.
    if (await Promise.race([isReady, sleep(timeoutMs, false, { ref: false })])) return;
    const why = trouble ? `: ${trouble.message}` : '';
    throw new UnavailableError('store-unavailable', `Redis was not ready within ${timeoutMs} ms${why}`);
  } finally {
    client.off('ready', ready).off('error', note);
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
  if (!(error instanceof Error)) return error;
  const words = `${error.name} ${error.message}`;
  const code = UNHEARD.test(words) ? 'store-silent' : REFUSED.test(words) ? 'store-unavailable' : undefined;
  return code ? new UnavailableError(code, error.message, { cause: error }) : error;
}

/** It was sent, and then came no answer: whether it was done is not known. */
const UNHEARD = /MaxRetriesPerRequestError|Connection is closed|Command timed out|ECONNRESET|fallen silent/;
/** It was never sent, or Redis said no. */
const REFUSED =
  /isn't writeable|ECONNREFUSED|ENOENT|ClusterAllFailedError|CLUSTERDOWN|LOADING|READONLY|MASTERDOWN|OOM command not allowed/;
