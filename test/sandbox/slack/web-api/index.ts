/** The Web API: one table of methods, and the order in which Slack checks a call. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Sim } from '../core.ts';
import { ApiError } from '../errors.ts';
import { asText } from '../json.ts';
import type { Json } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { appMethods } from './app.ts';
import { parseArgs } from './args.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { takeFault } from './faults.ts';
import { fileMethods } from './files.ts';
import type { Call, Method, Methods } from './method.ts';
import { peopleMethods } from './people.ts';
import { takeBudget } from './rate-limits.ts';
import { viewMethods } from './views.ts';

export const METHODS: Methods = {
  ...appMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...peopleMethods,
  ...viewMethods,
};

export type ApiRequest = { method: string; headers: IncomingHttpHeaders; body: Buffer; query: URLSearchParams };

/** `drop`: the connection is cut without an answer. */
export type ApiResponse = { status: number; headers: Record<string, string>; body: Json | string; drop?: true };

function credentials(
  headers: IncomingHttpHeaders,
  args: Json,
): { token: string; basic?: { id: string; secret: string } } {
  const header = headers.authorization ?? '';
  if (header.startsWith('Basic ')) {
    const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString().split(':');
    return { token: '', basic: { id: decodeURIComponent(id), secret: decodeURIComponent(secret) } };
  }
  return { token: header.startsWith('Bearer ') ? header.slice(7) : asText(args['token']) };
}

function authenticate(sim: Sim, method: Method, token: string): { workspace: Workspace; scopes: string[] } {
  const first = sim.workspaces[0];
  if (!first) throw new ApiError('invalid_auth');
  const kind = method.token ?? 'bot';
  if (kind === 'none') return { workspace: first, scopes: [] };
  if (!token) throw new ApiError('not_authed');
  if (kind === 'app') {
    if (token.startsWith('xoxb-')) throw new ApiError('not_allowed_token_type');
    if (token !== sim.app.appToken) throw new ApiError('invalid_auth');
    return { workspace: first, scopes: ['connections:write'] };
  }
  if (token === sim.app.appToken) throw new ApiError('not_allowed_token_type');
  const known = sim.botTokens.get(token);
  if (!known) throw new ApiError('invalid_auth');
  const { installation } = known.workspace;
  if (!installation.installed) throw new ApiError('account_inactive');
  if (installation.botToken !== token) throw new ApiError('token_revoked');
  if (known.expiresAt !== undefined && sim.now() >= known.expiresAt) throw new ApiError('token_expired');
  return { workspace: known.workspace, scopes: installation.scopes };
}

function checkRequired(method: Method, args: Json): void {
  const missing = (method.required ?? []).filter((name) => args[name] === undefined || args[name] === '');
  if (missing.length > 0)
    throw new ApiError('invalid_arguments', {
      response_metadata: { messages: missing.map((name) => `[ERROR] missing required field: ${name}`) },
    });
}

const ratelimited = (seconds: number): ApiResponse => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { ok: false, error: 'ratelimited' },
});

async function run(
  sim: Sim,
  name: string,
  method: Method,
  request: ApiRequest,
  args: Json,
  problem?: ApiError,
): Promise<ApiResponse> {
  const { token, basic } = credentials(request.headers, args);
  const { workspace, scopes } = authenticate(sim, method, token);
  const call: Call = { sim, workspace, scopes, args, ...(basic ? { basicAuth: basic } : {}) };
  const wait = takeBudget(sim, name, method.tier, call);
  if (wait > 0) return ratelimited(wait);
  const headers = { 'x-oauth-scopes': scopes.join(','), 'x-accepted-oauth-scopes': (method.scopes ?? []).join(',') };
  const missing = (method.scopes ?? []).filter((scope) => !scopes.includes(scope));
  if (missing.length > 0)
    throw new ApiError('missing_scope', { needed: missing.join(','), provided: scopes.join(',') });
  if (problem) throw problem;
  checkRequired(method, args);
  return { status: 200, headers, body: { ok: true, ...(await method.run(call)) } };
}

async function withFaults(sim: Sim, name: string, act: () => Promise<ApiResponse>): Promise<ApiResponse> {
  const fault = takeFault(sim, name);
  switch (fault?.kind) {
    case 'ratelimited':
      return ratelimited(fault.retryAfterSeconds ?? 1);
    case '500':
      return { status: 500, headers: {}, body: 'Internal Server Error' };
    case 'error':
      throw new ApiError(fault.error ?? 'internal_error');
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000).unref());
      return act();
    case 'drop-after-commit':
      return { ...(await act()), drop: true };
    case undefined:
      return act();
  }
}

export async function callApi(sim: Sim, request: ApiRequest): Promise<ApiResponse> {
  const { args, problem } = parseArgs(request.headers['content-type'] ?? '', request.body, request.query);
  const { token: _, client_secret: __, ...recorded } = args;
  const record = { method: request.method, args: recorded, at: sim.now(), ok: false, status: 0 };
  sim.calls.push(record);
  const method = METHODS[request.method];
  let response: ApiResponse;
  try {
    if (!method) throw new ApiError('unknown_method', { req_method: request.method });
    response = await withFaults(sim, request.method, () => run(sim, request.method, method, request, args, problem));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    response = { status: 200, headers: {}, body: { ok: false, error: error.code, ...error.details } };
  }
  const body = typeof response.body === 'string' ? {} : response.body;
  Object.assign(record, {
    ok: body['ok'] === true,
    status: response.status,
    ...(body['ok'] === true ? {} : { error: asText(body['error']) || `http_${response.status}` }),
  });
  return response;
}
