import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLinks } from '../../../src/accounts/links.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { forgetWorkspace } from '../../../src/jobs/forget.ts';
import { createSubscriptions } from '../../../src/notifications/subscriptions.ts';
import { keys, type Person } from '../../../src/redis/keys.ts';
import { createInstallations } from '../../../src/slack/installations.ts';
import { clockAt, emptyRedis, NOON, readableLog, TOKENS, USER, vault } from '../support.ts';

/** Two workspaces of one organisation. */
const HERE: Person = { tenant: 'E1', team: 'T1', user: 'U1' };
const THERE: Person = { tenant: 'E1', team: 'T2', user: 'U2' };

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});
afterEach(() => redis.disconnect());

/** An organisation in which people have connected and subscribed, and where the app is installed in these places. */
async function organisation(...places: string[]) {
  const clock = clockAt(NOON);
  const links = createLinks(redis, vault, 'dev1', clock.now);
  const subscriptions = createSubscriptions(redis, vault, 'dev1');
  const installations = createInstallations({ config: {} as never, redis, vault, now: clock.now });
  const install = async (place: string) => {
    const isOrganisation = place.startsWith('E');
    await installations.store.storeInstallation({
      isEnterpriseInstall: isOrganisation,
      enterprise: { id: 'E1', name: 'House' },
      team: isOrganisation ? undefined : { id: place, name: place },
      bot: { token: 'xoxb-1', id: 'B1', userId: 'U9', scopes: [] },
      user: { id: 'U1', token: undefined, scopes: undefined },
    });
  };
  const arrive = async (person: Person) => {
    await links.save(person, USER, TOKENS, `link-${clock.now()}`);
    await subscriptions.save({
      id: `subscription-${person.team}-${clock.now()}`,
      channel: 'C1',
      owner: person,
      filter: { type: 'incident', priorities: [], states: [] },
      createdAt: clock.now(),
      paused: false,
    });
  };
  for (const place of places) await install(place);
  for (const person of [HERE, THERE]) await arrive(person);
  const forgotten: string[] = [];
  const context = {
    links,
    subscriptions,
    installations,
    madeAt: NOON,
    log: readableLog().log,
    forgetPerson: async ({ user }) => void forgotten.push(user),
  } satisfies Partial<JobContext>;
  const uninstalled = (person: Person, wholeOrganisation?: true) =>
    forgetWorkspace.process(
      { v: 1, correlationId: 'c', person, ...(wholeOrganisation ? { wholeOrganisation } : {}) },
      context as Partial<JobContext> as JobContext,
    );
  const installedIn = async () =>
    (await Promise.all(['E1', 'T1', 'T2'].map((place) => redis.exists(keys.installation(place))))).join('');
  const subscribed = async () => (await subscriptions.all()).map(({ owner }) => owner.team).sort();
  return { clock, install, arrive, uninstalled, forgotten, installedIn, subscribed };
}

test.each<[string, Person]>([
  ['a workspace of it', { ...HERE, user: 'app' }],
  ['itself', { tenant: 'E1', team: 'E1', user: 'app' }],
])('the app leaves the whole organisation, and the event names %s: nobody and nothing stays', async (_, named) => {
  const { uninstalled, forgotten, installedIn, subscribed } = await organisation('E1');
  await uninstalled(named, true);
  expect(forgotten.sort()).toEqual(['U1', 'U2']);
  expect(await installedIn()).toBe('000');
  expect(await subscribed()).toEqual([]);
});

test('the app leaves one workspace: the others of the organisation keep all of theirs', async () => {
  const { uninstalled, forgotten, installedIn, subscribed } = await organisation('T1', 'T2');
  await uninstalled({ ...HERE, user: 'app' });
  expect(forgotten).toEqual(['U1']);
  expect(await installedIn()).toBe('001');
  expect(await subscribed()).toEqual(['T2']);
});

test('the app is installed again before that: what was made since stays', async () => {
  const { clock, install, arrive, uninstalled, forgotten, installedIn, subscribed } = await organisation('T1');
  clock.advance(1_000);
  await install('T1');
  await arrive(HERE);
  await uninstalled({ ...HERE, user: 'app' });
  expect(forgotten).toEqual([]);
  expect(await installedIn()).toBe('010');
  expect(await subscribed()).toEqual(['T1', 'T2']);
});
