import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Enqueue } from '../jobs/enqueue.ts';
import type { Log } from '../log.ts';
import { changeCorrelationId, changeJobId, changeSchema } from '../records/change-notice.ts';
import { readJson } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, TTL } from '../redis/keys.ts';
import { fingerprint } from '../redis/vault.ts';
import { statusOf } from './index.ts';

const MAX_SKEW_SECONDS = 5 * 60;

/** What the shipped script sends: ids and codes, never words; an older one sends no values. Both unknown members and the empty string for "nobody" are fine. */
const optionalId = z.union([z.string().regex(/^[0-9a-f]{32}$/), z.literal('').transform(() => undefined)]).optional();
const pushSchema = z.object({
  v: z.literal(1),
  table: changeSchema.shape.table,
  sys_id: changeSchema.shape.sysId,
  sys_mod_count: changeSchema.shape.modCount,
  assigned_to: optionalId,
  approver: optionalId,
  values: changeSchema.shape.values.catch(undefined),
});

type PushOutcome =
  | 'accepted'
  | 'off'
  | 'unsigned'
  | 'stale'
  | 'unreadable'
  | 'forged'
  | 'malformed'
  | 'replayed'
  | 'not-saved';

/**
 * Push notifications: HMAC-SHA256 over `timestamp.body`, base64, in `X-Bridge-Signature: v1=…`. Any of the secrets opens, so
 * that they can be rotated. Refused in the order of cheapness: without headers that could be right the body is not even read,
 * and only a good one touches Redis.
 */
export function pushRoute(parts: {
  secrets: string[];
  /** Fills `request.body` with the very bytes; fails where there are too many. */
  readBody: RequestHandler;
  redis: RedisClient;
  enqueue: Enqueue;
  now: () => number;
  log: Log;
  observe: (outcome: PushOutcome) => void;
}) {
  const { secrets, readBody, redis, enqueue, now, log, observe } = parts;

  async function receive(request: Request, response: Response): Promise<{ status: number; outcome: PushOutcome }> {
    if (secrets.length === 0) return { status: 404, outcome: 'off' };
    const signature = request.get('x-bridge-signature') ?? '';
    const timestamp = request.get('x-bridge-timestamp') ?? '';
    if (!/^v1=[A-Za-z0-9+/]{43}=$/.test(signature) || !/^\d{1,12}$/.test(timestamp))
      return { status: 401, outcome: 'unsigned' };
    if (Math.abs(now() / 1000 - Number(timestamp)) > MAX_SKEW_SECONDS) return { status: 401, outcome: 'stale' };
    const unreadable = await new Promise<unknown>((resolve) => void readBody(request, response, resolve));
    if (unreadable) return { status: statusOf(unreadable), outcome: 'unreadable' };
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const mac = Buffer.from(signature.slice('v1='.length), 'base64');
    if (!secrets.some((secret) => isGenuine(secret, timestamp, body, mac))) return { status: 401, outcome: 'forged' };

    const pushed = readJson(pushSchema, body.toString('utf8'));
    if (!pushed) return { status: 400, outcome: 'malformed' };
    try {
      // The bytes name it: base64 has several spellings of the same ones.
      if ((await redis.set(keys.push(fingerprint(mac.toString('base64'))), '1', 'EX', TTL.push, 'NX')) !== 'OK')
        return { status: 409, outcome: 'replayed' };
    } catch {
      return { status: 503, outcome: 'not-saved' };
    }
    const { table, sys_id: sysId, sys_mod_count: modCount, assigned_to: assignedTo, approver, values } = pushed;
    const change = {
      table,
      sysId,
      modCount,
      ...(assignedTo ? { assignedTo } : {}),
      ...(approver ? { approver } : {}),
      ...(values ? { values } : {}),
    };
    try {
      await enqueue(
        'fan-out-change',
        // A restored record bears old versions again, and a script may change one without counting it.
        { v: 1, correlationId: changeCorrelationId(change), change, anew: true },
        changeJobId(change),
        { anew: true },
      );
    } catch (err) {
      log.warn({ err }, 'push not saved; the instance sends it again, and the poll finds it anyway');
      return { status: 503, outcome: 'not-saved' };
    }
    return { status: 202, outcome: 'accepted' };
  }

  return async (request: Request, response: Response): Promise<void> => {
    const { status, outcome } = await receive(request, response);
    observe(outcome);
    if (status !== 202) log.info({ outcome }, 'push refused');
    response.status(status).end();
  };
}

function isGenuine(secret: string, timestamp: string, body: Buffer, mac: Buffer): boolean {
  return timingSafeEqual(createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest(), mac);
}
