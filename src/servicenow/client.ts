import { fetch, type Headers, type RequestInit, type Response } from 'undici';
import { z } from 'zod';
import { BridgeError, RefusedError, SlowDownError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { wayOut } from '../outbound.ts';
import type { Answer } from '../pace/bound.ts';
import type { TakePlace } from '../pace/places.ts';
import { readUpTo } from './read-up-to.ts';
import { pathRefusal, readAnswer, TokenRejectedError, tooLong } from './response.ts';
import { parseAnswer } from './schema.ts';

/** Longer than the instance's own 60 s quota, so that its verdict arrives before ours. */
const BACKGROUND_TIMEOUT_MS = 65_000;
const SYS_ID = /[0-9a-f]{32}/g;

/** Where a request takes its access token from, and what it does when the instance rejects it. */
export type TokenSource = {
  accessToken(): Promise<string>;
  /** After a 401: another token than the rejected one. @throws {LinkRequiredError} when there is none. */
  renewedToken(rejected: string): Promise<string>;
  /** Where the instance does not know this token at all. @throws {LinkRequiredError} where there is no link any more */
  linkBroke(rejected: string): Promise<BridgeError>;
};

type Request<T> = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the instance, e.g. `/api/now/table/incident`. */
  path: string;
  query?: Record<string, string>;
  json?: Record<string, unknown>;
  /** Raw bytes instead of JSON; a stream cannot be sent twice, so it is made anew for each try. */
  body?: { type: string; bytes: number; open: () => Promise<ReadableStream | Uint8Array> };
  answer: z.ZodType<T>;
  timeoutMs?: number;
  /** Asked when nothing stands between the request and the wire any more; what it throws keeps the request from it. */
  fence?: () => Promise<void>;
  /** The answer is an attachment's bytes, at most so many. */
  fileLimit?: number;
  /** Called with the headers of a good answer; counts travel there. */
  onHeaders?: (headers: Headers) => void;
  /** Nobody waits for it, so it leaves some of the instance's places to those for whom somebody does. */
  isBackground?: boolean;
};

/** Where every person may ask who they are: the UI's own path, which may be closed, and their own record. */
const WHO_AM_I = ['/api/now/ui/user/current_user', '/api/now/table/sys_user'];

/** Sends requests as one person. */
export type AsPerson = <T>(request: Request<T>) => Promise<T>;

/** @param who names the person for cool-downs; two requests with the same name share them */
export type ServiceNowClient = { as(who: string, source: TokenSource): AsPerson; close(): Promise<void> };

/**
 * The road to one instance: pooled connections, no cookies (a session would serialise and outlive the token), no
 * redirects, a bound on parallel requests, and one verdict on every answer.
 */
export function createServiceNowClient(options: {
  instanceUrl: string;
  maxParallel: number;
  /** Takes one of the places that the whole fleet has at the instance. */
  takePlace: TakePlace;
  now: () => number;
  log: Log;
  observe?: (outcome: { path: string; status: number | 'none'; ms: number }) => void;
}): ServiceNowClient {
  const { instanceUrl, now, log } = options;
  const agent = wayOut({
    connections: options.maxParallel,
    keepAliveTimeout: 30_000,
  });

  /** @param hear is told how it went, where that says something about the instance */
  async function send<T>(request: Request<T>, token: string, hear: (answer: Answer) => void): Promise<T> {
    const url = new URL(request.path, instanceUrl);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${token}` };
    const init: RequestInit = {
      method: request.method,
      redirect: 'manual',
      dispatcher: agent,
      signal: AbortSignal.timeout(request.timeoutMs ?? BACKGROUND_TIMEOUT_MS),
      headers,
    };
    if (request.json) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(request.json);
    } else if (request.body) {
      headers['content-type'] = request.body.type;
      headers['content-length'] = String(request.body.bytes);
      const body = await request.body.open();
      init.body = body;
      init.duplex = 'half';
    }

    const started = now();
    let status: number | 'none' = 'none';
    let isPushback = false;
    try {
      const response = await fetch(url, init);
      status = response.status;
      if (request.fileLimit && response.headers.has(FILE_PROOF)) {
        const bytes = await readBytes(response, request.fileLimit);
        return parseAnswer(request.answer, bytes, `${request.method} file`);
      }
      const json = readAnswer({ status, headers: response.headers, body: await readText(response), now: now() });
      request.onHeaders?.(response.headers);
      return parseAnswer(request.answer, json, `${request.method} ${request.path}`);
    } catch (error) {
      isPushback = status === 503 || (error instanceof SlowDownError && error.scope === 'instance');
      if (error instanceof BridgeError) throw error;
      // What was to be sent could not be read.
      if (error instanceof Error && error.cause instanceof BridgeError) throw error.cause;
      isPushback = true;
      throw new UnavailableError('servicenow-unavailable', `no answer: ${networkCode(error)}`, { cause: error });
    } finally {
      const ms = now() - started;
      const { method } = request;
      const path = request.path.replace(SYS_ID, ':id');
      log.debug({ method, path, status, ms }, 'servicenow request');
      options.observe?.({ path: request.path, status, ms });
      // A file takes as long as it is large.
      if (isPushback || (status !== 'none' && !request.body && !request.fileLimit))
        hear({ kind: `${method} ${path}`, ms, isPushback });
    }
  }

  /** Who has to wait until when, as far as this process was told; '' is everybody. */
  const cooldowns = new Map<string, number>();

  function refuseWhileCooling(who: string): void {
    for (const [name, scope] of [
      ['', 'instance'],
      [who, 'person'],
    ] as const) {
      const until = cooldowns.get(name);
      if (until === undefined) continue;
      if (until > now()) throw new SlowDownError('servicenow', scope, until);
      cooldowns.delete(name);
    }
  }

  async function sendAs<T>(who: string, request: Request<T>, token: string): Promise<T> {
    refuseWhileCooling(who);
    const { isBackground = false, timeoutMs = BACKGROUND_TIMEOUT_MS } = request;
    const leave = await options.takePlace({ who, isBackground, patienceMs: timeoutMs });
    let answer: Answer | undefined;
    try {
      // Somebody may have been told so while this one waited.
      refuseWhileCooling(who);
      await request.fence?.();
      return await send(request, token, (heard) => {
        answer = heard;
      });
    } catch (error) {
      if (error instanceof SlowDownError && error.fate.kind === 'wait')
        cooldowns.set(error.scope === 'person' ? who : '', error.fate.until);
      throw error;
    } finally {
      leave(answer);
    }
  }

  /** Whether the instance knows the token. Any answer but a 401 says that it does, a refusal too. */
  async function isKnown(who: string, token: string): Promise<boolean> {
    for (const path of WHO_AM_I) {
      const query = { sysparm_fields: 'sys_id', sysparm_limit: '1', sysparm_no_count: 'true' };
      try {
        await sendAs(who, { method: 'GET', path, query, answer: z.unknown() }, token);
        return true;
      } catch (error) {
        if (error instanceof RefusedError) return true;
        if (!(error instanceof TokenRejectedError)) throw error;
      }
    }
    return false;
  }

  return {
    as: (who, source) => async (request) => {
      const token = await source.accessToken();
      try {
        return await sendAs(who, request, token);
      } catch (error) {
        if (!(error instanceof TokenRejectedError)) throw error;
      }
      // Spurious single 401s happen in healthy use, so a new token gets a second try.
      const renewed = await source.renewedToken(token);
      try {
        return await sendAs(who, request, renewed);
      } catch (error) {
        if (!(error instanceof TokenRejectedError)) throw error;
      }
      if (!(await isKnown(who, renewed))) throw await source.linkBroke(renewed);
      log.warn({ path: request.path.replace(SYS_ID, ':id') }, 'a path answers 401 to tokens that are good elsewhere');
      throw pathRefusal();
    },
    close: () => agent.close(),
  };
}

/** More than any page that we ask for; a proxy gone wrong must not fill our memory. */
const TEXT_LIMIT = 16 * 1024 * 1024;

async function readText(response: Response): Promise<string> {
  const bytes = await readUpTo(response, TEXT_LIMIT);
  if (bytes) return new TextDecoder().decode(bytes);
  throw tooLong(response.ok, TEXT_LIMIT);
}

/** Only a real attachment has this header; a page of a sleeping instance has not. */
const FILE_PROOF = 'x-attachment-metadata';

async function readBytes(response: Response, limit: number): Promise<Uint8Array> {
  const bytes = await readUpTo(response, limit);
  if (bytes) return bytes;
  throw new RefusedError('rejected', 'too-large', 'attachment over the limit', ['errors.file-too-large']);
}

/** undici says only "fetch failed"; the reason is in its cause. */
function networkCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'timed out';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
