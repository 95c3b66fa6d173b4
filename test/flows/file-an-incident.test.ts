import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
}, 30_000);
afterAll(() => flow.close());

test('link, file, be told', async () => {
  const ada = flow.person('ada');
  expect(await flow.link('ada')).toContain('You are connected');

  await ada.command('incident VPN is down');
  const form = await until('the form', () => ada.modal());
  expect(form.view.callback_id).toBe('incident-form');
  ada.fill({ description: 'Since nine o’clock' });
  await ada.submit();

  const told = await until('the DM', () => ada.dm().messages.find(({ text }) => text.includes('Filed INC')));
  const number = /INC\d+/.exec(told.text)?.[0];
  const [row] = flow.serviceNow.db.rows('incident').filter((each) => each['short_description'] === 'VPN is down');
  expect(row).toMatchObject({ number, contact_type: 'chat', caller_id: flow.serviceNow.people.requester.sysId });
  await until('the result in the modal', () => JSON.stringify(ada.modal()?.view.blocks).includes(number ?? '?'));
  expect(flow.slack.violations).toEqual([]);
  expect(flow.serviceNow.violations).toEqual([]);
});
