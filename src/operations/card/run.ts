import { watcherId } from '../../notifications/watches.ts';
import { type AboutRecord, numberOf } from '../about-record.ts';
import type { Act, Tools } from '../tools.ts';

export type Result = { number: string | undefined; found: 'is-there' | 'is-coming' | 'not-watched' };

export async function run(
  { desk, cards, watches, notify }: Pick<Tools, 'desk' | 'cards' | 'watches' | 'notify'>,
  { ref }: AboutRecord,
  { person }: Act,
): Promise<Result> {
  const { number } = await numberOf({ desk }, ref);
  const found = await cards.find(watcherId({ kind: 'person', person }), ref.sysId);
  if (found?.message) return { number, found: 'is-there' };
  const reason = await watches.reasonOf(person, ref);
  if (!reason) return { number, found: 'not-watched' };
  await notify(ref, reason, true);
  return { number, found: 'is-coming' };
}
