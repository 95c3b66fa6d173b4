/** One column of a record: the stored form, and the form shown to the person whose token read it. */
export type Field = { value: string; displayValue: string };

/** A record as one person may see it. Columns hidden from them are simply absent. */
export type ServiceNowRecord = { sysId: string; fields: Readonly<Record<string, Field>> };

/** What differs between kinds of record. Adding a kind means adding a row to {@link RECORD_TYPES}. */
export type RecordType = {
  /** Before the digits of its number, e.g. INC. */
  prefix: string;
  table: string;
  /** In a sentence: "an incident". */
  label: string;
  article: 'a' | 'an';
  /** Who the record is for, which makes it "mine". */
  ownerField: string;
  /** Shown on the card, in this order, beside title, number and state. */
  cardFields: readonly { field: string; label: string }[];
};

const TASK_FIELDS = [
  { field: 'priority', label: 'Priority' },
  { field: 'assignment_group', label: 'Team' },
  { field: 'assigned_to', label: 'Assigned to' },
  { field: 'opened_at', label: 'Opened' },
] as const;

export const RECORD_TYPES = {
  incident: {
    prefix: 'INC',
    table: 'incident',
    label: 'incident',
    article: 'an',
    ownerField: 'caller_id',
    cardFields: [
      { field: 'priority', label: 'Priority' },
      { field: 'caller_id', label: 'For' },
      { field: 'assignment_group', label: 'Team' },
      { field: 'assigned_to', label: 'Assigned to' },
      { field: 'cmdb_ci', label: 'Affected item' },
      { field: 'opened_at', label: 'Opened' },
    ],
  },
  request: {
    prefix: 'REQ',
    table: 'sc_request',
    label: 'request',
    article: 'a',
    ownerField: 'requested_for',
    cardFields: [{ field: 'requested_for', label: 'For' }, ...TASK_FIELDS],
  },
  requestItem: {
    prefix: 'RITM',
    table: 'sc_req_item',
    label: 'requested item',
    article: 'a',
    ownerField: 'requested_for',
    cardFields: [
      { field: 'cat_item', label: 'Item' },
      { field: 'stage', label: 'Stage' },
      { field: 'requested_for', label: 'For' },
      ...TASK_FIELDS,
    ],
  },
  catalogTask: {
    prefix: 'SCTASK',
    table: 'sc_task',
    label: 'catalog task',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
  },
  change: {
    prefix: 'CHG',
    table: 'change_request',
    label: 'change',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: [{ field: 'type', label: 'Type' }, { field: 'risk', label: 'Risk' }, ...TASK_FIELDS],
  },
  problem: {
    prefix: 'PRB',
    table: 'problem',
    label: 'problem',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
  },
} as const satisfies Record<string, RecordType>;

export type RecordTypeName = keyof typeof RECORD_TYPES;

export const RECORD_TYPE_NAMES = Object.keys(RECORD_TYPES) as [RecordTypeName, ...RecordTypeName[]];

export const recordType = (name: RecordTypeName): RecordType => RECORD_TYPES[name];

/** Columns to ask for, so that a card can be drawn from the answer. */
export function cardColumns(name: RecordTypeName): string[] {
  const common = [
    'sys_id',
    'number',
    'short_description',
    'description',
    'state',
    'active',
    'sys_mod_count',
    'sys_updated_on',
  ];
  return [...new Set([...common, ...recordType(name).cardFields.map(({ field }) => field)])];
}

export const shownValue = (record: ServiceNowRecord, field: string): string => record.fields[field]?.displayValue ?? '';
export const storedValue = (record: ServiceNowRecord, field: string): string => record.fields[field]?.value ?? '';
