/** Identifiers in the shapes that Slack uses. Counted, not random, so that a failing test can be read. */
import { createHash } from 'node:crypto';

export type Ids = {
  /** `C0000001A` and the like. */
  next(prefix: string): string;
  /** A secret: long, unguessable-looking, the same in each run. */
  secret(purpose: string): string;
  /** A message time stamp: unique and increasing even within one millisecond. */
  ts(): string;
};

export function createIds(now: () => number): Ids {
  let count = 0;
  let lastMicros = 0;
  return {
    next: (prefix) => {
      count += 1;
      return `${prefix}0${(60466176 + count * 7919).toString(36).toUpperCase()}`;
    },
    secret: (purpose) => {
      count += 1;
      return createHash('sha256').update(`${purpose}:${count}:${now()}`).digest('base64url').slice(0, 32);
    },
    ts: () => {
      lastMicros = Math.max(Math.floor(now()) * 1000, lastMicros + 100);
      return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
    },
  };
}

export const isTs = (value: unknown): value is string => typeof value === 'string' && /^\d{9,11}\.\d{6}$/.test(value);
