/** What a state means, whatever number an instance gave it. */
type Meaning = 'open' | 'waiting' | 'resolved' | 'over';

/** A state of the base system; a filter offers those of its own kind, for the same number means another state elsewhere. */
type State = { value: string; label: string; means: Meaning };

/** What a person can do to a record by one change of it. */
export type Verb = {
  /** It fits in states that mean one of these. */
  from: readonly Meaning[];
  sets: Readonly<Record<string, string>>;
  /** Columns that its person has to fill in. */
  mandatory: readonly string[];
};

export type VerbName = 'reopen' | 'confirm-fixed' | 'cancel' | 'approve' | 'reject';

/** What a channel can narrow its wishes by, the most selective first: columns that hold an id or a code, and no text. */
export const FILTER_COLUMNS = ['assignment_group', 'category', 'state', 'priority'] as const;
export type FilterColumn = (typeof FILTER_COLUMNS)[number];

/** What differs between kinds of record. A new kind is a new row of {@link RECORD_TYPES}, and nothing else. */
export type RecordType = {
  table: string;
  /** Before the digits of its number, e.g. INC; an approval has none, and an incident task shares that of a task. */
  prefix: string | undefined;
  /** Columns that hold what a person would call its number and its title. */
  numberField: string;
  titleField: string;
  /** It extends `task`: a class of its own, `active` until it is over. What does not says by its state that it is over. */
  isTask: boolean;
  /** Columns with its people: for these it is "mine". */
  owner: readonly [string, ...string[]];
  /** The column with whoever has to do something about it, and why they are told without having asked. */
  turn: { field: 'assigned_to' | 'approver'; reason: 'assigned' | 'approval' };
  states: readonly State[];
  verbs: { readonly [name in VerbName]?: Verb };
  /** Columns by which a channel can choose; none, where channels are not told of this kind. */
  filters: readonly FilterColumn[];
  /** Columns that a person fills in to file one; none, where none is filed in Slack. Some have the instance's own choices. */
  form: readonly { field: string; label: string; hasChoices?: true }[];
  /** Columns that say what a decision is about: a task, or any record of any table. */
  subject: { task: string; document: string; table: string } | undefined;
  /** Shown on the card, in this order, beside title, number and state. */
  cardFields: readonly { field: string; label: string }[];
  /** Columns whose changes are told, and under which preference. */
  watchedFields: readonly { field: string; label: string; kind: 'state' | 'assignment' | 'priority' | 'other' }[];
};

/** What all kinds of task have in common. */
const TASK = {
  numberField: 'number',
  titleField: 'short_description',
  isTask: true,
  owner: ['opened_by'],
  turn: { field: 'assigned_to', reason: 'assigned' },
  states: [
    { value: '-5', label: 'Pending', means: 'open' },
    { value: '1', label: 'Open', means: 'open' },
    { value: '2', label: 'Work in Progress', means: 'open' },
    { value: '3', label: 'Closed Complete', means: 'over' },
    { value: '4', label: 'Closed Incomplete', means: 'over' },
    { value: '7', label: 'Closed Skipped', means: 'over' },
  ],
  verbs: {},
  filters: ['assignment_group', 'priority', 'state'],
  form: [],
  subject: undefined,
  cardFields: [
    { field: 'priority', label: 'Priority' },
    { field: 'assignment_group', label: 'Team' },
    { field: 'assigned_to', label: 'Assigned to' },
    { field: 'opened_at', label: 'Opened' },
  ],
  watchedFields: [
    { field: 'state', label: 'State', kind: 'state' },
    { field: 'priority', label: 'Priority', kind: 'priority' },
    { field: 'assigned_to', label: 'Assigned to', kind: 'assignment' },
    { field: 'assignment_group', label: 'Team', kind: 'assignment' },
    { field: 'short_description', label: 'Short description', kind: 'other' },
  ],
} as const satisfies Partial<RecordType>;

const APPROVAL_CHANGE = { field: 'approval', label: 'Approval', kind: 'state' } as const;
const REQUESTED_FOR = { field: 'requested_for', label: 'For' } as const;

export const RECORD_TYPES = {
  incident: {
    ...TASK,
    table: 'incident',
    prefix: 'INC',
    owner: ['caller_id', 'opened_by'],
    states: [
      { value: '1', label: 'New', means: 'open' },
      { value: '2', label: 'In Progress', means: 'open' },
      { value: '3', label: 'On Hold', means: 'waiting' },
      { value: '6', label: 'Resolved', means: 'resolved' },
      { value: '7', label: 'Closed', means: 'over' },
      { value: '8', label: 'Canceled', means: 'over' },
    ],
    verbs: {
      reopen: { from: ['resolved'], sets: { state: '2' }, mandatory: ['comments'] },
      // Closing belongs to the instance's own rules; where the person may do it themselves, this does.
      'confirm-fixed': { from: ['resolved'], sets: { state: '7' }, mandatory: [] },
      cancel: { from: ['open', 'waiting'], sets: { state: '8' }, mandatory: [] },
    },
    filters: [...TASK.filters, 'category'],
    form: [
      { field: 'short_description', label: 'Short description' },
      { field: 'description', label: 'Description' },
      { field: 'caller_id', label: 'For' },
      { field: 'impact', label: 'Impact' },
      { field: 'urgency', label: 'Urgency' },
      { field: 'category', label: 'Category', hasChoices: true },
      { field: 'cmdb_ci', label: 'Affected item' },
    ],
    cardFields: [
      { field: 'priority', label: 'Priority' },
      { field: 'caller_id', label: 'For' },
      { field: 'assignment_group', label: 'Team' },
      { field: 'assigned_to', label: 'Assigned to' },
      { field: 'cmdb_ci', label: 'Affected item' },
      { field: 'opened_at', label: 'Opened' },
    ],
    watchedFields: [
      ...TASK.watchedFields,
      { field: 'hold_reason', label: 'On hold because of', kind: 'state' },
      { field: 'close_code', label: 'Resolution', kind: 'state' },
      { field: 'close_notes', label: 'Resolution notes', kind: 'state' },
    ],
  },
  request: {
    ...TASK,
    table: 'sc_request',
    prefix: 'REQ',
    owner: ['requested_for', 'opened_by'],
    cardFields: [REQUESTED_FOR, ...TASK.cardFields],
    watchedFields: [...TASK.watchedFields, APPROVAL_CHANGE],
  },
  requestItem: {
    ...TASK,
    table: 'sc_req_item',
    prefix: 'RITM',
    owner: ['requested_for', 'opened_by'],
    cardFields: [
      { field: 'cat_item', label: 'Item' },
      { field: 'stage', label: 'Stage' },
      REQUESTED_FOR,
      ...TASK.cardFields,
    ],
    watchedFields: [...TASK.watchedFields, APPROVAL_CHANGE, { field: 'stage', label: 'Stage', kind: 'state' }],
  },
  catalogTask: { ...TASK, table: 'sc_task', prefix: 'SCTASK' },
  change: {
    ...TASK,
    table: 'change_request',
    prefix: 'CHG',
    states: [
      { value: '-5', label: 'New', means: 'open' },
      { value: '-4', label: 'Assess', means: 'open' },
      { value: '-3', label: 'Authorize', means: 'waiting' },
      { value: '-2', label: 'Scheduled', means: 'open' },
      { value: '-1', label: 'Implement', means: 'open' },
      { value: '0', label: 'Review', means: 'open' },
      { value: '3', label: 'Closed', means: 'over' },
      { value: '4', label: 'Canceled', means: 'over' },
    ],
    cardFields: [{ field: 'type', label: 'Type' }, { field: 'risk', label: 'Risk' }, ...TASK.cardFields],
    watchedFields: [...TASK.watchedFields, APPROVAL_CHANGE],
  },
  changeTask: {
    ...TASK,
    table: 'change_task',
    prefix: 'CTASK',
    states: [
      { value: '-5', label: 'Pending', means: 'open' },
      { value: '1', label: 'Open', means: 'open' },
      { value: '2', label: 'In Progress', means: 'open' },
      { value: '3', label: 'Closed', means: 'over' },
      { value: '4', label: 'Canceled', means: 'over' },
    ],
  },
  problem: {
    ...TASK,
    table: 'problem',
    prefix: 'PRB',
    states: [
      { value: '101', label: 'New', means: 'open' },
      { value: '102', label: 'Assess', means: 'open' },
      { value: '103', label: 'Root Cause Analysis', means: 'open' },
      { value: '104', label: 'Fix in Progress', means: 'open' },
      { value: '106', label: 'Resolved', means: 'resolved' },
      { value: '107', label: 'Closed', means: 'over' },
    ],
  },
  problemTask: {
    ...TASK,
    table: 'problem_task',
    prefix: 'PTASK',
    states: [
      { value: '151', label: 'New', means: 'open' },
      { value: '152', label: 'Assess', means: 'open' },
      { value: '154', label: 'Work in Progress', means: 'open' },
      { value: '157', label: 'Closed', means: 'over' },
    ],
  },
  incidentTask: { ...TASK, table: 'incident_task', prefix: undefined },
  /** Also every kind that a customer has made: `task` holds them all, each with its own table's name in `sys_class_name`. */
  task: { ...TASK, table: 'task', prefix: 'TASK' },
  approval: {
    table: 'sysapproval_approver',
    prefix: undefined,
    numberField: 'sysapproval',
    titleField: 'sysapproval.short_description',
    isTask: false,
    owner: ['approver'],
    turn: { field: 'approver', reason: 'approval' },
    states: [
      { value: 'not requested', label: 'Not Yet Requested', means: 'open' },
      { value: 'requested', label: 'Requested', means: 'waiting' },
      { value: 'approved', label: 'Approved', means: 'over' },
      { value: 'rejected', label: 'Rejected', means: 'over' },
      { value: 'cancelled', label: 'Cancelled', means: 'over' },
      { value: 'not_required', label: 'No Longer Required', means: 'over' },
    ],
    verbs: {
      approve: { from: ['waiting'], sets: { state: 'approved' }, mandatory: [] },
      reject: { from: ['waiting'], sets: { state: 'rejected' }, mandatory: ['comments'] },
    },
    filters: [],
    form: [],
    subject: { task: 'sysapproval', document: 'document_id', table: 'source_table' },
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

/** The kind that people file and list where they name none, and what all kinds of ticket are. */
export const USUAL_TYPE = 'incident' satisfies RecordTypeName;
export const ANY_TASK = 'task' satisfies RecordTypeName;
/** What waits for somebody's decision. */
export const DECISION = 'approval' satisfies RecordTypeName;
