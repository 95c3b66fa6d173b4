import { hasNameless, mentionedIn, withNames } from '../blocks/marks.ts';
import { RefusedError } from '../errors.ts';
import type { Person } from '../redis/keys.ts';
import type { T } from '../words/index.ts';
import { slackCall } from './call.ts';
import type { Home, Installations } from './installations.ts';

export type SlackPerson = {
  name: string;
  email: string | undefined;
  active: boolean;
  timeZone: string;
  /** As `de-DE`; undefined where Slack does not say. */
  locale: string | undefined;
  standing: Standing;
};

const MOST_NAMES = 20;
const MOST_KEPT = 1_000;
const NAME_LIFE_MS = 10 * 60_000;

/** A text with people's names for their ids. @throws {BridgeError} where Slack cannot be asked now */
export type Named = (person: Person, text: string) => Promise<string>;

/** Names are asked of Slack, remembered for a while by this process, and only so many for one text. */
export function createNamed(
  readPerson: ReadPerson,
  wordsFor: (person: Person) => Promise<T>,
  now: () => number,
): Named {
  const kept = new Map<string, { name: string | undefined; until: number }>();

  async function nameOf(person: Person): Promise<string | undefined> {
    const key = `${person.tenant}/${person.user}`;
    const known = kept.get(key);
    if (known && known.until > now()) return known.name;
    const name = await readPerson(person).then(
      (found) => found.name,
      (error: unknown) => {
        // Somebody of another workspace, say.
        if (error instanceof RefusedError) return undefined;
        throw error;
      },
    );
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { name, until: now() + NAME_LIFE_MS });
    return name;
  }

  return async (person, text) => {
    if (!hasNameless(text)) return text;
    const users = mentionedIn(text).slice(0, MOST_NAMES);
    const names = await Promise.all(users.map(async (user) => [user, await nameOf({ ...person, user })] as const));
    const known = new Map(names.flatMap(([user, name]) => (name ? [[user, name] as const] : [])));
    return withNames(text, known, await wordsFor(person));
  };
}

/** `stranger`: of another company, met in a channel that the two share. */
export type Standing = 'member' | 'guest' | 'stranger';

type SlackUser = {
  team_id?: string;
  enterprise_user?: { enterprise_id?: string };
  is_stranger?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
};

/** On Grid a member of any workspace of the organisation is one of ours. Whoever names no team is not. */
export function standingOf(user: SlackUser, home: Pick<Home, 'team' | 'enterprise'>): Standing {
  const enterprise = user.enterprise_user?.enterprise_id;
  const isOurs =
    (home.team !== undefined && user.team_id === home.team) ||
    (home.enterprise !== undefined && enterprise === home.enterprise);
  if (!isOurs || user.is_stranger) return 'stranger';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

export type ReadPerson = (person: Person) => Promise<SlackPerson>;

/** Who somebody is in Slack, as Slack says it now; for all who want to know that at the same time, it is asked once. */
export function createReadPerson(installations: Installations): ReadPerson {
  const running = new Map<string, Promise<SlackPerson>>();
  return (person) => {
    const key = `${person.team}/${person.user}`;
    const asked = running.get(key) ?? readPerson(installations, person).finally(() => running.delete(key));
    running.set(key, asked);
    return asked;
  };
}

/** @throws {RefusedError | UnavailableError} */
async function readPerson(installations: Installations, person: Person): Promise<SlackPerson> {
  const client = await installations.client(person);
  const [{ user }, home] = await Promise.all([
    slackCall(() => client.users.info({ user: person.user, include_locale: true })),
    installations.find(person),
  ]);
  return {
    name: user?.profile?.real_name || user?.real_name || user?.name || 'somebody',
    email: user?.profile?.email,
    active: user?.deleted !== true && user?.is_bot !== true,
    timeZone: user?.tz ?? 'Etc/UTC',
    locale: user?.locale,
    standing: user && home ? standingOf(user, home) : 'stranger',
  };
}
