import { CorruptDataError } from '../errors.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person, TTL } from '../redis/keys.ts';
import type { Vault } from '../redis/vault.ts';

/** Older ones give way: whoever cannot be reached for long needs the latest. */
const MOST = 10;

/** The sentences that Slack let us say nowhere, until their person sees an answer again. */
export function createUntold(redis: RedisClient, vault: Vault) {
  return {
    async keep(person: Person, sentence: string): Promise<void> {
      const key = keys.untold(person);
      await redis.multi().rpush(key, vault.seal(sentence, key)).ltrim(key, -MOST, -1).expire(key, TTL.untold).exec();
    },

    /** @returns each sentence once, and how to forget these and none that came since */
    async read(person: Person): Promise<{ sentences: string[]; forget: () => Promise<void> }> {
      const key = keys.untold(person);
      const sealed = await redis.lrange(key, 0, -1);
      return {
        sentences: [...new Set(sealed.flatMap((each) => opened(vault, each, key)))],
        async forget() {
          for (const each of sealed) await redis.lrem(key, 1, each);
        },
      };
    },
  };
}

/** What does not open any more must not keep the others back. */
function opened(vault: Vault, sealed: string, key: string): string[] {
  try {
    return [vault.open(sealed, key)];
  } catch (error) {
    if (error instanceof CorruptDataError) return [];
    throw error;
  }
}

export type Untold = ReturnType<typeof createUntold>;
