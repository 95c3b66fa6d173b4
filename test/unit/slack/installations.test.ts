import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createInstallations } from '../../../src/slack/installations.ts';
import { clockAt, emptyRedis, NOON, vault } from '../support.ts';

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});
afterEach(() => redis.disconnect());

/** Two minutes go by between two looks, so that each is asked of the store. */
function places() {
  const clock = clockAt(NOON);
  const installations = createInstallations({ config: {} as never, redis, vault, now: clock.now });
  const install = (team: string | undefined, enterprise?: string) =>
    installations.store.storeInstallation({
      isEnterpriseInstall: team === undefined,
      enterprise: enterprise === undefined ? undefined : { id: enterprise, name: 'House' },
      team: team === undefined ? undefined : { id: team, name: team },
      bot: { token: `xoxb-${team ?? enterprise}`, id: 'B1', userId: 'U9', scopes: [] },
      user: { id: 'U1', token: undefined, scopes: undefined },
    });
  const meet = async (team: string, tenant = team) => {
    clock.advance(120_000);
    const bot = await installations.find({ team, tenant });
    return bot && { token: bot.token, enterprise: bot.enterprise, tenant: bot.tenant };
  };
  return { installations, install, meet };
}

test('a workspace that joins an organisation keeps its people: the name under which they are kept stays', async () => {
  const { installations, install, meet } = places();
  await install('T1');
  expect(await meet('T1')).toEqual({ token: 'xoxb-T1', enterprise: undefined, tenant: 'T1' });
  await install('T1', 'E1');
  const kept = { token: 'xoxb-T1', enterprise: 'E1', tenant: 'T1' };
  expect([await meet('T1', 'E1'), await meet('T1')]).toEqual([kept, kept]);
  // The organisation installs the app for all, and the workspace's own installation goes.
  await install(undefined, 'E1');
  await installations.store.deleteInstallation?.({
    teamId: 'T1',
    enterpriseId: undefined,
    isEnterpriseInstall: false,
  });
  expect(await meet('T1')).toEqual({ token: 'xoxb-E1', enterprise: 'E1', tenant: 'T1' });
  expect(await installations.tenantOf({ team: 'T1', tenant: 'E1' })).toBe('T1');
});

test('a workspace that was in the organisation from the first is kept under the organisation’s name', async () => {
  const { install, meet } = places();
  await install('T2', 'E1');
  expect(await meet('T2')).toEqual({ token: 'xoxb-T2', enterprise: 'E1', tenant: 'E1' });
});
