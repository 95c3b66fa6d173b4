import type { RedisOptions } from 'ioredis';

/** What `REDIS_URL` names, in ioredis's words. */
export type Address =
  | { kind: 'alone'; options: RedisOptions }
  | { kind: 'sentinels'; options: RedisOptions }
  | { kind: 'cluster'; nodes: string[]; options: RedisOptions };

/**
 * `redis://[user:password@]host[:port][/database]`, `rediss://…` with TLS, `unix:///path[?db=database]`, several nodes of a
 * Cluster separated by commas, or `sentinel://[user:password@]host[:port][,host[:port]…]/primary[/database][?username=…&password=…]`, where the
 * part before the @ is for Redis and the query for the Sentinels; `sentinels://…` is the same with TLS.
 * @returns undefined where it is none of these
 */
export function parseAddress(text: string): Address | undefined {
  if (text.startsWith('unix://')) return socket(text.slice('unix://'.length));
  const texts = text.split(',').map((node) => node.trim());
  const scheme = /^sentinels?:/.test(text) ? 'sentinel' : 'redis';
  const urls = texts.flatMap((node) => nodeUrl(node, scheme) ?? []);
  const [first] = urls;
  if (!first || urls.length < texts.length) return undefined;
  if (scheme === 'sentinel') return sentinels(first, urls);
  const options = credentials(first);
  if (urls.length > 1) return { kind: 'cluster', nodes: urls.map((each) => each.href), options };
  return { kind: 'alone', options: { ...place(first, 6379), ...database(first.pathname.slice(1)), ...options } };
}

function socket(text: string): Address | undefined {
  const [, path, db = ''] = /^([^?]+)(?:\?db=(\d+))?$/.exec(text) ?? [];
  return path ? { kind: 'alone', options: { path, ...database(db) } } : undefined;
}

/** The same place as a node of a Cluster, from which the others become known. */
export function asCluster({ host, port, path: _path, db: _db, ...options }: RedisOptions): Address {
  const name = host?.includes(':') ? `[${host}]` : host;
  return { kind: 'cluster', nodes: [`redis://${name}:${port}`], options };
}

function nodeUrl(text: string, scheme: 'redis' | 'sentinel'): URL | undefined {
  // A bare word is more likely a mistake than a host.
  const full = /^[\w.-]+:\d+(\/|\?|$)/.test(text) ? `${scheme}://${text}` : text;
  const fits = scheme === 'redis' ? /^rediss?:\/\/./ : /^sentinels?:\/\/./;
  if (!fits.test(full) || !URL.canParse(full)) return undefined;
  const url = new URL(full);
  return url.hostname !== '' && isDecodable(url.username + url.password + url.pathname) ? url : undefined;
}

function sentinels(first: URL, urls: URL[]): Address {
  const last = urls.at(-1) ?? first;
  const [name, db = ''] = last.pathname.slice(1).split('/').map(decodeURIComponent);
  const [username, password] = ['username', 'password'].map((key) => last.searchParams.get(key));
  const tls = first.protocol === 'sentinels:';
  return {
    kind: 'sentinels',
    options: {
      name: name || 'mymaster',
      sentinels: urls.map((url) => place(url, 26379)),
      ...(username ? { sentinelUsername: username } : {}),
      ...(password ? { sentinelPassword: password } : {}),
      ...(tls ? { sentinelTLS: {}, tls: {}, enableTLSForSentinelMode: true } : {}),
      ...database(db),
      ...credentials(first),
    },
  };
}

const place = (url: URL, port: number) => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: Number(url.port || port),
});

const database = (text: string): RedisOptions => (/^[1-9]\d*$/.test(text) ? { db: Number(text) } : {});

const credentials = (url: URL): RedisOptions => ({
  ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
  ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
  ...(url.protocol === 'rediss:' ? { tls: { servername: url.hostname } } : {}),
});

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}
