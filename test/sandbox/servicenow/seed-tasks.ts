import { type Database, isSysId } from './database.ts';
import { seededId } from './people.ts';
import { type Person, type PersonKey, type Row, systemUser, type User } from './types.ts';

const asUser = (person: Person): User => ({ ...person, roles: new Set(person.roles) });

/** Incidents that different people may see, and one of each other kind of ticket. */
export function seedTasks(db: Database, people: Record<PersonKey, Person>): void {
  const { requester, colleague, agent, approver, admin } = people;
  const desk = seededId('group Service Desk');
  const network = seededId('group Network');
  const incident = (key: string, by: Person, fields: Row): string => {
    const row = db.insert('incident', { sys_id: seededId(`incident ${key}`), ...fields }, asUser(by));
    return row['sys_id'] ?? '';
  };
  const update = (sysId: string, by: Person, fields: Row) => db.update('incident', sysId, fields, asUser(by));

  const vpn = incident('vpn', requester, {
    caller_id: requester.sysId,
    short_description: 'VPN drops every ten minutes',
    description: 'Since this morning the connection is lost about every ten minutes.',
    impact: '2',
    urgency: '2',
    category: 'network',
    subcategory: 'vpn',
    assignment_group: network,
    cmdb_ci: seededId('ci VPN Gateway'),
    contact_type: 'self-service',
  });
  update(vpn, agent, {
    state: '2',
    assigned_to: agent.sysId,
    work_notes: 'Gateway log shows resets. Asking the network team.',
  });
  update(vpn, agent, { comments: 'We can see the drops and are looking into it.' });

  const laptop = incident('laptop', requester, {
    caller_id: requester.sysId,
    short_description: 'Laptop battery lasts an hour',
    category: 'hardware',
    assignment_group: desk,
    assigned_to: agent.sysId,
    contact_type: 'self-service',
  });
  update(laptop, agent, {
    state: '3',
    hold_reason: '1',
    comments: 'Could you tell us the model name on the underside?',
  });

  const password = incident('password', requester, {
    caller_id: requester.sysId,
    short_description: 'Cannot reset my password',
    impact: '3',
    urgency: '2',
  });
  update(password, agent, { state: '2', assigned_to: agent.sysId, assignment_group: desk });
  update(password, agent, {
    state: '6',
    close_code: 'Solution provided',
    close_notes: 'Reset link sent, login works.',
  });

  const mail = incident('mail', colleague, {
    caller_id: colleague.sysId,
    short_description: 'Mail arrives hours late',
    impact: '2',
    urgency: '1',
    category: 'software',
    subcategory: 'email',
    business_service: seededId('ci Email'),
    watch_list: requester.sysId,
  });
  update(mail, agent, { assignment_group: desk, assigned_to: agent.sysId, state: '2' });

  incident('screen', colleague, {
    caller_id: colleague.sysId,
    short_description: 'Meeting room screen stays black',
    category: 'hardware',
    assignment_group: desk,
  });
  incident('payroll', colleague, {
    caller_id: colleague.sysId,
    short_description: 'Payroll shows the wrong month',
    impact: '1',
    urgency: '1',
    category: 'software',
  });
  incident('monitoring', agent, {
    short_description: 'Disk nearly full on the mail relay',
    contact_type: 'monitoring',
    category: 'hardware',
    cmdb_ci: seededId('ci Mail Relay'),
    assignment_group: desk,
  });
  incident('phone', agent, {
    caller_id: approver.sysId,
    short_description: 'Desk phone has no dial tone',
    assignment_group: desk,
  });
  const old = incident('old', requester, {
    caller_id: requester.sysId,
    short_description: 'Printer prints blank pages',
  });
  update(old, agent, { state: '6', close_code: 'Workaround provided', close_notes: 'Use the printer next door.' });
  update(old, admin, { state: '7' });
  const canceled = incident('canceled', colleague, {
    caller_id: colleague.sysId,
    short_description: 'Filed twice, sorry',
  });
  update(canceled, agent, { state: '8' });

  seedOthers(db, people);
}

function seedOthers(db: Database, { requester, agent, approver, admin }: Record<PersonKey, Person>): void {
  const request = db.insert(
    'sc_request',
    {
      sys_id: seededId('request headset'),
      short_description: 'Headset',
      requested_for: requester.sysId,
      request_state: 'requested',
      stage: 'requested',
      approval: 'requested',
      price: '$120.00',
    },
    asUser(requester),
  );
  db.insert(
    'sc_req_item',
    {
      sys_id: seededId('item headset'),
      short_description: 'Noise-cancelling headset',
      request: request['sys_id'] ?? '',
      cat_item: seededId('cat Headset'),
      requested_for: requester.sysId,
      stage: 'waiting_for_approval',
      approval: 'requested',
      quantity: '1',
      price: '$120.00',
    },
    asUser(requester),
  );
  const change = db.insert(
    'change_request',
    {
      sys_id: seededId('change gateway'),
      short_description: 'Replace the VPN gateway',
      type: 'normal',
      risk: '3',
      requested_by: agent.sysId,
      assignment_group: seededId('group Network'),
      cmdb_ci: seededId('ci VPN Gateway'),
      approval: 'not requested',
    },
    asUser(agent),
  );
  db.insert(
    'problem',
    { sys_id: seededId('problem mail'), short_description: 'Mail relay runs out of disk' },
    asUser(agent),
  );
  db.insert('task', { sys_id: seededId('task tidy'), short_description: 'Tidy the server room' }, asUser(agent));

  approval(db, 'approval headset', approver, request);
  // One that somebody already decided, and one that waits for another person.
  const decided = approval(db, 'approval colleague', approver, change, 'not requested');
  db.update('sysapproval_approver', decided, { state: 'not_required' }, systemUser);
  approval(db, 'approval change', admin, change);
}

function approval(db: Database, key: string, approver: Person, of: Row, state = 'requested'): string {
  const sysId = of['sys_id'] ?? '';
  if (!isSysId(sysId)) throw new Error(`${key} approves nothing`);
  const row = db.insert('sysapproval_approver', {
    sys_id: seededId(key),
    approver: approver.sysId,
    sysapproval: sysId,
    document_id: sysId,
    source_table: of['sys_class_name'] ?? '',
    state,
  });
  return row['sys_id'] ?? '';
}

/** What an import left: rows of every kind that say that they were updated long after today. */
export function seedFuture(db: Database, isWanted: boolean): void {
  for (const table of ['task', 'sysapproval_approver', 'sys_attachment']) {
    const sysId = seededId(`future ${table}`);
    const isThere = db.get(table, sysId) !== undefined;
    if (isThere && !isWanted) db.remove(table, sysId);
    if (isThere || !isWanted) continue;
    db.insert(table, { sys_id: sysId, short_description: 'Imported' });
    db.overwrite(table, sysId, { sys_updated_on: '2099-12-31 23:59:59' });
  }
}
