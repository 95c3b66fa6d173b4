import { watchCard } from '../blocks/messages/notification.ts';
import { NotYetError, RefusedError } from '../errors.ts';
import type { Card, MessageRef } from '../notifications/cards.ts';
import { type Reason, type Watcher, watcherId } from '../notifications/watches.ts';
import { snapshotOf } from '../records/changes.ts';
import { type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { recordType, type ServiceNowRecord, storedValue } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { listAttachments } from '../servicenow/attachments.ts';
import { readWatched } from '../servicenow/records.ts';
import { cardStateOf } from './card-state.ts';
import type { JobContext } from './define.ts';

/** The message that says "filed" is on its way and becomes the card, however much is in its way; or it never comes. */
const CARD_ON_ITS_WAY_MS = 2_000;
const CARD_PATIENCE_MS = 60 * 60_000;
const SKEW_MS = 60_000;

/** One watcher and one record; `person` is whose rights are used. */
export type Watching = { person: Person; watcher: Watcher; ref: RecordRef; reason: Reason };

export async function updateCard(
  card: Pick<Card, 'message' | 'reason'>,
  { person, ref }: Pick<Watching, 'person' | 'ref'>,
  record: ServiceNowRecord,
  context: JobContext,
): Promise<void> {
  const ticket = toTicket(ref.type, record, context.instanceUrl);
  await context.messenger.update(
    person,
    card.message,
    watchCard(ticket, refKey(ref), card.reason, cardStateOf(ref.type, record)),
  );
}

/** The first word about a record is the card itself, and so is the first after a card that could not be read. */
export async function startCard(
  payload: Watching,
  record: ServiceNowRecord,
  earlier: 'none' | 'damaged',
  context: JobContext,
): Promise<void> {
  const { person, watcher, ref, reason } = payload;
  // What was filed here gets its card from the message that says so.
  if (reason === 'filed' && earlier === 'none' && context.now() - context.madeAt < CARD_PATIENCE_MS)
    throw new NotYetError('the card is on its way', context.now() + CARD_ON_ITS_WAY_MS);
  // What was decided before its approver ever heard of it is no news, and neither is what somebody took themselves.
  if (reason === 'approval' && storedValue(record, 'state') !== 'requested') return;
  const link = await context.links.find(person);
  if (reason === 'assigned' && storedValue(record, 'sys_updated_by') === link?.user.userName) return;
  // Another job than this one may have posted it and come no further.
  const begunBefore = await context.cards.begin(watcherId(watcher), ref.sysId, context.now());
  const message = await postCard(payload, record, 'first', begunBefore, context).catch(async (error: unknown) => {
    if (error instanceof RefusedError) await context.cards.unbegin(watcherId(watcher), ref.sysId);
    throw error;
  });
  if (!message) return;
  const posted = { message, reason };
  if (begunBefore !== undefined) await updateCard(posted, payload, record, context);
  const files = await listAttachments(context.asPerson(person), recordType(ref.type).table, ref.sysId);
  await context.cards.save(watcherId(watcher), ref.sysId, {
    ...posted,
    files: files.map(({ sysId }) => sysId),
    told: snapshotOf(ref.type, record),
    toldAt: context.now(),
  });
  context.log.info({ reason }, 'card posted');
}

/**
 * @param name tells one card of a ticket from the next
 * @param begunBefore since when it may be there already, in ms
 */
async function postCard(
  { person, watcher, ref, reason }: Watching,
  record: ServiceNowRecord,
  name: string,
  begunBefore: number | undefined,
  context: JobContext,
): Promise<MessageRef | undefined> {
  const ticket = toTicket(ref.type, record, context.instanceUrl);
  const post = {
    message: watchCard(ticket, refKey(ref), reason, cardStateOf(ref.type, record)),
    key: `card-${ref.sysId}-${watcherId(watcher)}-${name}`,
    about: refKey(ref),
    lookSince: begunBefore === undefined ? undefined : begunBefore - SKEW_MS,
  };
  const channel = await channelOf(watcher, context);
  if (channel === null) return undefined;
  const message = channel
    ? await context.messenger.postIn(person, channel, undefined, post)
    : await context.messenger.postDirect(person, post);
  if (watcher.kind === 'person') await context.replies.openThread(person, message, ref);
  return message;
}

/** The old one has gone from Slack, by its retention say. What was not told yet is told below the new one. */
export async function renewCard(payload: Watching, context: JobContext): Promise<void> {
  const { person, watcher, ref } = payload;
  const { telling: _lost, ...card } = (await context.cards.find(watcherId(watcher), ref.sysId)) ?? {};
  const record = await readWatched(context.asPerson(person), ref);
  if (!('message' in card) || !record) return;
  const begunBefore = context.again ? context.madeAt : undefined;
  const message = await postCard({ ...payload, reason: card.reason }, record, card.message.ts, begunBefore, context);
  if (message) await context.cards.save(watcherId(watcher), ref.sysId, { ...card, message });
}

/** @returns the channel of a subscription, undefined for a DM, null where the subscription has ended */
async function channelOf(watcher: Watcher, { subscriptions }: JobContext): Promise<string | undefined | null> {
  if (watcher.kind === 'person') return undefined;
  return (await subscriptions.find(watcher.subscription))?.channel ?? null;
}
