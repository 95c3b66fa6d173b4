import type { Link } from '../accounts/links.ts';
import type { Replies } from '../conversation/replies.ts';
import type { Watches } from '../notifications/watches.ts';
import { afterOwnDeed } from '../records/changes.ts';
import type { RecordRef } from '../records/ref.ts';
import type { ServiceNowRecord } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { Card, Cards } from './store.ts';

type Hands = {
  replies: Pick<Replies, 'ownWrites' | 'forgetOwn'>;
  cards: Pick<Cards, 'forward'>;
  watches: Pick<Watches, 'has'>;
};

/**
 * After a deed of somebody's own: their card knows of it, and of nothing that others did meanwhile.
 * @returns their card, or undefined where there is none
 */
export async function forwardOwn(
  { person, ref, user, record }: { person: Person; ref: RecordRef; user: Link['user']; record: ServiceNowRecord },
  { replies, cards, watches }: Hands,
): Promise<Card | undefined> {
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
