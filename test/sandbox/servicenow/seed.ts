import { choiceListsOf } from './choices.ts';
import type { Database } from './database.ts';
import type { Moods } from './moods.ts';
import { doubles, seededId } from './people.ts';
import { seedLibrary } from './seed-library.ts';
import { seedTasks } from './seed-tasks.ts';
import type { Person, PersonKey } from './types.ts';

/** Fills an empty instance. */
export function seed(db: Database, people: Record<PersonKey, Person>, moods: Moods): void {
  seedChoices(db, moods.choiceLists);
  seedPeople(db, people);
  seedGroups(db, people);
  seedConfiguration(db);
  seedLibrary(db);
  seedTasks(db, people);
}

export function seedChoices(db: Database, mood: Moods['choiceLists']): void {
  for (const { table, field, pairs, dependent } of choiceListsOf(mood)) {
    pairs.forEach(([value, label], index) => {
      db.insert('sys_choice', {
        sys_id: seededId(`choice ${table}.${field}.${dependent ?? ''}.${value}`),
        name: table,
        element: field,
        value,
        label,
        sequence: String((index + 1) * 10),
        language: mood === 'otherLanguage' ? 'de' : 'en',
        inactive: 'false',
        dependent_value: dependent ?? '',
      });
    });
  }
}

const titles: Record<string, string> = {
  'ada.requester': 'files tickets',
  'carl.colleague': 'files tickets',
  'bob.agent': 'service desk agent',
  'eve.approver': 'approves requests',
  'ann.admin': 'administrator',
  'wes.webservice': 'web service only',
};

function seedPeople(db: Database, people: Record<PersonKey, Person>): void {
  for (const role of ['admin', 'itil', 'approver_user']) {
    db.insert('sys_user_role', { sys_id: seededId(`role ${role}`), name: role });
  }
  for (const person of [...Object.values(people), ...doubles]) {
    const [first = '', last = ''] = person.name.split(' ');
    db.insert('sys_user', {
      sys_id: person.sysId,
      user_name: person.userName,
      name: person.name,
      first_name: first,
      last_name: last,
      email: person.email,
      title: titles[person.userName] ?? '',
      active: 'true',
      locked_out: String(person === people.locked),
      web_service_access_only: String(person === people.webOnly),
      time_zone: person.timeZone,
      date_format: person.dateFormat,
      preferred_language: 'en',
      vip: 'false',
    });
    for (const role of person.roles) {
      db.insert('sys_user_has_role', { user: person.sysId, role: seededId(`role ${role}`), state: 'active' });
    }
  }
}

function seedGroups(db: Database, people: Record<PersonKey, Person>): void {
  const groups: [string, string, Person[]][] = [
    ['Service Desk', '', [people.agent, people.admin]],
    ['Network', '', [people.admin]],
    ['Hardware', '', []],
    ['Platform Admins', 'admin', [people.admin]],
  ];
  for (const [name, roles, members] of groups) {
    const group = seededId(`group ${name}`);
    db.insert('sys_user_group', { sys_id: group, name, roles, active: 'true', manager: people.admin.sysId });
    for (const member of members) db.insert('sys_user_grmember', { user: member.sysId, group });
  }
}

function seedConfiguration(db: Database): void {
  db.insert('core_company', { sys_id: seededId('company'), name: 'Example Ltd' });
  db.insert('cmn_location', { sys_id: seededId('location'), name: 'Example Street 1, Sampleton' });
  const items: [string, string, string][] = [
    ['cmdb_ci_service', 'Email', '1'],
    ['cmdb_ci_service', 'Remote Access', '1'],
    ['cmdb_ci_service', 'Payroll', '1'],
    ['cmdb_ci', 'VPN Gateway', '1'],
    ['cmdb_ci', 'Mail Relay', '1'],
    ['cmdb_ci', 'Old Fax Server', '6'],
    ['cmdb_ci_computer', 'Laptop pool', '1'],
    ['cmdb_ci_computer', 'Meeting room screen', '2'],
  ];
  for (const [table, name, status] of items) {
    db.insert(table, { sys_id: seededId(`ci ${name}`), name, operational_status: status });
  }
}
