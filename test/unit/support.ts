import { Writable } from 'node:stream';
import RedisMock from 'ioredis-mock';
import { createLog } from '../../src/log.ts';
import { createEndings } from '../../src/notifications/endings.ts';
import type { Field, ServiceNowRecord } from '../../src/records/types.ts';
import { keysOf, type Person } from '../../src/redis/keys.ts';
import { createVault } from '../../src/redis/vault.ts';
import { wordsOf } from '../../src/words/index.ts';

/** The words in which tests read what people read, unless they are about another language. */
export const T = wordsOf('en');

export const ADA: Person = { tenant: 'T0HOUSE', team: 'T0HOUSE', user: 'U0ADA' };
export const BOB: Person = { tenant: 'T0HOUSE', team: 'T0HOUSE', user: 'U0BOB' };

/** The instance of these tests, and its keys. */
export const INSTANCE = 'dev1';
export const KEYS = keysOf(INSTANCE);

export const KEY = Buffer.alloc(32, 7);
export const OTHER_KEY = Buffer.alloc(32, 9);
export const vault = createVault([KEY]);

/** An empty store of this test's own. Instances of the mock share their data. */
export async function emptyRedis() {
  const redis = new RedisMock();
  await redis.flushall();
  return redis;
}

/** At noon, unless it is about time. */
export const endingsIn = (redis: Awaited<ReturnType<typeof emptyRedis>>, now = () => NOON) =>
  createEndings(redis, INSTANCE, now);

/** A log, and what an operator would see of it. */
export function readableLog() {
  const lines: string[] = [];
  const log = createLog(
    'debug',
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(...chunk.toString().trimEnd().split('\n'));
        done();
      },
    }),
  );
  return { log, lines };
}

/** A clock that moves only when told to. */
export function clockAt(start: number) {
  let time = start;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

export const NOON = Date.parse('2026-11-23T12:00:00Z');

/** Somebody in ServiceNow, and what was granted at noon. */
export const USER = {
  sysId: '62826bf03710200044e0bfc8bcbe5df1',
  userName: 'ada',
  name: 'Ada',
  email: 'a@x.org',
  active: true,
};
export const TOKENS = { accessToken: 'a1', refreshToken: 'r1', accessExpiresAt: NOON, refreshIssuedAt: NOON };

/** A record as the API gives it; a string stands for a field that is shown as it is stored. */
export function row(fields: Record<string, string | Field>, sysId = 'a'.repeat(32)): ServiceNowRecord {
  return {
    sysId,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        typeof field === 'string' ? { value: field, displayValue: field } : field,
      ]),
    ),
  };
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error,
  );
}
