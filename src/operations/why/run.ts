import type { Card } from '../../cards/store.ts';
import { watcherId } from '../../notifications/watches.ts';
import { refKey } from '../../records/ref.ts';
import { type AboutRecord, isHeard, numberOf } from '../about-record.ts';
import type { Act, Tools } from '../tools.ts';

/** `reason`: undefined where they are not told of it any more. */
export type Result = { number: string | undefined; ref: string; reason: Card['reason'] | undefined };

export async function run(
  { desk, cards, watches }: Pick<Tools, 'desk' | 'cards' | 'watches'>,
  { ref }: AboutRecord,
  { person }: Act,
): Promise<Result> {
  const { number } = await numberOf({ desk }, ref);
  const card = await cards.find(watcherId({ kind: 'person', person }), ref.sysId);
  const reason = (await isHeard({ watches }, person, ref, card)) ? card?.reason : undefined;
  return { number, ref: refKey(ref), reason };
}
