import { timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Metrics } from '../metrics.ts';
import { fingerprint } from '../redis/vault.ts';
import type { BoardQueues } from './admin-queues.ts';

export const QUEUES_PATH = '/admin/queues';

/** Lets a request through that carries `ADMIN_TOKEN`, as a bearer token or as the password of Basic authentication. */
export function adminGuard(adminToken: string | undefined) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!adminToken) response.status(404).end();
    else if (sameSecret(given(request.headers.authorization ?? ''), adminToken)) next();
    else response.status(401).set('www-authenticate', 'Basic realm="bridge", charset="UTF-8"').end();
  };
}

function given(header: string): string {
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
  return '';
}

/** Hashes have one length, so the comparison tells nothing of the secret's. */
const sameSecret = (a: string, b: string) => timingSafeEqual(Buffer.from(fingerprint(a)), Buffer.from(fingerprint(b)));

export const metricsRoute = (metrics: Metrics) => async (_request: Request, response: Response) => {
  response.type('text/plain').send(await metrics.text());
};

/** The page of the queues is heavy and seldom looked at, so it is loaded for its first visitor. */
export function queuesRoute(queues: BoardQueues): RequestHandler {
  const load = async () => (await import('./admin-queues.ts')).queuesBoard(queues, QUEUES_PATH);
  let board: ReturnType<typeof load> | undefined;
  return async (request, response, next) => {
    board ??= load();
    (await board)(request, response, next);
  };
}
