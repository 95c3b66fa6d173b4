import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Tables whose changes are pushed: each has its business rule. */
export const PUSHED_TABLES = ['incident', 'sc_req_item', 'change_request', 'sysapproval_approver'];

export const UPDATE_SET = new URL('../../docs/servicenow/bridge-update-set.xml', import.meta.url);
export const SCRIPTS = {
  rule: readFileSync(new URL('../../docs/servicenow/business-rule.js', import.meta.url), 'utf8'),
  action: readFileSync(new URL('../../docs/servicenow/script-action.js', import.meta.url), 'utf8'),
};

/** Ids stay the same, so that a second import updates what the first one made. */
const idOf = (name: string) => createHash('md5').update(`slack-servicenow-bridge ${name}`).digest('hex');

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const elements = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => (value === '' ? `<${name}/>` : `<${name}>${escaped(value)}</${name}>`))
    .join('');

const SET_NAME = 'Slack bridge';
const MADE = { sys_created_by: 'admin', sys_created_on: '2026-01-01 00:00:00', sys_mod_count: '0' };
const GLOBAL = '<application display_value="Global">global</application>';

type Customer = { table: string; key: string; kind: string; title: string; fields: Record<string, string> };

const RECORDS: Customer[] = [
  property('x_bridge.url', 'string', 'Where the bridge takes pushes: https://bridge.example.com/servicenow/events'),
  property('x_bridge.secret', 'password2', 'Signs pushes; the same as SERVICENOW_WEBHOOK_SECRET of the bridge'),
  {
    table: 'sysevent_register',
    key: 'x_bridge.changed',
    kind: 'Event Registration',
    title: 'x_bridge.changed',
    fields: {
      event_name: 'x_bridge.changed',
      description: 'A record that people may watch in Slack has changed.',
      fired_by: 'Business rules “Slack bridge: push …”',
      queue: '',
    },
  },
  ...PUSHED_TABLES.map((table) => ({
    table: 'sys_script',
    key: `rule ${table}`,
    kind: 'Business Rule',
    title: `Slack bridge: push ${table}`,
    fields: {
      name: `Slack bridge: push ${table}`,
      collection: table,
      when: 'after',
      order: '10000',
      active: 'true',
      advanced: 'true',
      action_insert: 'true',
      action_update: 'true',
      action_delete: 'false',
      action_query: 'false',
      script: SCRIPTS.rule,
    },
  })),
  {
    table: 'sysevent_script_action',
    key: 'action',
    kind: 'Script Action',
    title: 'Slack bridge: send a change',
    fields: {
      name: 'Slack bridge: send a change',
      event_name: 'x_bridge.changed',
      active: 'true',
      order: '100',
      script: SCRIPTS.action,
    },
  },
];

function property(name: string, type: string, description: string): Customer {
  const rights = { read_roles: 'admin', write_roles: 'admin', is_private: 'true', ignore_cache: 'false' };
  const fields = { name, type, description, value: '', ...rights };
  return { table: 'sys_properties', key: name, kind: 'System Property', title: name, fields };
}

/** The update set as ServiceNow exports one: a header, and a customer update for each record. */
export function updateSet(): string {
  const setId = idOf('set');
  const header = elements({
    application_name: 'Global',
    application_scope: 'global',
    description: 'Pushes changes of tickets and approvals to the Slack bridge.',
    name: SET_NAME,
    remote_sys_id: idOf('remote set'),
    state: 'loaded',
    sys_class_name: 'sys_remote_update_set',
    ...MADE,
    sys_id: setId,
  });
  const updates = RECORDS.map(({ table, key, kind, title, fields }) => {
    const sysId = idOf(key);
    const name = `${table}_${sysId}`;
    const scope = '<sys_scope display_value="Global">global</sys_scope>';
    const record = `${elements({ ...fields, ...MADE, sys_class_name: table, sys_id: sysId, sys_name: title, sys_update_name: name })}${scope}`;
    const payload = `<?xml version="1.0" encoding="UTF-8"?><record_update table="${table}"><${table} action="INSERT_OR_UPDATE">${record}</${table}></record_update>`;
    const rest = elements({
      action: 'INSERT_OR_UPDATE',
      category: 'customer',
      name,
      payload,
      replace_on_upgrade: 'false',
      ...MADE,
      sys_id: idOf(`update ${key}`),
      table: fields['collection'] ?? '',
      target_name: title,
      type: kind,
      update_domain: 'global',
    });
    const set = `<remote_update_set display_value="${SET_NAME}">${setId}</remote_update_set>`;
    return `<sys_update_xml action="INSERT_OR_UPDATE">${GLOBAL}${set}${rest}</sys_update_xml>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<unload unload_date="2026-01-01 00:00:00">
<sys_remote_update_set action="INSERT_OR_UPDATE">${GLOBAL}${header}</sys_remote_update_set>
${updates.join('\n')}
</unload>
`;
}

// node --import tsx test/house/update-set.ts
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(UPDATE_SET, updateSet());
