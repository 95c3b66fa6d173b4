import { type RecordTypeName, shownValue } from '../../records/types.ts';
import { numberOf } from '../about-record.ts';
import type { Act, Tools } from '../tools.ts';
import type { Args } from './index.ts';

export type Result = { number: string | undefined; wasWatched: boolean } | { missing: string; kind: RecordTypeName };

/** Ends a person's watch. */
export async function run(
  { me, desk, watches }: Pick<Tools, 'me' | 'desk' | 'watches'>,
  args: Args,
  { person, again }: Act,
): Promise<Result> {
  await me();
  if ('ref' in args) {
    const { number } = await numberOf({ desk }, args.ref);
    await watches.remove(person, args.ref);
    return { number, wasWatched: true };
  }
  const { number } = args;
  const { type, record } = await desk.find(number);
  if (!record) return { missing: number.candidates[0] ?? '', kind: number.type };
  const was = await watches.remove(person, { type, sysId: record.sysId });
  // A retry meets what it did itself.
  return { number: shownValue(record, 'number'), wasWatched: was || again };
}
