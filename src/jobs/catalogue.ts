import { z } from 'zod';
import { REASONS, watcherSchema } from '../notifications/watches.ts';
import { operationCalled } from '../operations/index.ts';
import { changeSchema } from '../records/change-notice.ts';
import { messageRefSchema } from '../records/place.ts';
import { recordRefSchema } from '../records/ref.ts';
import { personSchema } from '../redis/keys.ts';
import { replyTargetSchema } from '../slack/reply.ts';
import { contentSchema, messageSchema } from './content.ts';
import { defineJob, type JobRow, type Processor } from './define.ts';
import { basePayload, forDeed, withReply } from './payload.ts';

const operationIn = (data: unknown) => {
  const named = z.looseObject({ operation: z.string() }).safeParse(data);
  return named.success ? operationCalled(named.data.operation) : undefined;
};

/** For what concerns nobody in particular. */
const forNobody = z.object({ v: z.literal(1), correlationId: z.string() });

/**
 * Every job by its name: queue, payload, kind. The web role makes jobs from it and loads no processor; those stand in
 * `processors.ts`, one file each, which says what the job is for.
 */
export const JOBS = {
  operate: defineJob({
    queue: 'interactive',
    kind: (data) => operationIn(data)?.kind ?? 'deed',
    schema: z
      .object({
        ...basePayload,
        ...forDeed,
        /** Where the answer goes; absent: by direct message. */
        reply: replyTargetSchema.optional(),
        operation: z.string(),
        args: z.unknown(),
        /** What Slack calls the act; a repeated delivery has the same. */
        key: z.string(),
      })
      .transform((payload, { addIssue }) => {
        const args = operationIn(payload)?.args.safeParse(payload.args);
        if (args?.success) return { ...payload, args: args.data };
        addIssue({ code: 'custom', message: 'no such operation, or not with such arguments', path: ['operation'] });
        return z.NEVER;
      }),
  }),
  answer: defineJob({
    queue: 'deliver',
    kind: 'system',
    // As for a DM: Slack may be away for hours, and this may be the last word about something that was done.
    attempts: 100,
    withoutLink: 'give-up',
    schema: z.object({ ...withReply, message: messageSchema }),
  }),
  'deliver-message': defineJob({
    queue: 'deliver',
    kind: 'system',
    attempts: 100,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload, content: contentSchema }),
  }),
  'publish-home': defineJob({
    queue: 'interactive',
    kind: 'system',
    attempts: 3,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload }),
  }),
  'refresh-choices': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 3,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload }),
  }),
  'resume-after-connect': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 20,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload, linkId: z.string().optional() }),
  }),
  'forget-person': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 20,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload }),
  }),
  'forget-workspace': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 20,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload, wholeOrganisation: z.boolean().optional() }),
  }),
  'expire-reply': defineJob({
    queue: 'deliver',
    kind: 'system',
    attempts: 50,
    withoutLink: 'give-up',
    schema: z.object({
      ...basePayload,
      message: messageRefSchema,
      /** Our message with the buttons. */
      question: messageRefSchema,
      threadTs: z.string(),
      /** How long they have to decide, in ms. */
      until: z.number(),
    }),
  }),
  'pass-file': defineJob({
    queue: 'deliver',
    kind: 'system',
    attempts: 50,
    withoutLink: 'park',
    schema: z.object({
      ...basePayload,
      file: z.object({ sysId: z.string(), name: z.string(), bytes: z.number() }),
      thread: messageRefSchema,
    }),
  }),
  'pause-subscription': defineJob({
    queue: 'notify',
    kind: 'system',
    attempts: 50,
    withoutLink: 'give-up',
    schema: z.object({ ...basePayload, subscription: z.string(), why: z.literal('shared').optional() }),
  }),
  'poll-changes': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 1,
    withoutLink: 'give-up',
    schema: forNobody,
  }),
  'fan-out-change': defineJob({
    queue: 'notify',
    kind: 'system',
    attempts: 300,
    isLook: true,
    withoutLink: 'give-up',
    schema: forNobody.extend({
      change: changeSchema,
      /** It happened just now, even where the record bears the version of a change that was told before. */
      anew: z.boolean().optional(),
    }),
  }),
  'notify-watcher': defineJob({
    queue: 'notify',
    kind: 'system',
    attempts: 300,
    isLook: true,
    withoutLink: 'ask',
    schema: forNobody.extend({
      /** Whose rights are used: the watcher, or the owner of the channel's subscription. */
      person: personSchema,
      watcher: watcherSchema,
      ref: recordRefSchema,
      reason: z.enum(REASONS),
      /** Its person wants to see the card of what a list told of. */
      show: z.boolean().optional(),
    }),
  }),
  'send-digest': defineJob({
    queue: 'notify',
    kind: 'system',
    attempts: 300,
    isLook: true,
    withoutLink: 'park',
    schema: z.object({ ...basePayload, at: z.number() }),
  }),
  'warn-of-ends': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 5,
    withoutLink: 'give-up',
    schema: forNobody,
  }),
  'end-watches': defineJob({
    queue: 'sync',
    kind: 'system',
    attempts: 5,
    withoutLink: 'give-up',
    schema: forNobody,
  }),
} as const;

export type JobName = keyof typeof JOBS;

export type PayloadOf<N extends JobName> = z.infer<(typeof JOBS)[N]['schema']>;

export type ProcessorOf<N extends JobName> = Processor<PayloadOf<N>>;

/** A row without its payload type, for code that handles them all alike. */
export const jobRow = (name: JobName): JobRow => JOBS[name];

export const isJobName = (name: string): name is JobName => Object.hasOwn(JOBS, name);
