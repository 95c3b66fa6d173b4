import { notice } from '../blocks/messages/notice.ts';
import { arrivalsMessage } from '../blocks/messages/notification.ts';
import { NotYetError, unlessGivenUp } from '../errors.ts';
import type { Log } from '../log.ts';
import { comesByItself, type Watches, watcherId } from '../notifications/watches.ts';
import { refKey } from '../records/ref.ts';
import type { Person } from '../redis/keys.ts';
import type { Messenger } from '../slack/messenger.ts';
import type { T } from '../words/index.ts';
import type { Arrival, Arrivals, ArrivalsTelling } from './arrivals.ts';
import type { Watching } from './run.ts';
import type { Cards } from './store.ts';

/** Nothing came for so long: then that was all. */
export const STILL_MS = 2_000;
/** Whatever goes on coming, nothing waits longer. */
const LONGEST_WAIT_MS = 30_000;
/** So many cards are no flood. */
const A_FEW = 5;
const LOCKED_MS = 500;

type Uses = {
  arrivals: Arrivals;
  watches: Pick<Watches, 'has'>;
  cards: Pick<Cards, 'add' | 'has'>;
  messenger: Pick<Messenger, 'postDirect'>;
  wordsFor: (person: Person) => Promise<T>;
  jobId: string;
  now: () => number;
  log: Log;
};

/** Pure: until when to wait for more of the kind. */
export const settlesAt = (waiting: Pick<Arrival, 'at'>[], own: Pick<Arrival, 'at'>): number =>
  Math.min(Math.max(...waiting.map(({ at }) => at)) + STILL_MS, own.at + LONGEST_WAIT_MS);

/**
 * What came to a linked person by itself is told by its card, or with the many that came at the same time by one message. Each of
 * them has a job that asks here until that is decided, so whichever of them lives on does what a dead one has left.
 * @returns whether its card begins now, if it has none
 */
export async function mayBeginCard({ person, watcher, ref, reason }: Watching, uses: Uses): Promise<boolean> {
  const { arrivals, now } = uses;
  if (watcher.kind === 'channel' || !comesByItself(reason)) return true;
  if (!(await arrivals.has(person, ref))) return false;
  const waiting = await readSettled();
  if (!waiting) return false;
  const release = await arrivals.lock(person);
  if (!release) throw new NotYetError('somebody else tells what came', now() + LOCKED_MS);
  try {
    const begun = await unlessGivenUp(arrivals.begun(person), uses);
    if (begun) await finish(person, begun, true, uses);
    const still = await readSettled();
    if (!still) return false;
    if (still.length > A_FEW) await list(person, still, uses);
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

async function list(person: Person, waiting: Arrival[], uses: Uses): Promise<void> {
  const { arrivals, watches, cards, wordsFor, jobId, now, log } = uses;
  const watcher = watcherId({ kind: 'person', person });
  // A change that was looked at before its card was there has noted the ticket once more.
  const wanted = await Promise.all(
    waiting.map(async ({ ref }) => (await watches.has(person, ref)) && !(await cards.has(watcher, ref.sysId))),
  );
  const told = waiting.filter((_arrival, index) => wanted[index]).sort((a, b) => a.number.localeCompare(b.number));
  await arrivals.leave(
    person,
    waiting.flatMap(({ ref }, index) => (wanted[index] ? [] : [ref])),
  );
  if (told.length === 0) return;
  const telling = {
    key: `arrivals-${jobId}-${now()}`,
    since: now(),
    ...arrivalsMessage(told, await wordsFor(person)),
    told,
  };
  await arrivals.begin(person, telling);
  await finish(person, telling, false, uses);
  log.info({ tickets: told.length }, 'many told at once');
}

/** Says it and marks it as told, the very same words however often it is tried. */
async function finish(
  person: Person,
  { text, blocks, key, since, told }: ArrivalsTelling,
  look: boolean,
  { messenger, cards, arrivals, wordsFor, now }: Uses,
): Promise<void> {
  await messenger.postDirect(person, {
    message: { text, blocks },
    shorter: notice((await wordsFor(person))('arrivals.too-many', { count: told.length })),
    key,
    perhapsSince: look ? since : undefined,
  });
  const watcher = watcherId({ kind: 'person', person });
  for (const { ref, reason, shown } of told)
    await cards.add(watcher, ref.sysId, { reason, ...shown, toldAt: now(), known: true });
  await arrivals.leave(
    person,
    told.map(({ ref }) => ref),
  );
  await arrivals.end(person);
}
