import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Bridge } from '../../src/compose.ts';
import { keysOf } from '../../src/redis/keys.ts';
import { createVault } from '../../src/redis/vault.ts';
import { type ServiceNow, startServiceNow } from '../sandbox/servicenow/server.ts';
import { answered } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, settled, toldByDm } from '../support/filing.ts';
import { type Flow, newBrowser, startFlow } from '../support/flow.ts';
import { askToConnect, untilCallback } from '../support/link-in-transit.ts';
import { ownPort } from '../support/port.ts';
import { linkKey, personOf } from '../support/store.ts';
import { dumpStore, linkKeys } from '../support/store-dump.ts';
import { until } from '../support/until.ts';

/** Two bridges for two instances that share one Redis and one key ring, against all advice. */
let flow: Flow;
let own: Bridge;
let other: ServiceNow;
let otherUrl: string;
let otherEnv: Record<string, string>;

beforeAll(async () => {
  flow = await startFlow({ role: 'web' });
  own = await flow.join('worker');
  const port = await ownPort();
  otherUrl = `http://127.0.0.1:${port}`;
  other = await startServiceNow({ redirectUris: [`${otherUrl}/servicenow/oauth/callback`] });
  otherEnv = {
    SERVICENOW_INSTANCE_URL: other.url,
    SERVICENOW_CLIENT_ID: other.clientId,
    SERVICENOW_CLIENT_SECRET: other.clientSecret,
    PUBLIC_URL: otherUrl,
    PORT: String(port),
  };
  await flow.join('web', otherEnv);
}, 30_000);

afterAll(async () => {
  await flow.close();
  await other.close();
});

/** Looks for a colleague in the form, which asks ServiceNow at once; where there is no form, there is nothing to ask. */
async function lookForCaller(): Promise<void> {
  const ada = flow.person('ada');
  const form = await until('the form', () => ada.modal());
  if (form.view.callback_id === 'incident-form') {
    expect(await ada.options({ view: form.id }, 'caller', 'find-caller', 'carl')).toEqual([]);
    await ada.closeModal();
  }
}

const otherHost = () => new URL(other.url).host;

test('a way back that is taken to the other instance’s bridge links nobody, and its code opens nothing', async () => {
  const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
  const page = await browser.go(`${otherUrl}/servicenow/oauth/callback${callback.search}`);
  // Its state names an instance that this bridge does not serve, so the code is sent nowhere.
  expect(page.status).toBe(400);
  expect(await linkKeys(flow.redis)).toEqual([]);
  // Used up: the first bridge does not take it any more either.
  expect((await browser.go(callback.href)).status).toBe(400);
  expect([...flow.serviceNow.tokens.issued(), ...other.tokens.issued()]).toEqual([]);
});

test('a link on one instance is none on the other, also where somebody moves it there', async () => {
  await flow.link('ada');
  await settled(flow);
  const moved = keysOf(otherHost()).link(personOf(flow, 'ada'));
  expect(await flow.redis.exists(moved)).toBe(0);
  const stored = await flow.redis.hgetall(linkKey(flow, 'ada'));
  const vault = createVault([Buffer.from(flow.env['ENCRYPTION_KEYS'] ?? '', 'base64')]);
  expect(vault.open(stored['tokens'] ?? '', linkKey(flow, 'ada'))).toContain('accessToken');
  expect(() => vault.open(stored['tokens'] ?? '', moved)).toThrow('does not open in its place');
  // The other bridge never sends the token anywhere.
  await flow.redis.hset(moved, stored);
  other.requests.length = 0;
  flow.slack.connectApp(`${otherUrl}/slack/events`);
  await flow.person('ada').command('incident');
  await lookForCaller();
  flow.slack.connectApp(`${flow.publicUrl}/slack/events`);
  expect(other.requests.map(({ path }) => path)).toEqual([]);
  await flow.redis.del(moved);
});

test('whoever copies the store can neither use a connect link nor a state nor a token of it', async () => {
  await askToConnect(flow, 'carl');
  await untilCallback(flow, await askToConnect(flow, 'bob'), 'agent');
  const dump = await dumpStore(flow.redis);
  const hashes = dump.flatMap(({ key }) => /^sn:(?:connect|authorization|confirmation):\{(.+)\}$/.exec(key)?.[1] ?? []);
  expect(hashes.length).toBeGreaterThanOrEqual(2);
  for (const hash of hashes) {
    expect((await newBrowser().go(`${flow.publicUrl}/servicenow/connect?id=${hash}`)).status).toBe(410);
    const back = `${flow.publicUrl}/servicenow/oauth/callback?code=x&state=${hash}`;
    expect((await newBrowser().go(back)).status).toBe(400);
  }
  const everything = dump.map(({ text }) => text).join('\n');
  for (const token of flow.serviceNow.tokens.issued()) expect(everything).not.toContain(token);
  // Nor with a key ring of their own.
  const [sealed] = dump.filter(({ key }) => key.startsWith('sn:connect:'));
  const strange = createVault([Buffer.alloc(32, 7)]);
  expect(() => strange.open(JSON.parse(sealed?.text ?? '""'), sealed?.key ?? '')).toThrow('not in ENCRYPTION_KEYS');
});

test('a dump that is restored elsewhere, with another key ring, acts as nobody', async () => {
  const before = flow.serviceNow.requests.length;
  const port = await ownPort();
  const thief = await flow.join('web', {
    ENCRYPTION_KEYS: Buffer.alloc(32, 9).toString('base64'),
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  flow.slack.connectApp(`http://127.0.0.1:${port}/slack/events`);
  await flow.person('ada').command('incident');
  await lookForCaller();
  flow.slack.connectApp(`${flow.publicUrl}/slack/events`);
  await thief.close();
  expect(flow.serviceNow.requests).toHaveLength(before);
  await flow.person('ada').command('list all');
  await answered(flow.person('ada'), 'incidents');
});

test('what is asked of one bridge waits for its own workers, although those of the other look for work', async () => {
  const ada = flow.person('ada');
  await own.close();
  await flow.join('worker', { ...otherEnv, PORT: '' });
  await fileIncident(ada, 'Mine alone');
  // They do work, and this came later.
  flow.slack.connectApp(`${otherUrl}/slack/events`);
  await ada.openHome();
  await until('her home', () => ada.home());
  flow.slack.connectApp(`${flow.publicUrl}/slack/events`);
  await flow.join('worker');
  await toldByDm(ada, ': Mine alone.');
  expect(incidentsCalled(flow, 'Mine alone')).toHaveLength(1);
});
