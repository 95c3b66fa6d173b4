import type { CardState } from '../blocks/messages/notification.ts';
import { isNamed, type RecordTypeName, type ServiceNowRecord, storedValue } from '../records/types.ts';

/** Pure: which buttons fit. The base system's values; where a customer has others, ServiceNow's answer decides. */
export function cardStateOf(type: RecordTypeName, record: ServiceNowRecord): CardState {
  const state = storedValue(record, 'state');
  const resolved = type === 'incident' && state === '6';
  // Nobody approves by a button what it does not name.
  const canDecide = type === 'approval' && state === 'requested' && isNamed(type, record);
  return { canReopen: resolved, canConfirm: resolved, canDecide };
}
