import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { Person, ServiceNow } from '../sandbox/servicenow/server.ts';

/** An instance whose authorization server is oidc-provider under ServiceNow's paths; its API is the simulated instance's. */
export type ForeignInstance = {
  url: string;
  clientId: string;
  clientSecret: string;
  /** What the authorization server has answered, by name of the event; `error` in a name means refused. */
  events: string[];
  works(kind: 'AccessToken' | 'RefreshToken', value: string): Promise<boolean>;
  /** All tokens that left the token endpoint, oldest first. */
  issued: { access: string; refresh: string }[];
  /** Signs in and allows, as a person in a browser does. @returns where the browser is sent in the end */
  authorize(person: Person, url: string): Promise<string>;
  close(): Promise<void>;
};

const PATHS = { authorization: '/oauth_auth.do', token: '/oauth_token.do', revocation: '/oauth_revoke_token.do' };

export async function startForeignInstance(serviceNow: ServiceNow, redirectUri: string): Promise<ForeignInstance> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientId = 'bridge';
  const clientSecret = randomBytes(24).toString('hex');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const seconds = { AccessToken: 1799, RefreshToken: 8_640_000, Grant: 8_640_000, Session: 3600, Interaction: 3600 };

  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'useraccount',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    routes: PATHS,
    scopes: ['useraccount'],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { revocation: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    ttl: seconds,
    findAccount: async (_context: unknown, sub: string) => ({ accountId: sub, claims: async () => ({ sub }) }),
  });
  const events: string[] = [];
  for (const name of ['grant.success', 'grant.error', 'revocation.error', 'authorization.error', 'grant.revoked'])
    provider.on(name, () => events.push(name));

  /** The simulated instance's own token for each person, fetched as its own client. */
  const inner = new Map<string, string>();
  async function innerToken(userName: string): Promise<string> {
    const known = inner.get(userName);
    if (known) return known;
    const person = Object.values(serviceNow.people).find((each) => each.userName === userName);
    if (!person) throw new Error(`nobody is called ${userName}`);
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: serviceNow.clientId,
      state: 'inner',
      redirect_uri: redirectUri,
    });
    const back = new URL(await serviceNow.authorize(person, `/oauth_auth.do?${query}`, 'allow'));
    const answer = await fetch(`${serviceNow.url}/oauth_token.do`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: back.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        client_id: serviceNow.clientId,
        client_secret: serviceNow.clientSecret,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    inner.set(userName, token);
    return token;
  }

  async function toApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const accountId = (await provider.AccessToken.find(given))?.accountId;
    const { accept, 'content-type': type } = request.headers;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await fetch(`${serviceNow.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        ...(accept ? { accept } : {}),
        ...(type ? { 'content-type': type } : {}),
        ...(accountId ? { authorization: `Bearer ${await innerToken(accountId)}` } : {}),
      },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const headers = ['content-type', 'x-total-count'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value ? [[name, value] as const] : [];
    });
    response.writeHead(answer.status, Object.fromEntries(headers)).end(Buffer.from(await answer.arrayBuffer()));
  }

  const issued: ForeignInstance['issued'] = [];
  const authorizationServer = provider.callback();
  handle = (request, response) => {
    if (request.url?.startsWith('/api/')) {
      toApi(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
      return;
    }
    if (request.url === PATHS.token) {
      const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
      response.end = ((...args: unknown[]) => {
        if (response.statusCode === 200) {
          const body = JSON.parse(String(args[0])) as { access_token: string; refresh_token: string };
          issued.push({ access: body.access_token, refresh: body.refresh_token });
        }
        return end(...args);
      }) as typeof response.end;
    }
    authorizationServer(request, response);
  };

  return {
    url,
    clientId,
    clientSecret,
    events,
    issued,
    works: async (kind, value) => {
      const found = await provider[kind].find(value);
      return found !== undefined && !('consumed' in found && found.consumed);
    },
    authorize: (person, start) => walkThrough(url, person, start),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Its own login and consent pages, with a cookie jar. */
async function walkThrough(origin: string, person: Person, start: string): Promise<string> {
  const jar = new Map<string, string>();
  let next = new URL(start);
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 15; step += 1) {
    const response = await fetch(next, {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body ? { body } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    const page = await response.text();
    body = undefined;
    if (location) {
      next = new URL(location, next);
      if (next.origin !== origin) return next.href;
      continue;
    }
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (!action || !prompt)
      throw new Error(
        `stopped at ${next.pathname}: ${response.status} ${/error_description[^;]{0,200}/.exec(page)?.[0]}`,
      );
    next = new URL(action, next);
    body = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login: person.userName, password: 'any' } : {}) });
  }
  throw new Error('sent around in circles');
}
