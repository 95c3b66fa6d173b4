import { afterAll, describe, expect, test } from '@jest/globals';
import { createClock, MINUTE, SECOND } from '../support/clock.ts';
import { answered, at, directMessages, toldByDm } from '../support/conversation.ts';
import { openForm, settled } from '../support/filing.ts';
import { connectUrlIn, followConnect, newBrowser } from '../support/flow.ts';
import { askToConnect, connectIdOf, pressContinue, tokenWorks, untilCallback } from '../support/link-in-transit.ts';
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts';
import { linkKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

let proxy: RedisProxy | undefined;
afterAll(() => proxy?.close());

describe('what was typed before the account was connected', () => {
  test('a list is asked for, and arrives once the account is connected', async () => {
    const flow = await start();
    const ada = flow.person('ada');
    flow.serviceNow.db.insert('incident', {
      short_description: 'Printer on fire',
      caller_id: flow.serviceNow.people.requester.sysId,
    });

    await ada.command('list');
    const prompt = await answered(ada, 'Connect your ServiceNow account first');
    await followConnect(flow, connectUrlIn(prompt.blocks), 'requester');

    const answer = await answered(ada, 'Printer on fire');
    expect(answer.onlyFor).toBe(ada.id);
    expect(ada.ephemeral().filter(({ text }) => text.includes('Connect'))).toHaveLength(1);
  });

  test('an incident is typed, and Continue opens the form with what was typed', async () => {
    const flow = await start();
    const ada = flow.person('ada');

    const { body } = await ada.command('incident VPN is down');
    expect(ada.modal()).toBeUndefined();
    await followConnect(flow, connectUrlIn(body), 'requester');
    await ada.click(at(await toldByDm(ada, 'You are connected')), 'resume-pending');

    const form = await until('the form', () => ada.modal());
    expect(form.view.callback_id).toBe('incident-form');
    expect(form.view.blocks[0]).toMatchObject({ block_id: 'title', element: { initial_value: 'VPN is down' } });
  });

  test('a subscription is asked for in a channel, and Continue opens its form for that channel', async () => {
    const flow = await start();
    const bob = flow.person('bob');
    const { body } = await bob.command('subscribe', { channel: '#it-help' });
    await followConnect(flow, connectUrlIn(body), 'agent');
    const told = await toldByDm(bob, 'You are connected');
    expect(JSON.stringify(told.blocks)).toContain('Continue with your subscription');
    await bob.click(at(told), 'resume-pending');
    const form = await until('the form', () => bob.modal());
    expect(form.view.callback_id).toBe('subscription-form');
    await bob.submit();
    const said = await answered(bob, 'This channel now hears of every incident');
    expect(said.channel).toBe(flow.slack.channels.itHelp);
  });

  test('a form that Slack did not open is still there at the next press of Continue', async () => {
    const flow = await start();
    const ada = flow.person('ada');
    const { body } = await ada.command('incident VPN is down');
    await followConnect(flow, connectUrlIn(body), 'requester');
    const told = await toldByDm(ada, 'You are connected');
    flow.slack.faults.set({ method: 'views.open', kind: 'error', error: 'expired_trigger_id', times: 1 });
    await ada.click(at(told), 'resume-pending');
    await answered(ada, 'Slack did not accept my answer.');
    expect(ada.modal()).toBeUndefined();
    await ada.click(at(told), 'resume-pending');
    const form = await until('the form', () => ada.modal());
    expect(form.view.blocks[0]).toMatchObject({ block_id: 'title', element: { initial_value: 'VPN is down' } });
  });

  test('the form is kept and the link made in one turn, for Slack waits meanwhile', async () => {
    const flow = await start({
      role: 'web',
      configure: async ({ env, store }) => {
        proxy = await startRedisProxy(store.url);
        env['REDIS_URL'] = proxy.url;
      },
    });
    const turns = proxy?.turns ?? [];
    // Who the bot is, is asked once for the life of a process.
    await flow.person('ada').command('help');
    await until('the language of Ada, too', async () => (await flow.redis.keys('*:locale')).length > 0);
    turns.length = 0;
    const { body } = await flow.person('ada').command('incident VPN is down');
    expect(connectUrlIn(body)).toContain('/servicenow/connect?id=');
    // The guard against replays with the look for a link, both writes.
    expect(turns.map(({ commands }) => commands)).toEqual([
      ['set', 'hgetall'],
      ['set', 'multi', 'hset', 'expire', 'exec'],
    ]);
  });

  test('who only connects gets no Continue button', async () => {
    const flow = await start();
    await flow.link('ada');
    const { blocks } = await toldByDm(flow.person('ada'), 'You are connected');
    expect(JSON.stringify(blocks)).not.toContain('resume-pending');
    expect(JSON.stringify(blocks)).toContain('"disconnect"');
  });
});

test('who may not read the choice lists leaves them as they are for everybody else', async () => {
  const flow = await start();
  const { db } = flow.serviceNow;
  const choice = { name: 'incident', element: 'category', language: 'en', inactive: 'false' };
  db.insert('sys_choice', { ...choice, value: 'facilities', label: 'Facilities', sequence: '900' });
  await flow.link('ada');
  await settled(flow);
  // As it is for somebody who may not read the table.
  for (const { sys_id } of [...db.rows('sys_choice')]) db.remove('sys_choice', sys_id ?? '');
  await flow.link('bob');
  await settled(flow);
  const form = await openForm(flow.person('bob'), 'VPN is down');
  expect(JSON.stringify(form.view.blocks)).toContain('Facilities');
});

test('the DM and whoami name the account that was linked', async () => {
  const flow = await start();
  const ada = flow.person('ada');
  expect(await flow.link('ada')).toContain('as Ada Requester (ada.requester)');
  const host = new URL(flow.serviceNow.url).host;

  expect(directMessages(ada).map(({ text }) => text)).toEqual([
    `You are connected as Ada Requester (ada.requester) on ${host}. If that is not you, disconnect at once.`,
  ]);
  await ada.command('whoami');
  expect(ada.ephemeral().at(-1)?.text).toContain(`You are connected as Ada Requester (ada.requester) on ${host} since`);
});

test('disconnect makes ServiceNow forget every token, and forgets the link here', async () => {
  const flow = await start();
  const ada = flow.person('ada');
  await flow.link('ada');
  const tokens = flow.serviceNow.tokens.issued();
  expect(tokens).toHaveLength(2);
  for (const token of tokens) expect(await tokenWorks(flow, token)).toBe(true);

  await ada.command('disconnect');
  await answered(ada, 'You are disconnected. ServiceNow has forgotten the access');

  for (const token of tokens) expect(await tokenWorks(flow, token)).toBe(false);
  expect(await linkKeys(flow.redis)).toEqual([]);
  expect(connectUrlIn((await ada.command('whoami')).body)).toContain('/servicenow/connect?id=');
});

test('disconnect finds the way to be forgotten that the instance knows, and no token is written down on it', async () => {
  const flow = await start({ slack: { rateLimits: 'off' } });
  const ada = flow.person('ada');
  for (const mood of ['ignored', 400, 401, 403, 405, 'redirect'] as const) {
    flow.serviceNow.settings.revocationPost = mood;
    await followConnect(flow, await askToConnect(flow, 'ada'), 'requester');
    const before = ada.ephemeral().length;
    await ada.command('disconnect');
    const [answer] = await until('the answer', () => {
      const answers = ada.ephemeral().slice(before);
      return answers.length > 0 ? answers : undefined;
    });
    expect({ mood, text: answer?.text }).toEqual({
      mood,
      text: expect.stringContaining('ServiceNow has forgotten the access'),
    });
    for (const token of flow.serviceNow.tokens.issued())
      expect({ mood, works: await tokenWorks(flow, token) }).toEqual({ mood, works: false });
  }
  const log = flow.logLines.join('\n');
  for (const token of flow.serviceNow.tokens.issued()) expect(log).not.toContain(token);
});

test('where ServiceNow keeps its own question who one is closed, people connect all the same', async () => {
  const flow = await start();
  flow.serviceNow.settings.ownUserHidden = 'active';
  for (const [name, mood] of [
    ['ada', 403],
    ['carl', 401],
  ] as const) {
    flow.serviceNow.settings.currentUser = mood;
    expect(await flow.link(name)).toContain('You are connected');
  }
});

test('the scope that is asked for is the configured one', async () => {
  const flow = await start({ env: { SERVICENOW_SCOPE: 'bridge_tables bridge_files' } });
  expect(await flow.link('ada')).toContain('You are connected');
  const asked = flow.serviceNow.requests
    .filter(({ path }) => path === '/oauth_auth.do')
    .map(({ query }) => query['scope']);
  expect(new Set(asked)).toEqual(new Set(['bridge_tables bridge_files']));
});

test('disconnecting from the DM that named the wrong account works, too', async () => {
  const flow = await start();
  const ada = flow.person('ada');
  await flow.link('ada');
  await ada.click(at(await toldByDm(ada, 'If that is not you, disconnect at once')), 'disconnect');
  await until('the link to be gone', async () => (await linkKeys(flow.redis)).length === 0);
  for (const token of flow.serviceNow.tokens.issued()) expect(await tokenWorks(flow, token)).toBe(false);
});

describe('a connect link', () => {
  test('works once: the second press of Continue leads nowhere', async () => {
    const flow = await start();
    const url = await askToConnect(flow, 'ada');
    expect((await pressContinue(flow, newBrowser(), url)).location).toContain('/oauth_auth.do?');

    const again = await pressContinue(flow, newBrowser(), url);
    expect(again).toMatchObject({ status: 410, location: null });
    expect(again.html).toContain('This link has expired or was already used');
    expect((await newBrowser().go(url)).status).toBe(410);
    expect(await linkKeys(flow.redis)).toEqual([]);
  });

  test('is not used up by those who only look: previews, scanners, a reload', async () => {
    const flow = await start();
    const url = await askToConnect(flow, 'ada');
    for (const method of ['GET', 'GET', 'HEAD']) expect((await newBrowser().go(url, { method })).status).toBe(200);
    expect((await followConnect(flow, url, 'requester')).html).toContain('You are connected');
  });

  test('expires after ten minutes', async () => {
    const clock = createClock();
    const flow = await start(clock.options);
    const url = await askToConnect(flow, 'ada');
    await clock.pass(10 * MINUTE - 5 * SECOND, flow.redis);
    expect((await newBrowser().go(url)).status).toBe(200);
    await clock.pass(10 * SECOND, flow.redis);
    expect((await newBrowser().go(url)).status).toBe(410);
    expect(await pressContinue(flow, newBrowser(), url)).toMatchObject({ status: 410, location: null });
  });

  test('that was never given out leads nowhere', async () => {
    const flow = await start();
    const good = await askToConnect(flow, 'ada');
    const id = connectIdOf(good);
    const queries = [
      '',
      '?id=',
      '?id=x',
      `?id=${'A'.repeat(43)}`,
      `?id=${id}A`,
      `?id=${id}&id=${id}`,
      '?id=%00',
      '?id[a]=b',
    ];
    for (const query of queries) {
      const { status, html } = await newBrowser().go(`${flow.publicUrl}/servicenow/connect${query}`);
      expect({ query, status, html: html.includes('type /snow connect') }).toEqual({ query, status: 410, html: true });
    }
    const posted = await pressContinue(flow, newBrowser(), `${flow.publicUrl}/?id=${'A'.repeat(43)}`);
    expect(posted).toMatchObject({ status: 410, location: null });
    expect((await newBrowser().go(good)).status).toBe(200);
  });

  test('that is too old on the way back from ServiceNow links nobody', async () => {
    const clock = createClock();
    const flow = await start(clock.options);
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    await clock.pass(11 * MINUTE, flow.redis);
    const { status, html } = await browser.go(callback.href);
    expect(status).toBe(400);
    expect(html).toContain('This sign-in is not one that I know');
    expect(await linkKeys(flow.redis)).toEqual([]);
  });
});

describe('our pages', () => {
  test('name the workspace, the person and the instance', async () => {
    const flow = await start();
    const { html } = await newBrowser().go(await askToConnect(flow, 'ada'));
    expect(html).toContain('Connect ServiceNow to Ada Requester');
    expect(html).toContain('in the workspace “Sandbox”');
    expect(html).toContain(new URL(flow.serviceNow.url).host);
    expect(html).toContain('Are you Ada Requester? If not, close this page');
  });

  test('carry the headers that keep them from being framed, cached, sniffed or leaked', async () => {
    const flow = await start({ env: { LINK_POLICY: 'confirm' } });
    const url = await askToConnect(flow, 'ada');
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'carl'), 'colleague');
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const pages: [string, number, RequestInit?][] = [
      [url, 200],
      [`${flow.publicUrl}/servicenow/connect?id=x`, 410],
      [
        `${flow.publicUrl}/servicenow/connect`,
        303,
        { method: 'POST', body: new URLSearchParams({ id: connectIdOf(url) }) },
      ],
      [callback.href, 200, { headers: { cookie } }],
      [callback.href, 400, { headers: { cookie } }],
      [`${flow.publicUrl}/servicenow/connect/confirm`, 410, { method: 'POST', body: new URLSearchParams() }],
      [`${flow.publicUrl}/nowhere`, 404],
      [`${flow.publicUrl}/healthz`, 200],
    ];
    for (const [page, expected, init] of pages) {
      const { status, headers } = await fetch(page, { redirect: 'manual', ...init });
      const policy = headers.get('content-security-policy')?.split(';') ?? [];
      expect({ page, status }).toEqual({ page, status: expected });
      expect(policy).toEqual(
        expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]),
      );
      expect(policy.find((rule) => rule.startsWith('style-src'))).toMatch(/^style-src 'sha256-[\w+/=]+'$/);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': expect.stringMatching(/^(DENY|SAMEORIGIN)$/),
      });
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('bind the browser with a cookie that scripts cannot read', async () => {
    const flow = await start();
    const response = await fetch(`${flow.publicUrl}/servicenow/connect`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ id: connectIdOf(await askToConnect(flow, 'ada')) }),
    });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^bridge-connect=[\w-]{43}; Max-Age=600; Path=\/;.* HttpOnly; SameSite=Lax$/),
    ]);
  });

  test('show hostile names as text', async () => {
    const flow = await start({ env: { LINK_POLICY: 'confirm' } });
    const hostile = `<img src=x onerror="alert('1')">&amp;`;
    const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;';
    const { requester } = flow.serviceNow.people;
    flow.serviceNow.db.update('sys_user', requester.sysId, { name: hostile, first_name: hostile, last_name: '' });
    const browser = newBrowser();
    const asked = await followConnect(flow, await askToConnect(flow, 'ada'), 'requester', { browser });
    expect(asked.html).not.toContain('<img');
    expect(asked.html).toContain(escaped);

    const id = /name="id" value="([\w-]+)"/.exec(asked.html)?.[1] ?? '';
    const linked = await browser.go(`${flow.publicUrl}/servicenow/connect/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ id, answer: 'yes' }),
    });
    expect(linked.html).not.toContain('<img');
    expect(linked.html).toContain(`as ${escaped}`);
  });
});
