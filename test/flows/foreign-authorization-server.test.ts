import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createClock, MINUTE } from '../support/clock.ts';
import { answered, directMessages, toldByDm } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, settled } from '../support/filing.ts';
import { type Flow, newBrowser } from '../support/flow.ts';
import { type ForeignInstance, startForeignInstance } from '../support/foreign-instance.ts';
import { askToConnect, pressContinue } from '../support/link-in-transit.ts';
import { linkKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

/**
 * The simulated instance was written by the same hands as the bridge. Here the authorization server is one that others
 * wrote and certified: it demands PKCE, sends `iss`, rotates refresh tokens, and revokes everything when an old one returns.
 */
const start = storyStarter();
let instance: ForeignInstance;
beforeEach(() => {
  // It tells on each start that a store in memory and its own login page are for tests.
  for (const method of ['warn', 'info'] as const) jest.spyOn(console, method).mockImplementation(() => {});
});
afterEach(async () => {
  jest.restoreAllMocks();
  await instance.close();
});

async function startForeign() {
  const clock = createClock();
  const flow = await start({
    ...clock.options,
    // Behind the foreign server the simulated instance has tokens of its own, which are not to expire.
    serviceNow: {},
    configure: async ({ env, serviceNow, publicUrl }) => {
      instance = await startForeignInstance(serviceNow, `${publicUrl}/servicenow/oauth/callback`);
      env['SERVICENOW_INSTANCE_URL'] = instance.url;
      env['SERVICENOW_CLIENT_ID'] = instance.clientId;
      env['SERVICENOW_CLIENT_SECRET'] = instance.clientSecret;
    },
  });
  return { clock, flow, ada: flow.person('ada') };
}

async function connect(flow: Flow, change: (callback: URL) => void = () => {}) {
  const browser = newBrowser();
  const { location } = await pressContinue(flow, browser, await askToConnect(flow, 'ada'));
  const callback = new URL(await instance.authorize(flow.serviceNow.people.requester, location ?? ''));
  change(callback);
  return browser.go(callback.href);
}

test('links, refreshes with rotation, and revokes', async () => {
  const { clock, flow, ada } = await startForeign();
  const { status, html } = await connect(flow);
  expect(html).toContain('Slack now acts in ServiceNow');
  expect(status).toBe(200);
  await toldByDm(ada, 'You are connected as Ada Requester (ada.requester)');
  expect(instance.issued).toHaveLength(1);

  // A refresh token that was used before would revoke the whole grant, so the third round proves that the new one was kept.
  for (const round of [1, 2, 3]) {
    await settled(flow);
    await clock.pass(31 * MINUTE, flow.redis);
    await fileIncident(ada, `VPN is down, ${round}`);
    await until('the ticket', () => incidentsCalled(flow, `VPN is down, ${round}`).length === 1);
    expect(instance.issued).toHaveLength(round + 1);
    await ada.closeModal();
  }
  expect(new Set(instance.issued.map(({ refresh }) => refresh)).size).toBe(4);
  expect(instance.events.filter((name) => name.includes('error'))).toEqual([]);

  const last = instance.issued.at(-1) ?? { access: '', refresh: '' };
  expect(await instance.works('RefreshToken', last.refresh)).toBe(true);
  await ada.command('disconnect');
  await answered(ada, 'You are disconnected. ServiceNow has forgotten the access');
  expect(await instance.works('RefreshToken', last.refresh)).toBe(false);
  expect(await instance.works('AccessToken', last.access)).toBe(false);
  expect(await linkKeys(flow.redis)).toEqual([]);
});

test('a code of another sign-in does not fit its verifier', async () => {
  const { flow } = await startForeign();
  const { location } = await pressContinue(flow, newBrowser(), await askToConnect(flow, 'mallory'));
  const other = new URL(await instance.authorize(flow.serviceNow.people.colleague, location ?? ''));
  const page = await connect(flow, (callback) => {
    callback.searchParams.set('code', other.searchParams.get('code') ?? '');
  });
  expect(page).toMatchObject({ status: 502, html: expect.stringContaining('ServiceNow did not hand over the access') });
  expect(await linkKeys(flow.redis)).toEqual([]);
  expect(instance.issued).toEqual([]);
});

test('an answer in the name of another server is not taken', async () => {
  const { flow, ada } = await startForeign();
  const page = await connect(flow, (callback) => {
    expect(callback.searchParams.get('iss')).toBe(instance.url);
    callback.searchParams.set('iss', 'https://evil.example');
  });
  expect(page).toMatchObject({ status: 400, html: expect.stringContaining('did not come from ServiceNow') });
  expect(await linkKeys(flow.redis)).toEqual([]);
  expect(directMessages(ada)).toEqual([]);
});
