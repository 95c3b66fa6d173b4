import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError, type Reply } from './types.ts';

/** The request as handlers see it. */
export type Request = {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: Buffer;
};

/** JSON answers are ASCII-safe UTF-8 with the header set of fact sheet §5.3. */
export function json(status: number, value: unknown, headers: Reply['headers'] = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  };
}

export const BASIC = 'BASIC realm="Service-now"';

export const failure = (error: ApiError): Reply =>
  json(
    error.status,
    { error: { message: error.message, detail: error.detail }, status: 'failure' },
    error.status === 401 ? { 'WWW-Authenticate': BASIC } : {},
  );

export const notAuthenticated = () =>
  new ApiError(401, 'User Not Authenticated', 'Required to provide Auth information');

export const noSuchResource = () => new ApiError(400, 'Requested URI does not represent any resource');

export const html = (status: number, body: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html;charset=UTF-8', ...headers },
  body,
});

export const redirect = (location: string, headers: Reply['headers'] = {}): Reply => ({
  status: 302,
  headers: { Location: location, ...headers },
  body: '',
});

export const sessionIn = (cookie: string | undefined): string => /\bJSESSIONID=(\w+)/.exec(cookie ?? '')?.[1] ?? '';

/** What every API and token answer carries, cookies included; a client must never send those back. */
export function platformHeaders(returned?: string): Record<string, string | string[]> {
  const random = () => randomBytes(16).toString('hex').toUpperCase();
  return {
    Server: 'ServiceNow',
    'Cache-Control': 'no-cache,no-store,must-revalidate,max-age=-1',
    Pragma: 'no-store,no-cache',
    Expires: '0',
    'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
    'Server-Timing': 'sem_wait;dur=0, sesh_wait;dur=0',
    'X-Transaction-ID': randomBytes(6).toString('hex'),
    'X-Is-Logged-In': 'true',
    // A session that goes on gets no new cookies.
    'Set-Cookie': returned
      ? []
      : [
          `JSESSIONID=${random()}; Path=/; HttpOnly`,
          'glide_user=; Max-Age=0; Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/; HttpOnly',
          `glide_user_route=glide.${random().toLowerCase()}; Max-Age=2147483647; Path=/; HttpOnly`,
          `glide_node_id_for_js=${random().toLowerCase()}; Path=/`,
          `BIGipServerpool_sandbox=${random()}; Path=/; HttpOnly`,
        ],
  };
}

export const MAX_JSON_BYTES = 10_485_760;

/** Reads the whole body; over the limit it reads on without keeping, so that the refusal can be answered. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) {
    throw new ApiError(
      400,
      'Exception while reading request',
      `Rejected large REST payload with content-length = ${size} bytes. Max allowed: ${limit} bytes.`,
    );
  }
  return Buffer.concat(chunks);
}

export const form = (request: Request): URLSearchParams => new URLSearchParams(request.body.toString('utf8'));

/** A JSON answer has to be asked for, and a JSON body announced (fact sheet §2.1). */
export function demandJson(request: Request, hasBody: boolean): void {
  const accept = request.headers.accept;
  if (accept === undefined) throw new ApiError(400, 'Invalid request', 'Missing Accept header');
  if (!/application\/json|application\/\*|\*\/\*/.test(accept)) {
    throw new ApiError(406, 'Not acceptable', `Requested response type ${accept} is not supported`);
  }
  if (!hasBody) return;
  const type = request.headers['content-type'];
  if (type === undefined) throw new ApiError(400, 'Invalid request', 'Missing Content-Type header');
  if (!/^application\/json\b/i.test(type)) {
    throw new ApiError(415, 'Unsupported media type', `Content type ${type} is not supported`);
  }
}

/** The object in a JSON body; of an array only the first element counts. */
export function jsonObject(request: Request): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new ApiError(400, 'Exception while reading request', 'The payload is not valid JSON.');
  }
  const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (typeof value !== 'object' || value === null) {
    throw new ApiError(400, 'Exception while reading request', 'The payload is not a JSON object.');
  }
  return value as Record<string, unknown>;
}
