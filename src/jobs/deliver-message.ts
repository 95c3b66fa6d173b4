import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Message } from '../blocks/message.ts';
import { connected, connectionEnds, reconnectNotice } from '../blocks/messages/account.ts';
import { filingFailed, filingQueued, ticketFiled } from '../blocks/messages/filing.ts';
import { notice } from '../blocks/messages/notice.ts';
import { subscriptionShutOut } from '../blocks/messages/subscription.ts';
import { failedView, filedView, queuedView } from '../blocks/views/filing-status.ts';
import { watcherId } from '../notifications/watches.ts';
import { type Snapshot, snapshotSchema } from '../records/changes.ts';
import { filterSchema } from '../records/filter.ts';
import { refKey } from '../records/ref.ts';
import { type Ticket, ticketSchema } from '../records/ticket.ts';
import type { Person } from '../redis/keys.ts';
import type { MessageRef } from '../slack/message-ref.ts';
import { defineJob, type JobContext } from './define.ts';
import { basePayload } from './payload.ts';

const remarksSchema = z.object({
  changed: z.array(z.string()),
  unattached: z.array(z.string()),
  wasThere: z.boolean().optional(),
  isCommented: z.boolean().optional(),
});
const accountSchema = z.object({ name: z.string(), userName: z.string(), instance: z.string() });

/** What can be said by DM; a kind, a shape, and below the words for it. */
const contentSchema = z.discriminatedUnion('kind', [
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
  z.object({ kind: z.literal('connected'), account: accountSchema, pendingForm: z.boolean() }),
  z.object({ kind: z.literal('reconnect'), reason: z.enum(['none', 'broken', 'other']) }),
  z.object({ kind: z.literal('connection-ends'), endsAt: z.number() }),
  z.object({ kind: z.literal('shut-out'), channel: z.string(), filter: filterSchema }),
  z.object({ kind: z.literal('notice'), sentence: z.string() }),
]);

type Content = z.infer<typeof contentSchema>;

function inWords(content: Content): { message: Message; view?: ModalView } {
  switch (content.kind) {
    case 'ticket-filed':
      return {
        message: ticketFiled(content.ticket, content.remarks, content.watched ?? true),
        view: filedView(content.ticket, content.remarks),
      };
    case 'filing-queued':
      return { message: filingQueued(content.title, content.reason), view: queuedView(content.title, content.reason) };
    case 'filing-failed':
      return {
        message: filingFailed(content.title, content.reason, content.jobId, content.unsure, content.form),
        view: failedView(content.title, content.reason, content.unsure),
      };
    case 'connected':
      return { message: connected(content.account, content.pendingForm) };
    case 'reconnect':
      return { message: reconnectNotice(content.reason) };
    case 'connection-ends':
      return { message: connectionEnds(content.endsAt) };
    case 'shut-out':
      return { message: subscriptionShutOut(content) };
    case 'notice':
      return { message: notice(content.sentence) };
  }
}

/** The message that says "filed" is the ticket's card from then on. */
async function becomeCard(
  person: Person,
  message: MessageRef,
  ticket: Ticket,
  told: Snapshot,
  { cards, replies, now }: JobContext,
): Promise<void> {
  const watcher = watcherId({ kind: 'person', person });
  await replies.openThread(person, message, ticket);
  await cards.add(watcher, ticket.sysId, { message, reason: 'filed', told, toldAt: now(), files: [] });
}

/** Sends one DM, once, and brings the modal up to date where one is open. */
export const deliverMessage = defineJob({
  queue: 'deliver',
  schema: z.object({ ...basePayload, content: contentSchema, viewId: z.string().optional() }),
  attempts: 100,
  withoutLink: 'give-up',
  async process({ person, content, viewId }, context) {
    const { messenger, jobId, triedSince, log } = context;
    // Slack may have held this up for longer than the filing took; then it would be the last word, and untrue.
    if (content.kind === 'filing-queued' && content.jobId && !(await context.isUnfinished(content.jobId))) return;
    const { message, view } = inWords(content);
    if (viewId && view) await messenger.updateView(person, viewId, view);
    const posted = await messenger.postDirect(person, {
      message,
      key: jobId,
      about: content.kind === 'ticket-filed' ? refKey(content.ticket) : undefined,
      perhapsSince: triedSince,
    });
    if (content.kind === 'ticket-filed' && content.snapshot)
      await becomeCard(person, posted, content.ticket, content.snapshot, context);
    log.info({ kind: content.kind }, 'told by DM');
  },
  // Nobody is left to tell; the job stays inspectable.
  onGiveUp: async ({ content }, error, { log }) =>
    log.error({ err: error, kind: content.kind }, 'a DM could not be delivered'),
});
