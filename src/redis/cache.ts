import type { z } from 'zod';
import type { RedisClient } from './connection.ts';

/** Values that may be lost at any time. What no longer fits its schema counts as absent. */
export async function readCached<T>(redis: RedisClient, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const raw = await redis.get(key);
  if (raw === null) return undefined;
  try {
    return schema.parse(JSON.parse(raw));
  } catch {
    return undefined;
  }
}

export async function writeCached(redis: RedisClient, key: string, ttlSeconds: number, value: unknown): Promise<void> {
  await redis.set(key, JSON.stringify(value), 'EX', ttlSeconds);
}
