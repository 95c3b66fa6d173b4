import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Log } from '../log.ts';
import { languageAccepted, wordsOf } from '../words/index.ts';
import { STYLE_HASH } from './pages.ts';

export type Route = { method: 'get' | 'post'; path: string; before?: RequestHandler[]; handle: RequestHandler };

/** The web that is not Slack's: a table of routes behind one set of security headers. */
export function createWeb(parts: {
  routes: Route[];
  /** What has routes of its own below a path. */
  below?: Record<string, RequestHandler[]>;
  instanceUrls: string[];
  secure: boolean;
  log: Log;
}): Express {
  const { routes, below = {}, instanceUrls, secure, log } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // An address has one spelling.
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: [`'${STYLE_HASH}'`],
          // Browsers hold every redirect after a form against this list: to ServiceNow, and from there to any identity provider.
          formAction: ["'self'", 'https:', ...instanceUrls],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: secure,
    }),
    (_request: Request, response: Response, next: NextFunction) => {
      response.set('cache-control', 'no-store');
      next();
    },
  );
  for (const { method, path, before = [], handle } of routes) app[method](path, ...before, handle);
  for (const [path, handlers] of Object.entries(below)) app.use(path, ...handlers);
  app.use((_request: Request, response: Response) => void response.sendStatus(404));
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error, route: request.path }, 'request failed');
    response.sendStatus(status);
  });
  return app;
}

/** Parsers of Express say themselves which fault of the client's it was. */
export function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? status : 500;
}

/** Posted from elsewhere, a form would skip the page that says whom it is about. Browsers too old to say where from may pass. */
export const ownForm: RequestHandler = (request, response, next) => {
  if (['same-origin', 'none'].includes(request.get('sec-fetch-site') ?? 'none')) next();
  else {
    const t = wordsOf(languageAccepted(request.get('accept-language')));
    response
      .status(403)
      .type('text/plain')
      .send(`${t('pages.own-form')}\n`);
  }
};

export const formBody: RequestHandler = express.urlencoded({ extended: false, limit: '4kb' });

/** The very bytes, for a signature over them. */
export const rawBody: RequestHandler = express.raw({ type: () => true, limit: '64kb' });
