import { createHash, randomBytes } from 'node:crypto';
import { type Options, type Person, type ServiceNow, startServiceNow } from '../../sandbox/servicenow/server.ts';

export const CALLBACK = 'https://bridge.example.com/servicenow/oauth/callback';

/** A clock that only moves when told. */
export function clock(start = Date.parse('2026-02-03T09:15:00Z')) {
  let ms = start;
  return { now: () => ms, advance: (seconds: number) => (ms += seconds * 1000) };
}

export const start = (options: Options = {}): Promise<ServiceNow> =>
  startServiceNow({ redirectUris: [CALLBACK], ...options });

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

export function authorizeUrl(sn: ServiceNow, changes: Record<string, string | undefined> = {}): string {
  const url = new URL('/oauth_auth.do', sn.url);
  const params = {
    response_type: 'code',
    client_id: sn.clientId,
    redirect_uri: CALLBACK,
    state: 'abc123',
    ...changes,
  };
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Login and consent as that person; the code from the callback. */
export async function codeFor(sn: ServiceNow, person: Person, changes: Record<string, string | undefined> = {}) {
  const callback = await sn.authorize(person, authorizeUrl(sn, changes), 'allow');
  return new URL(callback).searchParams.get('code') ?? '';
}

export type TokenSet = { access_token: string; refresh_token: string; expires_in: number; token_type: string };

export async function tokenRequest(sn: ServiceNow, params: Record<string, string>) {
  const response = await fetch(`${sn.url}/oauth_token.do`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: sn.clientId, client_secret: sn.clientSecret, ...params }),
  });
  return { status: response.status, body: (await response.json()) as TokenSet & { error?: string } };
}

export async function tokensFor(sn: ServiceNow, person: Person): Promise<TokenSet> {
  const code = await codeFor(sn, person);
  const { body } = await tokenRequest(sn, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK });
  return body;
}

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
};

/** The one record of an answer, whose values are strings in the shape that was asked for. */
export const record = (answer: Answer): Record<string, string> =>
  (answer.json as { result: Record<string, string> }).result;

export const records = (answer: Answer): Record<string, string>[] =>
  (answer.json as { result: Record<string, string>[] }).result;

export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export function bearer(sn: ServiceNow, token: string): Caller {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(new URL(path, sn.url), {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
}

export const as = async (sn: ServiceNow, person: Person): Promise<Caller> =>
  bearer(sn, (await tokensFor(sn, person)).access_token);
