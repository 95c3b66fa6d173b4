import { crowdOf } from '../crowd.ts';
import type { Database } from './database.ts';
import { seededId } from './people.ts';
import type { Person } from './types.ts';

/** Readers differ in how they see times. */
const HABITS = [
  ['UTC', 'yyyy-MM-dd'],
  ['Europe/Berlin', 'dd.MM.yyyy'],
  ['US/Pacific', 'MM/dd/yyyy'],
] as const;

export const crowdPeople = (count: number): Person[] =>
  crowdOf(count).map(({ name, realName, email, staff }, index) => {
    const [timeZone, dateFormat] = HABITS[index % HABITS.length] ?? HABITS[0];
    return {
      sysId: seededId(name),
      userName: name,
      name: realName,
      email,
      password: `sandbox-${name}`,
      roles: staff ? ['itil'] : [],
      timeZone,
      dateFormat,
    };
  });

/** After the seed, whose roles it uses. */
export function seedCrowd(db: Database, people: Person[]): void {
  for (const person of people) {
    const [first = '', last = ''] = person.name.split(' ');
    db.insert('sys_user', {
      sys_id: person.sysId,
      user_name: person.userName,
      name: person.name,
      first_name: first,
      last_name: last,
      email: person.email,
      active: 'true',
      locked_out: 'false',
      web_service_access_only: 'false',
      time_zone: person.timeZone,
      date_format: person.dateFormat,
      preferred_language: 'en',
      vip: 'false',
    });
    for (const role of person.roles)
      db.insert('sys_user_has_role', { user: person.sysId, role: seededId(`role ${role}`), state: 'active' });
  }
}
