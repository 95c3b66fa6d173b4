import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, TTL } from '../redis/keys.ts';

/** A worker's connection waits for Redis as long as it takes; whoever asks here does not. */
const PATIENCE_MS = 2_000;
const SILENCE = Symbol('silence');

/** `/healthz`: this process lives. `/readyz`: it may be given traffic. */
export function healthRoutes(
  redis: RedisClient,
  instance: string,
  /** What is missing in a store that answers, in a word. */
  findLoss: () => Promise<string | undefined>,
  isDraining: () => boolean,
) {
  // A replica, or a Redis that is full, answers every question and takes nothing.
  const write = () => redis.set(keysOf(instance).ready(), '1', 'EX', TTL.ready);
  return {
    alive: (_request: Request, response: Response) => void response.json({ status: 'alive' }),
    ready: async (_request: Request, response: Response) => {
      if (isDraining()) return void response.status(503).json({ status: 'draining' });
      try {
        const looked = write().then(findLoss);
        const loss = await Promise.race([looked, sleep(PATIENCE_MS, SILENCE, { ref: false })]);
        if (loss === SILENCE) throw new Error('no answer from Redis');
        response.status(loss ? 503 : 200).json({ status: loss ?? 'ready' });
      } catch {
        response.status(503).json({ status: 'redis-takes-nothing' });
      }
    },
  };
}
