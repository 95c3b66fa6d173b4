import { z } from 'zod';
import { notice } from '../blocks/messages/notice.ts';
import { digestMessage } from '../blocks/messages/notification.ts';
import { fateOf, NotYetError } from '../errors.ts';
import type { DigestTelling } from '../notifications/digests.ts';
import { watcherId } from '../notifications/watches.ts';
import { type Change, changesSince, type Snapshot, snapshotOf, watchedColumns } from '../records/changes.ts';
import { parseRef, type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { cardColumns, recordType } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { getRecord } from '../servicenow/table.ts';
import { defineJob, type JobContext } from './define.ts';
import { withoutOwnComments } from './notify-watcher.ts';
import { basePayload } from './payload.ts';

type News = { ref: RecordRef; snapshot: Snapshot; number: string; title: string; url: string; changes: Change[] };

const SKEW_MS = 60_000;

/** One message with what collected since the last one, once. */
export const sendDigest = defineJob({
  queue: 'notify',
  schema: z.strictObject({ ...basePayload, at: z.number() }),
  attempts: 300,
  isLook: true,
  withoutLink: 'park',
  async process({ person, at }, context) {
    const { digests, now, links, jobId } = context;
    if (at > now()) throw new NotYetError('the digest is not due', at);
    // Who has disconnected wants to hear nothing.
    if (!(await links.find(person))) return;
    const begun = await unlessGivenUp(digests.begun(person), context);
    if (begun) await finish(person, begun, context, true);
    if (begun?.at === at) return;

    const waiting = await digests.waiting(person);
    const news = await readNews(person, waiting, context);
    if (news.length > 0) {
      const telling: DigestTelling = {
        at,
        key: `${jobId}-${now()}`,
        since: now(),
        ...digestMessage(news),
        told: news.map(({ ref, snapshot }) => ({ ref, snapshot })),
      };
      await digests.begin(person, telling);
      await finish(person, telling, context, false);
    }
    await digests.leave(person, waiting);
  },
  onGiveUp: async (_payload, error, { log }) => log.error({ err: error }, 'a digest could not be sent'),
});

/** What each ticket has to tell by now; a ticket that changed often is one entry. */
async function readNews(person: Person, waiting: string[], context: JobContext): Promise<News[]> {
  const { asPerson, cards, preferences, instanceUrl, replies } = context;
  const watcher = watcherId({ kind: 'person', person });
  const { kinds } = await preferences.read(person);
  const refs = new Map(waiting.map(parseRef).flatMap((ref) => (ref ? [[refKey(ref), ref] as const] : [])));
  const news: News[] = [];
  for (const ref of refs.values()) {
    const card = await unlessGivenUp(cards.find(watcher, ref.sysId), context);
    if (!card || card.muted || !(await context.watches.has(person, ref))) continue;
    const columns = [...new Set([...cardColumns(ref.type), ...watchedColumns(ref.type)])];
    const record = await unlessGivenUp(
      getRecord(asPerson(person), recordType(ref.type).table, ref.sysId, columns),
      context,
    );
    if (!record) continue;
    const all = changesSince(ref.type, card.told, record).filter(({ kind }) => kinds.includes(kind));
    const changes = await withoutOwnComments(all, person, replies);
    if (changes.length === 0) continue;
    const { number, title, url } = toTicket(ref.type, record, instanceUrl);
    news.push({ ref, snapshot: snapshotOf(ref.type, record), number, title, url, changes });
  }
  return news;
}

/** One entry that can be read no more is left out, or this digest and all that follow would end with it. */
async function unlessGivenUp<T>(reading: Promise<T>, { log }: JobContext): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (fateOf(error).kind !== 'give-up') throw error;
    log.error({ err: error }, 'left out of a digest');
    return undefined;
  });
}

/** Says it and marks it as told, the very same words however often it is tried. */
async function finish(person: Person, telling: DigestTelling, context: JobContext, look: boolean): Promise<void> {
  const { text, blocks, key, since, told } = telling;
  await context.messenger.postDirect(person, {
    message: { text, blocks },
    shorter: notice(
      `There is news about ${told.length} of your tickets, more than fits here. Type /snow list to see them.`,
    ),
    key,
    lookSince: look ? since - SKEW_MS : undefined,
  });
  for (const { ref, snapshot } of told)
    await unlessGivenUp(
      context.forwardCard(person, ref, (card) =>
        card.told.modCount < snapshot.modCount ? { ...card, told: snapshot, toldAt: context.now() } : card,
      ),
      context,
    );
  await context.digests.end(person);
}
