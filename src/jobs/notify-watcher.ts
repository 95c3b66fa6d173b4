import type { Link } from '../accounts/links.ts';
import { mayBeginCard } from '../cards/arrive.ts';
import type { Attached, Situation } from '../cards/plan.ts';
import { bringUpToDate, type Later, stopWatching } from '../cards/run.ts';
import type { Card, HeldCard } from '../cards/store.ts';
import type { Desk } from '../desk/desk.ts';
import { CorruptDataError, LinkRequiredError, NotYetError, unlessGivenUp } from '../errors.ts';
import { comesByItself, watcherId } from '../notifications/watches.ts';
import { snapshotOf } from '../records/changes.ts';
import { matches } from '../records/filter.ts';
import { DEFAULT_PREFERENCES } from '../records/preferences.ts';
import { type ServiceNowRecord, tableOf } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { isShutOut } from '../slack/codes.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  | 'digests'
  | 'endings'
  | 'nameOf'
  | 'instanceUrl'
  | 'arrivals'
  | 'cards'
  | 'desk'
  | 'enqueue'
  | 'jobId'
  | 'jobIdOf'
  | 'links'
  | 'log'
  | 'madeAt'
  | 'messenger'
  | 'now'
  | 'preferences'
  | 'replies'
  | 'subscriptions'
  | 'watches'
  | 'wordsFor'
>;

const LOCKED_MS = 500;

type Payload = PayloadOf<'notify-watcher'>;

/** What is new for one watcher, read with their own token, and told once. */
export const notifyWatcher: ProcessorOf<'notify-watcher'> = {
  async process(payload, context: Uses) {
    const { person, watcher, ref, show = false } = payload;
    const link = await context.links.find(person);
    const mayBegin = show || (link !== undefined && (await mayBeginCard(payload, context)));
    const held = await context.cards.hold(watcherId(watcher), ref.sysId);
    if (!held) throw new NotYetError('somebody else tells this watcher', context.now() + LOCKED_MS);
    try {
      await look(payload, link, mayBegin, held, context);
    } catch (error) {
      if (watcher.kind === 'person' || !(error instanceof LinkRequiredError)) throw error;
      await pause(watcher.subscription, person, context);
    } finally {
      await held.release();
    }
  },
  async onGiveUp({ watcher, correlationId }, error, context: Uses) {
    context.log.error({ err: error }, 'a change could not be told');
    if (watcher.kind === 'channel' && isShutOut(error)) await tellOwner(watcher.subscription, correlationId, context);
  },
};

/** Reads as the watcher what there is to know, and has it told. */
async function look(
  payload: Payload,
  link: Link | undefined,
  mayBegin: boolean,
  held: HeldCard,
  context: Uses,
): Promise<void> {
  const { person, watcher, ref, reason } = payload;
  const wish = await findWish(payload, context);
  // A person who has disconnected wants to hear nothing; a channel is told why it hears nothing any more.
  if (!wish || (!link && watcher.kind === 'person')) return;
  if (!link) throw new LinkRequiredError('none');

  const desk = context.desk(person, link);
  const record = await desk.readWatched(ref);
  const found = await readCard(held, context);
  // Who may not see it any more is told nothing about it, not even that; what begins by itself does so when they may.
  const hands = { later: laterJobs(payload, context), readAgain: () => desk.readWatched(ref) };
  if (!record) {
    const seen = { type: ref.type, reader: { ...link.user, own: [] }, now: context.now() };
    const withdraw = () => context.watches.withdraw(person, ref);
    if (found === 'none' && comesByItself(reason))
      await stopWatching(payload, seen, withdraw, { ...context, ...hands });
    return context.log.debug('not visible to the watcher, nothing told');
  }
  const isWanted = wish.fits(record);
  // Before its card: from now on every change concerns the channel, also one that leaves the filter.
  if (watcher.kind === 'channel' && isWanted) await context.watches.addChannel(watcher.subscription, ref.sysId);
  const forPerson = watcher.kind === 'person';
  const situation: Situation = {
    type: ref.type,
    reason,
    reader: forPerson ? { ...link.user, own: await context.replies.ownWrites(person, ref.sysId) } : undefined,
    isWanted,
    rows: undefined,
    files: forPerson ? await listFiles(payload, link.user.userName, desk, record, context) : undefined,
    preferences: forPerson ? await context.preferences.read(person) : DEFAULT_PREFERENCES,
    mayBegin,
    now: context.now(),
    noticedAt: context.madeAt,
  };
  const card = found === 'none' ? undefined : found === 'damaged' ? await replacement(held, record, situation) : found;
  await bringUpToDate(
    payload,
    held,
    { card, record, situation },
    {
      ...context,
      channelOf: async (id) => (await context.subscriptions.find(id))?.channel,
      ...hands,
      readJournal: () => unlessGivenUp(desk.journal(ref), context),
    },
  );
}

function laterJobs(payload: Payload, { enqueue, jobId, jobIdOf }: Uses): Later {
  const { person, watcher, ref, correlationId } = payload;
  const id = watcherId(watcher);
  return {
    /** However often a ticket changes in quiet hours, one job waits for their end, reads once and tells it all. */
    async lookAt(until) {
      const name = `later-${ref.sysId}-${id}-${until}`;
      if (jobId === jobIdOf(name)) throw new NotYetError('quiet', until);
      await enqueue('notify-watcher', payload, name);
    },
    lookNow: (name) => enqueue('notify-watcher', payload, name),
    sendDigest: (at) => enqueue('send-digest', { v: 1, correlationId, person, at }, `digest-${id}-${at}`),
    passFile: ({ sysId, name, bytes }, thread) =>
      enqueue(
        'pass-file',
        { v: 1, correlationId, person, file: { sysId, name, bytes }, thread },
        `file-${sysId}-${id}`,
      ),
  };
}

type Wish = { fits: (record: ServiceNowRecord) => boolean };

/** A delayed job may outlive the wish to be told. A subscription runs with the rights of whoever owns it now. */
async function findWish({ watcher, person, ref }: Payload, context: Uses): Promise<Wish | undefined> {
  if (watcher.kind === 'person') return (await context.watches.has(person, ref)) ? { fits: () => true } : undefined;
  const subscription = await context.subscriptions.find(watcher.subscription);
  if (!subscription || subscription.paused || subscription.owner.user !== person.user) return undefined;
  return { fits: (record) => matches(subscription.filter, record) };
}

/** @returns undefined where they may not be listed */
async function listFiles(
  { person, ref }: Payload,
  me: string,
  desk: Desk,
  record: ServiceNowRecord,
  context: Uses,
): Promise<Attached[] | undefined> {
  const files = await unlessGivenUp(desk.attachments({ table: tableOf(ref.type, record), sysId: ref.sysId }), context);
  if (!files) return undefined;
  const unsigned = files.filter(({ by }) => by === undefined).map(({ sysId }) => sysId);
  const own = await context.replies.ownMarks(person, unsigned);
  return files.map(({ sysId, name, bytes = 0, by }) => ({ sysId, name, bytes, isOwn: by === me || own.has(sysId) }));
}

/** Read once: a second look could see the card that another job saved in between, and take it for a damaged one. */
async function readCard(held: HeldCard, { log }: Uses): Promise<Card | 'none' | 'damaged'> {
  try {
    return (await held.find()) ?? 'none';
  } catch (err) {
    if (!(err instanceof CorruptDataError)) throw err;
    log.error({ err }, 'a card could not be read, a new one is begun');
    return 'damaged';
  }
}

/**
 * A card that cannot be read would silence its ticket for ever. A person's message is known all the same, and shows the ticket
 * as it is now; in a channel only a new one says that there is something new.
 */
async function replacement(held: HeldCard, record: ServiceNowRecord, situation: Situation): Promise<Card> {
  const { type, reason, reader, files, now } = situation;
  const told = snapshotOf(type, record);
  const shown = { told, files: files?.map(({ sysId }) => sysId) };
  return { reason, ...shown, toldAt: now, stale: true, ...(reader ? await held.traces() : {}) };
}

async function pause(id: string, person: Person, { subscriptions, enqueue }: Uses): Promise<void> {
  const subscription = await subscriptions.find(id);
  if (!subscription) return;
  const payload = { v: 1, correlationId: `pause-${id}`, person, subscription: id } as const;
  await enqueue('pause-subscription', payload, `pause-${id}-${subscription.createdAt}`);
}

/** Only a person can bring the app into a channel. The owner hears so once, not with every change. */
async function tellOwner(id: string, correlationId: string, { subscriptions, enqueue }: Uses): Promise<void> {
  const subscription = await subscriptions.find(id);
  if (!subscription || (await subscriptions.isShutOutKnown(id))) return;
  const { owner: person, channel, filter, createdAt } = subscription;
  const content = { kind: 'shut-out', channel, filter } as const;
  await enqueue('deliver-message', { v: 1, correlationId, person, content }, `shut-out-${id}-${createdAt}`);
  await subscriptions.markShutOut(id);
}
