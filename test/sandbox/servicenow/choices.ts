import type { Moods } from './moods.ts';

/** The seeded choice lists: table, field, then `value: label`, in their order. */

const agreed = ['1 - High', '2 - Medium', '3 - Low'];
const numbered = (labels: string[]) => labels.map((label, index): [string, string] => [`${index + 1}`, label]);
const same = (labels: string[]) => labels.map((label): [string, string] => [label, label]);

export type ChoiceList = { table: string; field: string; pairs: [string, string][]; dependent?: string };

const choiceLists: ChoiceList[] = [
  {
    table: 'incident',
    field: 'state',
    pairs: [
      ['1', 'New'],
      ['2', 'In Progress'],
      ['3', 'On Hold'],
      ['6', 'Resolved'],
      ['7', 'Closed'],
      ['8', 'Canceled'],
    ],
  },
  {
    table: 'incident',
    field: 'incident_state',
    pairs: [
      ['1', 'New'],
      ['2', 'In Progress'],
      ['3', 'On Hold'],
      ['6', 'Resolved'],
      ['7', 'Closed'],
      ['8', 'Canceled'],
    ],
  },
  {
    table: 'incident',
    field: 'hold_reason',
    pairs: [
      ['1', 'Awaiting Caller'],
      ['3', 'Awaiting Problem'],
      ['4', 'Awaiting Vendor'],
      ['5', 'Awaiting Change'],
    ],
  },
  {
    table: 'incident',
    field: 'category',
    pairs: [
      ['inquiry', 'Inquiry / Help'],
      ['software', 'Software'],
      ['hardware', 'Hardware'],
      ['network', 'Network'],
      ['database', 'Database'],
    ],
  },
  {
    table: 'incident',
    field: 'subcategory',
    dependent: 'software',
    pairs: [
      ['email', 'Email'],
      ['os', 'Operating System'],
    ],
  },
  {
    table: 'incident',
    field: 'subcategory',
    dependent: 'hardware',
    pairs: [
      ['disk', 'Disk'],
      ['keyboard', 'Keyboard'],
      ['monitor', 'Monitor'],
    ],
  },
  {
    table: 'incident',
    field: 'subcategory',
    dependent: 'network',
    pairs: [
      ['dns', 'DNS'],
      ['vpn', 'VPN'],
      ['wireless', 'Wireless'],
    ],
  },
  {
    table: 'incident',
    field: 'close_code',
    pairs: same([
      'Duplicate',
      'Known error',
      'No resolution provided',
      'Resolved by caller',
      'Resolved by change',
      'Resolved by problem',
      'Resolved by request',
      'Solution provided',
      'Workaround provided',
      'User error',
    ]),
  },
  { table: 'incident', field: 'severity', pairs: numbered(agreed) },
  {
    table: 'incident',
    field: 'notify',
    pairs: [
      ['1', 'Do Not Notify'],
      ['2', 'Send Email'],
      ['3', 'Telephone'],
    ],
  },
  { table: 'task', field: 'impact', pairs: numbered(agreed) },
  { table: 'task', field: 'urgency', pairs: numbered(agreed) },
  {
    table: 'task',
    field: 'priority',
    pairs: numbered(['1 - Critical', '2 - High', '3 - Moderate', '4 - Low', '5 - Planning']),
  },
  {
    table: 'task',
    field: 'escalation',
    pairs: [
      ['0', 'Normal'],
      ['1', 'Moderate'],
      ['2', 'High'],
      ['3', 'Overdue'],
    ],
  },
  {
    table: 'task',
    field: 'contact_type',
    pairs: [
      ['chat', 'Chat'],
      ['email', 'Email'],
      ['phone', 'Phone'],
      ['monitoring', 'Monitoring'],
      ['self-service', 'Self-service'],
      ['virtual_agent', 'Virtual Agent'],
      ['walk-in', 'Walk-in'],
    ],
  },
  {
    table: 'task',
    field: 'state',
    pairs: [
      ['-5', 'Pending'],
      ['1', 'Open'],
      ['2', 'Work in Progress'],
      ['3', 'Closed Complete'],
      ['4', 'Closed Incomplete'],
      ['7', 'Closed Skipped'],
    ],
  },
  {
    table: 'task',
    field: 'approval',
    pairs: [
      ['not requested', 'Not Yet Requested'],
      ['requested', 'Requested'],
      ['approved', 'Approved'],
      ['rejected', 'Rejected'],
    ],
  },
  {
    table: 'task',
    field: 'upon_approval',
    pairs: [
      ['proceed', 'Proceed to Next Task'],
      ['do_nothing', 'Wait for a User to Close this task'],
    ],
  },
  {
    table: 'change_request',
    field: 'state',
    pairs: [
      ['-5', 'New'],
      ['-4', 'Assess'],
      ['-3', 'Authorize'],
      ['-2', 'Scheduled'],
      ['-1', 'Implement'],
      ['0', 'Review'],
      ['3', 'Closed'],
      ['4', 'Canceled'],
    ],
  },
  {
    table: 'change_request',
    field: 'type',
    pairs: [
      ['normal', 'Normal'],
      ['standard', 'Standard'],
      ['emergency', 'Emergency'],
    ],
  },
  {
    table: 'change_request',
    field: 'risk',
    pairs: [
      ['2', 'High'],
      ['3', 'Moderate'],
      ['4', 'Low'],
    ],
  },
  {
    table: 'problem',
    field: 'state',
    pairs: [
      ['101', 'New'],
      ['102', 'Assess'],
      ['103', 'Root Cause Analysis'],
      ['104', 'Fix in Progress'],
      ['106', 'Resolved'],
      ['107', 'Closed'],
    ],
  },
  {
    table: 'sysapproval_approver',
    field: 'state',
    pairs: [
      ['not requested', 'Not Yet Requested'],
      ['requested', 'Requested'],
      ['approved', 'Approved'],
      ['rejected', 'Rejected'],
      ['not_required', 'No Longer Required'],
    ],
  },
  {
    table: 'sc_request',
    field: 'request_state',
    pairs: [
      ['requested', 'Pending Approval'],
      ['in_process', 'Approved'],
      ['closed_complete', 'Closed Complete'],
      ['closed_incomplete', 'Closed Incomplete'],
      ['closed_cancelled', 'Closed Cancelled'],
      ['closed_rejected', 'Closed Rejected'],
    ],
  },
  {
    table: 'sc_request',
    field: 'stage',
    pairs: [
      ['requested', 'Requested'],
      ['delivery', 'Delivery'],
      ['closed_rejected', 'Request Rejected'],
    ],
  },
  {
    table: 'sc_req_item',
    field: 'stage',
    pairs: [
      ['waiting_for_approval', 'Waiting for Approval'],
      ['request_approved', 'Request Approved'],
      ['delivery', 'Delivery'],
      ['complete', 'Completed'],
      ['Request Cancelled', 'Request Cancelled'],
    ],
  },
  {
    table: 'cmdb_ci',
    field: 'operational_status',
    pairs: [
      ['1', 'Operational'],
      ['2', 'Non-Operational'],
      ['6', 'Retired'],
    ],
  },
  {
    table: 'kb_knowledge',
    field: 'workflow_state',
    pairs: [
      ['draft', 'Draft'],
      ['review', 'Review'],
      ['published', 'Published'],
      ['retired', 'Retired'],
    ],
  },
];

const GERMAN: Record<string, string> = {
  'Inquiry / Help': 'Anfrage / Hilfe',
  Network: 'Netzwerk',
  Database: 'Datenbank',
};
const MANY = Array.from({ length: 150 }, (_, index) => String(index + 1).padStart(3, '0'));

type Pairs = ChoiceList['pairs'];

/** The list of an incident's categories as an instance in this mood keeps it. */
const CATEGORIES: Record<Moods['choiceLists'], (list: ChoiceList) => ChoiceList> = {
  own: (list) => list,
  ancestor: (list) => ({ ...list, table: 'task' }),
  otherLanguage: (list) => ({ ...list, pairs: list.pairs.map(([value, label]) => [value, GERMAN[label] ?? label]) }),
  long: (list) => ({
    ...list,
    pairs: [...list.pairs, ...MANY.map((count): Pairs[number] => [`area_${count}`, `Area ${count}`])],
  }),
};

export const choiceListsOf = (mood: Moods['choiceLists']): ChoiceList[] =>
  choiceLists.map((list) => (list.table === 'incident' && list.field === 'category' ? CATEGORIES[mood](list) : list));
