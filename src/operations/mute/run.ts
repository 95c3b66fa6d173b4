import { type AboutRecord, isHeard, numberOf } from '../about-record.ts';
import type { Act, Tools } from '../tools.ts';

export type Result = { number: string | undefined; isDone: boolean };

export async function run(
  { desk, cards, watches }: Pick<Tools, 'desk' | 'cards' | 'watches'>,
  { ref }: AboutRecord,
  { person }: Act,
): Promise<Result> {
  const { number } = await numberOf({ desk }, ref);
  const card = await cards.forward(person, ref, (before) => ({ ...before, muted: true }));
  return { number, isDone: await isHeard({ watches }, person, ref, card) };
}
