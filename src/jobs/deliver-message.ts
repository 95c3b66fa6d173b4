import type { ModalView } from '@slack/types';
import type { Message } from '../blocks/message.ts';
import { connected, connectionEnds, reconnectNotice } from '../blocks/messages/account.ts';
import { filingFailed, filingQueued, ticketFiled } from '../blocks/messages/filing.ts';
import { notice } from '../blocks/messages/notice.ts';
import { subscriptionShutOut } from '../blocks/messages/subscription.ts';
import { failedView, filedView, queuedView } from '../blocks/views/filing-status.ts';
import { filedCard } from '../cards/plan.ts';
import { watcherId } from '../notifications/watches.ts';
import { refKey } from '../records/ref.ts';
import type { T } from '../words/index.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';

type Content = PayloadOf<'deliver-message'>['content'];

function inWords(content: Content, t: T): { message: Message; view?: ModalView } {
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
      return { message: connected(content.account, content.waiting, t) };
    case 'reconnect':
      return { message: reconnectNotice(content.reason, t) };
    case 'connection-ends':
      return { message: connectionEnds(content.endsAt, t) };
    case 'shut-out':
      return { message: subscriptionShutOut(content, t) };
    case 'notice':
      return { message: notice(content.sentence) };
  }
}

/** Sends one DM, once, and brings the modal up to date where one is open. */
export const deliverMessage: ProcessorOf<'deliver-message'> = {
  async process({ person, content, viewId }, context) {
    const { messenger, cards, replies, jobId, triedSince, now, log } = context;
    // Slack may have held this up for longer than the filing took; then it would be the last word, and untrue.
    if (content.kind === 'filing-queued' && content.jobId && !(await context.isUnfinished(content.jobId))) return;
    const { message, view } = inWords(content, await context.wordsFor(person));
    if (viewId && view) await messenger.updateView(person, viewId, view);
    const watcher = watcherId({ kind: 'person', person });
    // The message that says "filed" is the ticket's card, which is there before it.
    if (content.kind === 'ticket-filed' && content.snapshot)
      await cards.add(watcher, content.ticket.sysId, filedCard(content.snapshot, now()));
    const posted = await messenger.postDirect(person, {
      message,
      key: jobId,
      about: content.kind === 'ticket-filed' ? refKey(content.ticket) : undefined,
      perhapsSince: triedSince,
    });
    if (content.kind === 'ticket-filed' && content.snapshot) {
      await replies.openThread(person, posted, content.ticket);
      await cards.noteMessage(watcher, content.ticket.sysId, posted);
    }
    log.info({ kind: content.kind }, 'told by DM');
  },
  // Nobody is left to tell; the job stays inspectable.
  onGiveUp: async ({ content }, error, { log }) =>
    log.error({ err: error, kind: content.kind }, 'a DM could not be delivered'),
};
