import type { CardState } from '../blocks/messages/notification.ts';
import { fits, isNamed, type RecordTypeName, type ServiceNowRecord } from '../records/types.ts';

/** Pure: which buttons fit. */
export const cardStateOf = (type: RecordTypeName, record: ServiceNowRecord): CardState => ({
  canReopen: fits(type, 'reopen', record),
  canConfirm: fits(type, 'confirm-fixed', record),
  // Nobody approves by a button what it does not name.
  canDecide: fits(type, 'approve', record) && isNamed(type, record),
});
