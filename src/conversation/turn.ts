import { NotYetError } from '../errors.ts';
import { heldKey } from '../records/journal.ts';
import type { MessageRef } from '../records/place.ts';
import type { RecordRef } from '../records/ref.ts';
import type { Person } from '../redis/keys.ts';
import type { Replies } from './replies.ts';

/** Looking costs little, but whoever is ahead may wait for a day: nobody waits much longer than whoever is ahead did. */
const TURN_MS = 500;
const LONGEST_TURN_MS = 60_000;
const SHARE_OF_AGE = 1 / 4;

type Act = {
  person: Person;
  /** As whom it was written. */
  account?: string | undefined;
  ref: RecordRef;
  key: string;
  corrects?: MessageRef | undefined;
};

type Uses = {
  replies: Pick<Replies, 'aheadOf' | 'leaveLine'>;
  /** @param key of an act @param account leaves out what is to be done as another one */
  isUnfinished: (key: string, account?: string) => Promise<boolean>;
  /** Since when it wants to be done, in ms: the longer ago, the longer until the next look. */
  madeAt: number;
  now: () => number;
};

/** @throws {NotYetError} while something that the person wrote earlier about this record is not done */
export async function takeTurn({ person, account, ref, key, corrects }: Act, uses: Uses): Promise<void> {
  const { replies, isUnfinished, madeAt, now } = uses;
  const turn = Math.min(Math.max(TURN_MS, (now() - madeAt) * SHARE_OF_AGE), LONGEST_TURN_MS);
  if (corrects && (await isUnfinished(heldKey(person, corrects.ts))))
    throw new NotYetError('what it corrects comes first', now() + turn);
  for (const earlier of await replies.aheadOf(person, ref, key)) {
    // What waits for another account may do so for a week.
    if (await isUnfinished(earlier, account)) throw new NotYetError('an earlier reply comes first', now() + turn);
    await replies.leaveLine(person, ref, earlier);
  }
}
