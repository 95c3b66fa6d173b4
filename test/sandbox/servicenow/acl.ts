import type { Database } from './database.ts';
import { fieldOf, isTable, lineage } from './schema.ts';
import type { Row, User } from './types.ts';

/** Access rules as shipped (fact sheet §3.7). Hidden rows and fields vanish; they are never announced. */

const isAdmin = (user: User) => user.roles.has('admin');
export const isStaff = (user: User) => isAdmin(user) || user.roles.has('itil');
const isTask = (table: string) => lineage(table).includes('task');

const readableByAll = new Set(['sys_choice', 'core_company', 'cmn_location', 'kb_knowledge_base']);
const staffOnly = new Set(['sys_user_group', 'sys_user_grmember', 'sys_user_role']);
const essUserFields = new Set(['sys_id', 'user_name', 'name', 'email', 'active', 'time_zone']);
const staffTaskFields = new Set(['work_notes', 'work_notes_list']);
const essInsertFields = new Set(
  (
    'sys_id short_description description caller_id impact urgency category subcategory contact_type comments ' +
    'watch_list cmdb_ci business_service location company correlation_id correlation_display'
  ).split(' '),
);
const essUpdateFields = new Set(['short_description', 'comments', 'watch_list']);
const neverWritten = new Set(['priority', 'number', 'task_effective_number', 'reopen_count', 'reassignment_count']);

export function canReadRow(db: Database, user: User, table: string, row: Row): boolean {
  if (isAdmin(user)) return true;
  const own = isTask(table) ? row['sys_class_name'] || table : table;
  if (isTask(own)) return isStaff(user) || isOwnTask(user, own, row) || approves(db, user, row['sys_id'] ?? '');
  if (readableByAll.has(own) || lineage(own).includes('cmdb_ci') || own === 'sys_user') return true;
  switch (own) {
    case 'sys_user_group':
      return isStaff(user) && !(row['roles'] ?? '').split(',').includes('admin');
    case 'sysapproval_approver':
      return isStaff(user) || row['approver'] === user.sysId;
    case 'kb_knowledge':
      return isStaff(user) || row['workflow_state'] === 'published';
    case 'sc_cat_item':
      return row['active'] === 'true';
    case 'sys_attachment':
      return canReadParent(db, user, row['table_name'] ?? '', row['table_sys_id'] ?? '');
    case 'sc_item_option_mtom':
      return canReadParent(db, user, 'sc_req_item', row['request_item'] ?? '');
    default:
      return isStaff(user) && staffOnly.has(own);
  }
}

export function canReadParent(db: Database, user: User, table: string, sysId: string): boolean {
  const parent = isTable(table) ? db.get(table, sysId) : undefined;
  return parent !== undefined && canReadRow(db, user, table, parent);
}

function isOwnTask(user: User, table: string, row: Row): boolean {
  if (table === 'sc_task' || table === 'problem' || table === 'task') return false;
  const owners = [row['caller_id'], row['opened_by'], row['requested_for'], row['requested_by']];
  return owners.includes(user.sysId) || (row['watch_list'] ?? '').split(',').includes(user.sysId);
}

const approves = (db: Database, user: User, sysId: string) =>
  db.rows('sysapproval_approver').some((row) => row['sysapproval'] === sysId && row['approver'] === user.sysId);

export function canReadField(user: User, table: string, field: string): boolean {
  if (isStaff(user)) return true;
  if (isTask(table)) return !staffTaskFields.has(field);
  return table !== 'sys_user' || essUserFields.has(field);
}

/** Whether any row of the table could be read: what a query ACL asks. */
export const canReadTable = (user: User, table: string): boolean =>
  isAdmin(user) ||
  (!['sys_journal_field', 'sys_user_has_role'].includes(table) && (isStaff(user) || !staffOnly.has(table)));

export function canInsert(user: User, table: string): boolean {
  if (isAdmin(user)) return true;
  if (table === 'incident') return true;
  return user.roles.has('itil') && ['task', 'problem', 'change_request', 'sc_task'].includes(table);
}

export function canUpdate(user: User, table: string, row: Row): boolean {
  if (isAdmin(user)) return true;
  if (table === 'incident') return !['7', '8'].includes(row['state'] ?? '');
  if (table === 'sysapproval_approver') {
    const own = row['approver'] === user.sysId && (user.roles.has('approver_user') || isStaff(user));
    return own || user.roles.has('approval_admin');
  }
  return isTask(table) && user.roles.has('itil');
}

export const canDelete = (user: User, table: string): boolean =>
  isAdmin(user) || (table === 'incident' && user.roles.has('itil_admin'));

/** What of a write reaches the record. The rest is left out, and the answer is a success all the same. */
export function writable(user: User, table: string, fields: Row, before: Row | undefined): Row {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => fieldOf(table, name) && mayWrite(user, table, name, fields, before)),
  );
}

function mayWrite(user: User, table: string, name: string, fields: Row, before: Row | undefined): boolean {
  if (isTask(table) && neverWritten.has(name)) return false;
  if (name === 'sys_id') return before === undefined;
  if (name.startsWith('sys_') && table !== 'sys_attachment') return name === 'sysapproval';
  if (table === 'sysapproval_approver') return isAdmin(user) || name === 'state' || name === 'comments';
  if (isStaff(user) || table !== 'incident') return true;
  if (before === undefined) return essInsertFields.has(name);
  const reopens = name === 'state' && before['state'] === '6' && fields['state'] === '2';
  return essUpdateFields.has(name) || reopens;
}
