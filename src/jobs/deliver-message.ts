import type { ModalView } from '@slack/types';
import type { Message } from '../blocks/message.ts';
import { connected, connectionEnds, reconnectNotice } from '../blocks/messages/account.ts';
import { filingFailed, filingQueued, ticketFiled } from '../blocks/messages/filing.ts';
import { notice } from '../blocks/messages/notice.ts';
import { subscriptionShutOut } from '../blocks/messages/subscription.ts';
import { failedView, filedView, queuedView } from '../blocks/views/filing-status.ts';
import { watcherId } from '../notifications/watches.ts';
import type { Snapshot } from '../records/changes.ts';
import { refKey } from '../records/ref.ts';
import type { Ticket } from '../records/ticket.ts';
import type { Person } from '../redis/keys.ts';
import type { MessageRef } from '../slack/message-ref.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Content = PayloadOf<'deliver-message'>['content'];

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
export const deliverMessage: ProcessorOf<'deliver-message'> = {
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
};
