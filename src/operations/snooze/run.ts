import { storedValue } from '../../records/types.ts';
import { isHeard, numberOf } from '../about-record.ts';
import type { Act, Tools } from '../tools.ts';
import type { Args } from './index.ts';

const DAY_MS = 24 * 60 * 60_000;

export type Result = { number: string | undefined; until: Args['until']; isDone: boolean };

export async function run(
  { desk, cards, watches, now }: Pick<Tools, 'desk' | 'cards' | 'watches' | 'now'>,
  { ref, until }: Args,
  { person }: Act,
): Promise<Result> {
  const { record, number } = await numberOf({ desk }, ref);
  const card = await cards.forward(person, ref, (before) => {
    if (until === 'tomorrow') return { ...before, snoozed: { until: now() + DAY_MS } };
    return record ? { ...before, snoozed: { whileState: storedValue(record, 'state') } } : before;
  });
  return { number, until, isDone: await isHeard({ watches }, person, ref, card) };
}
