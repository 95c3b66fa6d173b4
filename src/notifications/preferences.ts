import { DEFAULT_PREFERENCES, type Preferences, preferencesSchema } from '../records/preferences.ts';
import { readCached, readJson } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person } from '../redis/keys.ts';

/** Only what was read is replaced: settings that are saved at the same moment win. */
const REPLACE = `
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2])
return 1`;

export function createPreferences(redis: RedisClient) {
  return {
    /** What was never set, or can no longer be read, is the quiet default. */
    read: async (person: Person): Promise<Preferences> =>
      (await readCached(redis, keys.preferences(person), preferencesSchema)) ?? DEFAULT_PREFERENCES,
    write: async (person: Person, preferences: Preferences): Promise<void> => {
      await redis.set(keys.preferences(person), JSON.stringify(preferences));
    },
    /** The person lives by another clock now. Who has never set anything has no times of day. */
    async moveTo(person: Person, timeZone: string): Promise<void> {
      const key = keys.preferences(person);
      const raw = await redis.get(key);
      const before = raw === null ? undefined : readJson(preferencesSchema, raw);
      if (raw === null || !before || before.timeZone === timeZone) return;
      await redis.eval(REPLACE, 1, key, raw, JSON.stringify({ ...before, timeZone }));
    },
  };
}

export type PreferencesStore = ReturnType<typeof createPreferences>;
