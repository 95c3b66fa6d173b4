import { expect, test } from '@jest/globals';
import { createClock, MINUTE, SECOND } from '../support/clock.ts';
import { directMessages } from '../support/conversation.ts';
import { followConnect } from '../support/flow.ts';
import { askToConnect, pressContinue, tokenWorks, untilCallback } from '../support/link-in-transit.ts';
import { prefixOf } from '../support/store.ts';
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

test.each([
  ['access_denied', 403, 'You said no', undefined],
  ['server_error', 502, 'ServiceNow could not connect you', 'server_error'],
  ['<script>not one of theirs</script>', 502, 'ServiceNow could not connect you', 'unknown'],
])(
  'the way back says %s: the page says who said no, and only the log says which code',
  async (error, status, words, logged) => {
    const flow = await start();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    callback.searchParams.delete('code');
    callback.searchParams.set('error', error);
    const page = await browser.go(callback.href);
    expect(page.status).toBe(status);
    expect(page.html).toContain(words);
    for (const text of [page.html, flow.logLines.join('\n')]) expect(text).not.toContain('not one of theirs');
    expect(page.html).not.toContain('_error');
    const line = flow.logLines.find((each) => each.includes('ServiceNow ended the sign-in'));
    expect(line && JSON.parse(line).error).toBe(logged);
  },
);

test('what follows from a link cannot be noted down: the link is not made, and its access is given back', async () => {
  const flow = await start({ role: 'web' });
  const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
  // The store takes everything but this queue's jobs.
  await flow.redis.set(`${prefixOf(flow, 'sync')}:sync:id`, 'no number');
  const { status, html } = await browser.go(callback.href);
  expect(status).toBe(503);
  expect(html).toContain('Nothing was connected.');
  const tokens = flow.serviceNow.tokens.issued();
  expect(tokens).toHaveLength(2);
  for (const token of tokens) expect(await tokenWorks(flow, token)).toBe(false);
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

test.each<[string, (callback: URLSearchParams) => void]>([
  ['names another issuer', (query) => query.set('iss', 'https://evil.example')],
  [
    'names two issuers',
    (query) => {
      query.append('iss', 'https://evil.example');
      query.append('iss', 'https://evil.example');
    },
  ],
  ['has no code', (query) => query.delete('code')],
  ['has an empty code', (query) => query.set('code', '')],
  ['has two codes', (query) => query.append('code', 'another-code-of-somebody')],
  ['has two states', (query) => query.append('state', 'another-state-of-somebody')],
  ['brings a token along', (query) => query.set('token', 'a-token-of-somebody')],
  ['is packed into a response', (query) => query.set('response', 'a-token-of-somebody')],
])(
  'an answer to a genuine sign-in that %s is refused by name, once, and ServiceNow is not asked',
  async (_, change) => {
    const flow = await start();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const genuine = callback.href;
    change(callback.searchParams);
    const asked = flow.serviceNow.requests.length;
    const { status, html } = await browser.go(callback.href);
    expect(html).toContain('It did not come from ServiceNow in the way that it should');
    expect(html).toContain('Nothing was connected.');
    expect(html).toContain('Go back to Slack and type /snow connect');
    expect(status).toBe(400);
    expect(flow.serviceNow.requests).toHaveLength(asked);
    // The state is used up.
    expect((await browser.go(genuine)).html).toContain('This sign-in is not one that I know');

    expect(flow.logLines.filter((line) => line.includes('not the answer of ServiceNow'))).toHaveLength(1);
    const secrets = [new URL(genuine).searchParams.get('code') ?? '?', 'of-somebody', 'evil.example'];
    for (const secret of secrets) expect(flow.logLines.join('\n')).not.toContain(secret);
  },
);

test('a code that ServiceNow never gave is refused by ServiceNow', async () => {
  const flow = await start();
  for (const code of ['garbage', '\u0000', 'ü'.repeat(300), '%', "' or 1=1--"]) {
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    callback.searchParams.set('code', code);
    const { status, html } = await browser.go(callback.href);
    expect({ code, status }).toEqual({ code, status: 502 });
    expect(html).toContain('ServiceNow did not hand over the access');
  }
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
