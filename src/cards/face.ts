import type { Message } from '../blocks/message.ts';
import { type CardState, watchCard } from '../blocks/messages/notification.ts';
import type { Reason } from '../notifications/watches.ts';
import { type RecordRef, refKey } from '../records/ref.ts';
import { toTicket } from '../records/ticket.ts';
import { fits, isNamed, type RecordTypeName, type ServiceNowRecord } from '../records/types.ts';
import type { T } from '../words/index.ts';

/** Whom the card is for, and where their ServiceNow is; nobody for a channel. */
type For = { me: { sysId: string } | undefined; instanceUrl: string };

/** Pure: the card's message, for the record as its watcher sees it. */
export function faceOf(
  reason: Reason,
  ref: RecordRef,
  record: ServiceNowRecord,
  { me, instanceUrl }: For,
  t: T,
): Message {
  const isPassedOn = reason === 'assigned' && !isAssignedTo(me, record);
  const ticket = toTicket(ref.type, record, instanceUrl);
  return watchCard(ticket, refKey(ref), isPassedOn ? 'passedOn' : reason, cardStateOf(ref.type, record), t);
}

/** Pure: whoever may not see to whom it is assigned was told by somebody who may. */
export const isAssignedTo = (me: { sysId: string } | undefined, { fields }: ServiceNowRecord): boolean =>
  !fields['assigned_to'] || fields['assigned_to'].value === me?.sysId;

/** Pure: which buttons fit. */
export const cardStateOf = (type: RecordTypeName, record: ServiceNowRecord): CardState => ({
  canReopen: fits(type, 'reopen', record),
  canConfirm: fits(type, 'confirm-fixed', record),
  // Nobody approves by a button what it does not name.
  canDecide: fits(type, 'approve', record) && isNamed(type, record),
});
