import { afterEach, describe, expect, test } from '@jest/globals';
import type { Options, ServiceNow } from '../../sandbox/servicenow/server.ts';
import {
  as,
  authorizeUrl,
  bearer,
  CALLBACK,
  clock,
  codeFor,
  pkce,
  record,
  start,
  tokenRequest,
  tokensFor,
} from './client.ts';

let sn: ServiceNow;
const open = async (options: Options = {}) => {
  sn = await start(options);
  return sn.people;
};
afterEach(() => sn.close());

const REFUSED = { status: 401, body: { error_description: 'access_denied', error: 'server_error' } };
const exchange = (code: string, more: Record<string, string> = {}) =>
  tokenRequest(sn, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...more });
const page = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
};

describe('the authorization request', () => {
  test('Allow leads to the callback with a code and the same state', async () => {
    const { requester } = await open();
    const callback = new URL(await sn.authorize(requester, authorizeUrl(sn), 'allow'));
    expect(callback.origin + callback.pathname).toBe(CALLBACK);
    expect(callback.searchParams.get('state')).toBe('abc123');
    expect(callback.searchParams.get('code')).toMatch(/^[\w-]{20,}$/);
  });

  test('Deny leads back with access_denied, or nowhere', async () => {
    const { requester } = await open();
    const callback = new URL(await sn.authorize(requester, authorizeUrl(sn), 'deny'));
    expect(Object.fromEntries(callback.searchParams)).toEqual({ error: 'access_denied', state: 'abc123' });
    sn.settings.denyStyle = 'dead-end';
    await expect(sn.authorize(requester, authorizeUrl(sn), 'deny')).rejects.toThrow('Access denied');
  });

  test.each([
    ['an unknown client', { client_id: 'f'.repeat(32) }, 'unauthorized_client'],
    ['a missing state', { state: undefined }, 'Missing State parameter in request'],
    ['the implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
    ['a plain code challenge', { code_challenge: 'x', code_challenge_method: 'plain' }, 'code challenge method'],
  ])('%s ends on a page, without a redirect', async (_, changes, text) => {
    await open();
    const answer = await page(authorizeUrl(sn, changes));
    expect(answer.location).toBeNull();
    expect(answer.text).toContain(text);
  });

  test('an unregistered redirect_uri silently becomes the first registered one', async () => {
    const { requester } = await open();
    const url = authorizeUrl(sn, { redirect_uri: 'https://evil.example.com/' });
    const callback = await sn.authorize(requester, url, 'allow');
    expect(callback).toMatch(/^https:\/\/bridge\.example\.com\/servicenow\/oauth\/callback\?code=/);
  });

  test('nobody is asked for consent before logging in', async () => {
    await open();
    const answer = await page(authorizeUrl(sn));
    expect(answer.status).toBe(302);
    expect(answer.location).toMatch(/^\/oauth_login\.do\?next=%2Foauth_auth\.do/);
  });

  test.each(['locked', 'webOnly'] as const)('the %s account cannot log in', async (key) => {
    const people = await open();
    await expect(sn.authorize(people[key], authorizeUrl(sn), 'allow')).rejects.toThrow('User name or password invalid');
  });

  test('a decision without the form token of that browser is refused', async () => {
    await open();
    const answer = await page(authorizeUrl(sn), { method: 'POST', body: new URLSearchParams({ decision: 'allow' }) });
    expect(answer.location ?? '').not.toContain('code=');
  });

  test('logging in never leads to another site', async () => {
    await open();
    const answer = await page(`${sn.url}/oauth_login.do?next=//evil.example.com`);
    expect(answer.text).not.toContain('evil.example.com');
  });
});

describe('the code exchange', () => {
  test('gives a Bearer token that acts as the person', async () => {
    const { requester } = await open();
    const { status, body } = await exchange(await codeFor(sn, requester));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 1799 });
    const me = await bearer(sn, body.access_token)('GET', '/api/now/ui/user/current_user');
    expect(record(me)).toMatchObject({ user_sys_id: requester.sysId, user_name: 'ada.requester' });
  });

  test('a code works once', async () => {
    const { requester } = await open();
    const code = await codeFor(sn, requester);
    expect((await exchange(code)).status).toBe(200);
    expect(await exchange(code)).toEqual(REFUSED);
  });

  test('a code lives for 60 seconds', async () => {
    const time = clock();
    const { requester } = await open({ now: time.now });
    const [early, late] = [await codeFor(sn, requester), await codeFor(sn, requester)];
    time.advance(59);
    expect((await exchange(early)).status).toBe(200);
    time.advance(1);
    expect(await exchange(late)).toEqual(REFUSED);
  });

  test('the verifier is demanded once a challenge was sent', async () => {
    const { requester } = await open();
    const { verifier, challenge } = pkce();
    const withChallenge = () => codeFor(sn, requester, { code_challenge: challenge, code_challenge_method: 'S256' });
    expect(await exchange(await withChallenge())).toEqual(REFUSED);
    expect(await exchange(await withChallenge(), { code_verifier: pkce().verifier })).toEqual(REFUSED);
    expect((await exchange(await withChallenge(), { code_verifier: verifier })).status).toBe(200);
  });

  test('redirect_uri and client secret have to be right', async () => {
    const { requester } = await open();
    const code = () => codeFor(sn, requester);
    expect(await exchange(await code(), { redirect_uri: `${CALLBACK}/` })).toEqual(REFUSED);
    expect(await exchange(await code(), { client_secret: 'wrong' })).toEqual(REFUSED);
    expect(await exchange(await code(), { client_id: 'wrong' })).toEqual(REFUSED);
  });

  test('parameters belong in a form body: neither in the URL, nor in JSON, nor in a Basic header', async () => {
    const { requester } = await open();
    const body = { grant_type: 'authorization_code', code: await codeFor(sn, requester), redirect_uri: CALLBACK };
    const pair = { client_id: sn.clientId, client_secret: sn.clientSecret };
    const url = `${sn.url}/oauth_token.do`;
    const inUrl = await page(`${url}?client_id=${sn.clientId}`, {
      method: 'POST',
      body: new URLSearchParams({ ...body, ...pair }),
    });
    const inJson = await page(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...pair }),
    });
    const basic = Buffer.from(`${sn.clientId}:${sn.clientSecret}`).toString('base64');
    const inHeader = await page(url, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(body),
    });
    expect([inUrl.status, inJson.status, inHeader.status]).toEqual([401, 400, 401]);
  });

  test('a still valid token is handed out again if so configured, with what is left of its time', async () => {
    const time = clock();
    const { requester } = await open({ now: time.now, reuseAccessTokens: true });
    const first = await tokensFor(sn, requester);
    time.advance(600);
    const second = await tokensFor(sn, requester);
    expect(second.access_token).toBe(first.access_token);
    expect(second.expires_in).toBe(1199);
    expect(second.refresh_token).toBe(first.refresh_token);
  });

  test('a stricter server answers in the words of the RFC', async () => {
    await open({ tokenErrorStyle: 'rfc' });
    expect(await exchange('nonsense')).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });
});

describe('refreshing', () => {
  const refresh = (token: string) => tokenRequest(sn, { grant_type: 'refresh_token', refresh_token: token });

  test('an access token dies after 30 minutes, and a refresh gives another with the same refresh token', async () => {
    const time = clock();
    const { requester } = await open({ now: time.now });
    const first = await tokensFor(sn, requester);
    time.advance(1800);
    const dead = await bearer(sn, first.access_token)('GET', '/api/now/table/incident');
    expect(dead.status).toBe(401);
    expect(dead.json).toEqual({
      error: { message: 'User Not Authenticated', detail: 'Required to provide Auth information' },
      status: 'failure',
    });
    const { body } = await refresh(first.refresh_token);
    expect(body.refresh_token).toBe(first.refresh_token);
    expect(body.access_token).not.toBe(first.access_token);
    expect((await bearer(sn, body.access_token)('GET', '/api/now/table/incident')).status).toBe(200);
    expect(sn.tokens.refreshRequests()).toBe(1);
  });

  test('a refresh does not prolong the 100 days', async () => {
    const time = clock();
    const { requester } = await open({ now: time.now });
    const { refresh_token } = await tokensFor(sn, requester);
    time.advance(99 * 86_400);
    expect((await refresh(refresh_token)).status).toBe(200);
    time.advance(86_400);
    expect(await refresh(refresh_token)).toEqual(REFUSED);
  });

  test('an access token is no refresh token, and the other way round', async () => {
    const { requester } = await open();
    const tokens = await tokensFor(sn, requester);
    expect(await refresh(tokens.access_token)).toEqual(REFUSED);
    expect((await bearer(sn, tokens.refresh_token)('GET', '/api/now/table/incident')).status).toBe(401);
  });

  test('a locked account loses its tokens', async () => {
    const { requester } = await open();
    const tokens = await tokensFor(sn, requester);
    sn.db.update('sys_user', requester.sysId, { locked_out: 'true' });
    expect(await refresh(tokens.refresh_token)).toEqual(REFUSED);
    expect((await bearer(sn, tokens.access_token)('GET', '/api/now/table/incident')).status).toBe(401);
  });
});

describe('revocation', () => {
  test.each([
    ['GET', '/oauth_revoke_token.do'],
    ['POST', '/oauth_revoke_token.do'],
    ['GET', '/oauth_revoke.do'],
  ])('%s %s ends a token, without any authentication', async (method, path) => {
    const { requester } = await open();
    const { access_token } = await tokensFor(sn, requester);
    const token = new URLSearchParams({ token: access_token });
    const revoked =
      method === 'GET'
        ? await page(`${sn.url}${path}?${token}`)
        : await page(`${sn.url}${path}`, { method, body: token });
    expect(revoked.status).toBe(200);
    expect((await bearer(sn, access_token)('GET', '/api/now/table/incident')).status).toBe(401);
    expect(JSON.stringify(sn.requests)).not.toContain(access_token);
  });

  test('an administrator can end all tokens of one person', async () => {
    const { requester, agent } = await open();
    const [ada, bob] = [await as(sn, requester), await as(sn, agent)];
    sn.tokens.revokeAll(requester.sysId);
    expect((await ada('GET', '/api/now/table/incident')).status).toBe(401);
    expect((await bob('GET', '/api/now/table/incident')).status).toBe(200);
  });
});

test('the other grants are closed, client credentials unless switched on', async () => {
  const { agent } = await open();
  expect(await tokenRequest(sn, { grant_type: 'client_credentials' })).toEqual(REFUSED);
  const password = { grant_type: 'password', username: agent.userName, password: agent.password };
  expect(await tokenRequest(sn, password)).toEqual(REFUSED);
  sn.settings.clientCredentialsUser = agent.userName;
  const { body } = await tokenRequest(sn, { grant_type: 'client_credentials' });
  expect(body).not.toHaveProperty('refresh_token');
  expect(body.access_token).toBeTruthy();
});
