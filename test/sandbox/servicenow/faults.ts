import { html, json } from './http.ts';
import { seededRandom } from './random.ts';
import type { Reply } from './types.ts';

/** Switchable misbehaviour (fact sheet §5.1, §5.4). */
export type Fault = {
  kind: FaultKind;
  /** Only requests with this method. */
  method?: string;
  /** Only requests whose path matches; without it the kind's usual paths. */
  path?: RegExp;
  /** Only requests of this user (sys_id). */
  user?: string;
  /** How often; unlimited by default, once for `unauthorized-once`. */
  times?: number;
  /** 0 to 1, from a seeded generator. */
  probability?: number;
  /** `slow`: after the work is done, default 61000. `latency`: before it, default 200. */
  ms?: number;
  /** `rate-limit`: default 60. */
  retryAfterSeconds?: number;
};

export type FaultKind =
  | 'hibernate'
  | 'offline'
  | 'bad-gateway'
  | 'timeout-after-commit'
  | 'drop-202'
  | 'rate-limit'
  | 'semaphore'
  | 'truncated-200-error'
  | 'slow'
  | 'reset-mid-body'
  | 'reset-after-commit'
  | 'forbidden-after-commit'
  | 'login-html'
  | 'unauthorized-once'
  | 'latency';

/** Front doors fail before anything is looked at; the next group instead of the work; the last after it. */
export const frontDoorKinds: FaultKind[] = ['hibernate', 'offline', 'bad-gateway', 'login-html'];
const tokenToo: FaultKind[] = [
  ...frontDoorKinds,
  'slow',
  'latency',
  'reset-mid-body',
  'reset-after-commit',
  'drop-202',
  'timeout-after-commit',
];

type Active = { fault: Fault; left: number };
type Asked = { method: string; path: string; user: string | undefined };

export class Faults {
  #active: Active[] = [];
  #random = seededRandom(1);

  /** Adds a fault; those that are set already stay. */
  set(fault: Fault): void {
    const once = fault.kind === 'unauthorized-once' ? 1 : Number.POSITIVE_INFINITY;
    this.#active.push({ fault, left: fault.times ?? once });
  }

  clear(): void {
    this.#active = [];
    this.#random = seededRandom(1);
  }

  /** The first of these kinds that strikes this request, counted as used. */
  strike(kinds: FaultKind[], asked: Asked): Fault | undefined {
    for (const active of this.#active) {
      const { fault } = active;
      if (!kinds.includes(fault.kind) || active.left <= 0 || !applies(fault, asked)) continue;
      if (fault.probability !== undefined && this.#random() >= fault.probability) continue;
      active.left -= 1;
      return fault;
    }
    return undefined;
  }
}

function applies(fault: Fault, { method, path, user }: Asked): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.user !== undefined && fault.user !== user) return false;
  if (fault.path) return fault.path.test(path);
  if (fault.kind === 'hibernate' || fault.kind === 'offline' || fault.kind === 'bad-gateway') return true;
  return path.startsWith('/api/') || (path === '/oauth_token.do' && tokenToo.includes(fault.kind));
}

const adc = { Server: 'snow_adc' };
const htmlPage = (title: string, text: string) =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>`;

/** The answer that a fault gives in place of the real one. */
export function faultReply(fault: Fault, now: number): Reply | undefined {
  switch (fault.kind) {
    case 'hibernate':
      return html(
        200,
        htmlPage(
          'Instance Hibernating page',
          'Your instance is hibernating. Sign in to <a href="https://developer.servicenow.com">developer.servicenow.com</a> to wake it.',
        ),
        adc,
      );
    case 'offline':
      return html(503, htmlPage('Instance offline', 'Your instance is currently offline.'), adc);
    case 'bad-gateway':
      return html(502, htmlPage('502 Bad Gateway', 'snow_adc'), adc);
    case 'timeout-after-commit':
      return html(504, htmlPage('504 Gateway Time-out', 'snow_adc'), adc);
    case 'drop-202':
      return { status: 202, body: '' };
    case 'login-html':
      return html(200, htmlPage('Log in | ServiceNow', '<form action="/login.do"><input name="user_name"></form>'));
    case 'rate-limit': {
      const seconds = fault.retryAfterSeconds ?? 60;
      return json(
        429,
        {
          error: {
            message: 'Rate limit exceeded',
            detail: 'Rate limit of 100 requests per hour for Table API exceeded',
          },
          status: 'failure',
        },
        {
          'Retry-After': String(seconds),
          'X-RateLimit-Limit': '100',
          'X-RateLimit-Reset': String(Math.ceil(now / 1000) + seconds),
          'X-RateLimit-Rule': '6f2b9d0c4f3a4a5e8b1c2d3e4f5a6b7c',
        },
      );
    }
    case 'semaphore':
      return semaphoreFull();
    case 'unauthorized-once':
      return json(401, {
        error: { message: 'User Not Authenticated', detail: 'Required to provide Auth information' },
        status: 'failure',
      });
    case 'forbidden-after-commit':
      return json(403, {
        error: { message: 'Operation Failed', detail: 'ACL Exception Insert Failed due to security constraints' },
        status: 'failure',
      });
    default:
      return undefined;
  }
}

export const semaphoreFull = (): Reply =>
  html(
    429,
    htmlPage('429 Too Many Requests', 'The request was rejected because the queue of its semaphore set is full.'),
  );

/** A list that a quota cut off while it was sent: 200, some rows, and an error member after them. */
export function truncated(reply: Reply): Reply {
  if (reply.status !== 200) return reply;
  const parsed: unknown = JSON.parse(String(reply.body));
  const result = (parsed as { result?: unknown }).result;
  const some = Array.isArray(result) ? result.slice(0, Math.floor(result.length / 2)) : [];
  return json(200, {
    result: some,
    error: { message: 'Transaction cancelled: maximum execution time exceeded', detail: 'Check the system log' },
    status: 'failure',
  });
}
