import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { expectNoViolations, incidentsCalled, toldByDm } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** The App Home tab of one person, from the first look to the goodbye. The tests build on each other. */
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
}, 30_000);
afterEach(() => {
  flow.serviceNow.faults.clear();
  expectNoViolations(flow);
});
afterAll(() => flow.close());

const ada = () => flow.person('ada');
const words = () => wordsOf(ada().home()?.view.blocks);
const atHome = () => ({ view: ada().home()?.id ?? '' });

async function look(text: string): Promise<void> {
  await ada().openHome();
  await until(`“${text}” on the Home tab; it says: ${words()}`, () => words().includes(text));
}

test('before connecting it says what the bridge is for, and connects', async () => {
  await look('Connect your ServiceNow account, and I can file incidents');
  await ada().click(atHome(), 'connect-again');
  const view = await until('the connect view', () => ada().modal());
  expect(JSON.stringify(view.view)).toContain(`${flow.publicUrl}/servicenow/connect?id=`);
  await ada().closeModal();
});

test('once connected it draws itself anew, with the account and the tickets', async () => {
  await flow.link('ada');
  await until('the tickets', () => words().includes('Your open incidents'));
  expect(words().replaceAll(/\s+/g, ' ')).toContain('You are connected as Ada Requester');
  expect(words()).toContain('VPN drops every ten minutes');
  expect(words()).not.toContain('Payroll shows the wrong month');
});

test('its File button opens the form', async () => {
  await ada().click(atHome(), 'file-incident');
  await until('the form', () => ada().modal()?.view.callback_id === 'incident-form');
  ada().fill({ title: 'Filed from Home' });
  await ada().submit();
  await toldByDm(ada(), ': Filed from Home.');
  expect(incidentsCalled(flow, 'Filed from Home')).toHaveLength(1);
  await ada().closeModal();
});

test('its Details button tells by DM, for Home is no conversation', async () => {
  await look('Filed from Home');
  const before = ada().dm().messages.length;
  await ada().click(atHome(), 'show-ticket');
  const card = await until('the card', () => ada().dm().messages.slice(before)[0]);
  expect(card.text).toMatch(/^INC\d+: /);
});

test('its list button sends the list by DM', async () => {
  await ada().click(atHome(), 'list-mine');
  await toldByDm(ada(), /^Your open incidents\nINC/);
});

test('while ServiceNow is down it says so, and keeps its buttons', async () => {
  flow.serviceNow.faults.set({ kind: 'offline' });
  await look('ServiceNow is not answering right now');
  expect(JSON.stringify(ada().home()?.view.blocks)).toContain('"file-incident"');
});

test('with the access revoked it asks to connect again', async () => {
  flow.serviceNow.tokens.revokeAll(flow.serviceNow.people.requester.sysId);
  await look('ServiceNow no longer accepts your connection');
  await flow.link('ada');
  await look('Your open incidents');
});

test('nothing open is good news', async () => {
  for (const row of flow.serviceNow.db.rows('incident'))
    if (row['caller_id'] === flow.serviceNow.people.requester.sysId)
      flow.serviceNow.db.remove('incident', row['sys_id'] ?? '');
  await look('Nothing open. Enjoy the quiet.');
});

test('its Disconnect button ends the connection', async () => {
  await ada().click(atHome(), 'disconnect');
  await toldByDm(ada(), 'You are disconnected');
  await look('Connect your ServiceNow account');
});
