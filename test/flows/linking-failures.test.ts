import { expect, test } from '@jest/globals';
import { createClock, MINUTE, SECOND } from '../support/clock.ts';
import { directMessages } from '../support/conversation.ts';
import { followConnect } from '../support/flow.ts';
import { askToConnect, pressContinue, untilCallback } from '../support/link-in-transit.ts';
import { linkKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';

/** Whatever went wrong: nothing is linked, nobody is told that it is, and the process lives. */
const start = storyStarter(async (flow) => {
  expect(await linkKeys(flow.redis)).toEqual([]);
  expect(directMessages(flow.person('ada'))).toEqual([]);
  expect((await fetch(`${flow.publicUrl}/readyz`)).status).toBe(200);
});

test('a wrong client secret is a page for the administrator, and a line in the log', async () => {
  const flow = await start({ env: { SERVICENOW_CLIENT_SECRET: 'not-the-secret' } });
  for (const style of ['servicenow', 'rfc'] as const) {
    flow.serviceNow.settings.tokenErrorStyle = style;
    const { status, html } = await followConnect(flow, await askToConnect(flow, 'ada'), 'requester');
    expect(status).toBe(502);
    expect(html).toContain('ServiceNow did not hand over the access');
    expect(html).toContain('the client secret');
  }
  const lines = flow.logLines.filter((line) => line.includes('check client id, secret and redirect URL'));
  expect(lines).toHaveLength(2);
  expect(flow.logLines.join('\n')).not.toContain('not-the-secret');
});

test('a code that is older than a minute is refused by ServiceNow, and a new try is offered', async () => {
  const clock = createClock();
  const flow = await start(clock.options);
  const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
  await clock.pass(MINUTE + SECOND, flow.redis);
  const { status, html } = await browser.go(callback.href);
  expect(status).toBe(502);
  expect(html).toContain('Try once more. Go back to Slack and type /snow connect');
});

test.each([
  ['hibernating', { kind: 'hibernate', path: /oauth_token/ }],
  ['offline', { kind: 'offline', path: /oauth_token/ }],
  ['behind a bad gateway', { kind: 'bad-gateway', path: /oauth_token/ }],
  ['cutting connections', { kind: 'reset-mid-body', path: /oauth_token/ }],
  ['at its login page', { kind: 'login-html', path: /oauth_token/ }],
  ['answering 202 and nothing', { kind: 'drop-202', path: /oauth_token/ }],
  ['hibernating once the code is exchanged', { kind: 'hibernate', path: /^\/api/ }],
  ['offline once the code is exchanged', { kind: 'offline', path: /^\/api/ }],
  ['full once the code is exchanged', { kind: 'semaphore', path: /^\/api/ }],
] as const)('an instance %s is a page that says so', async (_how, fault) => {
  const flow = await start();
  const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
  flow.serviceNow.faults.set(fault);
  const { status, html } = await browser.go(callback.href);
  expect(status).toBe(503);
  expect(html).toContain('That did not work just now');
  expect(html).toContain('Nothing was connected. Go back to Slack and type /snow connect');
});

test('an instance that rejects the token which it just gave is a page that says so', async () => {
  const flow = await start();
  const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
  flow.serviceNow.faults.set({ kind: 'unauthorized-once', times: 2 });
  const { status, html } = await browser.go(callback.href);
  expect(status).toBe(502);
  expect(html).toContain('ServiceNow did not accept the access that it just gave');
});

test('an instance that is down is a page that says so, and our own pages do not need it', async () => {
  const flow = await start();
  const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
  await flow.serviceNow.close();
  expect((await browser.go(callback.href)).status).toBe(503);
  const url = await askToConnect(flow, 'ada');
  expect((await browser.go(url)).status).toBe(200);
  expect((await pressContinue(flow, browser, url)).location).toContain('/oauth_auth.do');
});

test('an instance that takes too long keeps nobody at a blank page', async () => {
  // The wait is real, ten seconds that no fault can shorten; so the exchange and the question who it is wait side by side.
  const pages = await Promise.all(
    [/oauth_token/, /current_user/].map(async (path) => {
      const flow = await start();
      const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
      flow.serviceNow.faults.set({ kind: 'slow', path });
      return browser.go(callback.href);
    }),
  );
  const trouble = { status: 503, html: expect.stringContaining('That did not work just now') };
  expect(pages).toEqual([expect.objectContaining(trouble), expect.objectContaining(trouble)]);
}, 20_000);
