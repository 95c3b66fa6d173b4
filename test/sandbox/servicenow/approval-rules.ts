import type { Database } from './database.ts';
import { aclRefusal, type Row, systemUser, type User } from './types.ts';

/** A decision is final: only a requested approval can be decided. */
export function beforeDecision(before: Row, after: Row, user: User): void {
  if (before['state'] !== after['state'] && before['state'] !== 'requested' && user.userName !== 'system') {
    throw aclRefusal('Update');
  }
}

/** The first decision settles the parent; the other approvers are no longer asked. */
export function afterDecision(db: Database, before: Row, row: Row): void {
  const decision = row['state'] ?? '';
  if (before['state'] === decision || (decision !== 'approved' && decision !== 'rejected')) return;
  const parentId = row['sysapproval'] ?? '';
  const subject = parentId || row['document_id'];
  for (const other of db.rows('sysapproval_approver')) {
    if ((other['sysapproval'] || other['document_id']) === subject && other['state'] === 'requested' && other !== row) {
      db.update('sysapproval_approver', other['sys_id'] ?? '', { state: 'not_required' }, systemUser);
    }
  }
  const parent = db.get('task', parentId);
  if (!parent) return;
  const table = db.classOf('task', parentId);
  db.update(table, parentId, parentFields(table, decision), systemUser);
  if (table !== 'sc_request') return;
  for (const item of db.rows('sc_req_item')) {
    if (item['request'] === parentId) db.update('sc_req_item', item['sys_id'] ?? '', itemFields(decision), systemUser);
  }
}

function parentFields(table: string, decision: string): Row {
  const approved = decision === 'approved';
  if (table === 'change_request') return { approval: decision, state: approved ? '-2' : '-5' };
  if (table !== 'sc_request') return { approval: decision };
  return approved
    ? { approval: decision, request_state: 'in_process', stage: 'delivery', state: '2' }
    : { approval: decision, request_state: 'closed_rejected', stage: 'closed_rejected', state: '4' };
}

const itemFields = (decision: string): Row =>
  decision === 'approved'
    ? { approval: decision, stage: 'delivery', state: '2' }
    : { approval: decision, stage: 'Request Cancelled', state: '4' };
