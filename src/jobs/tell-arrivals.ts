import type { Link } from '../accounts/links.ts';
import { notice } from '../blocks/messages/notice.ts';
import { arrivalsMessage } from '../blocks/messages/notification.ts';
import { type Arrival, type ArrivalsTelling, comesByItself } from '../cards/arrivals.ts';
import type { Shown } from '../cards/store.ts';
import { NotYetError } from '../errors.ts';
import { type Reason, type Watcher, watcherId } from '../notifications/watches.ts';
import { type RecordRef, refKey } from '../records/ref.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { JobContext } from './define.ts';
import { readNews } from './read-news.ts';
import { unlessGivenUp } from './unless-given-up.ts';

/** Nothing came for so long: then that was all. */
const STILL_MS = 2_000;
/** Whatever goes on coming, nothing waits longer. */
const LONGEST_WAIT_MS = 30_000;
/** So many cards are no flood. */
const A_FEW = 5;
const LOCKED_MS = 500;

type Look = { person: Person; watcher: Watcher; ref: RecordRef; reason: Reason; show?: boolean | undefined };

/** Pure: until when to wait for more of the kind. */
export const settlesAt = (waiting: Pick<Arrival, 'at'>[], own: Pick<Arrival, 'at'>): number =>
  Math.min(Math.max(...waiting.map(({ at }) => at)) + STILL_MS, own.at + LONGEST_WAIT_MS);

/** More may come with it. @throws {NotYetError} always: the next run asks `mayBeginCard` */
export async function noteArrival(person: Person, arrival: Arrival, { arrivals }: JobContext): Promise<never> {
  await arrivals.note(person, arrival);
  throw new NotYetError('more may come with it', arrival.at + STILL_MS);
}

/**
 * What came to a person by itself is told by its card, or with the many that came at the same time by one message. Each of
 * them has a job that asks here until that is decided, so whichever of them lives on does what a dead one has left.
 * @returns whether its card begins now, if it has none
 */
export async function mayBeginCard(
  { person, watcher, ref, reason, show = false }: Look,
  context: JobContext,
): Promise<boolean> {
  const { arrivals, now } = context;
  if (show || watcher.kind === 'channel' || !comesByItself(reason)) return true;
  if (!(await arrivals.has(person, ref)) || !(await context.links.find(person))) return false;
  const waiting = await readSettled();
  if (!waiting) return false;
  const release = await arrivals.lock(person);
  if (!release) throw new NotYetError('somebody else tells what came', now() + LOCKED_MS);
  try {
    const begun = await unlessGivenUp(arrivals.begun(person), context);
    if (begun) await finish(person, begun, true, context);
    const still = await readSettled();
    if (!still) return false;
    if (still.length > A_FEW) await list(person, still, context);
    else await arrivals.leave(person, [ref]);
    return still.length <= A_FEW;
  } finally {
    await release();
  }

  /** @returns undefined where it has been told meanwhile @throws {NotYetError} */
  async function readSettled(): Promise<Arrival[] | undefined> {
    const all = await arrivals.waiting(person);
    const own = all.find((each) => refKey(each.ref) === refKey(ref));
    if (own && settlesAt(all, own) > now()) throw new NotYetError('more may come with it', settlesAt(all, own));
    return own && all;
  }
}

type Seen = {
  person: Person;
  me: Link['user'] | undefined;
  ref: RecordRef;
  record: ServiceNowRecord;
  attached: { sysId: string; by?: string | undefined }[] | undefined;
};

/** Did somebody else do anything since a list told of it that its watcher wants to hear of? */
export async function hasNews(
  listed: Shown,
  { person, me, ref, record, attached }: Seen,
  context: JobContext,
): Promise<boolean> {
  if (attached?.some(({ sysId, by }) => by !== me?.userName && !listed.files?.includes(sysId))) return true;
  const reader = me && { person, user: me };
  const { changes, own } = await readNews({ ref, told: listed.told, record }, reader, context.desk(person), context);
  const { kinds } = await context.preferences.read(person);
  if (changes.some(({ kind }) => kinds.includes(kind))) return true;
  await context.replies.forgetOwn(person, ref.sysId, own);
  return false;
}

async function list(person: Person, waiting: Arrival[], context: JobContext): Promise<void> {
  const { arrivals, watches, jobId, now, log } = context;
  const wanted = await Promise.all(waiting.map(({ ref }) => watches.has(person, ref)));
  const told = waiting.filter((_arrival, index) => wanted[index]).sort((a, b) => a.number.localeCompare(b.number));
  await arrivals.leave(
    person,
    waiting.flatMap(({ ref }, index) => (wanted[index] ? [] : [ref])),
  );
  if (told.length === 0) return;
  const telling = { key: `arrivals-${jobId}-${now()}`, since: now(), ...arrivalsMessage(told), told };
  await arrivals.begin(person, telling);
  await finish(person, telling, false, context);
  log.info({ tickets: told.length }, 'many told at once');
}

/** Says it and marks it as told, the very same words however often it is tried. */
async function finish(
  person: Person,
  { text, blocks, key, since, told }: ArrivalsTelling,
  look: boolean,
  { messenger, cards, arrivals }: JobContext,
): Promise<void> {
  await messenger.postDirect(person, {
    message: { text, blocks },
    shorter: notice(
      `${told.length} tickets came to you, more than fits here. Type /snow list assigned or /snow approvals to see them.`,
    ),
    key,
    perhapsSince: look ? since : undefined,
  });
  for (const { ref, shown } of told) await cards.list(watcherId({ kind: 'person', person }), ref.sysId, shown);
  await arrivals.leave(
    person,
    told.map(({ ref }) => ref),
  );
  await arrivals.end(person);
}
