import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  type WebClientOptions,
} from '@slack/web-api';
import { type BridgeError, RefusedError, SlowDownError, UnavailableError } from '../errors.ts';

const TIMEOUT_MS = 10_000;

/** Slack's client prints to the console, past our log; what it has to say is in the errors that it throws. */
const SILENT: NonNullable<WebClientOptions['logger']> = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/**
 * No retries inside the client: Slack has no idempotency key, so a blind retry of chat.postMessage posts twice. Jobs
 * retry, after looking. Its own `fetch` gets a time limit, which Slack's client lacks.
 */
export function webClientOptions(apiUrl: string): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    logger: SILENT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: (input, init) => {
      const limit = AbortSignal.timeout(TIMEOUT_MS);
      return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
    },
  };
}

/** Runs a Web API call and gives its failure a fate. @throws {BridgeError} */
export async function slackCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toBridgeError(error);
  }
}

/** Slack's own passing troubles, by its error codes; every other code will be the same next time. */
const PASSING = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

function toBridgeError(error: unknown): BridgeError {
  if (error instanceof WebAPIRateLimitedError)
    return new SlowDownError('slack', 'person', Date.now() + error.retryAfter * 1000);
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data;
    if (PASSING.has(code)) return new UnavailableError('slack-unavailable', code);
    const details = error.data.response_metadata?.messages?.join('; ');
    return new RefusedError(
      'rejected',
      code,
      details ? `${code}: ${details}` : code,
      'Slack did not accept my answer.',
    );
  }
  const status = error instanceof WebAPIHTTPError ? `status ${error.statusCode}` : 'no answer';
  // The cause may carry headers with a token, so only its name goes on.
  const cause = new Error(error instanceof Error ? error.name : 'unknown');
  return new UnavailableError('slack-unavailable', status, { cause });
}

/** True where Slack refused the words and not the place: the very same words will never do. */
export const isUnsayable = (error: unknown): boolean =>
  refusedWith(error, 'msg_too_long', 'msg_blocks_too_long', 'invalid_blocks', 'invalid_blocks_format', 'no_text');

/** True for Slack's refusal with one of these codes. */
export const refusedWith = (error: unknown, ...codes: string[]): boolean =>
  error instanceof RefusedError && codes.includes(String(error.status));
