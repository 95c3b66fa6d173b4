import type { Block } from '@slack/types';
import { z } from 'zod';
import { defineJob } from './define.ts';
import { withReply } from './payload.ts';

/** Blocks were built by us a moment ago; their exact shape is Slack's business. */
const block = z.custom<Block>((value) => typeof value === 'object' && value !== null && 'type' in value);

/** Says something where the person asked, for surfaces that have no answer of their own: DM text and mentions. */
export const answer = defineJob({
  queue: 'deliver',
  schema: z.object({ ...withReply, message: z.object({ text: z.string(), blocks: z.array(block) }) }),
  // As for a DM: Slack may be away for hours, and this may be the last word about something that was done.
  attempts: 100,
  isDeed: true,
  withoutLink: 'give-up',
  process: ({ person, reply, message }, { reply: say }) => say(person, reply, message),
  // An answer says nothing of its own delay.
  onDelay: async () => {},
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'an answer could not be given'),
});
