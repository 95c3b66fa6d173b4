import { z } from 'zod';
import { changeMessage, watchCard } from '../blocks/messages/notification.ts';
import { NotYetError } from '../errors.ts';
import { decide } from '../notifications/audience.ts';
import type { Card } from '../notifications/cards.ts';
import { REASONS, type Watcher, watcherId } from '../notifications/watches.ts';
import { type Change, changesSince, modCountOf, snapshotOf, watchedColumns } from '../records/changes.ts';
import { refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType, type ServiceNowRecord, storedValue } from '../records/types.ts';
import { listAttachments } from '../servicenow/attachments.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { getRecord } from '../servicenow/table.ts';
import { cardStateOf } from './card-state.ts';
import { defineJob, type JobContext } from './define.ts';
import { personSchema } from './payload.ts';
import { recordRefSchema } from './update-record.ts';

/** Changes that come faster are told together. */
const BURST_MS = 3_000;
/** The message that says "filed" is on its way and becomes the card. */
const CARD_ON_ITS_WAY_MS = 2_000;
const CARD_PATIENCE_RUNS = 15;
const LOCKED_MS = 500;
const SKEW_MS = 60_000;

const watcherSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('person'), person: personSchema }),
  z.strictObject({ kind: z.literal('channel'), subscription: z.string() }),
]);

export const notifyWatcherPayload = z.strictObject({
  v: z.literal(1),
  correlationId: z.string(),
  /** Whose rights are used: the watcher, or the owner of the channel's subscription. */
  person: personSchema,
  watcher: watcherSchema,
  ref: recordRefSchema,
  reason: z.enum(REASONS),
});

type Payload = z.infer<typeof notifyWatcherPayload>;

/** What is new for one watcher, read with their own token, and told once. */
export const notifyWatcher = defineJob({
  queue: 'notify',
  schema: notifyWatcherPayload,
  attempts: 300,
  withoutLink: 'park',
  async process(payload, context) {
    const { watcher, ref } = payload;
    const release = await context.lockCard(watcherId(watcher), ref.sysId);
    if (!release) throw new NotYetError('somebody else tells this watcher', context.now() + LOCKED_MS);
    try {
      await tell(payload, context);
    } finally {
      await release();
    }
  },
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'a change could not be told'),
});

async function tell(payload: Payload, context: JobContext): Promise<void> {
  const { person, watcher, ref } = payload;
  const id = watcherId(watcher);
  const link = await context.links.find(person);
  // Who has disconnected wants to hear nothing.
  if (!link) return;

  const interrupted = await context.cards.find(id, ref.sysId);
  const card = interrupted?.telling ? await finishTelling(interrupted, payload, context) : interrupted;

  const request = context.asPerson(person, link);
  const record = await readWatched(request, ref);
  // Who may not see it any more is told nothing about it, not even that.
  if (!record) return context.log.debug('not visible to the watcher, nothing told');
  if (!card) return startCard(payload, record, context);
  if (watcher.kind === 'person') await passFilesOn(card, payload, link.user.userName, request, context);
  if (modCountOf(record) < card.told.modCount) return;

  const all = changesSince(ref.type, card.told, record);
  const changes = await withoutOwnComments(all, payload, context);
  const snapshot = snapshotOf(ref.type, record);
  if (all.length === 0 && snapshot.modCount === card.told.modCount) return;

  const own =
    storedValue(record, 'sys_updated_by') === link.user.userName && snapshot.modCount - card.told.modCount === 1;
  const preferences = await context.preferences.read(person);
  const delivery = decide({
    changes,
    state: storedValue(record, 'state'),
    own: own || (changes.length === 0 && all.length > 0),
    card,
    preferences: watcher.kind === 'channel' ? { ...preferences, quiet: null, digestAt: null } : preferences,
    now: context.now(),
  });
  context.log.debug({ delivery: delivery.kind, from: card.told.modCount, to: snapshot.modCount }, 'change weighed');
  switch (delivery.kind) {
    case 'later':
      throw new NotYetError('quiet', delivery.until);
    case 'digest':
      return context.collectForDigest(person, ref, delivery.at, payload.correlationId);
    case 'only-card':
      await updateCard(card, payload, record, context);
      return context.cards.save(id, ref.sysId, { ...card, told: snapshot, snoozed: stillSnoozed(card, record) });
    case 'tell': {
      if (context.now() - card.toldAt < BURST_MS) throw new NotYetError('a burst settles', card.toldAt + BURST_MS);
      const by = await context.nameOf(request, storedValue(record, 'sys_updated_by'));
      const { number } = toTicket(ref.type, record, context.instanceUrl);
      const message = changeMessage(number, delivery.changes, by);
      const telling = {
        key: `${ref.sysId}-${card.told.modCount}-${snapshot.modCount}`,
        since: context.now(),
        text: message.text,
        blocks: message.blocks,
        snapshot,
      };
      const begun: Card = {
        ...card,
        telling,
        internal: delivery.changes.some((one) => one.kind === 'comments' && one.internal),
        snoozed: undefined,
      };
      await context.cards.save(id, ref.sysId, begun);
      await postInThread(begun, payload, context, false);
      await updateCard(card, payload, record, context);
      await context.cards.save(id, ref.sysId, { ...begun, told: snapshot, toldAt: context.now(), telling: undefined });
      context.log.info(
        { from: card.told.modCount, to: snapshot.modCount, changes: delivery.changes.length },
        'change told',
      );
    }
  }
}

const stillSnoozed = (card: Card, record: ServiceNowRecord) =>
  card.snoozed?.whileState !== undefined && card.snoozed.whileState !== storedValue(record, 'state')
    ? undefined
    : card.snoozed;

/** A crash came between the words and the mark: the same words are looked for, and posted only where they are not. */
async function finishTelling(card: Card, payload: Payload, context: JobContext): Promise<Card> {
  const { telling, ...rest } = card;
  if (!telling) return card;
  await postInThread(card, payload, context, true);
  const done: Card = { ...rest, told: telling.snapshot, toldAt: context.now() };
  await context.cards.save(watcherId(payload.watcher), payload.ref.sysId, done);
  return done;
}

async function postInThread(
  { message, telling }: Card,
  { person }: Payload,
  { messenger }: JobContext,
  look: boolean,
): Promise<void> {
  if (!telling) return;
  await messenger.postIn(person, message.channel, message.ts, {
    message: { text: telling.text, blocks: telling.blocks },
    key: telling.key,
    lookSince: look ? telling.since - SKEW_MS : undefined,
  });
}

async function updateCard(
  card: Card,
  { person, ref }: Payload,
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

/** What somebody attached in ServiceNow comes into the thread; each file is a job of its own. */
async function passFilesOn(
  card: Card,
  { person, ref, watcher, correlationId }: Payload,
  me: string,
  request: AsPerson,
  context: JobContext,
): Promise<void> {
  const present = await listAttachments(request, recordType(ref.type).table, ref.sysId);
  const news = present.filter(({ sysId, by }) => by !== me && !(card.files ?? []).includes(sysId));
  for (const { sysId, name, bytes } of news)
    await context.enqueue(
      'pass-file',
      { v: 1, correlationId, person, file: { sysId, name, bytes }, thread: card.message },
      `file-${sysId}-${watcherId(watcher)}`,
    );
  if (news.length > 0) {
    card.files = [...(card.files ?? []), ...news.map(({ sysId }) => sysId)];
    await context.cards.save(watcherId(watcher), ref.sysId, card);
  }
}

/** The first word about a record is the card itself. */
async function startCard(payload: Payload, record: ServiceNowRecord, context: JobContext): Promise<void> {
  const { person, watcher, ref, reason } = payload;
  // What was filed here gets its card from the message that says so.
  if (reason === 'filed' && context.run < CARD_PATIENCE_RUNS)
    throw new NotYetError('the card is on its way', context.now() + CARD_ON_ITS_WAY_MS);
  const ticket = toTicket(ref.type, record, context.instanceUrl);
  const post = {
    message: watchCard(ticket, refKey(ref), reason, cardStateOf(ref.type, record)),
    key: `card-${ref.sysId}-${watcherId(watcher)}`,
    lookSince: context.again ? context.madeAt - SKEW_MS : undefined,
  };
  const channel = await channelOf(watcher, context);
  if (channel === null) return;
  const message = channel
    ? await context.messenger.postIn(person, channel, undefined, post)
    : await context.messenger.postDirect(person, post);
  if (watcher.kind === 'person') await context.replies.openThread(person, message, ref);
  const files = await listAttachments(context.asPerson(person), recordType(ref.type).table, ref.sysId);
  await context.cards.save(watcherId(watcher), ref.sysId, {
    message,
    reason,
    files: files.map(({ sysId }) => sysId),
    told: snapshotOf(ref.type, record),
    toldAt: context.now(),
  });
  context.log.info({ reason }, 'card posted');
}

/** @returns the channel of a subscription, undefined for a DM, null where the subscription has ended */
async function channelOf(watcher: Watcher, { subscriptions }: JobContext): Promise<string | undefined | null> {
  if (watcher.kind === 'person') return undefined;
  return (await subscriptions.find(watcher.subscription))?.channel ?? null;
}

async function withoutOwnComments(
  changes: Change[],
  { person, watcher }: Payload,
  { replies }: JobContext,
): Promise<Change[]> {
  if (watcher.kind === 'channel') return changes.filter((change) => change.kind !== 'comments' || !change.internal);
  const marks = changes.flatMap((change) => (change.kind === 'comments' && change.ref ? [change.ref] : []));
  const own = await replies.ownMarks(person, marks);
  return changes.filter((change) => change.kind !== 'comments' || !change.ref || !own.has(change.ref));
}

/** An approval says little of itself; what is approved is read from its own record, as far as the approver may see it. */
async function readWatched(request: AsPerson, { type, sysId }: Payload['ref']): Promise<ServiceNowRecord | undefined> {
  const { table } = recordType(type);
  const columns = [
    ...new Set([...cardColumns(type), ...watchedColumns(type), ...(type === 'approval' ? ['source_table'] : [])]),
  ];
  const record = await getRecord(request, table, sysId, columns);
  if (!record || type !== 'approval') return record;
  const approved = storedValue(record, 'sysapproval');
  const source = storedValue(record, 'source_table') || 'task';
  const subject =
    /^[0-9a-f]{32}$/.test(approved) && /^[a-z_]+$/.test(source)
      ? await getRecord(request, source, approved, APPROVED_COLUMNS)
      : undefined;
  if (!subject) return record;
  const extra = Object.entries(subject.fields).map(([name, field]) => [`approved.${name}`, field] as const);
  const description = subject.fields['description'];
  return {
    ...record,
    fields: { ...record.fields, ...Object.fromEntries(extra), ...(description ? { description } : {}) },
  };
}

const APPROVED_COLUMNS = ['sys_id', 'description', 'price', 'risk'];
