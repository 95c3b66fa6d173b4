import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';

let flow: Flow;
const SECRET = 'a-plainly-fake-webhook-secret';

beforeAll(async () => {
  flow = await startFlow({ env: { SERVICENOW_WEBHOOK_SECRET: SECRET, SERVICENOW_POLL_SECONDS: '0' } });
  flow.serviceNow.push.configure({ url: `${flow.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 5 });
  await flow.link('ada');
}, 30_000);
afterAll(() => flow.close());

test('file, be told of each change in the thread, answer, resolved, it is fixed', async () => {
  const ada = flow.person('ada');
  const { agent } = flow.serviceNow.people;
  await ada.command('incident Printer on fire');
  await until('the form', () => ada.modal());
  await ada.submit();
  const card = await until('the card', () => ada.dm().messages.find(({ text }) => text.includes('Filed INC')));
  const thread = () => ada.dm().messages.filter(({ threadTs, ts }) => threadTs === card.ts && ts !== card.ts);
  const incident = () =>
    flow.serviceNow.db.rows('incident').find((row) => row['short_description'] === 'Printer on fire');
  const sysId = incident()?.['sys_id'] ?? '';

  flow.serviceNow.db.update('incident', sysId, { state: '2', assigned_to: agent.sysId }, agent);
  const taken = await until('the line that it was taken', () =>
    thread().find(({ text }) => text.includes('In Progress')),
  );
  expect(taken.text).toContain('New → In Progress by Bob Agent');
  expect(taken.text).toContain('Assigned to: none → Bob Agent');

  flow.serviceNow.db.update('incident', sysId, { comments: 'Is it still burning?' }, agent);
  await until('the comment', () => thread().find(({ text }) => text.includes('Is it still burning?')));

  await ada.say(ada.dm().channel, 'Only a little', { threadTs: card.ts });
  await until('the answer on the ticket', () =>
    flow.serviceNow.journal(sysId).find(({ value }) => value.startsWith('Only a little')),
  );
  expect(flow.serviceNow.journal(sysId).at(-1)).toMatchObject({
    element: 'comments',
    by: flow.serviceNow.people.requester.userName,
  });

  flow.serviceNow.db.update(
    'incident',
    sysId,
    { state: '6', close_code: 'Solution provided', close_notes: 'Put it out.' },
    agent,
  );
  const resolved = await until('the line that it is resolved', () =>
    thread().find(({ text }) => text.includes('Resolved')),
  );
  expect(resolved.text).toContain('Put it out.');
  expect(resolved.text).not.toContain('Only a little');

  const cardNow = () => ada.dm().messages.find(({ ts }) => ts === card.ts);
  await until('the button on the card', () => JSON.stringify(cardNow()?.blocks).includes('confirm-fixed'));
  await ada.click({ channel: ada.dm().channel, ts: card.ts }, 'confirm-fixed');
  await until('the confirmation', () =>
    flow.serviceNow.journal(sysId).find(({ value }) => value.includes('says that it is fixed')),
  );
  await flow.serviceNow.push.idle();
  expect(flow.slack.violations).toEqual([]);
  expect(flow.serviceNow.violations).toEqual([]);
}, 60_000);
