import { type Change, type ChangeKind, isForStaff, type News, type Snapshot, snapshotOf } from '../records/changes.ts';
import { parseRef, type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { DigestTelling } from './digests.ts';

/** Pure: each ticket once, however often it changed. @param waiting as it was collected; what cannot be read is left out */
export const ticketsIn = (waiting: string[]): RecordRef[] => [
  ...new Map(waiting.map(parseRef).flatMap((ref) => (ref ? [[refKey(ref), ref] as const] : []))).values(),
];

/** What one ticket has to tell. */
export type TicketNews = {
  ref: RecordRef;
  /** What the card had told by then. */
  since: Snapshot;
  snapshot: Snapshot;
  own: string[];
  number: string;
  title: string;
  url: string;
  changes: Change[];
};

/** Pure: undefined where nothing is new that its person wants to hear of. */
export function newsOf(
  { ref, told, record, news }: { ref: RecordRef; told: Snapshot; record: ServiceNowRecord; news: News },
  kinds: readonly ChangeKind[],
  instanceUrl: string,
): TicketNews | undefined {
  const changes = news.changes.filter(({ kind }) => kinds.includes(kind));
  if (changes.length === 0) return undefined;
  const { number, title, url } = toTicket(ref.type, record, instanceUrl);
  return { ref, since: told, snapshot: snapshotOf(ref.type, record), own: news.own, number, title, url, changes };
}

/** Pure: what is marked as told when the digest has gone out. */
export const toldBy = (news: TicketNews[]): DigestTelling['told'] =>
  news.map(({ ref, since: { modCount: from }, snapshot, own, changes }) => ({
    ref,
    from,
    snapshot,
    own,
    internal: isForStaff(changes),
  }));
