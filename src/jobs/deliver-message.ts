import type { Message } from '../blocks/message.ts';
import { connected, connectionEnds, reconnectNotice } from '../blocks/messages/account.ts';
import { notice } from '../blocks/messages/notice.ts';
import { subscriptionShutOut } from '../blocks/messages/subscription.ts';
import { filedCard } from '../cards/plan.ts';
import { watcherId } from '../notifications/watches.ts';
import { refKey } from '../records/ref.ts';
import type { T } from '../words/index.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  'cards' | 'isUnfinished' | 'jobId' | 'log' | 'messenger' | 'now' | 'replies' | 'triedSince' | 'wordsFor'
>;

type Content = PayloadOf<'deliver-message'>['content'];

function inWords(content: Content, t: T): Message {
  switch (content.kind) {
    case 'said':
      return content.message;
    case 'connected':
      return connected(content.account, content.waiting, t);
    case 'reconnect':
      return reconnectNotice(content.reason, t);
    case 'connection-ends':
      return connectionEnds(content.endsAt, t);
    case 'shut-out':
      return subscriptionShutOut(content, t);
    case 'notice':
      return notice(content.sentence);
  }
}

/** Sends one DM, once, and brings the modal up to date where one is open. */
export const deliverMessage: ProcessorOf<'deliver-message'> = {
  async process({ person, content }, context: Uses) {
    const { messenger, cards, replies, jobId, triedSince, now, log } = context;
    const { card, modal, until } = content.kind === 'said' ? content : {};
    // Slack may have held this up for longer than the work took; then it would be the last word, and untrue.
    if (until && !(await context.isUnfinished(until))) return;
    if (modal) await messenger.updateView(person, modal.id, modal.view);
    const watcher = watcherId({ kind: 'person', person });
    // The card is there before its message.
    if (card) await cards.add(watcher, card.ref.sysId, filedCard(card.snapshot, now()));
    const posted = await messenger.postDirect(person, {
      message: inWords(content, await context.wordsFor(person)),
      key: jobId,
      about: card && refKey(card.ref),
      perhapsSince: triedSince,
    });
    if (card) {
      await replies.openThread(person, posted, card.ref);
      await cards.noteMessage(watcher, card.ref.sysId, posted);
    }
    log.info({ kind: content.kind }, 'told by DM');
  },
  // Nobody is left to tell; the job stays inspectable.
  onGiveUp: async ({ content }, error, { log }: Uses) =>
    log.error({ err: error, kind: content.kind }, 'a DM could not be delivered'),
};
