import { parse as parseCookies } from 'cookie';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Connect, Finish } from '../accounts/connect.ts';
import type { SlackProfile } from '../accounts/policy.ts';
import { BridgeError } from '../errors.ts';
import type { Log } from '../log.ts';
import { nameStoreTrouble } from '../redis/connection.ts';
import type { Person } from '../redis/keys.ts';
import { TTL } from '../redis/keys.ts';
import { languageAccepted, type T, wordsOf } from '../words/index.ts';
import { finishPage, previewPage, staleLinkPage, troublePage } from './connect-pages.ts';
import { type Page, renderPage } from './pages.ts';

const secret = z.string().regex(/^[\w-]{43}$/);
const idForm = z.object({ id: secret });
const answerForm = z.object({ id: secret, answer: z.enum(['yes', 'no']) });

const MAX_QUERY = 4096;

/** The account-link pages and the OAuth callback. */
export function connectRoutes(parts: {
  connect: Connect;
  profileOf: (person: Person) => Promise<SlackProfile>;
  /** Undefined where Slack does not say. */
  workspaceName: (person: Person) => Promise<string | undefined>;
  secureCookies: boolean;
  log: Log;
}) {
  const { connect, profileOf, workspaceName, secureCookies, log } = parts;
  // The prefix makes browsers refuse a cookie that another host of the domain has planted.
  const cookieName = secureCookies ? '__Host-bridge-connect' : 'bridge-connect';

  /** A page is read in a browser, so it speaks the browser's language. */
  const show = (request: Request, response: Response, page: (t: T) => Page) => {
    const t = wordsOf(languageAccepted(request.get('accept-language')));
    const shown = page(t);
    response.status(shown.status).type('html').set('vary', 'accept-language').send(renderPage(shown, t.language));
  };

  /** Errors become pages; what they hide goes to the log. */
  const guarded =
    (handle: (request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response) => {
      try {
        await handle(request, response);
      } catch (error) {
        const err = nameStoreTrouble(error);
        log.error({ err, route: request.path }, 'connect page failed');
        show(request, response, (t) => troublePage(err instanceof BridgeError ? err : undefined, t));
      }
    };

  const browserOf = (request: Request) => parseCookies(request.headers.cookie ?? '')[cookieName];

  function conclude(request: Request, response: Response, finish: Finish): void {
    if (finish.kind !== 'ask')
      response.clearCookie(cookieName, { path: '/', secure: secureCookies, httpOnly: true, sameSite: 'lax' });
    show(request, response, (t) => finishPage(finish, t));
  }

  return {
    preview: guarded(async (request, response) => {
      const id = secret.safeParse(request.query['id']);
      const started = id.success ? await connect.preview(id.data) : undefined;
      if (!id.success || !started) return show(request, response, staleLinkPage);
      const { person, instance } = started;
      const [{ name }, workspace] = await Promise.all([profileOf(person), workspaceName(person)]);
      show(request, response, (t) => previewPage({ id: id.data, person: name, workspace, instance }, t));
    }),

    proceed: guarded(async (request, response) => {
      const form = idForm.safeParse(request.body);
      const going = form.success ? await connect.proceed(form.data.id) : undefined;
      if (!going) return show(request, response, staleLinkPage);
      response.cookie(cookieName, going.cookie, {
        httpOnly: true,
        secure: secureCookies,
        // The way back is a link from another site, which `strict` would leave without its cookie.
        sameSite: 'lax',
        path: '/',
        maxAge: TTL.authorization * 1000,
      });
      response.redirect(303, going.url);
    }),

    callback: guarded(async (request, response) => {
      const search = request.originalUrl.split('?')[1] ?? '';
      const query = new URLSearchParams(search.slice(0, MAX_QUERY));
      conclude(request, response, await connect.finish(query, browserOf(request)));
    }),

    confirm: guarded(async (request, response) => {
      const form = answerForm.safeParse(request.body);
      if (!form.success) return show(request, response, staleLinkPage);
      conclude(request, response, await connect.confirm(form.data.id, browserOf(request), form.data.answer === 'yes'));
    }),
  };
}
