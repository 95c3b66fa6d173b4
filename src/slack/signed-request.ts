import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'node:querystring';

const MAX_SKEW_SECONDS = 5 * 60;
const FORM = 'application/x-www-form-urlencoded';

/** The words of a request about itself; worth nothing until the signature over its body fits. */
export type Claim = { signature: string; timestamp: string };

/** Looks at what can be judged without a body. Bolt would take timestamps from the future. */
export function readClaim(headers: IncomingHttpHeaders, now: number): Claim | 'forged' | 'stale' {
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = headers;
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return 'forged';
  const seconds = Number(timestamp);
  if (!Number.isInteger(seconds)) return 'forged';
  return Math.abs(now / 1000 - seconds) > MAX_SKEW_SECONDS ? 'stale' : { signature, timestamp };
}

/** Compares in constant time, and the whole header: with anything added to it, a signature would count as another one. */
export function isGenuine(signingSecret: string, { signature, timestamp }: Claim, body: Buffer): boolean {
  const hash = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex');
  const [expected, given] = [Buffer.from(`v0=${hash}`), Buffer.from(signature)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Slack sends events as JSON, commands as a form, and everything else as JSON within a form. */
export const isForm = (headers: IncomingHttpHeaders): boolean => headers['content-type']?.split(';')[0] === FORM;

/** @returns undefined for what holds no object */
export function parseBody(headers: IncomingHttpHeaders, body: Buffer): Record<string, unknown> | undefined {
  const text = body.toString();
  if (!isForm(headers)) return parseObject(text);
  const fields = parse(text);
  return typeof fields['payload'] === 'string' ? parseObject(fields['payload']) : fields;
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
