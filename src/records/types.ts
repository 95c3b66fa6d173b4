/** One column of a record: the stored form, and the form shown to the person whose token read it. */
export type Field = { value: string; displayValue: string };

/** A record as one person may see it. Columns hidden from them are simply absent. */
export type ServiceNowRecord = {
  sysId: string;
  fields: Readonly<Record<string, Field>>;
  /** It has more entries than we read, so the record was read without them. */
  isJournalTooLong?: true;
};

/** What differs between kinds of record. Adding a kind means adding a row to {@link RECORD_TYPES}. */
type RecordType = {
  /** Before the digits of its number, e.g. INC; an approval has none, and an incident task shares that of a task. */
  prefix: string | undefined;
  /** Columns that hold what a person would call its number and its title. */
  numberField: string;
  titleField: string;
  table: string;
  /** In a sentence: "an incident". */
  label: string;
  article: 'a' | 'an';
  /** Who the record is for, which makes it "mine". */
  ownerField: string;
  /** Shown on the card, in this order, beside title, number and state. */
  cardFields: readonly { field: string; label: string }[];
  /** Columns whose changes are told, and under which preference. */
  watchedFields: readonly { field: string; label: string; kind: 'state' | 'assignment' | 'priority' | 'other' }[];
};

const TASK_FIELDS = [
  { field: 'priority', label: 'Priority' },
  { field: 'assignment_group', label: 'Team' },
  { field: 'assigned_to', label: 'Assigned to' },
  { field: 'opened_at', label: 'Opened' },
] as const;

const TASK_NAMES = { numberField: 'number', titleField: 'short_description' } as const;

const TASK_CHANGES = [
  { field: 'state', label: 'State', kind: 'state' },
  { field: 'priority', label: 'Priority', kind: 'priority' },
  { field: 'assigned_to', label: 'Assigned to', kind: 'assignment' },
  { field: 'assignment_group', label: 'Team', kind: 'assignment' },
  { field: 'short_description', label: 'Short description', kind: 'other' },
] as const;

const APPROVAL_CHANGE = { field: 'approval', label: 'Approval', kind: 'state' } as const;

export const RECORD_TYPES = {
  incident: {
    prefix: 'INC',
    ...TASK_NAMES,
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
    watchedFields: [
      ...TASK_CHANGES,
      { field: 'hold_reason', label: 'On hold because of', kind: 'state' },
      { field: 'close_code', label: 'Resolution', kind: 'state' },
      { field: 'close_notes', label: 'Resolution notes', kind: 'state' },
    ],
  },
  request: {
    prefix: 'REQ',
    ...TASK_NAMES,
    table: 'sc_request',
    label: 'request',
    article: 'a',
    ownerField: 'requested_for',
    cardFields: [{ field: 'requested_for', label: 'For' }, ...TASK_FIELDS],
    watchedFields: [...TASK_CHANGES, APPROVAL_CHANGE],
  },
  requestItem: {
    prefix: 'RITM',
    ...TASK_NAMES,
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
    watchedFields: [...TASK_CHANGES, APPROVAL_CHANGE, { field: 'stage', label: 'Stage', kind: 'state' }],
  },
  catalogTask: {
    prefix: 'SCTASK',
    ...TASK_NAMES,
    table: 'sc_task',
    label: 'catalog task',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
    watchedFields: TASK_CHANGES,
  },
  change: {
    prefix: 'CHG',
    ...TASK_NAMES,
    table: 'change_request',
    label: 'change',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: [{ field: 'type', label: 'Type' }, { field: 'risk', label: 'Risk' }, ...TASK_FIELDS],
    watchedFields: [...TASK_CHANGES, APPROVAL_CHANGE],
  },
  changeTask: {
    prefix: 'CTASK',
    ...TASK_NAMES,
    table: 'change_task',
    label: 'change task',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
    watchedFields: TASK_CHANGES,
  },
  problem: {
    prefix: 'PRB',
    ...TASK_NAMES,
    table: 'problem',
    label: 'problem',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
    watchedFields: TASK_CHANGES,
  },
  problemTask: {
    prefix: 'PTASK',
    ...TASK_NAMES,
    table: 'problem_task',
    label: 'problem task',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
    watchedFields: TASK_CHANGES,
  },
  incidentTask: {
    prefix: undefined,
    ...TASK_NAMES,
    table: 'incident_task',
    label: 'incident task',
    article: 'an',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
    watchedFields: TASK_CHANGES,
  },
  /** Also every kind that a customer has made: `task` holds them all, each with its own table's name in `sys_class_name`. */
  task: {
    prefix: 'TASK',
    ...TASK_NAMES,
    table: 'task',
    label: 'task',
    article: 'a',
    ownerField: 'opened_by',
    cardFields: TASK_FIELDS,
    watchedFields: TASK_CHANGES,
  },
  approval: {
    prefix: undefined,
    numberField: 'sysapproval',
    titleField: 'sysapproval.short_description',
    table: 'sysapproval_approver',
    label: 'approval',
    article: 'an',
    ownerField: 'approver',
    cardFields: [
      { field: 'sysapproval.opened_by', label: 'Asked by' },
      { field: 'approved.price', label: 'Cost' },
      { field: 'approved.risk', label: 'Risk' },
      { field: 'due_date', label: 'Due' },
    ],
    watchedFields: [{ field: 'state', label: 'Approval', kind: 'state' }],
  },
} as const satisfies Record<string, RecordType>;

export type RecordTypeName = keyof typeof RECORD_TYPES;

export const RECORD_TYPE_NAMES = Object.keys(RECORD_TYPES) as [RecordTypeName, ...RecordTypeName[]];

export const recordType = (name: RecordTypeName): RecordType => RECORD_TYPES[name];

const TYPE_OF_TABLE = new Map<string, RecordTypeName>(
  RECORD_TYPE_NAMES.map((name) => [RECORD_TYPES[name].table, name]),
);

/** A table that has no row here extends `task`, as far as we know: what does not is not found there. */
export const typeOfTable = (table: string): RecordTypeName => TYPE_OF_TABLE.get(table) ?? 'task';

/** The record's own table, which attachments and its page are filed under, whatever table it was read from. */
export function tableOf(name: RecordTypeName, record: ServiceNowRecord): string {
  const own = storedValue(record, 'sys_class_name');
  return name !== 'approval' && TABLE.test(own) ? own : RECORD_TYPES[name].table;
}

const TABLE = /^[a-z][a-z0-9_]*$/;

/** The table of a kind of record and what it extends, nearest first: where its columns' labels and choices are kept. */
export const tablesOf = (name: RecordTypeName): string[] =>
  name === 'approval'
    ? [RECORD_TYPES.approval.table]
    : [...new Set([RECORD_TYPES[name].table, RECORD_TYPES.task.table])];

/** Whether a person could tell it from others: what is approved may be hidden from its approver, or have no name. */
export const isNamed = (name: RecordTypeName, record: ServiceNowRecord): boolean =>
  shownValue(record, RECORD_TYPES[name].numberField) !== '';

/** The others wait for somebody, or may do so again. */
const DECIDED = ['approved', 'rejected', 'cancelled', 'not_required'];

/** Over for good: closed or cancelled, whatever an instance calls that. What is resolved is still active. */
export const hasEnded = (name: RecordTypeName, record: ServiceNowRecord): boolean =>
  name === 'approval' ? DECIDED.includes(storedValue(record, 'state')) : storedValue(record, 'active') === 'false';

/** Columns to ask for, so that a card can be drawn from the answer. */
export function cardColumns(name: RecordTypeName): string[] {
  const { numberField, titleField, cardFields } = recordType(name);
  const common = [
    'sys_id',
    numberField,
    titleField,
    'description',
    'state',
    'active',
    'sys_mod_count',
    'sys_updated_on',
    ...(name === 'approval' ? [] : ['sys_class_name']),
  ];
  return [...new Set([...common, ...cardFields.map(({ field }) => field)])];
}

export const shownValue = (record: ServiceNowRecord, field: string): string => record.fields[field]?.displayValue ?? '';
export const storedValue = (record: ServiceNowRecord, field: string): string => record.fields[field]?.value ?? '';
