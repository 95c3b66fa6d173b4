import { z } from 'zod';
import { plainText } from './servicenow-text.ts';
import {
  isNamed,
  RECORD_TYPE_NAMES,
  type RecordTypeName,
  recordType,
  type ServiceNowRecord,
  shownValue,
  storedValue,
  tableOf,
} from './types.ts';

/** A record reduced to what a card shows: all strings are display values for one person, none of it is markup. */
export const ticketSchema = z.object({
  type: z.enum(RECORD_TYPE_NAMES),
  sysId: z.string(),
  number: z.string(),
  title: z.string(),
  description: z.string().optional(),
  state: z.string(),
  active: z.boolean(),
  /** The person's own page for it in ServiceNow. */
  url: z.string(),
  fields: z.array(z.object({ label: z.string(), text: z.string() })),
});

export type Ticket = z.infer<typeof ticketSchema>;

/** @param instanceUrl origin of the instance, for the link */
export function toTicket(type: RecordTypeName, record: ServiceNowRecord, instanceUrl: string): Ticket {
  const { cardFields, numberField, titleField } = recordType(type);
  return {
    type,
    sysId: record.sysId,
    number: shownValue(record, numberField) || NAMELESS.number,
    title:
      plainText(shownValue(record, titleField)) || (isNamed(type, record) ? '(no short description)' : NAMELESS.title),
    description: plainText(shownValue(record, 'description')),
    state: shownValue(record, 'state') || 'Unknown',
    active: storedValue(record, 'active') !== 'false',
    url: recordUrl(instanceUrl, tableOf(type, record), record.sysId),
    fields: cardFields
      .map(({ field, label }) => ({ label, text: shownValue(record, field) }))
      .filter(({ text }) => text !== ''),
  };
}

/** What is approved may be hidden from its approver. */
const NAMELESS = { number: 'An approval', title: 'open it in ServiceNow to see what it is about' };

export const recordUrl = (instanceUrl: string, table: string, sysId: string) =>
  `${instanceUrl}/nav_to.do?uri=${encodeURIComponent(`${table}.do?sys_id=${sysId}`)}`;
