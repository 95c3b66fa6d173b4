import { z } from 'zod';

/** An id that Slack gave out. No length is promised, and theirs have about 11; together they have to fit `private_metadata`. */
export const slackId = z.string().regex(/^\w{1,64}$/);

/** The `ts` of a message, which names it in its conversation. */
export const slackTs = z.string().regex(/^\d{1,20}\.\d{1,20}$/);

/** Where a message is in Slack. */
export const messageRefSchema = z.object({ channel: z.string(), ts: z.string() });
export type MessageRef = z.infer<typeof messageRefSchema>;
