import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { RedisClient } from '../redis/connection.ts';
import { keys, TTL } from '../redis/keys.ts';

/** A worker's connection waits for Redis as long as it takes; whoever asks here does not. */
const PATIENCE_MS = 2_000;

/** `/healthz`: this process lives. `/readyz`: it may be given traffic. */
export function healthRoutes(redis: RedisClient, instance: string, isDraining: () => boolean) {
  // A replica, or a Redis that is full, answers every question and takes nothing.
  const write = () => redis.set(keys.ready(instance), '1', 'EX', TTL.ready);
  return {
    alive: (_request: Request, response: Response) => void response.json({ status: 'alive' }),
    ready: async (_request: Request, response: Response) => {
      if (isDraining()) return void response.status(503).json({ status: 'draining' });
      try {
        const answer = await Promise.race([write(), sleep(PATIENCE_MS, undefined, { ref: false })]);
        if (answer === undefined) throw new Error('no answer from Redis');
        response.json({ status: 'ready' });
      } catch {
        response.status(503).json({ status: 'redis-takes-nothing' });
      }
    },
  };
}
