import { watcherId } from '../../notifications/watches.ts';
import { type RecordTypeName, shownValue } from '../../records/types.ts';
import type { Act, Tools } from '../tools.ts';
import type { Args } from './index.ts';

export type Result = { number: string; isNew: boolean } | { missing: string; kind: RecordTypeName };

type Uses = Pick<Tools, 'me' | 'desk' | 'watches' | 'cards' | 'notify'>;

/** Begins a person's watch of a ticket that they name by its number. */
export async function run(tools: Uses, { number }: Args, { person }: Act): Promise<Result> {
  const { me, desk, watches, cards, notify } = tools;
  await me();
  const { type, record } = await desk.find(number);
  if (!record) return { missing: number.candidates[0] ?? '', kind: number.type };
  const ref = { type, sysId: record.sysId };
  const isNew = !(await watches.has(person, ref));
  // An old card knows nothing of what happened while nobody wanted to hear of it. It goes before a change can begin a new one.
  if (isNew) await cards.remove(watcherId({ kind: 'person', person }), ref.sysId);
  await watches.add(person, ref, 'asked');
  if (!isNew)
    await cards.forward(person, ref, (card) => ({ ...card, reason: 'asked', muted: false, snoozed: undefined }));
  await notify(ref, 'asked');
  return { number: shownValue(record, 'number'), isNew };
}
