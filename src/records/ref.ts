import { RECORD_TYPE_NAMES, type RecordTypeName } from './types.ts';

/** A record by its own key, where nobody needs its number. */
export type RecordRef = { type: RecordTypeName; sysId: string };

/** As it lies in a key, a button's value or a form. */
export const refKey = ({ type, sysId }: RecordRef) => `${type}/${sysId}`;

export function parseRef(text: string): RecordRef | undefined {
  const [type = '', sysId = ''] = text.split('/');
  const known = RECORD_TYPE_NAMES.find((name) => name === type);
  return known && /^[0-9a-f]{32}$/.test(sysId) ? { type: known, sysId } : undefined;
}
