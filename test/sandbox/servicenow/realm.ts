import { createHash } from 'node:crypto';
import type { Person } from './types.ts';

const SYS_ID = /\b[0-9a-f]{32}\b/g;

/** The same little company on another instance: other ids and other accounts for the same people, and the same numbers. */
export function inRealm(realm: string, people: Person[]) {
  const idOf = (sysId: string) => createHash('md5').update(`${realm}:${sysId}`).digest('hex');
  const userNames = new Set(people.map(({ userName }) => userName));
  const accountOf = (userName: string) => `${realm}.${userName}`;
  return {
    /** Any value of a row. */
    value: (value: string): string =>
      userNames.has(value) ? accountOf(value) : value.replaceAll(SYS_ID, (sysId) => idOf(sysId)),
    person: (person: Person): Person => ({
      ...person,
      sysId: idOf(person.sysId),
      userName: accountOf(person.userName),
    }),
  };
}
