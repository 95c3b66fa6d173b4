import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type NextFunction, type Request, type Response, Router } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Queues } from '../jobs/enqueue.ts';

/** The page brings its own script, style and pictures; the other pages allow none. It fetches nothing from elsewhere. */
const contentSecurityPolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // It sets style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** Ids are all that leaves: payloads carry what people wrote. */
const idsOf = z
  .object({ correlationId: z.string(), person: z.object({ tenant: z.string(), user: z.string() }) })
  .partial();

/** Pure: what a job's payload is reduced to. */
const shownPayload = (data: unknown): unknown => idsOf.safeParse(data).data ?? {};

/** The queues of each instance; `prefix` tells them apart where there are several. */
export type BoardQueues = { prefix: string; queues: Queues }[];

/** Shows queues and jobs by name, id and time, and changes nothing. @param path where it is mounted */
export function queuesBoard(all: BoardQueues, path: string): Router {
  const serverAdapter = new ExpressAdapter().setBasePath(path);
  const named = all.flatMap(({ prefix, queues }) => Object.values(queues).map((queue) => ({ prefix, queue })));
  const adapters = named.map(({ prefix, queue }) => {
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false, prefix });
    adapter.setFormatter('data', shownPayload);
    adapter.setFormatter('returnValue', () => undefined);
    adapter.setFormatter('progress', () => 0);
    return adapter;
  });
  createBullBoard({ queues: adapters, serverAdapter, options: { uiConfig: { boardTitle: 'Queues' } } });
  return Router().use(readOnly, contentSecurityPolicy, serverAdapter.getRouter());
}

/** Browsers send Basic credentials along with whatever another site makes them post, so nothing is to be posted here. */
function readOnly(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else response.status(405).set('allow', 'GET, HEAD').end();
}
