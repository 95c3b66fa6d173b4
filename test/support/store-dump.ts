import type { Redis } from 'ioredis';

export async function scanKeys(redis: Redis, pattern = '*'): Promise<string[]> {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
    for (const key of keys) found.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...found].sort();
}

/** Everything that lies in the store, whatever its type, as text: what somebody with a copy of the disk would read. */
export async function dumpStore(redis: Redis, pattern?: string): Promise<{ key: string; text: string }[]> {
  const dump: { key: string; text: string }[] = [];
  for (const key of await scanKeys(redis, pattern))
    dump.push({ key, text: JSON.stringify(await readValue(redis, key)) ?? '' });
  return dump;
}

async function readValue(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, -1, 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return undefined;
    default:
      throw new Error(`${key} has the type ${type}, which nobody reads here`);
  }
}

/** Names of account links, whoever's. */
export const linkKeys = (redis: Redis): Promise<string[]> => scanKeys(redis, 'sn:{*}:link:*');
