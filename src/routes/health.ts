import type { Request, Response } from 'express';
import type { RedisClient } from '../redis/connection.ts';

/** `/healthz`: this process lives. `/readyz`: it may be given traffic. */
export function healthRoutes(redis: RedisClient, isDraining: () => boolean) {
  return {
    alive: (_request: Request, response: Response) => void response.json({ status: 'alive' }),
    ready: async (_request: Request, response: Response) => {
      if (isDraining()) return void response.status(503).json({ status: 'draining' });
      try {
        await redis.ping();
        response.json({ status: 'ready' });
      } catch {
        response.status(503).json({ status: 'redis-unreachable' });
      }
    },
  };
}
