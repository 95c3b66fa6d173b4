import type { Link } from '../accounts/links.ts';
import { notice } from '../blocks/messages/notice.ts';
import { digestMessage } from '../blocks/messages/notification.ts';
import { turnsAfter } from '../conversation/lanes.ts';
import type { Desk } from '../desk/desk.ts';
import { NotYetError, unlessGivenUp } from '../errors.ts';
import type { DigestTelling } from '../notifications/digests.ts';
import { watcherId } from '../notifications/watches.ts';
import {
  type Change,
  isForStaff,
  type News,
  newsSince,
  type Reader,
  type Snapshot,
  snapshotOf,
  watchedColumns,
} from '../records/changes.ts';
import { parseRef, type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, type ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type TicketNews = {
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

/** One message with what collected since the last one, once. */
export const sendDigest: ProcessorOf<'send-digest'> = {
  async process({ person, at }, context) {
    const { digests, now, links, jobId } = context;
    if (at > now()) throw new NotYetError('the digest is not due', at);
    // Who has disconnected wants to hear nothing.
    const link = await links.find(person);
    if (!link) return;
    const begun = await unlessGivenUp(digests.begun(person), context);
    if (begun) await finish(person, begun, context, true);
    if (begun?.at === at) return;

    const waiting = await digests.waiting(person);
    const news = await collectNews(person, link, waiting, context);
    if (news.length > 0) {
      const telling: DigestTelling = {
        at,
        key: `${jobId}-${now()}`,
        since: now(),
        ...digestMessage(news),
        told: news.map(({ ref, since: { modCount: from }, snapshot, own, changes }) => ({
          ref,
          from,
          snapshot,
          own,
          internal: isForStaff(changes),
        })),
      };
      await digests.begin(person, telling);
      await finish(person, telling, context, false);
    }
    await digests.leave(person, waiting);
  },
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'a digest could not be sent'),
};

/** What each ticket has to tell by now; a ticket that changed often is one entry. */
async function collectNews(person: Person, link: Link, waiting: string[], context: JobContext): Promise<TicketNews[]> {
  const { cards, preferences, instanceUrl } = context;
  const desk = context.desk(person, link);
  const watcher = watcherId({ kind: 'person', person });
  const { kinds } = await preferences.read(person);
  const refs = new Map(waiting.map(parseRef).flatMap((ref) => (ref ? [[refKey(ref), ref] as const] : [])));
  const news: TicketNews[] = [];
  for (const ref of refs.values()) {
    const card = await unlessGivenUp(cards.find(watcher, ref.sysId), context);
    if (!card || card.muted || !(await context.watches.has(person, ref))) continue;
    const columns = [...new Set([...cardColumns(ref.type), ...watchedColumns(ref.type)])];
    const record = await unlessGivenUp(desk.read(ref, columns), context);
    if (!record) continue;
    const own = await context.replies.ownWrites(person, ref.sysId);
    const found = await readNews({ ref, told: card.told, record }, { ...link.user, own }, desk, context);
    const changes = found.changes.filter(({ kind }) => kinds.includes(kind));
    if (changes.length === 0) continue;
    const { number, title, url } = toTicket(ref.type, record, instanceUrl);
    const snapshot = snapshotOf(ref.type, record);
    news.push({ ref, since: card.told, snapshot, own: found.own, number, title, url, changes });
  }
  return news;
}

/** What is new for somebody since they were told last. */
async function readNews(
  { ref, told, record }: { ref: RecordRef; told: Snapshot; record: ServiceNowRecord },
  reader: Reader,
  desk: Desk,
  context: JobContext,
): Promise<News> {
  const news = newsSince(ref.type, told, record, reader);
  if (!news.wantsRows) return news;
  const rows = await unlessGivenUp(desk.journal(ref), context);
  return rows ? newsSince(ref.type, told, record, reader, rows) : news;
}

/** Says it and marks it as told, the very same words however often it is tried. */
async function finish(person: Person, telling: DigestTelling, context: JobContext, look: boolean): Promise<void> {
  const { text, blocks, key, since, told } = telling;
  const posted = await context.messenger.postDirect(person, {
    message: { text, blocks },
    shorter: notice(
      `There is news about ${told.length} of your tickets, more than fits here. Type /snow list to see them.`,
    ),
    key,
    perhapsSince: look ? since : undefined,
  });
  const at = Number(posted.ts) || since / 1000;
  for (const { ref, from, snapshot, internal, own } of told) {
    await unlessGivenUp(
      context.cards.forward(person, ref, (card) => ({
        ...card,
        // Unless it was told of something later meanwhile; a count may have gone back.
        ...(card.told.modCount === from ? { told: snapshot, toldAt: context.now() } : {}),
        // Whoever answers a note that they read in the digest does so below the card.
        ...(internal ? { turns: turnsAfter(card.turns, { at, internal }) } : {}),
      })),
      context,
    );
    await context.replies.forgetOwn(person, ref.sysId, own ?? []);
  }
  await context.digests.end(person);
}
