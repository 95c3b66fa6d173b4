import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type App, type Receiver, type ReceiverEvent, ReceiverMultipleAckError } from '@slack/bolt';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, TTL } from '../redis/keys.ts';
import { fingerprint } from '../redis/vault.ts';
import { withinTime } from '../within-time.ts';
import { isForm, isGenuine, parseBody, readClaim } from './signed-request.ts';

/** Slack's own payloads stay far below this. */
const BODY_LIMIT = 1024 * 1024;
/** A silent Redis must leave the listener time to tell the person before Slack's three seconds are over. */
const LOOK_MS = 300;
/** Slack has hung up by then. */
const UNANSWERED_MS = 3_001;

export type Outcome = 'accepted' | 'forged' | 'stale' | 'replayed' | 'too-large' | 'malformed';

/** The same signed request came before: it was refused in place of its acknowledgement. */
export class ReplayedRequest extends Error {}

export type HttpReceiver = Receiver & { requestListener: RequestListener };

/**
 * Slack's door over HTTP. It reads a body once, verifies it before anything is parsed, and takes a signed request once. A
 * repeated *event* passes, because Slack repeats events on purpose and its id makes the job the same one.
 *
 * Redis is asked for a repetition while the listener is at work already, so that both share one turn: until it acknowledges,
 * a listener does only what may be done twice, since Slack may send a request twice, signed anew. A replay is refused where
 * it would be acknowledged. Clicks wait for the answer: some of them begin anew what has ended.
 */
export function createHttpReceiver(parts: {
  signingSecret: string;
  redis: RedisClient;
  now: () => number;
  log: Log;
  observe: (outcome: Outcome) => void;
  /** @returns the status for a request that could not be processed */
  onFailure: (error: unknown) => number;
}): HttpReceiver {
  const { signingSecret, redis, now, log, observe, onFailure } = parts;
  let app: App | undefined;

  const refuse = (response: ServerResponse, status: number, outcome: Outcome) => {
    observe(outcome);
    log.warn({ outcome }, 'slack request refused');
    if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain' }).end();
  };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    const claim = readClaim(headers, now());
    if (typeof claim === 'string') return refuse(response, 401, claim);
    const bytes = await readBody(request);
    if (typeof bytes === 'string') {
      response.setHeader('connection', 'close');
      return refuse(response, bytes === 'too-large' ? 413 : 400, bytes);
    }
    if (!isGenuine(signingSecret, claim, bytes)) return refuse(response, 401, 'forged');
    const body = parseBody(headers, bytes);
    if (!body) return refuse(response, 400, 'malformed');
    // Slack looks whether we are here, and whether we are who we say.
    if (body['ssl_check'] === '1') return void response.end();
    if (body['type'] === 'url_verification') return answer(response, { challenge: body['challenge'] });

    const isNew = isForm(headers) ? firstTime(claim.signature) : Promise.resolve(true);
    if (body['type'] === 'block_actions' && !(await isNew)) return refuse(response, 409, 'replayed');
    await pass(body, response, isNew);
  }

  async function pass(body: Record<string, unknown>, response: ServerResponse, isNew: Promise<boolean>): Promise<void> {
    const unanswered = setTimeout(() => {
      if (!response.headersSent) response.writeHead(503).end();
    }, UNANSWERED_MS);
    let isAcknowledged = false;
    const ack: ReceiverEvent['ack'] = async (content) => {
      if (isAcknowledged) throw new ReceiverMultipleAckError();
      isAcknowledged = true;
      if (!(await isNew)) {
        refuse(response, 409, 'replayed');
        throw new ReplayedRequest();
      }
      observe('accepted');
      answer(response, content);
    };
    try {
      await app?.processEvent({ body, ack });
    } catch (error) {
      if (error instanceof ReplayedRequest) return;
      if (!isAcknowledged) observe('accepted');
      const status = onFailure(error);
      if (!response.headersSent) response.writeHead(status).end();
    } finally {
      clearTimeout(unanswered);
    }
  }

  async function firstTime(signature: string): Promise<boolean> {
    try {
      const noted = redis.set(keys.replay(fingerprint(signature)), '1', 'EX', TTL.replay, 'NX');
      return (await withinTime(LOOK_MS, noted, silent)) !== null;
    } catch {
      // Without Redis nothing can be enqueued either, so a replay could do nothing; the listener tells the person.
      return true;
    }
  }

  return {
    init: (bolt) => {
      app = bolt;
    },
    requestListener: (request, response) => {
      receive(request, response).catch((err) => {
        log.error({ err }, 'slack request failed');
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    // The port is the whole bridge's, see `routes/serve`.
    start: async () => {},
    stop: async () => {},
  };
}

const silent = () => new UnavailableError('store-silent', 'Redis does not say whether a request came before');

/** @returns what is wrong with a body that is too large, or that ends before its end */
function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'malformed'> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length']) > BODY_LIMIT) return resolve('too-large');
    const chunks: Buffer[] = [];
    let bytes = 0;
    request
      .on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= BODY_LIMIT) return;
        request.pause().removeAllListeners('data');
        resolve('too-large');
      })
      .once('end', () => resolve(chunks[0] && chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
      .once('error', () => resolve('malformed'));
  });
}

/** Without a length of its own Node would send an answer in pieces. */
function answer(response: ServerResponse, content: unknown): void {
  if (typeof content === 'string' || !content) return void response.end(content || undefined);
  response.setHeader('content-type', 'application/json').end(JSON.stringify(content));
}
