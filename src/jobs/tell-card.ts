import { notice } from '../blocks/messages/notice.ts';
import type { Card, HeldCard } from '../cards/store.ts';
import { turnsAfter } from '../conversation/lanes.ts';
import { SlowDownError } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { toTicket } from '../records/ticket.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { JobContext } from './define.ts';
import { updateCard, type Watching } from './watch-card.ts';

type Telling = Watching & { v: 1; correlationId: string };

/**
 * Slack promises fifty updates a minute and workspace, but a message a second and conversation: so words do not wait for
 * cards. Of many updates that are held up only the last one is made.
 */
async function isHeldUp(update: Promise<void>): Promise<boolean> {
  try {
    await update;
    return false;
  } catch (error) {
    if (error instanceof SlowDownError && error.peer === 'slack') return true;
    throw error;
  }
}

/** Slack let us make no update then; the card catches up. */
export async function refreshCard(
  card: Card,
  payload: Telling,
  record: ServiceNowRecord,
  held: HeldCard,
  context: JobContext,
): Promise<void> {
  await updateCard(card, payload, record, context);
  await held.save({ ...card, stale: false });
}

/**
 * Says what is being told, and brings the card up to date; only both together count as done.
 * @param look a crash may have come between the words and the mark: they are looked for, and posted only where they are not
 */
export async function finishTelling(
  card: Card,
  payload: Telling,
  record: ServiceNowRecord,
  look: boolean,
  held: HeldCard,
  context: JobContext,
): Promise<Card> {
  const { telling, ...rest } = card;
  if (!telling) return card;
  const { person, ref } = payload;
  const { number } = toTicket(ref.type, record, context.instanceUrl);
  const posted = await context.messenger.postIn(person, card.message.channel, card.message.ts, {
    message: { text: telling.text, blocks: telling.blocks },
    shorter: notice(`${number} changed. There is more to tell than fits here; open it in ServiceNow to see all of it.`),
    key: telling.key,
    perhapsSince: look ? telling.since : undefined,
  });
  const stale = await isHeldUp(updateCard(card, payload, record, context));
  if (stale) await context.enqueue('notify-watcher', payload, `refresh-${telling.key}-${watcherId(payload.watcher)}`);
  const at = Number(posted.ts) || telling.since / 1000;
  const turns = turnsAfter(card.turns, { at, internal: telling.internal ?? false });
  const done: Card = { ...rest, told: telling.snapshot, toldAt: context.now(), stale, turns };
  await held.save(done);
  await context.replies.forgetOwn(person, ref.sysId, telling.own ?? []);
  return done;
}
