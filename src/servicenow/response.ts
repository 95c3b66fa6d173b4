import { BridgeError, RefusedError, SlowDownError, UnavailableError } from '../errors.ts';
import type { Phrase } from '../words/index.ts';

/** What came back, read but not yet believed. */
type RawResponse = { status: number; headers: Headers | Map<string, string>; body: string; now: number };

/** The access token was not accepted. Only the client sees this: it renews the token once and tries again. */
export class TokenRejectedError extends BridgeError {
  readonly code = 'token-rejected';
  readonly fate = { kind: 'park' } as const;
  readonly forPerson: Phrase = ['errors.link.broken'];
}

/** @param isDone the instance has done what it was asked for, and only tells of it at too great length */
export const tooLong = (isDone: boolean, limit: number) =>
  new RefusedError('rejected', isDone ? 'too-long' : 'too-long-failure', `an answer of more than ${limit} bytes`, [
    'errors.too-long',
  ]);

export const isTooLong = (error: unknown): boolean => error instanceof RefusedError && error.status === 'too-long';

const SEMAPHORE_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/**
 * Reads one answer of the instance. Success is: 2xx except 202, JSON, parsable, and without an `error` member; a 204 has
 * no body. The table of what else can come back is in ServiceNow's REST documentation and KB0778443 (errors inside a 200).
 * @throws {BridgeError} for everything else
 */
export function readAnswer({ status, headers, body, now }: RawResponse): unknown {
  const header = (name: string) => headers.get(name) ?? undefined;
  if (status === 204) return undefined;
  const json = header('content-type')?.startsWith('application/json') ? tryParse(body) : undefined;
  const failure = json === undefined ? undefined : errorIn(json);

  if (status === 429) throw slowDown(header, now);
  if (status === 401) throw new TokenRejectedError('the instance answered 401');
  if (json === undefined) throw notAnAnswer(status, body);
  if (status >= 500) throw new UnavailableError('servicenow-unavailable', `status ${status}`);
  if (status >= 200 && status < 300 && status !== 202 && !failure) return json;
  // A cancelled transaction: the quota ended it, perhaps after the write.
  if (status < 400) throw new UnavailableError('servicenow-unavailable', `status ${status} with an error inside`);
  throw refusal(status, failure ?? { message: '', detail: '' });
}

function tryParse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

type Failure = { message: string; detail: string };

function errorIn(json: unknown): Failure | undefined {
  if (typeof json !== 'object' || json === null || !('error' in json)) return undefined;
  const { error } = json;
  const member = (name: string) => {
    const value = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { message: typeof error === 'string' ? error : member('message'), detail: member('detail') };
}

/** A rule's 429 carries X-RateLimit headers and counts per person; a full queue's does not and concerns everybody. */
function slowDown(header: (name: string) => string | undefined, now: number): SlowDownError {
  const seconds = Number(header('retry-after'));
  const asked = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : SEMAPHORE_PAUSE_MS;
  const scope = header('x-ratelimit-rule') || header('x-ratelimit-limit') ? 'person' : 'instance';
  return new SlowDownError('servicenow', scope, now + Math.min(asked, LONGEST_PAUSE_MS));
}

function notAnAnswer(status: number, body: string): BridgeError {
  if (/hibernat|instance is currently offline/i.test(body))
    return new UnavailableError('servicenow-asleep', `status ${status}, the instance is asleep or offline`);
  if (status >= 400 && status < 500)
    return new RefusedError('rejected', status, `status ${status} without JSON`, ['errors.between']);
  return new UnavailableError('servicenow-unavailable', `status ${status} without JSON`);
}

const MANDATORY = /fields are mandatory:(.+)/i;
/** In whatever language: a rule is quoted with its sys_id behind its name. */
const BUSINESS_RULE = /'([^'^]+)\^[0-9a-f]{32}'|aborted by Business Rule '([^'^]+)/i;
/** Access rules' own words, which say nothing to a person. */
const ACCESS = /\bACL\b|security constraints|permission|unique key/i;
const LONGEST_DETAIL = 500;

/** The instance's words without the name of the exception, in the language of the person: nothing else names what is missing. */
const inItsWords = (detail: string) =>
  detail
    .replace(/^[^:]*:(?=[^:]*:)/, '')
    .replace(/<[^<>]*>|[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_DETAIL);

const forbidden = (status: number, said: string) => new RefusedError('forbidden', status, said, ['errors.forbidden']);

/** A 401 that is a policy of one path: the same token is good elsewhere. */
export const pathRefusal = () => forbidden(401, 'status 401, although the token is good');

function refusal(status: number, { message, detail }: Failure): RefusedError {
  const said = `status ${status}: ${message}`;
  const mandatory = MANDATORY.exec(detail)?.[1]?.trim();
  if (mandatory) return new RefusedError('invalid', status, said, ['errors.mandatory', { fields: mandatory }]);
  const rule = BUSINESS_RULE.exec(detail)?.slice(1).find(Boolean)?.trim();
  if (rule) return new RefusedError('invalid', status, said, ['errors.rule', { rule }]);
  if (status === 404) return new RefusedError('not-found', status, said, ['errors.not-found']);
  const words = message === 'Operation Failed' && !ACCESS.test(detail) ? inItsWords(detail) : '';
  if (words) return new RefusedError('invalid', status, said, ['errors.in-its-words', { words }]);
  if (status === 403) return forbidden(status, said);
  return new RefusedError('rejected', status, said, ['errors.rejected']);
}
