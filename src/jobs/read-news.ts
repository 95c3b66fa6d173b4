import type { Link } from '../accounts/links.ts';
import type { Card } from '../cards/store.ts';
import type { Desk } from '../desk/desk.ts';
import { afterOwnDeed, type News, newsSince, type Reader, type Snapshot } from '../records/changes.ts';
import type { RecordRef } from '../records/ref.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { JobContext } from './define.ts';
import { unlessGivenUp } from './unless-given-up.ts';

/**
 * What is new for somebody since they were told last.
 * @param reader who hears of it; absent for a channel, to which nothing is its own
 */
export async function readNews(
  { ref, told, record }: { ref: RecordRef; told: Snapshot; record: ServiceNowRecord },
  reader: { person: Person; user: Link['user'] } | undefined,
  desk: Desk,
  context: JobContext,
): Promise<News> {
  const as: Reader | undefined = reader && {
    userName: reader.user.userName,
    name: reader.user.name,
    own: await context.replies.ownWrites(reader.person, ref.sysId),
  };
  const news = newsSince(ref.type, told, record, as);
  if (!news.wantsRows) return news;
  const rows = await unlessGivenUp(desk.journal(ref), context);
  return rows ? newsSince(ref.type, told, record, as, rows) : news;
}

/**
 * After a deed of somebody's own: their card knows of it, and of nothing that others did meanwhile.
 * @returns their card, or undefined where there is none
 */
export async function forwardOwn(
  { person, ref, user, record }: { person: Person; ref: RecordRef; user: Link['user']; record: ServiceNowRecord },
  { replies, forwardCard, watches }: JobContext,
): Promise<Card | undefined> {
  const own = await replies.ownWrites(person, ref.sysId);
  let known: string[] = [];
  const card = await forwardCard(person, ref, (before) => {
    const after = afterOwnDeed(ref.type, before.told, record, { ...user, own });
    known = after.own;
    return { ...before, told: after.told };
  });
  // A card that is on its way may show the ticket as it was before the deed; where none will come, nothing needs to be known.
  if (!card && !(await watches.has(person, ref))) known = own.map(({ id }) => id);
  await replies.forgetOwn(person, ref.sysId, known);
  return card;
}
