import { createHash } from 'node:crypto';
import type { Person, PersonKey } from './types.ts';

/** Seeded ids are derived from names, so that they survive a reset. */
export const seededId = (name: string): string => createHash('md5').update(`sandbox:${name}`).digest('hex');

const person = (
  userName: string,
  name: string,
  roles: string[],
  timeZone: string,
  dateFormat: string,
  email = `${userName.split('.')[0]}@example.com`,
): Person => ({
  sysId: seededId(userName),
  userName,
  name,
  email,
  password: `sandbox-${userName.split('.')[0]}`,
  roles,
  timeZone,
  dateFormat,
});

/** Plainly fake people; each sees times in another zone or format. */
export const seededPeople = (): Record<PersonKey, Person> => ({
  requester: person('ada.requester', 'Ada Requester', [], 'Europe/Berlin', 'dd.MM.yyyy'),
  colleague: person('carl.colleague', 'Carl Colleague', [], 'US/Pacific', 'MM/dd/yyyy'),
  agent: person('bob.agent', 'Bob Agent', ['itil'], 'Europe/London', 'yyyy-MM-dd'),
  approver: person('eve.approver', 'Eve Approver', ['approver_user'], 'Asia/Tokyo', 'yyyy-MM-dd'),
  admin: person('ann.admin', 'Ann Admin', ['admin'], 'UTC', 'yyyy-MM-dd'),
  locked: person('lou.locked', 'Lou Locked', [], 'UTC', 'yyyy-MM-dd'),
  webOnly: person('wes.webservice', 'Wes Webservice', ['itil'], 'UTC', 'yyyy-MM-dd'),
});

/** Two accounts with one address: e-mail identifies nobody. */
export const doubles: Person[] = [
  person('dan.double', 'Dan Double', [], 'UTC', 'yyyy-MM-dd', 'double@example.com'),
  person('dana.double', 'Dana Double', [], 'UTC', 'yyyy-MM-dd', 'double@example.com'),
];
