import type { Link } from '../accounts/links.ts';
import { notice } from '../blocks/messages/notice.ts';
import { digestMessage } from '../blocks/messages/notification.ts';
import { afterDigest } from '../cards/plan.ts';
import type { Desk } from '../desk/desk.ts';
import { NotYetError, unlessGivenUp } from '../errors.ts';
import { newsOf, type TicketNews, ticketsIn, toldBy } from '../notifications/digest-news.ts';
import type { DigestTelling } from '../notifications/digests.ts';
import { watcherId } from '../notifications/watches.ts';
import { type News, newsSince, type Reader, type Snapshot, watchedColumns } from '../records/changes.ts';
import type { RecordRef } from '../records/ref.ts';
import { cardColumns, type ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Uses = Pick<
  JobContext,
  | 'cards'
  | 'desk'
  | 'digests'
  | 'instanceUrl'
  | 'jobId'
  | 'links'
  | 'log'
  | 'messenger'
  | 'now'
  | 'preferences'
  | 'replies'
  | 'watches'
  | 'wordsFor'
>;

/** One message with what collected since the last one, once. */
export const sendDigest: ProcessorOf<'send-digest'> = {
  async process({ person, at }, context: Uses) {
    const { digests, now, links, jobId } = context;
    if (at > now()) throw new NotYetError('the digest is not due', at);
    // Who has disconnected wants to hear nothing.
    const link = await links.find(person);
    if (!link) return;
    const begun = await unlessGivenUp(digests.begun(person), context);
    if (begun) await finish(person, begun, context, true);
    if (begun?.at === at) return;

    const waiting = await digests.waiting(person);
    const news = await collectNews(person, link, ticketsIn(waiting), context);
    if (news.length > 0) {
      const since = now();
      const t = await context.wordsFor(person);
      const telling = { at, key: `${jobId}-${since}`, since, ...digestMessage(news, t), told: toldBy(news) };
      await digests.begin(person, telling);
      await finish(person, telling, context, false);
    }
    await digests.leave(person, waiting);
  },
  onGiveUp: async (_payload, error, { log }: Uses) => log.error({ err: error }, 'a digest could not be sent'),
};

/** Reads each ticket as its person, as far as they still want to hear of it. */
async function collectNews(person: Person, link: Link, refs: RecordRef[], context: Uses): Promise<TicketNews[]> {
  const { cards, preferences, instanceUrl } = context;
  const desk = context.desk(person, link);
  const watcher = watcherId({ kind: 'person', person });
  const { kinds } = await preferences.read(person);
  const all: TicketNews[] = [];
  for (const ref of refs) {
    const card = await unlessGivenUp(cards.find(watcher, ref.sysId), context);
    if (!card || card.muted || !(await context.watches.has(person, ref))) continue;
    const columns = [...new Set([...cardColumns(ref.type), ...watchedColumns(ref.type)])];
    const record = await unlessGivenUp(desk.read(ref, columns), context);
    if (!record) continue;
    const { told } = card;
    const own = await context.replies.ownWrites(person, ref.sysId);
    const news = await readNews({ ref, told, record }, { ...link.user, own }, desk, context);
    const found = newsOf({ ref, told, record, news }, kinds, instanceUrl);
    if (found) all.push(found);
  }
  return all;
}

/** What is new for somebody since they were told last. */
async function readNews(
  { ref, told, record }: { ref: RecordRef; told: Snapshot; record: ServiceNowRecord },
  reader: Reader,
  desk: Desk,
  context: Uses,
): Promise<News> {
  const news = newsSince(ref.type, told, record, reader);
  if (!news.wantsRows) return news;
  const rows = await unlessGivenUp(desk.journal(ref), context);
  return rows ? newsSince(ref.type, told, record, reader, rows) : news;
}

/** Says it and marks it as told, the very same words however often it is tried. */
async function finish(person: Person, telling: DigestTelling, context: Uses, look: boolean): Promise<void> {
  const { text, blocks, key, since, told } = telling;
  const posted = await context.messenger.postDirect(person, {
    message: { text, blocks },
    shorter: notice((await context.wordsFor(person))('digest.too-many', { count: told.length })),
    key,
    perhapsSince: look ? since : undefined,
  });
  const at = Number(posted.ts) || since / 1000;
  for (const { ref, own, ...one } of told) {
    const forward = context.cards.forward(person, ref, (card) => afterDigest(card, { ...one, at }, context.now()));
    await unlessGivenUp(forward, context);
    await context.replies.forgetOwn(person, ref.sysId, own ?? []);
  }
  await context.digests.end(person);
}
