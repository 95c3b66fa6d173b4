import { DEFAULT_PREFERENCES, type Preferences, preferencesSchema } from '../records/preferences.ts';
import { readCached } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person } from '../redis/keys.ts';

export function createPreferences(redis: RedisClient) {
  return {
    /** What was never set, or can no longer be read, is the quiet default. */
    read: async (person: Person): Promise<Preferences> =>
      (await readCached(redis, keys.preferences(person), preferencesSchema)) ?? DEFAULT_PREFERENCES,
    write: async (person: Person, preferences: Preferences): Promise<void> => {
      await redis.set(keys.preferences(person), JSON.stringify(preferences));
    },
  };
}

export type PreferencesStore = ReturnType<typeof createPreferences>;
