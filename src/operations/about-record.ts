import { z } from 'zod';
import type { Card } from '../cards/store.ts';
import { parseAnyNumber } from '../records/number.ts';
import { parseRef, type RecordRef, recordRefSchema } from '../records/ref.ts';
import { recordType, type ServiceNowRecord, shownValue } from '../records/types.ts';
import type { Person } from '../redis/keys.ts';
import type { Tools } from './tools.ts';

/** For what is asked of a record by a button; ServiceNow decides what this person may do to it. */
export const aboutRecord = z.object({ ref: recordRefSchema });

export type AboutRecord = z.infer<typeof aboutRecord>;

/** Reads the value of a button that names a record. */
export function refIn(value: string): AboutRecord | undefined {
  const ref = parseRef(value);
  return ref && { ref };
}

/** The same, with words that were typed behind it. */
export function refAndWordsIn(value: string): (AboutRecord & { typed: string }) | undefined {
  const [name = '', typed = ''] = value.split(/ ([\s\S]*)/, 2);
  const about = refIn(name);
  return about && { ...about, typed };
}

/** For a word after which a ticket's number stands. */
export const numberAfter = (word: string) => (rest: string) => {
  const number = parseAnyNumber(rest);
  return number ? { args: { number } } : { problem: ['typed.which', { word }] as const };
};

/** A record as far as a sentence needs it. `number`: undefined where they do not see it any more. */
export async function numberOf(
  { desk }: Pick<Tools, 'desk'>,
  ref: RecordRef,
): Promise<{ record: ServiceNowRecord | undefined; number: string | undefined }> {
  const { numberField } = recordType(ref.type);
  const record = await desk.read(ref, ['sys_id', numberField, 'state']);
  return { record, number: (record && shownValue(record, numberField)) || undefined };
}

/** Whether this card is one that its person hears by: without a message it may be what is left of an old watch. */
export const isHeard = async (
  { watches }: Pick<Tools, 'watches'>,
  person: Person,
  ref: RecordRef,
  card: Card | undefined,
): Promise<boolean> =>
  card !== undefined && (card.message !== undefined || (await watches.reasonOf(person, ref)) !== undefined);
