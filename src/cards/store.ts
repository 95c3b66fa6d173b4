import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { builtBlocks } from '../blocks/message.ts';
import { turnSchema } from '../conversation/lanes.ts';
import { NotYetError } from '../errors.ts';
import type { Endings } from '../notifications/endings.ts';
import { REASONS } from '../notifications/watches.ts';
import { snapshotSchema } from '../records/changes.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, TTL } from '../redis/keys.ts';
import { tryLock } from '../redis/lock.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import { messageRefSchema } from '../slack/message-ref.ts';

/**
 * One watcher's card for one record. `telling` is written before Slack is asked and removed together with the new
 * snapshot: after a crash in between, the very same words are looked for, and posted only if they are not there.
 */
const cardSchema = z.object({
  message: messageRefSchema,
  reason: z.enum(REASONS),
  told: snapshotSchema,
  /** When something was last posted, in ms; bursts wait for it. */
  toldAt: z.number(),
  telling: z
    .object({
      key: z.string(),
      since: z.number(),
      text: z.string(),
      blocks: builtBlocks,
      snapshot: snapshotSchema,
      /** Some of it is for staff only. */
      internal: z.boolean().optional(),
      /** The watcher's own writes that need not be known any more when it is told. */
      own: z.array(z.string()).optional(),
    })
    .optional(),
  /** Attachments that the thread has, or that were there before the card; absent where they could not be listed. */
  files: z.array(z.string()).optional(),
  /** Slack held the card's update up, so it shows less than was told. */
  stale: z.boolean().optional(),
  muted: z.boolean().optional(),
  /** No messages before this time, or before the state is another than this one. */
  snoozed: z.object({ until: z.number().optional(), whileState: z.string().optional() }).optional(),
  /** Since when the last word of the thread was for staff only, or was not: an answer to it needs a second look. */
  turns: z.array(turnSchema).optional(),
});

export type Card = z.infer<typeof cardSchema>;

/** What a card shows from the start, noted before Slack is asked: what happens from then on is still to be told. */
export const shownSchema = z.object({ told: snapshotSchema, files: z.array(z.string()).optional() });
export type Shown = z.infer<typeof shownSchema>;
export type Beginning = {
  /** When Slack was asked for the first time, in ms: since then it may be there. */
  at: number;
  /** Until the card itself says so. */
  shown: Shown | undefined;
};

const CARD = 'card';
const BEGUN_AT = 'begun';
const SHOWN = 'shown';
/** What a list of many told of the record, as long as it has no card. */
const LISTED = 'listed';

/** Only the holder writes: a process that stood still for longer than its lock may wake up with an old card in its hand. */
const SAVE = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('hset', KEYS[2], '${CARD}', ARGV[2])
redis.call('hdel', KEYS[2], '${SHOWN}', '${LISTED}')
return 1`;

export function createCards(redis: RedisClient, vault: Vault, endings: Endings, now: () => number = Date.now) {
  /** @throws {CorruptDataError} */
  async function find(watcher: string, sysId: string): Promise<Card | undefined> {
    const key = keys.card(watcher, sysId);
    const sealed = await redis.hget(key, CARD);
    return sealed === null ? undefined : openJson(vault, cardSchema, sealed, key);
  }

  /** A list told of the record; its card begins with the next change. */
  async function list(watcher: string, sysId: string, shown: Shown): Promise<void> {
    const key = keys.card(watcher, sysId);
    await redis.hset(key, LISTED, vault.seal(JSON.stringify(shown), key));
  }

  return {
    find,
    list,

    /** One process at a time tells this watcher about this record. @returns undefined while another one does */
    async hold(watcher: string, sysId: string) {
      const key = keys.card(watcher, sysId);
      const lock = keys.notifyLock(watcher, sysId);
      const holder = randomUUID();
      const release = await tryLock(redis, lock, TTL.notifyLock, holder);
      if (!release) return undefined;
      return {
        release,

        /** @throws {CorruptDataError} */
        find: () => find(watcher, sysId),

        /** @throws {NotYetError} where another process has taken over */
        async save(card: Card): Promise<void> {
          // First: a crash in between leaves a reminder too many, and not a card for ever.
          if (card.told.ended) await endings.noteEnded({ watcher, sysId });
          const sealed = vault.seal(JSON.stringify(card), key);
          if ((await redis.eval(SAVE, 2, lock, key, holder, sealed)) !== 1)
            throw new NotYetError('another process has taken the card over', now());
        },

        /** What an earlier attempt has left. @throws {CorruptDataError} */
        async beginning(): Promise<Beginning | undefined> {
          const [at, sealed] = await redis.hmget(key, BEGUN_AT, SHOWN);
          return at
            ? { at: Number(at), shown: sealed ? openJson(vault, shownSchema, sealed, key) : undefined }
            : undefined;
        },

        async begin({ at, shown }: Required<Beginning>): Promise<void> {
          await redis.hset(key, { [BEGUN_AT]: at, [SHOWN]: vault.seal(JSON.stringify(shown), key) });
        },

        /** What a list told of it, where there was one. @throws {CorruptDataError} */
        async listed(): Promise<Shown | undefined> {
          const sealed = await redis.hget(key, LISTED);
          return sealed === null ? undefined : openJson(vault, shownSchema, sealed, key);
        },

        list: (shown: Shown) => list(watcher, sysId, shown),

        /** Slack refused it, so it is not there, and the next attempt is the first again. */
        async unbegin(): Promise<void> {
          await redis.hdel(key, BEGUN_AT, SHOWN);
        },
      };
    },

    /** A card that came about by another way; one that is there already stays. */
    async add(watcher: string, sysId: string, card: Card): Promise<void> {
      const key = keys.card(watcher, sysId);
      await redis.hsetnx(key, CARD, vault.seal(JSON.stringify(card), key));
    },

    async remove(watcher: string, sysId: string): Promise<void> {
      await redis.del(keys.card(watcher, sysId));
    },
  };
}

export type Cards = ReturnType<typeof createCards>;
export type HeldCard = NonNullable<Awaited<ReturnType<Cards['hold']>>>;
