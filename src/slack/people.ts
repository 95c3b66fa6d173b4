import type { Person } from '../redis/keys.ts';
import { slackCall } from './call.ts';
import type { Installations } from './installations.ts';

export type SlackPerson = {
  name: string;
  email: string | undefined;
  active: boolean;
  timeZone: string;
};

/** Who somebody is in Slack, as Slack says it now. @throws {RefusedError | UnavailableError} */
export async function readPerson(installations: Installations, person: Person): Promise<SlackPerson> {
  const client = await installations.client(person);
  const { user } = await slackCall(() => client.users.info({ user: person.user }));
  return {
    name: user?.profile?.real_name || user?.real_name || user?.name || 'somebody',
    email: user?.profile?.email,
    active: user?.deleted !== true && user?.is_bot !== true,
    timeZone: user?.tz ?? 'Etc/UTC',
  };
}
