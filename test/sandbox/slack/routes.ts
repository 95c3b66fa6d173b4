/** Which part of Slack a request is for. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { useResponseUrl } from './answers.ts';
import type { Sim } from './core.ts';
import { download, takeUpload } from './files-http.ts';
import { html, readBody, reply } from './http.ts';
import { consentPage } from './oauth-page.ts';
import type { PageApi } from './page-api.ts';
import { takeFault } from './web-api/faults.ts';
import { callApi } from './web-api/index.ts';

async function api(sim: Sim, request: IncomingMessage, response: ServerResponse, url: URL): Promise<undefined> {
  const answer = await callApi(sim, {
    method: url.pathname.slice('/api/'.length),
    headers: request.headers,
    body: await readBody(request),
    query: url.searchParams,
  });
  if (answer.drop) {
    request.socket.destroy();
    return;
  }
  reply(response, answer.status, answer.body, answer.headers);
}

async function responseUrl(sim: Sim, request: IncomingMessage, response: ServerResponse, url: URL): Promise<undefined> {
  const text = (await readBody(request)).toString();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  const fault = takeFault(sim, 'response_url');
  const broken = fault?.kind === '500' || fault?.kind === 'error';
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000).unref());
  const answer =
    fault?.kind === 'ratelimited'
      ? { status: 429, body: 'ratelimited', headers: { 'retry-after': String(fault.retryAfterSeconds ?? 1) } }
      : broken
        ? { status: 500, body: fault.error ?? 'server_error' }
        : useResponseUrl(sim, url.pathname, body);
  sim.calls.push({
    method: 'response_url',
    args: body && typeof body === 'object' ? { ...body } : {},
    at: sim.now(),
    ok: answer.status === 200,
    status: answer.status,
    ...(answer.status === 200 ? {} : { error: answer.body }),
  });
  if (fault?.kind === 'drop-after-commit') {
    request.socket.destroy();
    return;
  }
  reply(response, answer.status, answer.body, 'headers' in answer ? answer.headers : { 'content-type': 'text/plain' });
}

async function route(sim: Sim, page: PageApi, request: IncomingMessage, response: ServerResponse): Promise<undefined> {
  const url = new URL(request.url ?? '/', sim.url);
  const path = url.pathname;
  if (path.startsWith('/api/')) return api(sim, request, response, url);
  if (/^\/(commands|actions|app)\//.test(path)) return responseUrl(sim, request, response, url);
  if (path.startsWith('/files-pri/')) return download(sim, request, response, path);
  if (path.startsWith('/upload/v1/')) return takeUpload(sim, request, response, path);
  if (path === '/oauth/v2/authorize') return consentPage(sim, request, response, url);
  if (await page.handle(request, response, url)) return;
  html(response, 404, '<!DOCTYPE html><title>Slack</title><p>There is nothing here.</p>');
}

export const createListener =
  (sim: () => Sim, page: PageApi): RequestListener =>
  (request, response) => {
    route(sim(), page, request, response).catch((error: unknown) => {
      // A fault of the simulator itself must not pass as an answer of Slack's.
      sim().violations.push(`simulator: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) reply(response, 500, 'the simulator failed');
      else response.end();
    });
  };
