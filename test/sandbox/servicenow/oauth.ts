import { createHash, timingSafeEqual } from 'node:crypto';
import { BASIC, failure, form, json, type Request, redirect } from './http.ts';
import { type Instance, userOf } from './instance.ts';
import { ACCESS_SECONDS } from './token-store.ts';
import { ApiError, type Reply, type User } from './types.ts';

/** `/oauth_token.do` and the revocation endpoints (fact sheet §1.3, §1.4). */

type Refusal = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** A real instance hides the reason in its system log; the RFC style is what stricter servers say. */
function refuse({ settings }: Instance, reason: Refusal): Reply {
  const challenge = settings.tokenEndpoint401 === 'challenge' ? { 'WWW-Authenticate': BASIC } : {};
  if (settings.tokenErrorStyle === 'servicenow') {
    return json(401, { error_description: 'access_denied', error: 'server_error' }, challenge);
  }
  return reason === 'invalid_client' ? json(401, { error: reason }, challenge) : json(400, { error: reason });
}

const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export function tokenEndpoint(instance: Instance, request: Request): Reply {
  if (request.method !== 'POST') return json(405, { error_description: 'method not allowed', error: 'server_error' });
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
    return json(400, { error_description: 'unsupported content', error: 'server_error' });
  }
  // `glide.oauth.allow.parameters.in.post.body.only`
  if ([...request.url.searchParams.keys()].length > 0) return refuse(instance, 'invalid_request');
  const params = form(request);
  const grant = params.get('grant_type') ?? '';
  if (grant === 'refresh_token') instance.tokens.refreshRequests += 1;
  const knownClient = params.get('client_id') === instance.clientId;
  const secret = params.get('client_secret');
  if (!knownClient || secret === null || !sameText(secret, instance.clientSecret))
    return refuse(instance, 'invalid_client');
  switch (grant) {
    case 'authorization_code':
      return exchangeCode(instance, params);
    case 'refresh_token':
      return refresh(instance, params);
    case 'client_credentials':
      return clientCredentials(instance);
    default:
      return refuse(instance, 'unsupported_grant_type');
  }
}

function exchangeCode(instance: Instance, params: URLSearchParams): Reply {
  const code = instance.tokens.takeCode(params.get('code') ?? '');
  if (!code || code.redirectUri !== params.get('redirect_uri')) return refuse(instance, 'invalid_grant');
  if (code.challenge !== undefined && !verifies(params.get('code_verifier'), code.challenge)) {
    return refuse(instance, 'invalid_grant');
  }
  if (!userOf(instance, code.userSysId)) return refuse(instance, 'invalid_grant');
  const { tokens, settings } = instance;
  const again = settings.reuseAccessTokens ? tokens.live('access', code.userSysId) : undefined;
  const refreshAgain = again ? tokens.live('refresh', code.userSysId) : undefined;
  const access = again ?? tokens.issue('access', code.userSysId, code.scope);
  const refreshToken = refreshAgain ?? tokens.issue('refresh', code.userSysId, code.scope);
  return tokenSet(instance, access, code.scope, refreshToken);
}

function verifies(verifier: string | null, challenge: string): boolean {
  if (verifier === null || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  return sameText(createHash('sha256').update(verifier).digest('base64url'), challenge);
}

/** The refresh token stays what it is, and so does the day on which it dies. */
function refresh(instance: Instance, params: URLSearchParams): Reply {
  const value = params.get('refresh_token') ?? '';
  const token = instance.tokens.find('refresh', value);
  if (!token || !userOf(instance, token.userSysId)) return refuse(instance, 'invalid_grant');
  return tokenSet(instance, instance.tokens.issue('access', token.userSysId, token.scope), token.scope, value);
}

function clientCredentials(instance: Instance): Reply {
  const wanted = instance.settings.clientCredentialsUser;
  const row = instance.db.rows('sys_user').find((person) => person['user_name'] === wanted);
  if (!wanted || !row || !userOf(instance, row['sys_id'] ?? '')) return refuse(instance, 'unsupported_grant_type');
  return tokenSet(instance, instance.tokens.issue('access', row['sys_id'] ?? '', 'useraccount'), 'useraccount');
}

function tokenSet(instance: Instance, access: string, scope: string, refreshToken?: string): Reply {
  return json(200, {
    access_token: access,
    ...(refreshToken ? { refresh_token: refreshToken } : {}),
    scope,
    token_type: 'Bearer',
    expires_in: Math.min(ACCESS_SECONDS - 1, instance.tokens.secondsLeft(access)),
  });
}

/** Needs no authentication; says nothing about whether the token was known. */
export function revokeEndpoint(instance: Instance, request: Request): Reply {
  const mood = instance.settings.revocationPost;
  if (request.method === 'POST') {
    if (mood === 'redirect') return redirect('/login.do');
    if (mood === 'ignored') return json(200, {});
    if (mood !== 'accepted') return failure(new ApiError(mood, 'Revocation by POST is not supported'));
  } else if (request.method !== 'GET') throw new ApiError(405, 'Method not supported');
  const token = request.method === 'GET' ? request.url.searchParams.get('token') : form(request).get('token');
  if (!token) return json(400, { error_description: 'token is missing', error: 'invalid_request' });
  instance.tokens.revoke(token);
  return { status: 200, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: '' };
}

/** The user behind a live token, or behind a name and password; undefined for anything else, and for an account out of use. */
export function authenticate(instance: Instance, header: string | undefined): User | undefined {
  const basic = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1];
  if (basic) return withPassword(instance, Buffer.from(basic, 'base64').toString('utf8'));
  const value = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(header ?? '')?.[1];
  const token = value ? instance.tokens.find('access', value) : undefined;
  return token && userOf(instance, token.userSysId);
}

/** What most other clients of the API send, and the challenge of a 401 asks for. */
function withPassword(instance: Instance, pair: string): User | undefined {
  const [userName = ''] = pair.split(':', 1);
  const known = instance.passwords.get(userName);
  if (known === undefined || !sameText(pair, `${userName}:${known}`)) return undefined;
  const row = instance.db.rows('sys_user').find((person) => person['user_name'] === userName);
  return row && userOf(instance, row['sys_id'] ?? '');
}
