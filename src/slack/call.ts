import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  type WebClientOptions,
} from '@slack/web-api';
import { type BridgeError, RefusedError, SlowDownError, StandByError, UnavailableError } from '../errors.ts';
import { fetchOutside } from '../outbound.ts';
import { isTrouble, troubleBehind } from './codes.ts';
import { createCooling, LONGEST_REST_SECONDS } from './cooling.ts';

const TIMEOUT_MS = 10_000;
/** A file on its way gets this much more time for each of its bytes: as much as a poor line of 512 kbit/s needs. */
const MS_PER_BYTE = 1 / 64;

/** The time that a request may take, by what it carries. */
export function timeLimitMs(body: unknown): number {
  return TIMEOUT_MS + Math.ceil(bytesIn(body) * MS_PER_BYTE);
}

function bytesIn(body: unknown): number {
  if (body instanceof FormData) return [...body.values()].reduce((sum, part) => sum + bytesIn(part), 0);
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return typeof body === 'string' ? body.length : 0;
}

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
 * retry, after looking. Its own `fetch` gets a time limit, which Slack's client lacks, and asks nothing of a method that
 * Slack wants to be left alone.
 */
export function webClientOptions(apiUrl: string): WebClientOptions {
  const cooling = createCooling(Date.now);
  const send = fetchOutside();
  return {
    slackApiUrl: apiUrl,
    logger: SILENT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: async (input, init) => {
      const method = cooling.name(input, init);
      const rest = cooling.rest(method);
      if (rest) return rest;
      const limit = AbortSignal.timeout(timeLimitMs(init?.body));
      const response = await send(input, {
        ...init,
        signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit,
      });
      cooling.note(method, response);
      return response;
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

/** Where Slack names a rate and no time to come back at. */
const RATE_WAIT_MS = 30_000;

function toBridgeError(error: unknown): BridgeError {
  if (error instanceof WebAPIRateLimitedError)
    return new SlowDownError('slack', 'person', Date.now() + Math.min(error.retryAfter, LONGEST_REST_SECONDS) * 1000);
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data;
    const messages = error.data.response_metadata?.messages?.join('; ');
    const detail = messages ? `${code}: ${messages}` : code;
    const trouble = troubleBehind(code);
    switch (trouble) {
      case 'operator':
      case 'migration':
        return new StandByError(trouble, code, detail);
      case 'rate':
        return new SlowDownError('slack', 'person', Date.now() + RATE_WAIT_MS);
      case 'passing':
        return new UnavailableError('slack-unavailable', detail);
      default:
        return new RefusedError('rejected', code, detail, ['errors.slack-rejected']);
    }
  }
  const status = error instanceof WebAPIHTTPError ? `status ${error.statusCode}` : 'no answer';
  // The cause may carry headers with a token, so only its name goes on.
  const cause = new Error(error instanceof Error ? error.name : 'unknown');
  return new UnavailableError('slack-unavailable', status, { cause });
}

/** True where Slack refused the words and not the place: the very same words will never do. */
export const isUnsayable = (error: unknown): boolean => isTrouble(error, 'words');

/** True for Slack's refusal with one of these codes. */
export const refusedWith = (error: unknown, ...codes: string[]): boolean =>
  (error instanceof RefusedError || error instanceof StandByError) && codes.includes(String(error.status));
