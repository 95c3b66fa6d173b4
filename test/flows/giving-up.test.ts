import { expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { answered, at } from '../support/conversation.ts';
import { dmsWith, fileIncident, incidentsCalled, settled, shownInModal, toldByDm } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { prefixOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import { pushing, ticketCalled, toldInThread, watching } from '../support/told.ts';
import { until } from '../support/until.ts';

/** Trouble that lasts through every attempt: what was tried may be there although no answer came, and nobody is told otherwise. */
const start = storyStarter();
const startPushing = pushing(start);

const INCIDENTS = /\/table\/incident/;

/** A job that has failed once comes to its last attempt. */
async function lastAttempt(flow: Flow, operation: string, failures: number): Promise<void> {
  const queue = new Queue('interactive', { connection: flow.redis, prefix: prefixOf(flow, 'interactive') });
  const job = await until('the job to wait', async () =>
    (await queue.getDelayed()).find(({ data }) => data.operation === operation),
  );
  await flow.redis.hset(`${prefixOf(flow, 'interactive')}:interactive:${job.id}`, 'atm', failures);
  await job.promote().catch(() => {});
  await queue.close();
}

async function adaReplies(flow: Flow, text: string) {
  await flow.link('ada');
  const person = flow.person('ada');
  const { sysId, number } = ticketCalled(flow, 'VPN drops every ten minutes');
  const card = await watching(person, number);
  await settled(flow);
  const written = () => flow.serviceNow.journal(sysId).filter(({ value }) => value.includes(text));
  const reply = () => person.say(person.dm().channel, text, { threadTs: card.ts });
  return { person, number, card, written, reply };
}

test('a reply whose answer got lost is not said to have failed', async () => {
  const flow = await startPushing();
  const { person, card, written, reply } = await adaReplies(flow, 'Lost answer');
  flow.serviceNow.faults.set({ kind: 'timeout-after-commit', method: 'PATCH', path: INCIDENTS, times: 1 });
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: INCIDENTS });
  await reply();
  await until('it to be there', () => written()[0]);
  await lastAttempt(flow, 'comment', 299);
  await toldInThread(person, card, 'may be on the ticket all the same: look in ServiceNow before you send it again');
  flow.serviceNow.faults.clear();
  await settled(flow);
  expect(dmsWith(person, 'did not reach ServiceNow')).toEqual([]);
});

test('a reply that is found in a last look is said to be there', async () => {
  const flow = await startPushing();
  const { person, card, number, written, reply } = await adaReplies(flow, 'Found in the end');
  flow.serviceNow.faults.set({ kind: 'timeout-after-commit', method: 'PATCH', path: INCIDENTS, times: 1 });
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: INCIDENTS, times: 2 });
  await reply();
  await until('it to be there', () => written()[0]);
  await until('a look in vain', () =>
    flow.serviceNow.requests.find(
      ({ method, path, status }) => method === 'GET' && INCIDENTS.test(path) && status === 502,
    ),
  );
  await lastAttempt(flow, 'comment', 299);
  await toldInThread(person, card, `Your comment is on ${number}.`);
  await settled(flow);
  expect(written()).toHaveLength(1);
});

test('a reply that is not there in a last look did not reach ServiceNow', async () => {
  const flow = await startPushing();
  const { person, card, reply } = await adaReplies(flow, 'Never there');
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', path: INCIDENTS });
  await reply();
  await lastAttempt(flow, 'comment', 299);
  await toldInThread(person, card, 'That did not reach ServiceNow.');
  await settled(flow);
});

test('a filing whose answer got lost is not said to have failed, and to try again finds it', async () => {
  const flow = await start();
  await flow.link('ada');
  const ada = flow.person('ada');
  flow.serviceNow.faults.set({ kind: 'timeout-after-commit', method: 'POST', path: INCIDENTS, times: 1 });
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: INCIDENTS });
  const viewId = await fileIncident(ada, 'Lost answer');
  await until('it to be there', () => incidentsCalled(flow, 'Lost answer')[0]);
  await lastAttempt(flow, 'incident', 299);
  const told = await toldByDm(ada, 'I do not know whether “Lost answer” was filed.');
  await settled(flow);
  expect(shownInModal(flow, viewId).at(-1)).toBe('Perhaps filed');
  expect(dmsWith(ada, 'was not filed')).toEqual([]);
  flow.serviceNow.faults.clear();
  await ada.click(at(told), 'try-again');
  await toldByDm(ada, ': Lost answer.');
  await settled(flow);
  expect(incidentsCalled(flow, 'Lost answer')).toHaveLength(1);
});

test('a filing that is not there in a last look was not filed', async () => {
  const flow = await start();
  await flow.link('ada');
  const ada = flow.person('ada');
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'POST', path: INCIDENTS });
  await fileIncident(ada, 'Never there');
  await lastAttempt(flow, 'incident', 299);
  await toldByDm(ada, '“Never there” was not filed.');
  await settled(flow);
});

test('a decision whose answer got lost may have arrived, and its person hears so', async () => {
  const flow = await start();
  await flow.link('eve');
  const eve = flow.person('eve');
  await eve.command('approvals');
  const list = await answered(eve, 'Waiting for your approval');
  flow.serviceNow.faults.set({ kind: 'timeout-after-commit', method: 'PATCH', times: 1 });
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: /\/table\// });
  await eve.click(at(list), 'approve');
  await lastAttempt(flow, 'approve', 299);
  await answered(eve, 'Your decision may have arrived all the same.');
  await settled(flow);
});
