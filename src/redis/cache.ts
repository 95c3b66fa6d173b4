import type { z } from 'zod';
import type { RedisClient } from './connection.ts';

/** Values that may be lost at any time. What no longer fits its schema counts as absent. */
export async function readCached<T>(redis: RedisClient, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const raw = await redis.get(key);
  return raw === null ? undefined : readJson(schema, raw);
}

/** @returns undefined where it is no JSON, or not of this shape */
export function readJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What cannot be read is passed over: one corrupt entry must not silence the others. */
export const readJsonEach = <T>(schema: z.ZodType<T>, texts: string[]): T[] =>
  texts.map((text) => readJson(schema, text)).filter((each) => each !== undefined);

export async function writeCached(redis: RedisClient, key: string, ttlSeconds: number, value: unknown): Promise<void> {
  await redis.set(key, JSON.stringify(value), 'EX', ttlSeconds);
}
