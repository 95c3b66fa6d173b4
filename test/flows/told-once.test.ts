import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileIncident, incidentsCalled, settled } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';

/** What the replay of a real log found, each by itself. */
const SECRET = 'a-plainly-fake-webhook-secret';
let flow: Flow;

beforeAll(async () => {
  flow = await startFlow({
    serviceNow: { clientCredentialsUser: 'ann.admin' },
    env: { SERVICENOW_WEBHOOK_SECRET: SECRET, SERVICENOW_POLL_SECONDS: '1' },
  });
  flow.serviceNow.push.configure({ url: `${flow.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 5 });
  await flow.link('ada');
  await flow.link('bob');
}, 30_000);
afterAll(() => flow.close());

const newTicket = (title: string): { sysId: string; number: string } => {
  const { requester } = flow.serviceNow.people;
  const row = flow.serviceNow.db.insert('incident', { short_description: title, caller_id: requester.sysId });
  return { sysId: row['sys_id'] ?? '', number: row['number'] ?? '' };
};
const cardsOf = (name: 'ada' | 'bob', number: string) =>
  flow
    .person(name)
    .dm()
    .messages.filter(
      ({ text, threadTs }) => !threadTs && text.includes(number) && text.includes('You are told because'),
    );
const watched = async (title: string) => {
  const ticket = newTicket(title);
  await flow.person('ada').command(`watch ${ticket.number}`);
  await until('the card', () => cardsOf('ada', ticket.number).length > 0);
  return ticket;
};

async function pushNobody(sysId: string, modCount: number): Promise<void> {
  const body = JSON.stringify({ v: 1, table: 'incident', sys_id: sysId, sys_mod_count: modCount });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'x-bridge-timestamp': timestamp,
    'x-bridge-signature': `v1=${mac}`,
  };
  const { status } = await fetch(`${flow.publicUrl}/servicenow/events`, { method: 'POST', headers, body });
  expect(status).toBe(202);
}

test('who is assigned hears of it, though a push that named nobody was faster than the poll', async () => {
  const { agent, admin } = flow.serviceNow.people;
  // Somebody else watches it, so the push alone has something to do.
  const { sysId, number } = await watched('Given away');
  flow.serviceNow.push.configure(undefined);
  // A script of an older version, say: it tells the version, and of no person.
  await pushNobody(sysId, 1);
  await settled(flow);
  flow.serviceNow.db.update('incident', sysId, { assigned_to: agent.sysId }, admin);
  await until('the card', () => cardsOf('bob', number).length > 0);
  expect(cardsOf('bob', number)).toHaveLength(1);
  flow.serviceNow.push.configure({ url: `${flow.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 5 });
}, 30_000);

test('a card that Slack did not let us update is brought up to date with the retry', async () => {
  const { sysId, number } = await watched('Too fast for Slack');
  flow.slack.faults.set({ method: 'chat.update', kind: 'ratelimited', retryAfterSeconds: 1, times: 1 });
  flow.serviceNow.db.update('incident', sysId, { state: '2' }, flow.serviceNow.people.agent);
  await until('the message', () =>
    flow
      .person('ada')
      .dm()
      .messages.some(({ text }) => text.includes(`${number} changed.`)),
  );
  await until('the card of today', () =>
    cardsOf('ada', number).some(({ text }) => text.includes('State: In Progress')),
  );
  await settled(flow);
  expect(flow.slack.postedMessages({ text: `${number} changed.` })).toHaveLength(1);
  flow.slack.faults.clear();
}, 30_000);

test('a card whose answer was lost is not posted again by the next change, which is told below it', async () => {
  const { sysId, number } = newTicket('Lost answer');
  flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
  await flow.person('ada').command(`watch ${number}`);
  await until('the card', () => cardsOf('ada', number).length > 0);
  flow.serviceNow.db.update('incident', sysId, { state: '2' }, flow.serviceNow.people.agent);
  await settled(flow);
  await flow.serviceNow.push.idle();
  await settled(flow);
  expect(cardsOf('ada', number)).toHaveLength(1);
  expect(cardsOf('ada', number)[0]?.text).toContain('State: In Progress');
  expect(flow.slack.postedMessages({ text: `${number} changed. State: New → In Progress` })).toHaveLength(1);
  flow.slack.faults.clear();
}, 30_000);

test('words do not wait for a card that Slack holds up, and the card catches up at once in the end', async () => {
  const { agent } = flow.serviceNow.people;
  const { sysId, number } = await watched('Held up');
  const said = (words: string) => flow.slack.postedMessages({ text: words }).length;
  flow.slack.faults.set({ method: 'chat.update', kind: 'ratelimited', retryAfterSeconds: 1 });
  flow.serviceNow.db.update('incident', sysId, { state: '2' }, agent);
  await until('the first message', () => said(`${number} changed. State: New → In Progress`) === 1);
  flow.serviceNow.db.update('incident', sysId, { assigned_to: agent.sysId }, agent);
  await until('the second message, though the card is still held up', () =>
    flow.slack
      .postedMessages({ text: `${number} changed.` })
      .some(({ text }) => text.includes('Assigned to: none → Bob Agent')),
  );
  expect(cardsOf('ada', number)[0]?.text).toContain('State: New');
  flow.slack.faults.clear();
  await until('the card of today', () => cardsOf('ada', number)[0]?.text.includes('State: In Progress'));
  await settled(flow);
  expect(flow.slack.postedMessages({ text: `${number} changed.` })).toHaveLength(2);
});

test('what is written before an instance with ids of its own says that the ticket is there is told below its card', async () => {
  const { serviceNow } = flow;
  serviceNow.settings.honourCallerSysId = false;
  try {
    const ada = flow.person('ada');
    serviceNow.faults.set({ kind: 'reset-after-commit', method: 'POST', path: /\/table\/incident$/, times: 1 });
    await fileIncident(ada, 'Filed without an answer');
    const ticket = await until('the ticket', () => incidentsCalled(flow, 'Filed without an answer')[0]);
    const sysId = ticket['sys_id'] ?? '';
    serviceNow.db.update('incident', sysId, { comments: 'Which room is it in?' }, serviceNow.people.agent);
    await until('the change to be passed on', () =>
      serviceNow.push.deliveries.some(({ body, status }) => status === 202 && body.includes(sysId)),
    );
    await until('the question', () =>
      ada.dm().messages.some(({ text, threadTs }) => threadTs && text.includes('Which room is it in?')),
    );
  } finally {
    serviceNow.settings.honourCallerSysId = true;
  }
});
