import type { CardState } from '../blocks/messages/notification.ts';
import { type RecordTypeName, type ServiceNowRecord, storedValue } from '../records/types.ts';

/** Pure: which buttons fit. The base system's values; where a customer has others, ServiceNow's answer decides. */
export function cardStateOf(type: RecordTypeName, record: ServiceNowRecord): CardState {
  const state = storedValue(record, 'state');
  const resolved = type === 'incident' && state === '6';
  return { canReopen: resolved, canConfirm: resolved, canDecide: type === 'approval' && state === 'requested' };
}
