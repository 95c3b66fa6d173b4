import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { ServiceNow } from '../sandbox/servicenow/server.ts';
import type { PostedMessage } from '../sandbox/slack/server.ts';
import { answered, at } from '../support/conversation.ts';
import { expectNoViolations, fileIncident, settled, toldByDm } from '../support/filing.ts';
import { connectUrlIn, type Flow, followConnect, newBrowser, startFlow } from '../support/flow.ts';
import { untilCallback } from '../support/link-in-transit.ts';
import { linkKeys } from '../support/store-dump.ts';
import { threadOf, toldInThread } from '../support/told.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** One bridge, two instances with the same ticket numbers, and Ada, who has an account in each. The tests build on each other. */
let flow: Flow;
let it: ServiceNow;
let hr: ServiceNow;

beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' }, second: {} });
  it = flow.serviceNow;
  if (!flow.second) throw new Error('there is no second instance');
  hr = flow.second;
  const { publicUrl, env } = flow;
  const [first] = hr.db.rows('incident');
  hr.db.update('incident', first?.['sys_id'] ?? '', { short_description: 'Contract to sign' });
  it.push.configure({ url: `${publicUrl}/servicenow/events`, secret: env['IT_WEBHOOK_SECRET'] ?? '' });
  hr.push.configure({ url: `${publicUrl}/servicenow/events/hr`, secret: env['HR_WEBHOOK_SECRET'] ?? '' });
}, 30_000);
afterEach(() => {
  it.faults.clear();
  hr.faults.clear();
  expectNoViolations(flow);
  expect(hr.violations).toEqual([]);
});
afterAll(() => flow.close());

const ada = () => flow.person('ada');
const hostOf = ({ url }: ServiceNow) => new URL(url).host;
const at2 = (instance: ServiceNow) => ({ publicUrl: flow.publicUrl, serviceNow: instance });
const called = ({ db }: ServiceNow, title: string) =>
  db.rows('incident').filter((row) => row['short_description'] === title);
const titleOf = ({ db }: ServiceNow) => db.rows('incident')[0]?.['short_description'] ?? '';
const connectUrl = async (words: string) => connectUrlIn((await ada().command(words)).body);

test('a state of one that comes back with a code of the other links nobody', async () => {
  const mine = await untilCallback(at2(it), await connectUrl('connect'), 'requester');
  const theirs = await untilCallback(at2(hr), await connectUrl('connect hr'), 'requester');
  const mixed = new URL(mine.callback);
  mixed.searchParams.set('code', theirs.callback.searchParams.get('code') ?? '');
  expect((await mine.browser.go(mixed.href)).status).toBeGreaterThanOrEqual(400);
  // Each state is worth one try, and the code of the one opens nothing at the other.
  expect((await mine.browser.go(mine.callback.href)).status).toBe(400);
  expect([...it.tokens.issued(), ...hr.tokens.issued()]).toEqual([]);
  expect(await linkKeys(flow.redis)).toEqual([]);
});

test('where the way back says whose it is, a code of the other is sent to nobody', async () => {
  const { callback, browser } = await untilCallback(at2(it), await connectUrl('connect'), 'requester');
  callback.searchParams.set('iss', hr.url);
  const asked = () => [...it.requests, ...hr.requests].filter(({ path }) => path === '/oauth_token.do').length;
  const before = asked();
  expect((await browser.go(callback.href)).html).toContain('not the one that I expected');
  expect(asked()).toBe(before);
  expect(await linkKeys(flow.redis)).toEqual([]);
});

test('the same person connects to both, with an account of their own in each', async () => {
  await flow.link('ada');
  const before = ada().ephemeral().length;
  await ada().command('hr list');
  const url = connectUrlIn(await until('the way to connect', () => ada().ephemeral()[before]));
  expect((await newBrowser().go(url)).html).toContain(hostOf(hr));
  await followConnect(at2(hr), url, 'requester');
  await toldByDm(ada(), `hr.ada.requester) on ${hostOf(hr)}`);
  // What waited for the one is not done on the other: Ada has open tickets there, too.
  const list = wordsOf((await answered(ada(), 'open incidents')).blocks);
  expect(list).toContain('Contract to sign');
  expect(list).not.toContain(titleOf(it));
  // Every message says whose it is.
  expect(list.trim()).toMatch(/\bhr$/);
  await settled(flow);
  expect(await linkKeys(flow.redis)).toHaveLength(2);
  const { body } = await ada().command('whoami');
  expect(JSON.stringify(body)).toContain(`it: You are connected as Ada Requester (ada.requester) on ${hostOf(it)}`);
  expect(JSON.stringify(body)).toContain(`hr: You are connected as Ada Requester (hr.ada.requester) on ${hostOf(hr)}`);
});

let cards: { it: PostedMessage; hr: PostedMessage };

test('a filing in each at the same moment: one ticket in each, of the same number, and a word about each', async () => {
  for (const { faults } of [it, hr]) faults.set({ kind: 'latency', method: 'POST', path: /^\/api\//, ms: 300 });
  await fileIncident(ada(), 'The VPN is down');
  await ada().command('hr incident My badge is lost');
  await until('the second form', () => JSON.stringify(ada().modal()?.view ?? {}).includes('My badge is lost'));
  await ada().submit();
  cards = {
    it: await toldByDm(ada(), /Filed INC\d+: The VPN is down/),
    hr: await toldByDm(ada(), /Filed INC\d+: My badge is lost/),
  };
  const [first, second] = [called(it, 'The VPN is down'), called(hr, 'My badge is lost')];
  expect([first.length, second.length]).toEqual([1, 1]);
  expect(first[0]?.['number']).toBe(second[0]?.['number']);
  expect(first[0]?.['caller_id']).toBe(it.people.requester.sysId);
  expect(second[0]?.['caller_id']).toBe(hr.people.requester.sysId);
  expect([...called(hr, 'The VPN is down'), ...called(it, 'My badge is lost')]).toEqual([]);
  expect(JSON.stringify(cards.it.blocks)).toContain(it.url);
  expect(JSON.stringify(cards.hr.blocks)).toContain(hr.url);
});

const ticketIn = (instance: ServiceNow, title: string) => called(instance, title)[0]?.['sys_id'] ?? '';

test('a push from each about the same number is told below its own card', async () => {
  it.db.update('incident', ticketIn(it, 'The VPN is down'), { comments: 'Words of IT' }, it.people.agent);
  hr.db.update('incident', ticketIn(hr, 'My badge is lost'), { comments: 'Words of HR' }, hr.people.agent);
  await toldInThread(ada(), cards.it, 'Words of IT');
  await toldInThread(ada(), cards.hr, 'Words of HR');
  await settled(flow);
  expect(wordsOf(threadOf(ada(), cards.it))).not.toContain('Words of HR');
  expect(wordsOf(threadOf(ada(), cards.hr))).not.toContain('Words of IT');
});

test('a reply below each card, its correction and a button are for its own ticket', async () => {
  const { channel } = ada().dm();
  await ada().say(channel, 'Answer to IT', { threadTs: cards.it.ts });
  await ada().say(channel, 'Answer to HR', { threadTs: cards.hr.ts });
  const [vpn, badge] = [ticketIn(it, 'The VPN is down'), ticketIn(hr, 'My badge is lost')];
  const said = (instance: ServiceNow, sysId: string) =>
    instance.journal(sysId).map(({ value, by }) => `${by}: ${value}`);
  await until('the answer to IT', () => said(it, vpn).some((each) => /^ada\.requester: .*Answer to IT/s.test(each)));
  await until('the answer to HR', () =>
    said(hr, badge).some((each) => /^hr\.ada\.requester: .*Answer to HR/s.test(each)),
  );
  expect(said(it, vpn).join()).not.toContain('HR');
  expect(said(hr, badge).join()).not.toContain('IT');

  await ada().click(at(cards.hr), 'add-comment');
  await until('the form for a comment', () => ada().modal()?.view.callback_id === 'comment');
  ada().fill({ words: 'By the button' });
  await ada().submit();
  await until('the comment', () => said(hr, badge).some((each) => each.includes('By the button')));
  expect(said(it, vpn).join()).not.toContain('By the button');
});

test('a push that is signed with the secret of the other is refused', async () => {
  const body = JSON.stringify({ v: 1, table: 'incident', sys_id: 'a'.repeat(32), sys_mod_count: 1 });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const push = async (path: string, secret: string) => {
    const mac = createHmac('sha256', flow.env[secret] ?? '')
      .update(`${timestamp}.${body}`)
      .digest('base64');
    const headers = { 'x-bridge-timestamp': timestamp, 'x-bridge-signature': `v1=${mac}` };
    return (await fetch(`${flow.publicUrl}/servicenow/events${path}`, { method: 'POST', body, headers })).status;
  };
  expect(await push('/hr', 'IT_WEBHOOK_SECRET')).toBe(401);
  expect(await push('/it', 'HR_WEBHOOK_SECRET')).toBe(401);
  expect(await push('', 'HR_WEBHOOK_SECRET')).toBe(401);
  expect(await push('/nobody', 'HR_WEBHOOK_SECRET')).toBe(404);
  expect(await push('/hr', 'HR_WEBHOOK_SECRET')).toBe(202);
  expect(await push('/it', 'IT_WEBHOOK_SECRET')).toBe(202);
});

test('while one is down the other answers, and the Home tab shows what there is', async () => {
  hr.faults.set({ kind: 'offline' });
  await fileIncident(ada(), 'Filed while HR is down');
  await ada().command('hr incident Wants HR');
  await until('the form for HR', () => JSON.stringify(ada().modal()?.view ?? {}).includes('Wants HR'));
  await ada().submit();
  await toldByDm(ada(), ': Filed while HR is down.');
  await ada().command('list');
  await answered(ada(), 'Filed while HR is down');
  await ada().openHome();
  const home = () => wordsOf(ada().home()?.view.blocks);
  await until(`both on the Home tab; it says: ${home()}`, () =>
    home().includes('ServiceNow is not answering right now'),
  );
  expect(home()).toContain(hostOf(it));
  expect(home()).toContain(hostOf(hr));
  expect(home()).toContain('Filed while HR is down');
  hr.faults.clear();
  await toldByDm(ada(), ': Wants HR.', 30_000);
  expect([called(hr, 'Wants HR').length, called(it, 'Wants HR').length]).toEqual([1, 0]);
}, 60_000);

test('whoever leaves Slack is forgotten by both', async () => {
  await flow.link('carl');
  const carl = flow.person('carl');
  await followConnect(at2(hr), connectUrlIn((await carl.command('connect hr')).body), 'colleague');
  await toldByDm(carl, `on ${hostOf(hr)}`);
  const theirs = async () => (await linkKeys(flow.redis)).filter((key) => key.includes(carl.id));
  expect(await theirs()).toHaveLength(2);
  await carl.deactivate();
  await until('both links to be gone', async () => (await theirs()).length === 0);
  await settled(flow);
  const revoked = (instance: ServiceNow) => instance.requests.some(({ path }) => path === '/oauth_revoke_token.do');
  expect([revoked(it), revoked(hr)]).toEqual([true, true]);
});

test('whoever leaves one stays in the other', async () => {
  await ada().command('disconnect hr');
  await answered(ada(), 'You are disconnected');
  const [left] = await linkKeys(flow.redis);
  expect(left).toContain(hostOf(it));
  expect(JSON.stringify((await ada().command('whoami')).body)).toContain('hr: You are not connected');
  await ada().command('list');
  await answered(ada(), 'The VPN is down');
});
