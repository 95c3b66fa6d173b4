import { z } from 'zod';
import { CHANGE_KINDS } from './changes.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** What one person wants to hear, and when. */
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
