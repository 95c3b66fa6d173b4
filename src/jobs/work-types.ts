import { z } from 'zod';
import { RECORD_TYPE_NAMES } from '../records/types.ts';

/**
 * What a person can ask the worker to do in answer to a command. The same shapes travel in job payloads, so they are
 * schemas; a field that is added stays optional until the old jobs are gone.
 */
const recordNumber = z.object({
  type: z.enum(RECORD_TYPE_NAMES),
  candidates: z
    .array(z.string().regex(/^[A-Z]{2,10}\d{1,12}$/))
    .min(1)
    .max(3),
});

export const showRecordArgs = recordNumber.extend({
  /** What else was typed; it is offered as a comment. */
  words: z.string().max(4000).optional(),
});

export const listRecordsArgs = z.object({
  list: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('mine'), state: z.enum(['open', 'all']) }),
    z.object({ kind: z.literal('assigned'), state: z.enum(['open', 'all']) }),
    z.object({ kind: z.literal('search'), words: z.string().min(1).max(100) }),
  ]),
  /** Where the page begins: rows of the query before `offset`, and rows seen after it. */
  cursor: z.object({
    offset: z.number().int().min(0),
    skip: z.number().int().min(0),
    /** A search that found nothing by the text index goes on by title. */
    by: z.literal('title').optional(),
  }),
});

export const watchRecordArgs = z.object({ number: recordNumber, on: z.boolean() });

export const noArgs = z.object({});

export type Work =
  | { name: 'show-record'; args: z.infer<typeof showRecordArgs> }
  | { name: 'list-records'; args: z.infer<typeof listRecordsArgs> }
  | { name: 'watch-record'; args: z.infer<typeof watchRecordArgs> }
  | { name: 'list-approvals'; args: z.infer<typeof noArgs> }
  | { name: 'disconnect-account'; args: z.infer<typeof noArgs> };
