/** Tables and the kinds of their fields: a useful part of the base dictionary (fact sheet §3). */

type Kind =
  | 'string'
  | 'choice'
  | 'reference'
  | 'datetime'
  | 'boolean'
  | 'integer'
  | 'list'
  | 'journal'
  | 'html'
  | 'class';

export type Field = { kind: Kind; label: string; to?: string; max?: number };

export type Table = {
  label: string;
  /** The field that stands for the record where it is referenced. */
  display: string;
  parent?: string;
  /** Prefix of `number`. */
  prefix?: string;
  fields: Record<string, Field>;
};

const text = (label: string, max = 4000): Field => ({ kind: 'string', label, max });
const choice = (label: string): Field => ({ kind: 'choice', label });
const ref = (label: string, to: string): Field => ({ kind: 'reference', label, to });
const date = (label: string): Field => ({ kind: 'datetime', label });
const flag = (label: string): Field => ({ kind: 'boolean', label });
const int = (label: string): Field => ({ kind: 'integer', label });
const list = (label: string): Field => ({ kind: 'list', label, to: 'sys_user' });
const journal = (label: string): Field => ({ kind: 'journal', label });

const system: Record<string, Field> = {
  sys_id: text('Sys ID', 32),
  sys_created_on: date('Created'),
  sys_created_by: text('Created by', 40),
  sys_updated_on: date('Updated'),
  sys_updated_by: text('Updated by', 40),
  sys_mod_count: int('Updates'),
  sys_tags: text('Tags'),
};

const task: Record<string, Field> = {
  number: text('Number', 40),
  short_description: text('Short description', 160),
  description: text('Description'),
  state: choice('State'),
  impact: choice('Impact'),
  urgency: choice('Urgency'),
  priority: choice('Priority'),
  active: flag('Active'),
  assigned_to: ref('Assigned to', 'sys_user'),
  assignment_group: ref('Assignment group', 'sys_user_group'),
  opened_by: ref('Opened by', 'sys_user'),
  opened_at: date('Opened'),
  closed_by: ref('Closed by', 'sys_user'),
  closed_at: date('Closed'),
  close_notes: text('Close notes'),
  due_date: date('Due date'),
  sla_due: date('SLA due'),
  made_sla: flag('Made SLA'),
  approval: choice('Approval'),
  upon_approval: choice('Upon approval'),
  escalation: choice('Escalation'),
  contact_type: choice('Contact type'),
  comments: journal('Additional comments'),
  work_notes: journal('Work notes'),
  comments_and_work_notes: journal('Comments and Work notes'),
  watch_list: list('Watch list'),
  work_notes_list: list('Work notes list'),
  parent: ref('Parent', 'task'),
  company: ref('Company', 'core_company'),
  location: ref('Location', 'cmn_location'),
  cmdb_ci: ref('Configuration item', 'cmdb_ci'),
  business_service: ref('Service', 'cmdb_ci_service'),
  correlation_id: text('Correlation ID', 100),
  correlation_display: text('Correlation display', 100),
  reassignment_count: int('Reassignment count'),
  task_effective_number: text('Effective number', 40),
  sys_class_name: { kind: 'class', label: 'Task type' },
  sys_domain: ref('Domain', 'sys_user_group'),
};

const ci: Record<string, Field> = {
  name: text('Name', 255),
  sys_class_name: { kind: 'class', label: 'Class' },
  short_description: text('Short description', 1000),
  operational_status: choice('Operational status'),
  assigned_to: ref('Assigned to', 'sys_user'),
  support_group: ref('Support group', 'sys_user_group'),
};

export const tables: Record<string, Table> = {
  task: { label: 'Task', display: 'number', prefix: 'TASK', fields: task },
  incident: {
    label: 'Incident',
    display: 'number',
    parent: 'task',
    prefix: 'INC',
    fields: {
      caller_id: ref('Caller', 'sys_user'),
      incident_state: choice('Incident state'),
      hold_reason: choice('On hold reason'),
      category: choice('Category'),
      subcategory: choice('Subcategory'),
      severity: choice('Severity'),
      notify: choice('Notify'),
      close_code: choice('Resolution code'),
      close_notes: text('Resolution notes'),
      resolved_by: ref('Resolved by', 'sys_user'),
      resolved_at: date('Resolved'),
      reopen_count: int('Reopen count'),
      reopened_by: ref('Last reopened by', 'sys_user'),
      reopened_time: date('Last reopened at'),
      parent_incident: ref('Parent Incident', 'incident'),
      problem_id: ref('Problem', 'problem'),
      rfc: ref('Change Request', 'change_request'),
      caused_by: ref('Caused by Change', 'change_request'),
      business_stc: int('Business resolve time'),
      calendar_stc: int('Resolve time'),
    },
  },
  problem: {
    label: 'Problem',
    display: 'number',
    parent: 'task',
    prefix: 'PRB',
    fields: {
      problem_state: choice('Problem state'),
      first_reported_by_task: ref('First reported by', 'task'),
      known_error: flag('Known error'),
      cause_notes: text('Cause notes'),
      fix_notes: text('Fix notes'),
    },
  },
  change_request: {
    label: 'Change Request',
    display: 'number',
    parent: 'task',
    prefix: 'CHG',
    fields: {
      type: choice('Type'),
      risk: choice('Risk'),
      start_date: date('Planned start date'),
      end_date: date('Planned end date'),
      requested_by: ref('Requested by', 'sys_user'),
      chg_model: text('Model', 40),
      on_hold: flag('On hold'),
    },
  },
  sc_request: {
    label: 'Request',
    display: 'number',
    parent: 'task',
    prefix: 'REQ',
    fields: {
      requested_for: ref('Requested for', 'sys_user'),
      request_state: choice('Request state'),
      stage: choice('Stage'),
      price: text('Price', 20),
    },
  },
  sc_req_item: {
    label: 'Requested Item',
    display: 'number',
    parent: 'task',
    prefix: 'RITM',
    fields: {
      request: ref('Request', 'sc_request'),
      cat_item: ref('Item', 'sc_cat_item'),
      requested_for: ref('Requested for', 'sys_user'),
      stage: choice('Stage'),
      quantity: int('Quantity'),
      price: text('Price', 20),
    },
  },
  sc_task: {
    label: 'Catalog Task',
    display: 'number',
    parent: 'task',
    prefix: 'SCTASK',
    fields: { request_item: ref('Request item', 'sc_req_item') },
  },
  change_task: {
    label: 'Change Task',
    display: 'number',
    parent: 'task',
    prefix: 'CTASK',
    fields: { change_request: ref('Change request', 'change_request') },
  },
  problem_task: {
    label: 'Problem Task',
    display: 'number',
    parent: 'task',
    prefix: 'PTASK',
    fields: { problem: ref('Problem', 'problem') },
  },
  incident_task: {
    label: 'Incident Task',
    display: 'number',
    parent: 'task',
    // As in the base system, where its numbers look like those of a plain task.
    prefix: 'TASK',
    fields: { incident: ref('Incident', 'incident') },
  },
  /** A customer's own. */
  u_facility_task: {
    label: 'Facility Task',
    display: 'number',
    parent: 'task',
    prefix: 'FAC',
    fields: { u_room: text('Room', 40) },
  },
  sysapproval_approver: {
    label: 'Approval',
    display: 'state',
    fields: {
      approver: ref('Approver', 'sys_user'),
      state: choice('State'),
      sysapproval: ref('Approval for', 'task'),
      document_id: text('Approving', 32),
      source_table: text('Source table', 80),
      comments: journal('Comments'),
      group: ref('Group', 'sys_user_group'),
      due_date: date('Due date'),
    },
  },
  sys_user: {
    label: 'User',
    display: 'name',
    fields: {
      user_name: text('User ID', 40),
      name: text('Name', 151),
      first_name: text('First name', 50),
      last_name: text('Last name', 50),
      email: text('Email', 100),
      active: flag('Active'),
      locked_out: flag('Locked out'),
      time_zone: text('Time zone', 40),
      date_format: text('Date format', 40),
      preferred_language: text('Language', 3),
      title: text('Title', 60),
      manager: ref('Manager', 'sys_user'),
      department: text('Department', 60),
      vip: flag('VIP'),
      web_service_access_only: flag('Web service access only'),
    },
  },
  sys_user_group: {
    label: 'Group',
    display: 'name',
    fields: {
      name: text('Name', 80),
      description: text('Description'),
      manager: ref('Manager', 'sys_user'),
      active: flag('Active'),
      type: text('Type'),
      parent: ref('Parent', 'sys_user_group'),
      roles: text('Roles'),
    },
  },
  sys_user_grmember: {
    label: 'Group Member',
    display: 'user',
    fields: { user: ref('User', 'sys_user'), group: ref('Group', 'sys_user_group') },
  },
  sys_user_role: { label: 'Role', display: 'name', fields: { name: text('Name', 100) } },
  sys_user_has_role: {
    label: 'User Role',
    display: 'user',
    fields: {
      user: ref('User', 'sys_user'),
      role: ref('Role', 'sys_user_role'),
      inherited: flag('Inherited'),
      state: choice('State'),
    },
  },
  sys_choice: {
    label: 'Choice',
    display: 'label',
    fields: {
      name: text('Table', 80),
      element: text('Element', 80),
      value: text('Value', 100),
      label: text('Label', 100),
      sequence: int('Sequence'),
      language: text('Language', 3),
      dependent_value: text('Dependent value', 40),
      inactive: flag('Inactive'),
      hint: text('Hint'),
    },
  },
  sys_journal_field: {
    label: 'Journal Entry',
    display: 'value',
    fields: {
      element: text('Element', 80),
      element_id: text('Element ID', 32),
      name: text('Name', 80),
      value: text('Value'),
    },
  },
  sys_attachment: {
    label: 'Attachment',
    display: 'file_name',
    fields: {
      file_name: text('File name', 100),
      content_type: text('Content type', 100),
      size_bytes: int('Size bytes'),
      table_name: text('Table name', 80),
      table_sys_id: text('Table sys ID', 32),
      compressed: flag('Compressed'),
    },
  },
  cmdb_ci: { label: 'Configuration Item', display: 'name', fields: ci },
  cmdb_ci_service: {
    label: 'Service',
    display: 'name',
    parent: 'cmdb_ci',
    fields: { busines_criticality: choice('Business criticality') },
  },
  cmdb_ci_computer: {
    label: 'Computer',
    display: 'name',
    parent: 'cmdb_ci',
    fields: { os: text('Operating system', 40) },
  },
  core_company: { label: 'Company', display: 'name', fields: { name: text('Name', 80) } },
  cmn_location: { label: 'Location', display: 'name', fields: { name: text('Name', 100) } },
  kb_knowledge_base: { label: 'Knowledge Base', display: 'title', fields: { title: text('Title', 100) } },
  kb_knowledge: {
    label: 'Knowledge',
    display: 'number',
    prefix: 'KB',
    fields: {
      number: text('Number', 40),
      short_description: text('Short description', 100),
      text: { kind: 'html', label: 'Article body' },
      workflow_state: choice('Workflow'),
      kb_knowledge_base: ref('Knowledge base', 'kb_knowledge_base'),
      kb_category: text('Category', 40),
      valid_to: date('Valid to'),
      active: flag('Active'),
      can_read_user_criteria: text('Can read'),
    },
  },
  sc_cat_item: {
    label: 'Catalog Item',
    display: 'name',
    fields: {
      name: text('Name', 100),
      short_description: text('Short description', 200),
      description: { kind: 'html', label: 'Description' },
      active: flag('Active'),
      category: text('Category', 60),
      price: text('Price', 20),
      sys_class_name: text('Class', 80),
      order: int('Order'),
    },
  },
  sc_item_option: {
    label: 'Options',
    display: 'value',
    fields: { item_option_new: text('Question', 100), value: text('Value') },
  },
  sc_item_option_mtom: {
    label: 'Variable Ownership',
    display: 'request_item',
    fields: {
      request_item: ref('Parent item', 'sc_req_item'),
      sc_item_option: ref('Dependent item', 'sc_item_option'),
    },
  },
};

/** The table and what it extends, nearest first. */
export function lineage(table: string): string[] {
  const names: string[] = [];
  for (let name: string | undefined = table; name !== undefined; name = tables[name]?.parent) names.push(name);
  return names;
}

/** The table and everything that extends it. */
export function family(table: string): string[] {
  const known = families.get(table) ?? Object.keys(tables).filter((name) => lineage(name).includes(table));
  families.set(table, known);
  return known;
}

const families = new Map<string, string[]>();

const merged = new Map<string, Record<string, Field>>();

export function fieldsOf(table: string): Record<string, Field> {
  const known = merged.get(table);
  if (known) return known;
  const all = { ...system };
  for (const name of lineage(table).reverse()) Object.assign(all, tables[name]?.fields);
  merged.set(table, all);
  return all;
}

export function fieldOf(table: string, name: string): Field | undefined {
  const fields = byName.get(table) ?? new Map(Object.entries(fieldsOf(table)));
  byName.set(table, fields);
  return fields.get(name);
}

const byName = new Map<string, Map<string, Field>>();

export const isTable = (name: string): boolean => Object.hasOwn(tables, name);
