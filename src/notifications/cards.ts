import { z } from 'zod';
import { snapshotSchema } from '../records/changes.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import { REASONS } from './watches.ts';

/** Where a message is. */
export const messageRefSchema = z.strictObject({ channel: z.string(), ts: z.string() });
export type MessageRef = z.infer<typeof messageRefSchema>;

/** Built by us a moment ago; their exact shape is Slack's business. */
export const builtBlocks = z.array(
  z.custom<{ type: string }>((value) => typeof value === 'object' && value !== null && 'type' in value),
);

/**
 * One watcher's card for one record. `telling` is written before Slack is asked and removed together with the new
 * snapshot: after a crash in between, the very same words are looked for, and posted only if they are not there.
 */
const cardSchema = z.strictObject({
  message: messageRefSchema,
  reason: z.enum(REASONS),
  told: snapshotSchema,
  /** When something was last posted, in ms; bursts wait for it. */
  toldAt: z.number(),
  telling: z
    .strictObject({
      key: z.string(),
      since: z.number(),
      text: z.string(),
      blocks: builtBlocks,
      snapshot: snapshotSchema,
    })
    .optional(),
  /** Attachments that the thread has, or that were there before the card. */
  files: z.array(z.string()).optional(),
  /** Slack held the card's update up, so it shows less than was told. */
  stale: z.boolean().optional(),
  muted: z.boolean().optional(),
  /** No messages before this time, or before the state is another than this one. */
  snoozed: z.strictObject({ until: z.number().optional(), whileState: z.string().optional() }).optional(),
  /** The last thing told was for staff only; an answer needs a second look. */
  internal: z.boolean().optional(),
});

export type Card = z.infer<typeof cardSchema>;

const FIELD = 'card';
/** In ms, before Slack is asked for the first time: whoever comes later has to look whether it is there. */
const BEGUN = 'begun';

export function createCards(redis: RedisClient, vault: Vault) {
  return {
    /** @throws {CorruptDataError} */
    async find(watcher: string, sysId: string): Promise<Card | undefined> {
      const key = keys.card(watcher, sysId);
      const sealed = await redis.hget(key, FIELD);
      return sealed === null ? undefined : openJson(vault, cardSchema, sealed, key);
    },

    async save(watcher: string, sysId: string, card: Card): Promise<void> {
      const key = keys.card(watcher, sysId);
      await redis.hset(key, FIELD, vault.seal(JSON.stringify(card), key));
    },

    /** @returns when an earlier attempt began to post this card, or undefined for the first */
    async begin(watcher: string, sysId: string, at: number): Promise<number | undefined> {
      const key = keys.card(watcher, sysId);
      if ((await redis.hsetnx(key, BEGUN, at)) === 1) return undefined;
      return Number(await redis.hget(key, BEGUN)) || at;
    },

    /** Slack refused it, so it is not there, and the next attempt is the first again. */
    async unbegin(watcher: string, sysId: string): Promise<void> {
      await redis.hdel(keys.card(watcher, sysId), BEGUN);
    },

    async remove(watcher: string, sysId: string): Promise<void> {
      await redis.del(keys.card(watcher, sysId));
    },
  };
}

export type Cards = ReturnType<typeof createCards>;
