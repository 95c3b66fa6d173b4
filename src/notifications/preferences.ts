import { z } from 'zod';
import { CHANGE_KINDS } from '../records/changes.ts';
import { readCached } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person } from '../redis/keys.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const preferencesSchema = z.object({
  /** Changes worth a message; the rest only keeps the card current. */
  kinds: z.array(z.enum(CHANGE_KINDS)).default(['state', 'comments', 'assignment', 'priority']),
  /** No messages between these times of day. */
  quiet: z.object({ from: clockTime, to: clockTime }).nullable().default(null),
  /** One message a day at this time, instead of one for each change. */
  digestAt: clockTime.nullable().default(null),
  /** Told of what I filed, what is assigned to me, what waits for my approval, without asking for it. */
  automatic: z
    .object({ filed: z.boolean(), assigned: z.boolean(), approval: z.boolean() })
    .default({ filed: true, assigned: true, approval: true }),
  timeZone: z.string().default('Etc/UTC'),
});

export type Preferences = z.infer<typeof preferencesSchema>;

export const DEFAULT_PREFERENCES: Preferences = preferencesSchema.parse({});

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
