import { changeMessage } from '../blocks/messages/notification.ts';
import { comesByItself } from '../cards/arrivals.ts';
import type { Card, HeldCard } from '../cards/store.ts';
import type { Desk } from '../desk/desk.ts';
import { CorruptDataError, LinkRequiredError, NotYetError } from '../errors.ts';
import { decide, decideOnFiles } from '../notifications/audience.ts';
import { watcherId } from '../notifications/watches.ts';
import { type Change, isForStaff, snapshotOf } from '../records/changes.ts';
import { matches } from '../records/filter.ts';
import { DEFAULT_PREFERENCES } from '../records/preferences.ts';
import { toTicket } from '../records/ticket.ts';
import { type ServiceNowRecord, storedValue, tableOf } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { isShutOut, isTrouble } from '../slack/codes.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';
import { readNews } from './read-news.ts';
import { mayBeginCard } from './tell-arrivals.ts';
import { finishTelling, refreshCard } from './tell-card.ts';
import { unlessGivenUp } from './unless-given-up.ts';
import { endWithAssignment, renewCard, startCard, updateCard } from './watch-card.ts';

/** Changes that come faster are told together. */
const BURST_MS = 3_000;
const LOCKED_MS = 500;

type Payload = PayloadOf<'notify-watcher'>;

/** What is new for one watcher, read with their own token, and told once. */
export const notifyWatcher: ProcessorOf<'notify-watcher'> = {
  async process(payload, context) {
    const { watcher, ref } = payload;
    const mayBegin = await mayBeginCard(payload, context);
    const held = await context.cards.hold(watcherId(watcher), ref.sysId);
    if (!held) throw new NotYetError('somebody else tells this watcher', context.now() + LOCKED_MS);
    try {
      await tell(payload, mayBegin, held, context).catch(async (error: unknown) => {
        if (watcher.kind === 'channel' && error instanceof LinkRequiredError)
          return pause(watcher.subscription, payload.person, context);
        if (!isTrouble(error, 'thread', 'message')) throw error;
        await renewCard(payload, held, context);
        await tell(payload, mayBegin, held, context);
      });
      if (payload.reason === 'assigned') await endWithAssignment(payload, held, context);
    } finally {
      await held.release();
    }
  },
  async onGiveUp({ watcher, correlationId }, error, context) {
    context.log.error({ err: error }, 'a change could not be told');
    if (watcher.kind === 'channel' && isShutOut(error)) await tellOwner(watcher.subscription, correlationId, context);
  },
};

/** Only a person can bring the app into a channel. The owner hears so once, not with every change. */
async function tellOwner(id: string, correlationId: string, { subscriptions, enqueue }: JobContext): Promise<void> {
  const subscription = await subscriptions.find(id);
  if (!subscription || (await subscriptions.isShutOutKnown(id))) return;
  const { owner: person, channel, filter, createdAt } = subscription;
  const content = { kind: 'shut-out', channel, filter } as const;
  await enqueue('deliver-message', { v: 1, correlationId, person, content }, `shut-out-${id}-${createdAt}`);
  await subscriptions.markShutOut(id);
}

async function tell(payload: Payload, mayBegin: boolean, held: HeldCard, context: JobContext): Promise<void> {
  const { person, watcher, ref } = payload;
  const id = watcherId(watcher);
  const wish = await findWish(payload, context);
  if (!wish) return;
  const link = await context.links.find(person);
  // A person who has disconnected wants to hear nothing; a channel is told why it hears nothing any more.
  if (!link && watcher.kind === 'person') return;
  if (!link) throw new LinkRequiredError('none');

  const desk = context.desk(person, link);
  const record = await desk.readWatched(ref);
  const found = await readCard(held, context);
  // Who may not see it any more is told nothing about it, not even that; what begins by itself does so when they may.
  if (!record) {
    if (found === 'none' && comesByItself(payload.reason)) await context.watches.withdraw(person, ref);
    return context.log.debug('not visible to the watcher, nothing told');
  }
  // Once told of, a ticket stays told of, even where it leaves the filter: "resolved" is the news.
  if (found === 'none' && !wish.fits(record)) return;
  const begun =
    found === 'none' || found === 'damaged' ? await startCard(payload, record, found, mayBegin, held, context) : found;
  if (!begun) return;
  const card = await finishTelling(begun, payload, record, true, held, context);
  if (watcher.kind === 'person') await passFilesOn(card, payload, link.user.userName, desk, record, held, context);

  const reader = watcher.kind === 'person' ? { person, user: link.user } : undefined;
  const news = await readNews({ ref, told: card.told, record }, reader, desk, context);
  const changes = watcher.kind === 'channel' ? news.changes.filter(isForAll) : news.changes;
  const snapshot = snapshotOf(ref.type, record);
  if (!news.differs && snapshot.modCount === card.told.modCount)
    return card.stale ? refreshCard(card, payload, record, held, context) : undefined;

  // The record names its last writer only, so of more than one change it is not known who made which.
  const writer = snapshot.modCount - card.told.modCount === 1 ? storedValue(record, 'sys_updated_by') : '';
  const delivery = decide({
    changes,
    state: storedValue(record, 'state'),
    card,
    preferences: watcher.kind === 'channel' ? DEFAULT_PREFERENCES : await context.preferences.read(person),
    now: context.now(),
  });
  // It may have been reopened, which some hear of later: until then their watch has to last.
  if (card.told.ended) await context.endings.noteEnded({ watcher: id, sysId: ref.sysId });
  context.log.debug({ delivery: delivery.kind, from: card.told.modCount, to: snapshot.modCount }, 'change weighed');
  switch (delivery.kind) {
    case 'later':
      await updateCard(card, payload, record, context);
      return waitTogether(payload, delivery.until, context);
    case 'digest':
      await updateCard(card, payload, record, context);
      await context.digests.collect(person, ref, snapshot.modCount);
      return context.enqueue(
        'send-digest',
        { v: 1, correlationId: payload.correlationId, person, at: delivery.at },
        `digest-${id}-${delivery.at}`,
      );
    case 'collect':
      return updateCard(card, payload, record, context);
    case 'only-card':
      await updateCard(card, payload, record, context);
      await held.save({ ...card, told: snapshot, snoozed: stillSnoozed(card, record) });
      return context.replies.forgetOwn(person, ref.sysId, news.own);
    case 'tell': {
      if (context.now() - card.toldAt < BURST_MS) throw new NotYetError('a burst settles', card.toldAt + BURST_MS);
      const by = await context.nameOf(person, writer);
      const { number } = toTicket(ref.type, record, context.instanceUrl);
      const message = changeMessage(number, delivery.changes, by);
      const telling = {
        // With the time: a change that was not counted, or was taken back, is another telling between the same versions.
        key: `${ref.sysId}-${card.told.modCount}-${snapshot.modCount}-${context.now()}`,
        since: context.now(),
        text: message.text,
        blocks: message.blocks,
        snapshot,
        internal: isForStaff(delivery.changes),
        own: news.own,
      };
      const said: Card = { ...card, telling, snoozed: undefined };
      await held.save(said);
      await finishTelling(said, payload, record, false, held, context);
      context.log.info(
        { from: card.told.modCount, to: snapshot.modCount, changes: delivery.changes.length },
        'change told',
      );
    }
  }
}

/** However often a ticket changes in quiet hours, one job waits for their end, reads once and tells it all. */
async function waitTogether(payload: Payload, until: number, { enqueue, jobId, jobIdOf }: JobContext): Promise<void> {
  const name = `later-${payload.ref.sysId}-${watcherId(payload.watcher)}-${until}`;
  if (jobId === jobIdOf(name)) throw new NotYetError('quiet', until);
  await enqueue('notify-watcher', payload, name);
}

type Wish = { fits: (record: ServiceNowRecord) => boolean };

/** A delayed job may outlive the wish to be told. A subscription runs with the rights of whoever owns it now. */
async function findWish({ watcher, person, ref }: Payload, context: JobContext): Promise<Wish | undefined> {
  if (watcher.kind === 'person') return (await context.watches.has(person, ref)) ? { fits: () => true } : undefined;
  const subscription = await context.subscriptions.find(watcher.subscription);
  if (!subscription || subscription.paused || subscription.owner.user !== person.user) return undefined;
  return { fits: (record) => matches(subscription.filter, record) };
}

async function pause(id: string, person: Person, { subscriptions, enqueue }: JobContext): Promise<void> {
  const subscription = await subscriptions.find(id);
  if (!subscription) return;
  const payload = { v: 1, correlationId: `pause-${id}`, person, subscription: id } as const;
  await enqueue('pause-subscription', payload, `pause-${id}-${subscription.createdAt}`);
}

/**
 * A card that cannot be read would silence its ticket for ever; it is replaced. Read once: a second look could see the card
 * that another job saved in between, and take it for a damaged one.
 */
async function readCard(held: HeldCard, { log }: JobContext): Promise<Card | 'none' | 'damaged'> {
  try {
    return (await held.find()) ?? 'none';
  } catch (err) {
    if (!(err instanceof CorruptDataError)) throw err;
    log.error({ err }, 'a card could not be read, a new one is begun');
    return 'damaged';
  }
}

const isForAll = (change: Change) => change.kind !== 'comments' || !change.internal;

const stillSnoozed = (card: Card, record: ServiceNowRecord) =>
  card.snoozed?.whileState !== undefined && card.snoozed.whileState !== storedValue(record, 'state')
    ? undefined
    : card.snoozed;

/** What somebody attached in ServiceNow comes into the thread; each file is a job of its own. */
async function passFilesOn(
  card: Card,
  payload: Payload,
  me: string,
  desk: Desk,
  record: ServiceNowRecord,
  held: HeldCard,
  context: JobContext,
): Promise<void> {
  const { person, ref, watcher, correlationId } = payload;
  const present = await unlessGivenUp(desk.attachments(tableOf(ref.type, record), ref.sysId), context);
  if (!present) return;
  const known = card.files;
  const others = present.filter(({ sysId, by }) => by !== me && !known?.includes(sysId));
  const own = await context.replies.ownMarks(
    person,
    others.filter(({ by }) => by === undefined).map(({ sysId }) => sysId),
  );
  const news = others.filter(({ sysId }) => !own.has(sysId));
  // They could not be listed when the card was made, so nobody knows which of them came since.
  if (!known) return held.save(Object.assign(card, { files: news.map(({ sysId }) => sysId) }));
  if (news.length === 0) return;
  const now = context.now();
  const state = storedValue(record, 'state');
  const delivery = decideOnFiles({ state, card, preferences: await context.preferences.read(person), now });
  if (delivery.kind === 'later') return waitTogether(payload, delivery.until, context);
  if (delivery.kind === 'collect') return;
  for (const { sysId, name, bytes } of delivery.kind === 'tell' ? news : [])
    await context.enqueue(
      'pass-file',
      { v: 1, correlationId, person, file: { sysId, name, bytes: bytes ?? 0 }, thread: card.message },
      `file-${sysId}-${watcherId(watcher)}`,
    );
  card.files = [...known, ...news.map(({ sysId }) => sysId)];
  await held.save(card);
}
