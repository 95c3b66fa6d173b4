import { z } from 'zod';
import { RECORD_TYPE_NAMES } from './types.ts';

/** A record by its own key, where nobody needs its number. */
export const recordRefSchema = z.object({
  type: z.enum(RECORD_TYPE_NAMES),
  sysId: z.string().regex(/^[0-9a-f]{32}$/),
});

export type RecordRef = z.infer<typeof recordRefSchema>;

/** As it lies in a key, a button's value or a form. */
export const refKey = ({ type, sysId }: RecordRef) => `${type}/${sysId}`;

export function parseRef(text: string): RecordRef | undefined {
  const [type = '', sysId = ''] = text.split('/');
  const known = RECORD_TYPE_NAMES.find((name) => name === type);
  return known && /^[0-9a-f]{32}$/.test(sysId) ? { type: known, sysId } : undefined;
}
