import { describe, expect, test } from '@jest/globals';
import { answered, directMessages, toldByDm } from '../support/conversation.ts';
import { type Flow, followConnect, newBrowser } from '../support/flow.ts';
import { askToConnect, type Browser, tokenWorks, untilCallback } from '../support/link-in-transit.ts';
import { linkKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

/** Whatever the attempt was: no link, no token that still works, nobody told that they are connected. */
async function expectNothingLinked(flow: Flow): Promise<void> {
  expect(await linkKeys(flow.redis)).toEqual([]);
  for (const token of flow.serviceNow.tokens.issued()) expect(await tokenWorks(flow, token)).toBe(false);
  for (const name of ['ada', 'carl', 'mallory'] as const) expect(directMessages(flow.person(name))).toEqual([]);
}

describe('mallory sends her own connect link to ada, and ada completes it', () => {
  test('under `email` it is refused, and the access is given back', async () => {
    const flow = await start();
    const planted = await askToConnect(flow, 'mallory');
    expect((await newBrowser().go(planted)).html).toContain('Are you Mallory?');

    const { status, html } = await followConnect(flow, planted, 'requester');
    expect(status).toBe(403);
    expect(html).toContain('These two accounts do not belong together');
    expect(html).toContain('as Ada Requester, but this link belongs to Mallory');
    expect(html).toContain('Nothing was connected, and the access was given back');
    expect(flow.serviceNow.tokens.issued()).toHaveLength(2);
    await expectNothingLinked(flow);
  });

  test('under `confirm` both names are shown, and no revokes', async () => {
    const { flow, page, answer } = await plantUnderConfirm();
    expect(page).toContain('In Slack: Mallory (mallory@example.com).');
    expect(page).toContain('In ServiceNow: Ada Requester (ada.requester, ada@example.com).');
    expect(await linkKeys(flow.redis)).toEqual([]);

    const { status, html } = await answer('no');
    expect(status).toBe(403);
    expect(html).toContain('Nothing was connected');
    await expectNothingLinked(flow);
    expect((await answer('yes')).status).toBe(400);
    await expectNothingLinked(flow);
  });

  test('under `confirm` a yes from another browser is refused and revokes', async () => {
    const { flow, answer } = await plantUnderConfirm();
    const { status, html } = await answer('yes', newBrowser());
    expect(status).toBe(403);
    expect(html).toContain('This sign-in began in another browser');
    expect((await answer('yes')).status).toBe(400);
    await expectNothingLinked(flow);
  });

  test('under `confirm` anything but yes or no is no answer', async () => {
    const { flow, answer } = await plantUnderConfirm();
    for (const word of ['', 'YES', 'maybe']) expect((await answer(word)).status).toBe(410);
    expect(await linkKeys(flow.redis)).toEqual([]);
    expect(directMessages(flow.person('mallory'))).toEqual([]);
    expect((await answer('no')).status).toBe(403);
    await expectNothingLinked(flow);
  });

  async function plantUnderConfirm() {
    const flow = await start({ env: { LINK_POLICY: 'confirm' } });
    const adas = newBrowser();
    const asked = await followConnect(flow, await askToConnect(flow, 'mallory'), 'requester', { browser: adas });
    expect(asked).toMatchObject({ status: 200, html: expect.stringContaining('Are these two both you?') });
    const id = /name="id" value="([\w-]+)"/.exec(asked.html)?.[1] ?? '';
    const answer = (word: string, browser: Browser = adas) =>
      browser.go(`${flow.publicUrl}/servicenow/connect/confirm`, {
        method: 'POST',
        body: new URLSearchParams({ id, answer: word }),
      });
    return { flow, page: asked.html, answer };
  }
});

test('under `confirm` the person who is both says yes, and is connected', async () => {
  const flow = await start({ env: { LINK_POLICY: 'confirm' } });
  const browser = newBrowser();
  const asked = await followConnect(flow, await askToConnect(flow, 'ada'), 'requester', { browser });
  const id = /name="id" value="([\w-]+)"/.exec(asked.html)?.[1] ?? '';
  const yes = { method: 'POST', body: new URLSearchParams({ id, answer: 'yes' }) };
  expect((await browser.go(`${flow.publicUrl}/servicenow/connect/confirm`, yes)).html).toContain('You are connected');
  await toldByDm(flow.person('ada'), 'You are connected as Ada Requester');
  expect((await browser.go(`${flow.publicUrl}/servicenow/connect/confirm`, yes)).status).toBe(400);
  expect(await linkKeys(flow.redis)).toHaveLength(1);
});

describe('the way back from ServiceNow', () => {
  test('with a state that was tampered with links nobody', async () => {
    const flow = await start();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const state = callback.searchParams.get('state') ?? '';
    const states = [
      `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`,
      '',
      'x',
      `${state}A`,
      'A'.repeat(20_000),
    ];
    for (const wrong of states) {
      const tampered = new URL(callback);
      tampered.searchParams.set('state', wrong);
      const { status, html } = await browser.go(tampered.href);
      expect({ length: wrong.length, status }).toEqual({
        length: wrong.length,
        status: wrong.length > 16_000 ? 431 : 400,
      });
      if (status === 400) expect(html).toContain('This sign-in is not one that I know');
    }
    callback.searchParams.delete('state');
    expect((await browser.go(callback.href)).status).toBe(400);
    await expectNothingLinked(flow);
  });

  test('works once; a replay changes nothing', async () => {
    const flow = await start();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const cookies = new Map(browser.jar);
    expect((await browser.go(callback.href)).status).toBe(200);
    await toldByDm(flow.person('ada'), 'You are connected');
    const [link] = await linkKeys(flow.redis);
    const before = await flow.redis.hgetall(link ?? '');

    for (const [name, value] of cookies) browser.jar.set(name, value);
    expect((await browser.go(callback.href)).status).toBe(400);
    expect(await flow.redis.hgetall(link ?? '')).toEqual(before);
    expect(directMessages(flow.person('ada'))).toHaveLength(1);
  });

  test('in another browser is refused, and the first browser is too late then', async () => {
    const flow = await start();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const other = await newBrowser().go(callback.href);
    expect(other.status).toBe(403);
    expect(other.html).toContain('This sign-in began in another browser');
    expect((await browser.go(callback.href)).status).toBe(400);
    expect(flow.serviceNow.tokens.issued()).toEqual([]);
    await expectNothingLinked(flow);
  });

  test('without the cookie, or with one that is made up, is refused', async () => {
    const flow = await start();
    for (const cookie of [undefined, '', 'A'.repeat(43)]) {
      const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
      browser.jar.clear();
      if (cookie !== undefined) browser.jar.set('bridge-connect', cookie);
      expect((await browser.go(callback.href)).status).toBe(403);
    }
    await expectNothingLinked(flow);
  });

  test("with somebody else's code is refused: mallory cannot put her account under ada, nor take ada's", async () => {
    const flow = await start();
    const adas = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const mallorys = await untilCallback(flow, await askToConnect(flow, 'mallory'), 'colleague');
    const [adasCode, mallorysCode] = [adas, mallorys].map(({ callback }) => callback.searchParams.get('code') ?? '');
    adas.callback.searchParams.set('code', mallorysCode ?? '');
    mallorys.callback.searchParams.set('code', adasCode ?? '');
    for (const { callback, browser } of [adas, mallorys]) {
      const { status, html } = await browser.go(callback.href);
      expect(status).toBe(502);
      expect(html).toContain('ServiceNow did not hand over the access');
    }
    await expectNothingLinked(flow);
  });

  test('without a code, or with two, is refused', async () => {
    const flow = await start();
    const without = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    without.callback.searchParams.delete('code');
    expect((await without.browser.go(without.callback.href)).status).toBe(400);
    const twice = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    twice.callback.searchParams.append('code', 'another');
    expect((await twice.browser.go(twice.callback.href)).status).toBe(400);
    await expectNothingLinked(flow);
  });

  test('after Deny says that nothing was connected', async () => {
    const flow = await start();
    const url = await askToConnect(flow, 'ada');
    const { status, html } = await followConnect(flow, url, 'requester', { decision: 'deny' });
    expect(status).toBe(403);
    expect(html).toContain('Nothing was connected');
    expect((await newBrowser().go(url)).status).toBe(410);
    await expectNothingLinked(flow);
  });
});

describe('the ServiceNow account', () => {
  test('that was deactivated on the way gets no link', async () => {
    const flow = await start();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    flow.serviceNow.db.update('sys_user', flow.serviceNow.people.requester.sysId, { active: 'false' });
    expect((await browser.go(callback.href)).status).toBe(502);
    await expectNothingLinked(flow);
  });

  test('that says it is not active gets no link', async () => {
    const flow = await start();
    const { requester } = flow.serviceNow.people;
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    // The token is looked at first and the record read later, so that the deactivation falls in between.
    flow.serviceNow.faults.set({ kind: 'latency', path: /sys_user/, ms: 300, times: 1 });
    const page = browser.go(callback.href);
    await until('the question who it is', () => flow.serviceNow.requests.some(({ path }) => path.includes('sys_user')));
    flow.serviceNow.db.update('sys_user', requester.sysId, { active: 'false' });
    const { status, html } = await page;
    expect(status).toBe(403);
    expect(html).toContain('One of the two accounts is not active');
    await expectNothingLinked(flow);
  });

  test('without an e-mail address gets no link', async () => {
    const flow = await start();
    flow.serviceNow.db.update('sys_user', flow.serviceNow.people.requester.sysId, { email: '' });
    const { status, html } = await followConnect(flow, await askToConnect(flow, 'ada'), 'requester');
    expect(status).toBe(403);
    expect(html).toContain('ServiceNow shows me none for ada.requester');
    await expectNothingLinked(flow);
  });

  test('whose e-mail address is written in other letters is the same', async () => {
    const flow = await start();
    flow.serviceNow.db.update('sys_user', flow.serviceNow.people.requester.sysId, { email: ' ADA@Example.COM' });
    expect(await flow.link('ada')).toContain('You are connected');
  });

  test('whose e-mail address only begins alike is another', async () => {
    const flow = await start();
    const { requester } = flow.serviceNow.people;
    for (const email of ['ada@example.com.evil.example', 'ada@example.co', 'xada@example.com']) {
      flow.serviceNow.db.update('sys_user', requester.sysId, { email });
      expect((await followConnect(flow, await askToConnect(flow, 'ada'), 'requester')).status).toBe(403);
    }
    await expectNothingLinked(flow);
  });

  test('that shares its e-mail address with another is named, so that the wrong one is noticed and can be let go', async () => {
    const flow = await start();
    const ada = flow.person('ada');
    flow.serviceNow.db.update('sys_user', flow.serviceNow.people.colleague.sysId, { email: 'ada@example.com' });
    const { html } = await followConnect(flow, await askToConnect(flow, 'ada'), 'colleague');
    expect(html).toContain('as Carl Colleague (carl.colleague)');
    await toldByDm(ada, 'You are connected as Carl Colleague (carl.colleague)');
    await ada.command('disconnect');
    await answered(ada, 'You are disconnected');

    expect(await flow.link('ada')).toContain('as Ada Requester (ada.requester)');
  });
});

describe('on an instance that hands out the same live tokens again', () => {
  /** Ada is connected with the tokens that every further sign-in of hers is given, too. */
  async function linkedAda(env: Record<string, string> = {}) {
    const flow = await start({ serviceNow: { reuseAccessTokens: true }, env });
    const browser = newBrowser();
    if (env['LINK_POLICY'] === 'confirm') await answerConfirm(flow, await asked(flow, 'ada', browser), 'yes', browser);
    else await flow.link('ada');
    await toldByDm(flow.person('ada'), 'You are connected');
    expect(flow.serviceNow.tokens.issued()).toHaveLength(2);
    return flow;
  }
  const asked = async (flow: Flow, name: 'ada' | 'mallory', browser: Browser) =>
    (await followConnect(flow, await askToConnect(flow, name), 'requester', { browser })).html;
  const answerConfirm = (flow: Flow, html: string, answer: string, browser: Browser) => {
    const id = /name="id" value="([\w-]+)"/.exec(html)?.[1] ?? '';
    const body = new URLSearchParams({ id, answer });
    return browser.go(`${flow.publicUrl}/servicenow/connect/confirm`, { method: 'POST', body });
  };
  async function expectAdasLinkLives(flow: Flow) {
    for (const token of flow.serviceNow.tokens.issued()) expect(await tokenWorks(flow, token)).toBe(true);
    await flow.person('ada').command('list');
    await answered(flow.person('ada'), 'open incidents');
  }

  test('a planted link that is refused leaves her own link alone', async () => {
    const flow = await linkedAda();
    const { status, html } = await followConnect(flow, await askToConnect(flow, 'mallory'), 'requester');
    expect(status).toBe(403);
    expect(html).toContain('The connection that your ServiceNow account already has goes on working');
    await expectAdasLinkLives(flow);
  });

  test('a no, and a yes in another browser, leave her own link alone', async () => {
    const flow = await linkedAda({ LINK_POLICY: 'confirm' });
    for (const [answer, browser] of [
      ['no', undefined],
      ['yes', newBrowser()],
    ] as const) {
      const first = newBrowser();
      const page = await asked(flow, 'mallory', first);
      expect((await answerConfirm(flow, page, answer, browser ?? first)).status).toBe(403);
    }
    await expectAdasLinkLives(flow);
  });

  test('a sign-in whose account nobody names leaves her own link alone', async () => {
    const flow = await linkedAda();
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'mallory'), 'requester');
    flow.serviceNow.faults.set({ kind: 'offline', path: /^\/api/, times: 1 });
    expect((await browser.go(callback.href)).status).toBe(503);
    await expectAdasLinkLives(flow);
  });

  test('an attempt that is refused leaves alone what another is about to use', async () => {
    const flow = await start({ serviceNow: { reuseAccessTokens: true } });
    const adas = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const planted = await untilCallback(flow, await askToConnect(flow, 'mallory'), 'requester');
    // Ada's tokens are given, and her link is not made yet.
    flow.serviceNow.faults.set({ kind: 'latency', path: /current_user/, ms: 1_500, times: 1 });
    const page = adas.browser.go(adas.callback.href);
    await until('the tokens', () => flow.serviceNow.requests.some(({ path }) => path.includes('current_user')));
    expect((await planted.browser.go(planted.callback.href)).status).toBe(403);
    expect((await page).html).toContain('You are connected');
    await expectAdasLinkLives(flow);
  });

  test('whoever disconnects one of two links keeps the other, and the last one is revoked', async () => {
    const flow = await linkedAda({ LINK_POLICY: 'confirm' });
    const browser = newBrowser();
    await answerConfirm(flow, await asked(flow, 'mallory', browser), 'yes', browser);
    await toldByDm(flow.person('mallory'), 'You are connected as Ada Requester');

    await flow.person('mallory').command('disconnect');
    await answered(flow.person('mallory'), 'You are disconnected here. ServiceNow keeps the access');
    await expectAdasLinkLives(flow);
    await flow.person('ada').command('disconnect');
    await answered(flow.person('ada'), 'You are disconnected. ServiceNow has forgotten the access');
    // Asking whether a refresh token works makes more of them.
    for (const token of flow.serviceNow.tokens.issued().slice(0, 2)) expect(await tokenWorks(flow, token)).toBe(false);
  });
});
