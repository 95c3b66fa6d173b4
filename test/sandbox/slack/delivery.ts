/** Requests to the app, as Slack makes them: signed, three seconds, recorded; over Socket Mode if the app is connected. */
import { createHmac } from 'node:crypto';
import type { Sim } from './core.ts';
import type { Delivery, DeliveryKind, Json, RawRequest } from './types.ts';

export type Outgoing = {
  kind: DeliveryKind;
  type: string;
  payload: Json;
  /** Commands are plain form fields, interactivity one `payload` field, events JSON. */
  encoding: 'form' | 'payload' | 'json';
  retryNum?: number;
  retryReason?: string;
};

export const sign = (secret: string, timestamp: string, rawBody: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${rawBody}`).digest('hex')}`;

const CONTENT_TYPES = {
  form: 'application/x-www-form-urlencoded',
  payload: 'application/x-www-form-urlencoded',
  json: 'application/json',
};

function encode({ encoding, payload }: Outgoing): string {
  if (encoding === 'json') return JSON.stringify(payload);
  if (encoding === 'payload') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(
    Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
}

function parse(text: string): unknown {
  if (!/^\s*[{["]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type Answer = { status: number | null; body: unknown; error?: string };

async function post(sim: Sim, rawBody: string, headers: Record<string, string>): Promise<Answer> {
  if (!sim.requestUrl) return { status: null, body: '', error: 'dispatch_failed' };
  try {
    const response = await fetch(sim.requestUrl, {
      method: 'POST',
      body: rawBody,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(sim.ackTimeoutMs),
    });
    const body = parse(await response.text());
    if (response.ok) return { status: response.status, body };
    const error = response.headers.get('x-slack-no-retry') === '1' ? 'http_error_no_retry' : 'http_error';
    return { status: response.status, body, error };
  } catch (error) {
    // Not instanceof: the error may come from another realm, as under Jest.
    const timedOut = (error as { name?: unknown }).name === 'TimeoutError';
    return { status: null, body: '', error: timedOut ? 'operation_timeout' : 'dispatch_failed' };
  }
}

function headersFor(sim: Sim, rawBody: string, contentType: string, outgoing?: Outgoing): Record<string, string> {
  const timestamp = String(Math.floor(sim.now() / 1000));
  return {
    'content-type': contentType,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    accept: 'application/json,*/*',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': sign(sim.app.signingSecret, timestamp, rawBody),
    ...(outgoing?.retryNum
      ? {
          'x-slack-retry-num': String(outgoing.retryNum),
          'x-slack-retry-reason': outgoing.retryReason ?? 'unknown_error',
        }
      : {}),
  };
}

/** Counts a promise as work that `idle()` waits for. */
export function track<T>(sim: Sim, work: Promise<T>): Promise<T> {
  sim.inFlight.add(work);
  const done = () => void sim.inFlight.delete(work);
  work.then(done, done);
  return work;
}

async function send(sim: Sim, outgoing: Outgoing): Promise<Delivery> {
  const rawBody = encode(outgoing);
  const overSocket = sim.sockets.isConnected();
  const headers = overSocket ? {} : headersFor(sim, rawBody, CONTENT_TYPES[outgoing.encoding], outgoing);
  const delivery: Delivery = {
    kind: outgoing.kind,
    type: outgoing.type,
    transport: overSocket ? 'socket' : 'http',
    at: sim.now(),
    payload: outgoing.payload,
    rawBody,
    headers,
    retryNum: outgoing.retryNum ?? 0,
    status: null,
    body: '',
    latencyMs: 0,
  };
  sim.deliveries.push(delivery);
  const started = performance.now();
  const answer = overSocket ? await sim.sockets.send(outgoing) : await post(sim, rawBody, headers);
  delivery.latencyMs = performance.now() - started;
  Object.assign(delivery, answer);
  return delivery;
}

export const deliver = (sim: Sim, outgoing: Outgoing): Promise<Delivery> => track(sim, send(sim, outgoing));

/** Any request, well or badly signed: for forgeries and replays. */
export async function deliverRaw(sim: Sim, raw: RawRequest): Promise<{ status: number | null; body: unknown }> {
  const timestamp = String(Math.floor(sim.now() / 1000) + (raw.timestampOffsetSeconds ?? 0));
  const secret = raw.badSignature ? `${sim.app.signingSecret}-not` : sim.app.signingSecret;
  const contentType = raw.contentType ?? (raw.rawBody.startsWith('{') ? CONTENT_TYPES.json : CONTENT_TYPES.form);
  const headers = {
    ...headersFor(sim, raw.rawBody, contentType),
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': sign(secret, timestamp, raw.rawBody),
    ...raw.headers,
  };
  const started = performance.now();
  const answer = await track(sim, post(sim, raw.rawBody, headers));
  sim.deliveries.push({
    kind: 'raw',
    type: 'raw',
    transport: 'http',
    at: sim.now(),
    payload: {},
    rawBody: raw.rawBody,
    headers,
    retryNum: 0,
    latencyMs: performance.now() - started,
    ...answer,
  });
  return { status: answer.status, body: answer.body };
}

const RETRY_REASONS: Record<string, string> = {
  operation_timeout: 'http_timeout',
  dispatch_failed: 'connection_failed',
  http_error: 'http_error',
};

/** An event is tried again three times; the first attempt is what the caller waits for. */
export async function deliverEvent(sim: Sim, type: string, payload: Json): Promise<Delivery> {
  const attempt = async (retryNum: number, retryReason?: string): Promise<Delivery> => {
    const delivery = await deliver(sim, {
      kind: 'event',
      type,
      payload,
      encoding: 'json',
      retryNum,
      ...(retryReason ? { retryReason } : {}),
    });
    const delay = sim.retryDelaysMs[retryNum];
    const reason = delivery.error ? RETRY_REASONS[delivery.error] : undefined;
    if (reason && delay !== undefined && !sim.closed) {
      const timer = setTimeout(() => {
        sim.timers.delete(timer);
        void attempt(retryNum + 1, reason);
      }, delay);
      timer.unref();
      sim.timers.add(timer);
    }
    return delivery;
  };
  return attempt(0);
}
