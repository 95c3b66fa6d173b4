import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLinks } from '../../../src/accounts/links.ts';
import { RefusedError, StandByError } from '../../../src/errors.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { forgetPerson, forgetWorkspace } from '../../../src/jobs/forget.ts';
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
  /** Where Slack knows somebody as active. */
  const activeIn: Record<string, string[]> = {};
  /** Where Slack refuses the app's token, and how. */
  const refusedIn: Record<string, string> = {};
  const deactivated = (person: Person) =>
    forgetPerson.process({ v: 1, correlationId: 'c', person }, context as JobContext);
  const context: Partial<JobContext> = {
    links,
    subscriptions,
    installations,
    madeAt: NOON,
    now: clock.now,
    log: readableLog().log,
    forgetPerson: async ({ user }) => void forgotten.push(user),
    slackPerson: async ({ team, user }) => {
      const refused = refusedIn[team];
      if (refused) throw new StandByError('operator', refused, refused);
      if (!activeIn[user]?.includes(team))
        throw new RefusedError('rejected', 'user_not_found', '', ['errors.slack-rejected']);
      return { name: user, email: undefined, active: true, timeZone: 'Etc/UTC', locale: undefined, standing: 'member' };
    },
  };
  const uninstalled = (person: Person, wholeOrganisation?: true) =>
    forgetWorkspace.process(
      { v: 1, correlationId: 'c', person, ...(wholeOrganisation ? { wholeOrganisation } : {}) },
      context as JobContext,
    );
  const installedIn = async () =>
    (await Promise.all(['E1', 'T1', 'T2'].map((place) => redis.exists(keys.installation(place))))).join('');
  const subscribed = async () => (await subscriptions.all()).map(({ owner }) => owner.team).sort();
  return {
    activeIn,
    refusedIn,
    deactivated,
    links,
    clock,
    install,
    arrive,
    uninstalled,
    forgotten,
    installedIn,
    subscribed,
  };
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

test('the app leaves one workspace: whoever uses another one of the organisation, too, stays', async () => {
  const { activeIn, uninstalled, forgotten, links } = await organisation('T1', 'T2');
  activeIn['U1'] = ['T2'];
  await uninstalled({ ...HERE, user: 'app' });
  expect(forgotten).toEqual([]);
  expect(await links.membersOf('E1')).toContainEqual({ ...HERE, team: 'T2' });
});

describe('the app leaves several workspaces of an organisation at once, so that none of its tokens answers for the other', () => {
  test.each(['account_inactive', 'token_revoked', 'invalid_auth'])('(%s): nobody stays for ever', async (code) => {
    const { refusedIn, clock, uninstalled, forgotten } = await organisation('T1', 'T2');
    refusedIn['T2'] = code;
    await expect(uninstalled({ ...HERE, user: 'app' })).rejects.toThrow(code);
    expect(forgotten).toEqual([]);
    clock.advance(61 * 60_000);
    await uninstalled({ ...HERE, user: 'app' });
    expect(forgotten).toEqual(['U1']);
  });
  test('a missing permission says nothing of anybody, however long', async () => {
    const { refusedIn, clock, uninstalled, forgotten } = await organisation('T1', 'T2');
    refusedIn['T2'] = 'missing_scope';
    clock.advance(24 * 60 * 60_000);
    await expect(uninstalled({ ...HERE, user: 'app' })).rejects.toThrow('missing_scope');
    expect(forgotten).toEqual([]);
  });
});

test.each<[string, string[], string[]]>([
  ['who has left one workspace only', ['T2'], []],
  ['of whom Slack says that they are there', ['T1'], []],
  ['who is nowhere any more', [], ['U1']],
])('somebody %s', async (_who, teams, expected) => {
  const { activeIn, deactivated, forgotten } = await organisation('T1', 'T2');
  activeIn['U1'] = teams;
  await deactivated(HERE);
  expect(forgotten).toEqual(expected);
});
