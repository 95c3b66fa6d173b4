import { turnsAfter } from '../conversation/lanes.ts';
import { decide, decideOnFiles } from '../notifications/audience.ts';
import { KEEP_ENDED_MS } from '../notifications/endings.ts';
import { comesByItself, type Reason } from '../notifications/watches.ts';
import { type Change, type Journals, newsSince, type Reader, type Snapshot, snapshotOf } from '../records/changes.ts';
import type { Preferences } from '../records/preferences.ts';
import type { RecordTypeName, ServiceNowRecord } from '../records/types.ts';
import { fits, hasEnded, storedValue } from '../records/types.ts';
import type { Arrival } from './arrivals.ts';
import { isAssignedTo } from './face.ts';
import { type Card, isShown, type ShownCard } from './store.ts';

/** Changes that come faster are told together. */
const BURST_MS = 3_000;
/** The message that says "filed" is on its way and becomes the card, however much is in its way; or it never comes. */
const CARD_ON_ITS_WAY_MS = 2_000;
const CARD_PATIENCE_MS = 60 * 60_000;

/** A file of the record; `isOwn`: the reader attached it. */
export type Attached = { sysId: string; name: string; bytes: number; isOwn: boolean };

/** All that is known beside card and record when somebody is to hear of a change. */
export type Situation = {
  type: RecordTypeName;
  /** Why they hear of it. */
  reason: Reason;
  /** Who reads it; absent for a channel, to which nothing is its own and nothing internal is said. */
  reader: (Reader & { sysId: string }) | undefined;
  /** A channel's filter takes the record. */
  isWanted: boolean;
  /** Rows of the journal; undefined where they were not read. */
  rows: Journals | undefined;
  /** Undefined where they could not be listed. */
  files: Attached[] | undefined;
  preferences: Preferences;
  /** False where it came by itself, so that others may have come with it, or where a list may have told of it. */
  mayBegin: boolean;
  now: number;
  /** When it was noticed that there is something to look at. */
  noticedAt: number;
};

/** What is done next. After `again` it is planned anew, with the card as it is then. */
export type Step =
  | { do: 'again' }
  | { do: 'wait'; until: number; why: string }
  /** The record's changes are mixed up; ServiceNow's own rows may part them. */
  | { do: 'read-journal' }
  /** The watch ends as if it had never begun. */
  | { do: 'withdraw' }
  /** It may be told together with others that came by themselves. */
  | { do: 'await-others'; arrival: Pick<Arrival, 'at' | 'reason' | 'shown'> }
  /** The card's message; `card` is what its watcher knows once it is there. An earlier attempt may have posted it. */
  | { do: 'post'; card: Card }
  | { do: 'keep'; card: Card }
  /** The watcher's own writes, of which they know. */
  | { do: 'forget'; own: string[] }
  /** Brings the message up to date. */
  | { do: 'show' }
  /** Says the words that an earlier attempt has left. */
  | { do: 'finish' }
  | { do: 'tell'; changes: Change[]; snapshot: Snapshot; own: string[]; writer: string }
  | { do: 'pass-files'; files: Attached[] }
  /** Nothing is told for now, but the end of the watch is not to come before. */
  | { do: 'note-ended' }
  | { do: 'look-later'; until: number }
  | { do: 'digest'; at: number; modCount: number }
  /** It was assigned to its watcher and is no longer: they have been told so, and hear no more. */
  | { do: 'end' };

/** Pure: the card of a ticket that its watcher has filed, before the message that says so. */
export const filedCard = (told: Snapshot, now: number): Card => ({
  reason: 'filed',
  told,
  toldAt: now,
  files: [],
  known: true,
  expectedUntil: now + CARD_PATIENCE_MS,
});

/**
 * Pure: the card of a ticket of which a digest has told.
 * @param digest what it told of this ticket, and when, in seconds
 */
export function afterDigest(
  card: Card,
  { from, snapshot, internal, at }: { from: number; snapshot: Snapshot; internal?: boolean | undefined; at: number },
  now: number,
): Card {
  return {
    ...card,
    // Unless it was told of something later meanwhile; a count may have gone back.
    ...(card.told.modCount === from ? { told: snapshot, toldAt: now } : {}),
    // Whoever answers a note that they read in the digest does so below the card.
    ...(internal ? { turns: turnsAfter(card.turns, { at, internal }) } : {}),
  };
}

/**
 * Pure: what to do about one watcher and one record.
 * @param card undefined where nobody has asked for one
 * @param record as the watcher may see it
 */
export function plan(card: Card | undefined, record: ServiceNowRecord, situation: Situation): Step[] {
  if (!card) return begin(record, situation);
  if (!isShown(card)) return show(card, record, situation);
  if (card.telling) return [{ do: 'finish' }, { do: 'again' }];
  const files = filesOf(card, record, situation);
  return files.at(-1)?.do === 'again' ? files : [...files, ...newsOf(card, record, situation)];
}

/** Pure: the first word about a record is the card itself. */
function begin(record: ServiceNowRecord, situation: Situation): Step[] {
  const { type, reason, reader, isWanted, mayBegin, now, noticedAt } = situation;
  // Once told of, a ticket stays told of, even where it leaves the filter: "resolved" is the news.
  if (!isWanted) return [];
  if (reason === 'filed' && now - noticedAt < CARD_PATIENCE_MS)
    return [{ do: 'wait', until: now + CARD_ON_ITS_WAY_MS, why: 'the card is on its way' }];
  if (isOver(record, situation)) return [{ do: 'withdraw' }];
  // What somebody took themselves is no news to them.
  if (!mayBegin && reason === 'assigned' && isBy(reader, record)) return [];
  const shown = { told: snapshotOf(type, record), files: fileIds(situation) };
  if (!mayBegin && comesByItself(reason)) return [{ do: 'await-others', arrival: { at: now, reason, shown } }];
  return [{ do: 'post', card: { reason, ...shown, toldAt: now } }, { do: 'again' }];
}

/** Pure: a card whose message is not there, or not known to be. */
function show(card: Card, record: ServiceNowRecord, situation: Situation): Step[] {
  const { type, mayBegin, now } = situation;
  const today = { told: snapshotOf(type, record), files: fileIds(situation) };
  const { expectedUntil = 0, askedAt } = card;
  const mayWait = card.known === true && !mayBegin && askedAt === undefined;
  if (mayWait || expectedUntil > now) {
    const { isNews, own, wantsRows } = weigh(card, record, situation);
    if (wantsRows) return [{ do: 'read-journal' }, { do: 'again' }];
    if (!isNews && expectedUntil > now) return [];
    if (!isNews)
      return isOver(record, situation)
        ? [{ do: 'withdraw' }]
        : [
            { do: 'keep', card: { ...card, ...today } },
            { do: 'forget', own },
          ];
  }
  if (expectedUntil > now) return [{ do: 'wait', until: now + CARD_ON_ITS_WAY_MS, why: 'the card is on its way' }];
  if (card.muted) return [];
  return [{ do: 'post', card: { ...card, ...(card.known ? {} : today), toldAt: now } }, { do: 'again' }];
}

/** Pure: did somebody else do anything that the watcher of a card without a message wants to hear of? */
function weigh(card: Card, record: ServiceNowRecord, { type, reader, rows, files, preferences }: Situation) {
  const { changes, own, wantsRows } = newsSince(type, card.told, record, reader, rows);
  const hasFiles = files?.some(({ sysId, isOwn }) => !isOwn && !card.files?.includes(sysId)) ?? false;
  const isNews = hasFiles || changes.some(({ kind }) => preferences.kinds.includes(kind));
  return { isNews, own, wantsRows: wantsRows && !rows && !hasFiles };
}

/** Pure: what somebody attached in ServiceNow comes into the thread. */
function filesOf(card: ShownCard, record: ServiceNowRecord, { reader, files, preferences, now }: Situation): Step[] {
  const { files: known } = card;
  if (!reader || !files) return [];
  const news = files.filter(({ sysId, isOwn }) => !isOwn && !known?.includes(sysId));
  const keep: Step = { do: 'keep', card: { ...card, files: [...(known ?? []), ...news.map(({ sysId }) => sysId)] } };
  // They could not be listed when the card was made, so nobody knows which of them came since.
  if (!known) return [keep, { do: 'again' }];
  if (news.length === 0) return [];
  const delivery = decideOnFiles({ state: storedValue(record, 'state'), card, preferences, now });
  if (delivery.kind === 'later') return [{ do: 'look-later', until: delivery.until }];
  if (delivery.kind === 'collect') return [];
  return [...(delivery.kind === 'tell' ? [{ do: 'pass-files', files: news } as const] : []), keep, { do: 'again' }];
}

/** Pure: what changed since the watcher was told last. */
function newsOf(card: ShownCard, record: ServiceNowRecord, situation: Situation): Step[] {
  const { type, reader, rows, preferences, now } = situation;
  const news = newsSince(type, card.told, record, reader, rows);
  if (news.wantsRows && !rows) return [{ do: 'read-journal' }, { do: 'again' }];
  const snapshot = snapshotOf(type, record);
  if (!news.differs && snapshot.modCount === card.told.modCount)
    return [...(card.stale ? [{ do: 'show' } as const] : []), ...endOf(card, situation)];
  const changes = reader ? news.changes : news.changes.filter(isForAll);
  const state = storedValue(record, 'state');
  const delivery = decide({ changes, state, card, preferences, now });
  // It may have been reopened, which some hear of later: until then their watch has to last.
  const keptBack: Step[] = [{ do: 'show' }, ...(card.told.ended ? [{ do: 'note-ended' } as const] : [])];
  switch (delivery.kind) {
    case 'later':
      return [...keptBack, { do: 'look-later', until: delivery.until }];
    case 'digest':
      return [...keptBack, { do: 'digest', at: delivery.at, modCount: snapshot.modCount }];
    case 'collect':
      return keptBack;
    case 'only-card': {
      const snoozed = card.snoozed?.whileState === undefined || card.snoozed.whileState === state;
      const told = { ...card, told: snapshot, stale: undefined, snoozed: snoozed ? card.snoozed : undefined };
      return [{ do: 'show' }, { do: 'keep', card: told }, { do: 'forget', own: news.own }, ...endOf(told, situation)];
    }
    case 'tell': {
      if (now - card.toldAt < BURST_MS) return [{ do: 'wait', until: card.toldAt + BURST_MS, why: 'a burst settles' }];
      // The record names its last writer only, so of more than one change it is not known who made which.
      const writer = snapshot.modCount - card.told.modCount === 1 ? storedValue(record, 'sys_updated_by') : '';
      return [{ do: 'tell', changes: delivery.changes, snapshot, own: news.own, writer }, { do: 'again' }];
    }
  }
}

/** Whoever chose to watch it goes on; the runner knows why they watch it by now. */
function endOf({ told }: Card, { reason, reader }: Situation): Step[] {
  const assignedTo = told.fields['assigned_to']?.[0];
  const isTheirs = assignedTo === undefined || assignedTo === reader?.sysId;
  return reason !== 'assigned' || !reader || isTheirs ? [] : [{ do: 'end' }];
}

const isForAll = (change: Change) => change.kind !== 'comments' || !change.internal;

const fileIds = ({ files }: Situation) => files?.map(({ sysId }) => sysId);

/**
 * Pure: what was decided before its approver ever heard of it is no news, and neither is what ended long ago: a script that tidies
 * up old tickets begins no watch. What an agent took and closed or passed on is over without a word.
 */
export function isOver(
  record: ServiceNowRecord,
  { type, reason, reader, now }: Pick<Situation, 'type' | 'reason' | 'reader' | 'now'>,
): boolean {
  if (reason === 'approval') return !fits(type, 'approve', record);
  if (reason !== 'assigned') return false;
  const closedAt = Date.parse(`${storedValue(record, 'closed_at').replace(' ', 'T')}Z`);
  const isLongAgo = closedAt < now - KEEP_ENDED_MS;
  return !isAssignedTo(reader, record) || (hasEnded(type, record) && (isBy(reader, record) || isLongAgo));
}

const isBy = (reader: { userName: string } | undefined, record: ServiceNowRecord) =>
  storedValue(record, 'sys_updated_by') === reader?.userName;
