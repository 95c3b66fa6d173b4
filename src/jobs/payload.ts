import { z } from 'zod';
import { personSchema } from '../redis/keys.ts';
import { replyTargetSchema } from '../slack/reply.ts';

/** What every payload begins with. `v` changes when old jobs could be misread. */
export const basePayload = {
  v: z.literal(1),
  /** From Slack's request to the last job, so that one search in the log tells the story. */
  correlationId: z.string(),
  person: personSchema,
};

/** For what changes something in ServiceNow: the user as whom its person was linked when they asked for it. */
export const forDeed = { account: z.string().optional() };

export const withReply = { ...basePayload, reply: replyTargetSchema };
