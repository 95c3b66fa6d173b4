import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { HTTPModuleFunctions, isValidSlackRequest } from '@slack/bolt';
import type { Log } from '../log.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, TTL } from '../redis/keys.ts';
import { fingerprint } from '../redis/vault.ts';

/** Slack's own payloads stay far below this. */
const BODY_LIMIT = 1024 * 1024;
const MAX_SKEW_SECONDS = 5 * 60;
/** A silent Redis must leave the listener time to tell the person before Slack's three seconds are over. */
const LOOK_MS = 300;

const FORM = 'application/x-www-form-urlencoded';

/** Bolt looks into whatever JSON it was sent, and never answers where that is `null`. */
function holdsObject(contentType: string | undefined, text: string): boolean {
  const json = contentType === FORM ? new URLSearchParams(text).get('payload') : text;
  return json === null || /^\s*\{/.test(json);
}

/**
 * Stands in front of Bolt and closes what it leaves open: timestamps from the future, and the same signed request twice.
 * A repeated *event* passes, because Slack repeats events on purpose and its id makes the job the same one; a repeated
 * command or click is refused before anybody acts on it.
 */
export function guardSlack(parts: {
  signingSecret: string;
  redis: RedisClient;
  next: RequestListener;
  now: () => number;
  log: Log;
  observe: (outcome: 'accepted' | 'forged' | 'stale' | 'replayed' | 'too-large' | 'malformed') => void;
}): RequestListener {
  const { signingSecret, redis, next, now, log, observe } = parts;

  const refuse = (response: ServerResponse, status: number, outcome: Parameters<typeof observe>[0]) => {
    observe(outcome);
    log.warn({ outcome }, 'slack request refused');
    response.writeHead(status, { 'content-type': 'text/plain' }).end();
  };

  async function check(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signature = request.headers['x-slack-signature'];
    const timestamp = Number(request.headers['x-slack-request-timestamp']);
    if (typeof signature !== 'string' || !Number.isInteger(timestamp)) return refuse(response, 401, 'forged');
    if (Math.abs(now() / 1000 - timestamp) > MAX_SKEW_SECONDS) return refuse(response, 401, 'stale');

    let body: Buffer;
    try {
      // Bolt takes a body that was read already from `rawBody`.
      body = (await HTTPModuleFunctions.bufferIncomingMessage(request, BODY_LIMIT)).rawBody;
      Object.assign(request, { rawBody: body });
    } catch {
      response.setHeader('connection', 'close');
      return refuse(response, 413, 'too-large');
    }
    const genuine = isValidSlackRequest({
      signingSecret,
      body: body.toString(),
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
      nowMilliseconds: now(),
    });
    if (!genuine) return refuse(response, 401, 'forged');
    const isEvent = request.headers['content-type']?.startsWith('application/json');
    if (!holdsObject(request.headers['content-type'], body.toString())) return refuse(response, 400, 'malformed');
    if (!isEvent && (await seenBefore(signature))) return refuse(response, 409, 'replayed');
    observe('accepted');
    next(request, response);
  }

  async function seenBefore(signature: string): Promise<boolean> {
    const noted = redis.set(keys.replay(fingerprint(signature)), '1', 'EX', TTL.replay, 'NX');
    try {
      return (await Promise.race([noted, sleep(LOOK_MS, 'silent' as const, { ref: false })])) === null;
    } catch {
      // Without Redis nothing can be enqueued either, so a replay could do nothing; the listener tells the person.
      return false;
    }
  }

  return (request, response) => {
    check(request, response).catch((err) => {
      log.error({ err }, 'slack request failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}
