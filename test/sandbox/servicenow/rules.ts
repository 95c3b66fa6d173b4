import { afterDecision, beforeDecision } from './approval-rules.ts';
import type { Database } from './database.ts';
import { incidentDefaults, incidentUpdate } from './incident-rules.ts';
import { fieldOf } from './schema.ts';
import { dataPolicy, type Row, ruleAbort, type User } from './types.ts';

/** Fact sheet §3.3, the data-lookup rules as shipped. */
function priorityOf(impact: string, urgency: string): string {
  const sum = Number(impact) + Number(urgency);
  return sum >= 2 && sum <= 6 ? String(sum - 1) : '';
}

const changeSteps: Record<string, string[]> = {
  '-5': ['-4', '4'],
  '-4': ['-3', '-5', '4'],
  '-3': ['-2', '-5', '4'],
  '-2': ['-1', '4'],
  '-1': ['0', '4'],
  '0': ['3', '-1', '4'],
};

const defaultState: Record<string, string> = { change_request: '-5', problem: '101' };
const openStates: Record<string, string[]> = {
  incident: ['1', '2', '3', '6'],
  problem: ['101', '102', '103', '104', '106'],
  change_request: ['-5', '-4', '-3', '-2', '-1', '0'],
};

const isOpen = (table: string, state: string) => (openStates[table] ?? ['-5', '1', '2']).includes(state);

export function beforeInsert(db: Database, table: string, row: Row, written: Row, user: User): void {
  if (table === 'sysapproval_approver') row['state'] ||= 'not requested';
  if (!fieldOf(table, 'task_effective_number')) return;
  const defaults: Row = {
    state: defaultState[table] ?? '1',
    impact: '3',
    urgency: '3',
    active: 'true',
    approval: 'not requested',
    upon_approval: 'proceed',
    escalation: '0',
    made_sla: 'true',
    reassignment_count: '0',
    opened_at: db.timestamp(),
    opened_by: user.sysId === 'system' ? '' : user.sysId,
    sys_domain: 'global',
    ...(table === 'incident' ? incidentDefaults : {}),
  };
  for (const [name, value] of Object.entries(defaults)) row[name] ||= value;
  row['priority'] = priorityOf(row['impact'] ?? '', row['urgency'] ?? '');
  if (table === 'incident') incidentUpdate(db, { ...row, state: '1' }, row, written, user);
  if (table === 'problem') problemPolicy(row);
  row['active'] = String(isOpen(table, row['state'] ?? ''));
}

export function beforeUpdate(db: Database, table: string, before: Row, after: Row, written: Row, user: User): void {
  if (table === 'sysapproval_approver') beforeDecision(before, after, user);
  if (!fieldOf(table, 'task_effective_number')) return;
  after['priority'] = priorityOf(after['impact'] ?? '', after['urgency'] ?? '');
  if (after['assignment_group'] !== before['assignment_group']) {
    after['reassignment_count'] = String(Number(before['reassignment_count']) + 1);
    if (after['assigned_to'] === before['assigned_to']) after['assigned_to'] = '';
  }
  if (table === 'incident') incidentUpdate(db, before, after, written, user);
  if (table === 'problem') problemPolicy(after);
  if (table === 'change_request' && after['state'] !== before['state'] && user.userName !== 'system') {
    if (!changeSteps[before['state'] ?? '']?.includes(after['state'] ?? '')) {
      throw ruleAbort(table, 'Change Model: Check State Transition');
    }
  }
  const open = isOpen(table, after['state'] ?? '');
  if (after['state'] !== before['state']) after['active'] = String(open);
  if (table !== 'incident' && !open && isOpen(table, before['state'] ?? '')) {
    after['closed_at'] = db.timestamp();
    after['closed_by'] = user.sysId;
  }
}

export function afterWrite(db: Database, table: string, before: Row | undefined, row: Row): void {
  if (table === 'sysapproval_approver' && before) afterDecision(db, before, row);
}

function problemPolicy(row: Row): void {
  row['problem_state'] = row['state'] ?? '';
  if (row['state'] !== '106' && row['state'] !== '107') return;
  const missing = [...(row['cause_notes'] ? [] : ['Cause notes']), ...(row['fix_notes'] ? [] : ['Fix notes'])];
  if (missing.length > 0) throw dataPolicy(missing);
}
