import type { RedisClient } from '../redis/connection.ts';
import { keysOf } from '../redis/keys.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A ticket that has ended may be reopened, and a late word may come. */
export const KEEP_ENDED_MS = 30 * DAY_MS;
/** What rested for a year hardly begins again by itself. */
export const KEEP_DECLINED_MS = 365 * DAY_MS;

/** A watcher and a record between whom it may be over. */
export type Ending = { watcher: string; sysId: string };

const SYS_ID_LENGTH = 32;

/**
 * When to look whether a watch is over. Only a reminder: what holds then is decided then, so a ticket that is reopened needs
 * nobody to take it out.
 */
export function createEndings(redis: RedisClient, instance: string, now: () => number) {
  const key = keysOf(instance).endings();
  const name = ({ watcher, sysId }: Ending) => `${watcher}/${sysId}`;
  const lookAfter = async (ending: Ending, ms: number): Promise<void> => {
    await redis.zadd(key, now() + ms, name(ending));
  };
  return {
    /** Something happened about a ticket that has ended: the time begins anew. */
    noteEnded: (ending: Ending) => lookAfter(ending, KEEP_ENDED_MS),
    /** The watcher wanted to hear no more, or would have heard but for that. */
    noteDeclined: (ending: Ending) => lookAfter(ending, KEEP_DECLINED_MS),
    postpone: (ending: Ending) => lookAfter(ending, DAY_MS),

    /** Those at which it is time to look, the longest due first. */
    async due(limit: number): Promise<Ending[]> {
      const names = await redis.zrangebyscore(key, '-inf', now(), 'LIMIT', 0, limit);
      return names.map((one) => ({ watcher: one.slice(0, -SYS_ID_LENGTH - 1), sysId: one.slice(-SYS_ID_LENGTH) }));
    },

    async done(ending: Ending): Promise<void> {
      await redis.zrem(key, name(ending));
    },
  };
}

export type Endings = ReturnType<typeof createEndings>;
