import { z } from 'zod';
import { snapshotSchema } from '../records/changes.ts';
import { filterSchema } from '../records/filter.ts';
import { ticketSchema } from '../records/ticket.ts';

const remarksSchema = z.object({
  changed: z.array(z.string()),
  unattached: z.array(z.string()),
  wasThere: z.boolean().optional(),
  isCommented: z.boolean().optional(),
});
const accountSchema = z.object({ name: z.string(), userName: z.string(), instance: z.string() });

/** What can be said by DM; a kind and a shape; `deliver-message.ts` has the words for it. */
export const contentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ticket-filed'),
    ticket: ticketSchema,
    remarks: remarksSchema,
    snapshot: snapshotSchema.optional(),
    watched: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('filing-queued'),
    title: z.string(),
    reason: z.string(),
    jobId: z.string().optional(),
  }),
  z.object({
    kind: z.literal('filing-failed'),
    title: z.string(),
    reason: z.string(),
    jobId: z.string(),
    /** It may be there all the same. */
    unsure: z.literal(true).optional(),
    /** The instance's own form, filled in: it may have the field that ours lacks. */
    form: z.object({ url: z.string(), isWhole: z.boolean() }).optional(),
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
