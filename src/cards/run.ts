import { notice } from '../blocks/messages/notice.ts';
import { changeMessage } from '../blocks/messages/notification.ts';
import { turnsAfter } from '../conversation/lanes.ts';
import type { Replies } from '../conversation/replies.ts';
import { NotYetError, RefusedError, SlowDownError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Digests } from '../notifications/digests.ts';
import type { Endings } from '../notifications/endings.ts';
import { type Reason, type Watcher, type Watches, watcherId } from '../notifications/watches.ts';
import { isForStaff, type Journals, snapshotOf } from '../records/changes.ts';
import type { MessageRef } from '../records/place.ts';
import { type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { isTrouble } from '../slack/codes.ts';
import type { Messenger, Post } from '../slack/messenger.ts';
import type { T } from '../words/index.ts';
import type { Arrivals } from './arrivals.ts';
import { STILL_MS } from './arrive.ts';
import { faceOf } from './face.ts';
import { type Attached, isOver, plan, type Situation, type Step } from './plan.ts';
import { type Card, type HeldCard, isShown, type ShownCard, type Telling } from './store.ts';

/** One watcher and one record; `person` is whose rights are used. */
export type Watching = { person: Person; watcher: Watcher; ref: RecordRef; reason: Reason };

/** What the steps are carried out with. */
export type Uses = {
  messenger: Pick<Messenger, 'postDirect' | 'postIn' | 'update'>;
  replies: Pick<Replies, 'openThread' | 'forgetOwn'>;
  watches: Pick<Watches, 'withdraw' | 'reasonOf' | 'end' | 'add'>;
  arrivals: Pick<Arrivals, 'note'>;
  digests: Pick<Digests, 'collect'>;
  endings: Pick<Endings, 'noteEnded'>;
  /** A ServiceNow user's name, as this person may see it. */
  nameOf: (person: Person, userName: string) => Promise<string>;
  /** Of a subscription; undefined where it has ended. */
  channelOf: (subscription: string) => Promise<string | undefined>;
  readJournal: () => Promise<Journals | undefined>;
  readAgain: () => Promise<ServiceNowRecord | undefined>;
  later: Later;
  wordsFor: Showing['wordsFor'];
  instanceUrl: string;
  now: () => number;
  log: Log;
};

type Tell = Extract<Step, { do: 'tell' }>;

/** What becomes a job of its own. */
export type Later = {
  /** @throws {NotYetError} where this run is the one that waits */
  lookAt(until: number): Promise<void>;
  lookNow(name: string): Promise<void>;
  sendDigest(at: number): Promise<void>;
  passFile(file: Attached, thread: ShownCard['message']): Promise<void>;
};

/** Plans and carries out until nothing is left to do now. */
export async function bringUpToDate(
  watching: Watching,
  held: HeldCard,
  seen: { card: Card | undefined; record: ServiceNowRecord; situation: Situation },
  uses: Uses,
): Promise<void> {
  const run = createRun(watching, held, seen.record, uses);
  let { card, situation } = seen;
  let isLost = false;
  for (;;) {
    const steps = plan(card, seen.record, situation);
    try {
      for (const step of steps) [card, situation] = await run(step, card, situation);
    } catch (error) {
      // Gone from Slack, by its retention say. What was not told yet is told below the new one.
      if (isLost || !card || !isShown(card) || !isTrouble(error, 'thread', 'message')) throw error;
      isLost = true;
      card = { ...card, telling: undefined, known: true, replaces: card.message.ts, askedAt: uses.now() };
      // The message that says "filed" has come and gone: nobody waits for it any more.
      delete card.expectedUntil;
      await held.lose(card);
      card = { ...card, message: undefined };
      continue;
    }
    if (steps.at(-1)?.do !== 'again') return;
  }
}

export type Showing = {
  messenger: Pick<Messenger, 'update'>;
  instanceUrl: string;
  /** The words of the language that they read; of a channel's card, whoever owns its subscription. */
  wordsFor: (person: Person) => Promise<T>;
};

/** Keeps a card's message current, where it has one. */
export async function showCard(
  card: Card,
  { person, ref, me }: { person: Person; ref: RecordRef; me: { sysId: string } | undefined },
  record: ServiceNowRecord,
  { messenger, instanceUrl, wordsFor }: Showing,
): Promise<void> {
  if (!card.message) return;
  const face = faceOf(card.reason, ref, record, { me, instanceUrl }, await wordsFor(person));
  await messenger.update(person, card.message, face);
}

/** After a step: the card and what is known. */
type Now = [card: Card | undefined, situation: Situation];

function createRun(watching: Watching, held: HeldCard, record: ServiceNowRecord, uses: Uses) {
  const { person, watcher, ref } = watching;
  const { messenger, replies, watches, now, log, later } = uses;
  const id = watcherId(watcher);
  const { number, title } = toTicket(ref.type, record, uses.instanceUrl);

  return async (step: Step, card: Card | undefined, situation: Situation): Promise<Now> => {
    const me = situation.reader;
    switch (step.do) {
      case 'again':
        return [card, situation];
      case 'wait':
        throw new NotYetError(step.why, step.until);
      case 'read-journal':
        return [card, { ...situation, rows: (await uses.readJournal()) ?? {} }];
      case 'withdraw':
        await stopWatching(watching, situation, () => watches.withdraw(person, ref), uses);
        return [undefined, situation];
      case 'await-others':
        await uses.arrivals.note(person, { ...step.arrival, ref, number, title });
        throw new NotYetError('more may come with it', step.arrival.at + STILL_MS);
      case 'keep':
        await held.save(step.card);
        return [step.card, situation];
      case 'forget':
        await replies.forgetOwn(person, ref.sysId, step.own);
        return [card, situation];
      case 'note-ended':
        await uses.endings.noteEnded({ watcher: id, sysId: ref.sysId });
        return [card, situation];
      case 'look-later':
        await later.lookAt(step.until);
        return [card, situation];
      case 'digest':
        await uses.digests.collect(person, ref, step.modCount);
        await later.sendDigest(step.at);
        return [card, situation];
      case 'post':
        return [await post(step.card, card, me), situation];
    }
    if (!card || !isShown(card)) throw new TypeError(`no message to ${step.do}`);
    switch (step.do) {
      case 'show':
        await showCard(card, { person, ref, me }, record, uses);
        return [card.stale ? await save({ ...card, stale: false }) : card, situation];
      case 'pass-files':
        for (const file of step.files) await later.passFile(file, card.message);
        return [card, situation];
      case 'finish':
        return [card.telling ? await say(card, card.telling, true, me) : card, situation];
      case 'tell': {
        const telling = await inWords(card, step);
        const said = await save({ ...card, telling, snoozed: undefined });
        const told = await say(said, telling, false, me);
        const { changes, snapshot } = step;
        log.info({ from: card.told.modCount, to: snapshot.modCount, changes: changes.length }, 'change told');
        return [told, situation];
      }
      case 'end':
        await stopWatching(watching, situation, () => watches.end({ watcher: id, sysId: ref.sysId }), uses);
        return [card, situation];
    }
  };

  async function save(card: ShownCard): Promise<ShownCard> {
    await held.save(card);
    return card;
  }

  /** @param earlier where an attempt that came no further may have posted the message */
  async function post(planned: Card, earlier: Card | undefined, me: Situation['reader']): Promise<Card | undefined> {
    const asked = { ...planned, askedAt: earlier?.askedAt ?? now() };
    let card: Card = earlier ?? asked;
    let isNew = false;
    const one: Post = {
      message: faceOf(planned.reason, ref, record, { me, instanceUrl: uses.instanceUrl }, await uses.wordsFor(person)),
      // With the time: a ticket that went and came back has another card, which is not the first one's message.
      key: `card-${ref.sysId}-${id}-${asked.askedAt}`,
      about: refKey(ref),
      perhapsSince: earlier?.askedAt,
      before: async () => {
        isNew = true;
        card = asked;
        await held.save(card);
      },
    };
    const message = await postTo(one).catch(async (error: unknown) => {
      if (error instanceof RefusedError) await held.takeBack(card);
      throw error;
    });
    if (!message) return undefined;
    if (watcher.kind === 'person') await replies.openThread(person, message, ref);
    log.info({ reason: planned.reason }, 'card posted');
    return save({ ...card, message, toldAt: now(), stale: !isNew });
  }

  /** @returns undefined where the subscription has ended */
  async function postTo(one: Post): Promise<MessageRef | undefined> {
    if (watcher.kind === 'person') return messenger.postDirect(person, one);
    const channel = await uses.channelOf(watcher.subscription);
    return channel === undefined ? undefined : messenger.postIn(person, channel, undefined, one);
  }

  async function inWords({ told }: Card, { changes, snapshot, own, writer }: Tell): Promise<Telling> {
    const message = changeMessage(number, changes, await uses.nameOf(person, writer), await uses.wordsFor(person));
    return {
      // With the time: a change that was not counted, or was taken back, is another telling between the same versions.
      key: `${ref.sysId}-${told.modCount}-${snapshot.modCount}-${now()}`,
      since: now(),
      text: message.text,
      blocks: message.blocks,
      snapshot,
      internal: isForStaff(changes),
      own,
    };
  }

  /**
   * Says the words, and brings the card up to date; only both together count as done.
   * @param look a crash may have come between the words and the mark
   */
  async function say(card: ShownCard, telling: Telling, look: boolean, me: Situation['reader']): Promise<ShownCard> {
    const { text, blocks, key, since, internal = false, snapshot, own = [] } = telling;
    const t = await uses.wordsFor(person);
    const posted = await messenger.postIn(person, card.message.channel, card.message.ts, {
      message: { text, blocks },
      shorter: notice(t('changes.too-many', { number: t.label(number) })),
      key,
      perhapsSince: look ? since : undefined,
    });
    const stale = await isHeldUp(showCard(card, { person, ref, me }, record, uses));
    if (stale) await later.lookNow(`refresh-${key}-${id}`);
    const turns = turnsAfter(card.turns, { at: Number(posted.ts) || since / 1000, internal });
    const { telling: _said, ...rest } = card;
    const done = await save({ ...rest, told: snapshot, toldAt: now(), stale, turns });
    await replies.forgetOwn(person, ref.sysId, own);
    return done;
  }
}

/**
 * Ends what began by itself, unless the watcher has asked for it or declined it meanwhile. What made it theirs again meanwhile met
 * the old watch and began none, so the record is read once more.
 */
export async function stopWatching(
  { person, watcher, ref, reason }: Watching,
  situation: Pick<Situation, 'type' | 'reader' | 'now'>,
  stop: () => Promise<void>,
  { watches, readAgain, later, log }: Pick<Uses, 'watches' | 'readAgain' | 'later' | 'log'>,
): Promise<void> {
  if ((await watches.reasonOf(person, ref)) !== reason) return;
  await stop();
  log.info({ reason }, 'came by itself and is over, so the watch ends');
  const again = await readAgain();
  if (!again || isOver(again, { ...situation, reason })) return;
  if (await watches.add(person, ref, reason))
    await later.lookNow(`notify-${ref.sysId}-${snapshotOf(ref.type, again).modCount}-${watcherId(watcher)}-back`);
}

/**
 * Slack promises fifty updates a minute and workspace, but a message a second and conversation: so words do not wait for
 * cards. Of many updates that are held up only the last one is made.
 */
async function isHeldUp(update: Promise<void>): Promise<boolean> {
  try {
    await update;
    return false;
  } catch (error) {
    if (error instanceof SlowDownError && error.peer === 'slack') return true;
    throw error;
  }
}
