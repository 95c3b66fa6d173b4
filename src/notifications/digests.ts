import { z } from 'zod';
import { builtBlocks } from '../blocks/message.ts';
import { snapshotSchema } from '../records/changes.ts';
import { type RecordRef, recordRefSchema, refKey } from '../records/ref.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';

/**
 * A digest is written here before Slack is asked, with what it tells: after a crash the very same words are looked for,
 * and nothing that changed meanwhile is taken for told.
 */
const tellingSchema = z.object({
  /** For which moment it was made. */
  at: z.number(),
  key: z.string(),
  since: z.number(),
  text: z.string(),
  blocks: builtBlocks,
  told: z.array(
    z.object({
      ref: recordRefSchema,
      /** The version that the card had told before. */
      from: z.number(),
      snapshot: snapshotSchema,
      /** Some of it is for staff only. */
      internal: z.boolean().optional(),
      own: z.array(z.string()).optional(),
    }),
  ),
});

export type DigestTelling = z.infer<typeof tellingSchema>;

/** What collects for one person's daily message. */
export function createDigests(redis: RedisClient, vault: Vault, instance: string) {
  const keys = keysOf(instance);
  return {
    /** Each version is an entry of its own, so that one which comes while a digest is made stays for the next. */
    async collect(person: Person, ref: RecordRef, modCount: number): Promise<void> {
      await redis.sadd(keys.digest(person), `${refKey(ref)}/${modCount}`);
    },

    waiting: (person: Person): Promise<string[]> => redis.smembers(keys.digest(person)),

    async leave(person: Person, entries: string[]): Promise<void> {
      if (entries.length > 0) await redis.srem(keys.digest(person), ...entries);
    },

    /** @throws {CorruptDataError} */
    async begun(person: Person): Promise<DigestTelling | undefined> {
      const key = keys.digestTelling(person);
      const sealed = await redis.get(key);
      return sealed === null ? undefined : openJson(vault, tellingSchema, sealed, key);
    },

    async begin(person: Person, telling: DigestTelling): Promise<void> {
      const key = keys.digestTelling(person);
      await redis.set(key, vault.seal(JSON.stringify(telling), key));
    },

    async end(person: Person): Promise<void> {
      await redis.del(keys.digestTelling(person));
    },
  };
}

export type Digests = ReturnType<typeof createDigests>;
