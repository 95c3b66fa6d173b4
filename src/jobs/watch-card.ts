import { watchCard } from '../blocks/messages/notification.ts';
import { comesByItself } from '../cards/arrivals.ts';
import type { Beginning, Card, HeldCard } from '../cards/store.ts';
import { CorruptDataError, NotYetError, RefusedError } from '../errors.ts';
import { KEEP_ENDED_MS } from '../notifications/endings.ts';
import { type Reason, type Watcher, watcherId } from '../notifications/watches.ts';
import { snapshotOf } from '../records/changes.ts';
import { type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { fits, hasEnded, type ServiceNowRecord, storedValue, tableOf } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { MessageRef } from '../slack/message-ref.ts';
import { cardStateOf } from './card-state.ts';
import type { JobContext } from './define.ts';
import { hasNews, noteArrival } from './tell-arrivals.ts';
import { unlessGivenUp } from './unless-given-up.ts';

/** The message that says "filed" is on its way and becomes the card, however much is in its way; or it never comes. */
const CARD_ON_ITS_WAY_MS = 2_000;
const CARD_PATIENCE_MS = 60 * 60_000;

/** One watcher and one record; `person` is whose rights are used. */
export type Watching = { person: Person; watcher: Watcher; ref: RecordRef; reason: Reason };

export async function updateCard(
  card: Pick<Card, 'message' | 'reason'>,
  { person, ref }: Pick<Watching, 'person' | 'ref'>,
  record: ServiceNowRecord,
  context: JobContext,
): Promise<void> {
  const ticket = toTicket(ref.type, record, context.instanceUrl);
  const isPassedOn = card.reason === 'assigned' && !isAssignedTo((await context.links.find(person))?.user, record);
  await context.messenger.update(
    person,
    card.message,
    watchCard(ticket, refKey(ref), isPassedOn ? 'passedOn' : card.reason, cardStateOf(ref.type, record)),
  );
}

/**
 * The first word about a record is the card itself, and so is the first after a card that could not be read.
 * @param mayBegin false where it came by itself, so that others may have come with it, or where a list may have told of it
 * @returns the card, where an attempt that came no further had posted it, or a list told of it: what happened since is still
 *   to be told
 */
export async function startCard(
  payload: Watching,
  record: ServiceNowRecord,
  earlier: 'none' | 'damaged',
  mayBegin: boolean,
  held: HeldCard,
  context: JobContext,
): Promise<Card | undefined> {
  const { person, ref, reason } = payload;
  // What was filed here gets its card from the message that says so.
  if (reason === 'filed' && earlier === 'none' && context.now() - context.madeAt < CARD_PATIENCE_MS)
    throw new NotYetError('the card is on its way', context.now() + CARD_ON_ITS_WAY_MS);
  const before = await readBeginning(held, context);
  const listed = await unlessGivenUp(held.listed(), context);
  const me = (await context.links.find(person))?.user;
  const isFirst = !before && !listed;
  const isPast = isOver(payload, record, me, context.now());
  if (isFirst && isPast) {
    await context.watches.withdraw(person, ref);
    return undefined;
  }
  // What somebody took themselves is no news to them.
  if (isFirst && !mayBegin && reason === 'assigned' && isBy(me, record)) return undefined;
  const attached = await unlessGivenUp(context.desk(person).attachments(tableOf(ref.type, record), ref.sysId), context);
  const files = attached?.map(({ sysId }) => sysId);
  const today = { told: snapshotOf(ref.type, record), files };
  if (isFirst && !mayBegin && earlier === 'none' && comesByItself(reason)) {
    const { number, title } = toTicket(ref.type, record, context.instanceUrl);
    await noteArrival(person, { at: context.now(), ref, reason, number, title, shown: today }, context);
  }
  if (listed && !before && !mayBegin && !(await hasNews(listed, { person, me, ref, record, attached }, context))) {
    await (isPast ? context.watches.withdraw(person, ref) : held.list(today));
    return undefined;
  }
  let isNew = false;
  const begin = async () => {
    isNew = true;
    await held.begin({ at: before?.at ?? context.now(), shown: listed ?? today });
  };
  const post = { name: 'first', perhapsSince: before?.at, before: begin };
  const message = await postCard(payload, record, post, context).catch(async (error: unknown) => {
    if (error instanceof RefusedError) await held.unbegin();
    throw error;
  });
  if (!message) return undefined;
  const shown = listed ?? (isNew ? today : (before?.shown ?? today));
  const card: Card = { message, reason, ...shown, toldAt: context.now(), stale: !isNew };
  await held.save(card);
  context.log.info({ reason }, 'card posted');
  return isNew && !listed ? undefined : card;
}

/**
 * What was decided before its approver ever heard of it is no news, and neither is what ended long ago: a script that tidies
 * up old tickets begins no watch. What an agent took and closed or passed on is over without a word.
 */
function isOver({ ref, reason }: Watching, record: ServiceNowRecord, me: Me | undefined, now: number): boolean {
  if (reason === 'approval') return !fits(ref.type, 'approve', record);
  if (reason !== 'assigned') return false;
  const closedAt = Date.parse(`${storedValue(record, 'closed_at').replace(' ', 'T')}Z`);
  const isLongAgo = closedAt < now - KEEP_ENDED_MS;
  return !isAssignedTo(me, record) || (hasEnded(ref.type, record) && (isBy(me, record) || isLongAgo));
}

type Me = { sysId: string; userName: string };

const isBy = (me: Me | undefined, record: ServiceNowRecord) => storedValue(record, 'sys_updated_by') === me?.userName;

/** Whoever may not see to whom it is assigned was told by somebody who may. */
const isAssignedTo = (me: Me | undefined, { fields }: ServiceNowRecord) =>
  !fields['assigned_to'] || fields['assigned_to'].value === me?.sysId;

/** One that cannot be read is none: better a card twice than a ticket that nobody hears of. */
async function readBeginning(held: HeldCard, { log }: JobContext): Promise<Beginning | undefined> {
  return held.beginning().catch((err: unknown) => {
    if (!(err instanceof CorruptDataError)) throw err;
    log.error({ err }, 'a card that was begun could not be read');
    return undefined;
  });
}

type CardPost = {
  /** Tells one card of a ticket from the next. */
  name: string;
  /** Since when it may be there already, in ms. */
  perhapsSince: number | undefined;
  before?: () => Promise<void>;
};

async function postCard(
  { person, watcher, ref, reason }: Watching,
  record: ServiceNowRecord,
  { name, perhapsSince, before }: CardPost,
  context: JobContext,
): Promise<MessageRef | undefined> {
  const ticket = toTicket(ref.type, record, context.instanceUrl);
  const post = {
    message: watchCard(ticket, refKey(ref), reason, cardStateOf(ref.type, record)),
    key: `card-${ref.sysId}-${watcherId(watcher)}-${name}`,
    about: refKey(ref),
    perhapsSince,
    before,
  };
  const channel = await channelOf(watcher, context);
  if (channel === null) return undefined;
  const message = channel
    ? await context.messenger.postIn(person, channel, undefined, post)
    : await context.messenger.postDirect(person, post);
  if (watcher.kind === 'person') await context.replies.openThread(person, message, ref);
  return message;
}

/**
 * What somebody hears of because it was assigned to them ends when they have been told that it no longer is, at once or after
 * their quiet hours. Whoever chose to watch it goes on.
 */
export async function endWithAssignment(
  { watcher, person, ref, correlationId }: Watching & { correlationId: string },
  held: HeldCard,
  context: JobContext,
): Promise<void> {
  if (watcher.kind === 'channel' || (await context.watches.reasonOf(person, ref)) !== 'assigned') return;
  const [link, card] = [await context.links.find(person), await held.find()];
  const assignedTo = card?.told.fields['assigned_to']?.[0];
  if (!link || assignedTo === undefined || assignedTo === link.user.sysId) return;
  const id = watcherId(watcher);
  await context.watches.end({ watcher: id, sysId: ref.sysId });
  context.log.info('assigned to somebody else, so the watch is over');
  // Whoever passed on that it is theirs again met the old watch, and began none.
  const record = await context.desk(person, link).readWatched(ref);
  if (!record || storedValue(record, 'assigned_to') !== link.user.sysId) return;
  if (await context.watches.add(person, ref, 'assigned'))
    await context.enqueue(
      'notify-watcher',
      { v: 1, correlationId, person, watcher, ref, reason: 'assigned' },
      `notify-${ref.sysId}-${snapshotOf(ref.type, record).modCount}-${id}-back`,
    );
}

/** The old one has gone from Slack, by its retention say. What was not told yet is told below the new one. */
export async function renewCard(payload: Watching, held: HeldCard, context: JobContext): Promise<void> {
  const { person, ref } = payload;
  const { telling: _lost, ...card } = (await held.find()) ?? {};
  const record = await context.desk(person).readWatched(ref);
  if (!('message' in card) || !record) return;
  const post = { name: card.message.ts, perhapsSince: context.triedSince };
  const message = await postCard({ ...payload, reason: card.reason }, record, post, context);
  if (message) await held.save({ ...card, message });
}

/** @returns the channel of a subscription, undefined for a DM, null where the subscription has ended */
async function channelOf(watcher: Watcher, { subscriptions }: JobContext): Promise<string | undefined | null> {
  if (watcher.kind === 'person') return undefined;
  return (await subscriptions.find(watcher.subscription))?.channel ?? null;
}
