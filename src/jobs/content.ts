import type { Block, ModalView } from '@slack/types';
import { z } from 'zod';
import { snapshotSchema } from '../records/changes.ts';
import { filterSchema } from '../records/filter.ts';
import { recordRefSchema } from '../records/ref.ts';

/** Blocks were built by us a moment ago; their exact shape is Slack's business. */
const block = z.custom<Block>((value) => typeof value === 'object' && value !== null && 'type' in value);
export const messageSchema = z.object({ text: z.string(), blocks: z.array(block) });

const accountSchema = z.object({ name: z.string(), userName: z.string(), instance: z.string() });

/** What can be said by DM; a kind and a shape; `deliver-message.ts` has the words for it. */
export const contentSchema = z.discriminatedUnion('kind', [
  /** What an operation says of itself. */
  z.object({
    kind: z.literal('said'),
    message: messageSchema,
    card: z.object({ ref: recordRefSchema, snapshot: snapshotSchema }).optional(),
    modal: z.object({ id: z.string(), view: z.custom<ModalView>((view) => typeof view === 'object') }).optional(),
    /** It is true until this job has ended. */
    until: z.string().optional(),
  }),
  z.object({
    kind: z.literal('connected'),
    account: accountSchema,
    /** The operation that goes on at a click. */
    waiting: z.string().optional(),
  }),
  z.object({ kind: z.literal('reconnect'), reason: z.enum(['none', 'broken', 'other']) }),
  z.object({ kind: z.literal('connection-ends'), endsAt: z.number() }),
  z.object({ kind: z.literal('shut-out'), channel: z.string(), filter: filterSchema }),
  z.object({ kind: z.literal('notice'), sentence: z.string() }),
]);
