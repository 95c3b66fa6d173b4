import type { Link } from '../accounts/links.ts';
import type { Replies } from '../conversation/replies.ts';
import type { Part } from '../desk/proof.ts';
import { unlessGivenUp } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Watches } from '../notifications/watches.ts';
import { afterOwnDeed, ownWrites } from '../records/changes.ts';
import type { RecordRef } from '../records/ref.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import { type Showing, showCard } from './run.ts';
import type { Card, Cards } from './store.ts';

type Parts = Showing & {
  replies: Pick<Replies, 'noteOwn' | 'ownWrites' | 'forgetOwn'>;
  cards: Pick<Cards, 'forward'>;
  watches: Pick<Watches, 'has'>;
  log: Log;
};

/** Columns are somebody's own doing while they are being set; later the same value may be another one's. */
const settingIds = (parts: Part[]): string[] =>
  parts.flatMap(({ mark, fields }) => ownWrites(mark, fields).flatMap((write) => ('sets' in write ? [write.id] : [])));

/** What a person does themselves is no news to them. */
export function createOwnWrites(person: Person, { replies, cards, watches, log, ...showing }: Parts) {
  /** Their card knows of a deed of their own, and of nothing that others did meanwhile. */
  async function forward(ref: RecordRef, user: Link['user'], record: ServiceNowRecord): Promise<Card | undefined> {
    const own = await replies.ownWrites(person, ref.sysId);
    let known: string[] = [];
    const card = await cards.forward(person, ref, (before) => {
      const after = afterOwnDeed(ref.type, before.told, record, { ...user, own });
      known = after.own;
      return { ...before, told: after.told };
    });
    // A card that is on its way may show the ticket as it was before the deed; where none will come, nothing needs to be known.
    if (!card && !(await watches.has(person, ref))) known = own.map(({ id }) => id);
    await replies.forgetOwn(person, ref.sysId, known);
    return card;
  }

  const forget = (ref: RecordRef, parts: Part[]) => replies.forgetOwn(person, ref.sysId, settingIds(parts));

  return {
    /** Before each request that writes. */
    noting:
      ({ sysId }: RecordRef) =>
      ({ mark, fields }: Part): Promise<void> =>
        replies.noteOwn(person, sysId, ownWrites(mark, fields)),

    /** Where it came to nothing. */
    forget,

    /**
     * Brings their card up to date after it. What is written stays written, so nobody hears where Slack does not take that.
     * @returns whether they hear of what happens to it next
     */
    async done(ref: RecordRef, user: Link['user'], record: ServiceNowRecord, parts: Part[]): Promise<boolean> {
      const shown = async () => {
        const card = await forward(ref, user, record);
        if (!card) return watches.has(person, ref);
        await showCard(card, { person, ref, me: user }, record, showing);
        return true;
      };
      const hears = await unlessGivenUp(shown(), { log });
      await forget(ref, parts);
      return hears ?? true;
    },
  };
}

export type OwnWrites = ReturnType<typeof createOwnWrites>;
