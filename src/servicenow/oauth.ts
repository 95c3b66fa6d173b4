import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  customFetch,
  ResponseBodyError,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client';
import { fetch as undiciFetch } from 'undici';
import { ForeignAnswerError, GrantRefusedError, UnavailableError } from '../errors.ts';
import { wayOut } from '../outbound.ts';
import { readUpTo } from './read-up-to.ts';

/** What one grant gave. Times are absolute, in ms; tokens are opaque and of any length. */
export type TokenSet = {
  accessToken: string;
  refreshToken: string | undefined;
  accessExpiresAt: number;
  /** When the refresh token was first issued: it does not rotate and dies 100 days later, whatever we do. */
  refreshIssuedAt: number;
};

type AuthorizationRequest = { url: string; state: string; codeVerifier: string };

const TIMEOUT_SECONDS = 10;
/** Tokens may be long, but not that long. */
const ANSWER_LIMIT = 1024 * 1024;
const NO_BODY = new Set([204, 205, 304]);
/** ServiceNow's default where `expires_in` is absent. */
const USUAL_LIFE_SECONDS = 1800;

/**
 * The instance as an OAuth 2.0 authorization server. ServiceNow publishes no metadata, so it is built by hand; the client
 * authenticates in the body, as `glide.oauth.allow.parameters.in.post.body.only` demands; PKCE is always sent.
 */
export function createOAuth(options: {
  instanceUrl: string;
  clientId: string;
  clientSecret: string;
  /** What is asked for; the instance's administrator may have made a narrower one than `useraccount`. */
  scope: string;
  redirectUri: string;
  now: () => number;
}) {
  const { instanceUrl, redirectUri, now } = options;
  const agent = wayOut();
  const configuration = configure();

  /** @param onRequest called before each request to the instance */
  function configure(onRequest = () => {}): Configuration {
    const made = new Configuration(
      {
        issuer: instanceUrl,
        authorization_endpoint: `${instanceUrl}/oauth_auth.do`,
        token_endpoint: `${instanceUrl}/oauth_token.do`,
        revocation_endpoint: `${instanceUrl}/oauth_revoke_token.do`,
      },
      options.clientId,
      undefined,
      ClientSecretPost(options.clientSecret),
    );
    made.timeout = TIMEOUT_SECONDS;
    made[customFetch] = async (url, init) => {
      onRequest();
      const response = await undiciFetch(url, { ...init, dispatcher: agent } as Parameters<typeof undiciFetch>[1]);
      const body = await readUpTo(response, ANSWER_LIMIT);
      if (!body) throw new Error('an answer that is too long');
      const { status } = response;
      // A challenge may come with a refusal (RFC 6749, 5.2); openid-client would not look at the body then, which says that it is one.
      const headers = [...response.headers].filter(([name]) => name !== 'www-authenticate');
      return new Response(NO_BODY.has(status) ? null : Uint8Array.from(body), { status, headers });
    };
    // Config lets http through for loopback only.
    if (instanceUrl.startsWith('http:')) allowInsecureRequests(made);
    return made;
  }

  function toTokenSet(response: TokenEndpointResponse, before?: TokenSet): TokenSet {
    const life = typeof response.expires_in === 'number' ? response.expires_in : USUAL_LIFE_SECONDS;
    return {
      accessToken: response.access_token,
      refreshToken: response.refresh_token ?? before?.refreshToken,
      accessExpiresAt: now() + life * 1000,
      refreshIssuedAt: before?.refreshIssuedAt ?? now(),
    };
  }

  return {
    async buildAuthorizationRequest(): Promise<AuthorizationRequest> {
      const codeVerifier = randomPKCECodeVerifier();
      const state = randomState();
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: options.scope,
        state,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state, codeVerifier };
    },

    /**
     * @param query the callback's query string; the redirect URI is ours, whatever proxy stands in front
     * @throws {ForeignAnswerError | GrantRefusedError | UnavailableError}
     */
    async exchangeCode(query: string, expected: { state: string; codeVerifier: string }): Promise<TokenSet> {
      const url = new URL(redirectUri);
      url.search = query;
      // A refusal of the query and a bad answer of the token endpoint carry the same code; this tells them apart.
      let asked = false;
      const own = configure(() => {
        asked = true;
      });
      return guarded('authorization_code', async () => {
        const response = await authorizationCodeGrant(own, url, {
          expectedState: expected.state,
          pkceCodeVerifier: expected.codeVerifier,
        }).catch((cause) => {
          if (asked || !(cause instanceof ClientError)) throw cause;
          throw new ForeignAnswerError('authorization_code: the way back was refused', { cause: withoutBody(cause) });
        });
        return toTokenSet(response);
      });
    },

    /** @throws {GrantRefusedError | UnavailableError} */
    async refresh(before: TokenSet): Promise<TokenSet> {
      const { refreshToken } = before;
      if (!refreshToken) throw new GrantRefusedError('there is no refresh token');
      return guarded('refresh_token', async () =>
        toTokenSet(await refreshTokenGrant(configuration, refreshToken), before),
      );
    },

    /**
     * The service identity, where an administrator has given the client one (an OAuth Application User, since Washington DC).
     * @throws {GrantRefusedError | UnavailableError}
     */
    async serviceTokens(): Promise<TokenSet> {
      return guarded('client_credentials', async () => toTokenSet(await clientCredentialsGrant(configuration)));
    },

    /**
     * Asks the instance to forget a token. Its documentation gives a GET without authentication; clients in the wild POST a
     * form (RFC 7009), which keeps the token out of access logs. Some instances refuse the POST, others accept it without
     * effect, so no answer proves anything and none is returned.
     * @throws {UnavailableError} where there was no answer at all
     */
    async revoke(token: string, method: 'POST' | 'GET'): Promise<void> {
      const url = new URL('/oauth_revoke_token.do', instanceUrl);
      const form = new URLSearchParams({ token, client_id: options.clientId, client_secret: options.clientSecret });
      if (method === 'GET') url.searchParams.set('token', token);
      await guarded('revocation', async () => {
        const response = await undiciFetch(url, {
          method,
          redirect: 'manual',
          dispatcher: agent,
          signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
          ...(method === 'POST' ? { body: form } : {}),
        });
        await response.body?.cancel();
      });
    },

    close: () => agent.close(),
  };
}

export type OAuth = ReturnType<typeof createOAuth>;

/**
 * ServiceNow says `server_error` for almost everything, so only the status and the presence of `error` count:
 * 400 or 401 with an error member is a refusal; anything else may pass.
 */
async function guarded<T>(grant: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof ForeignAnswerError) throw cause;
    if (cause instanceof ResponseBodyError && (cause.status === 400 || cause.status === 401))
      throw new GrantRefusedError(`${grant}: status ${cause.status} ${cause.error}`);
    throw new UnavailableError('servicenow-unavailable', `${grant}: no usable answer`, { cause: withoutBody(cause) });
  }
}

/** openid-client's errors carry the response, whose body may hold tokens; only class and code go on. */
function withoutBody(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
  return new Error(`${error instanceof Error ? error.name : 'unknown'}${code}`);
}
