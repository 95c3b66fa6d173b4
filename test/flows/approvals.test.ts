import { expect, test } from '@jest/globals';
import { answered, at, directMessages } from '../support/conversation.ts';
import { settled } from '../support/filing.ts';
import type { Flow, FlowOptions } from '../support/flow.ts';
import { heldBack, tamper } from '../support/raw.ts';
import { storyStarter } from '../support/story.ts';
import { cardOf, cardsOf, pushing, threadOf, ticketCalled } from '../support/told.ts';
import { until } from '../support/until.ts';

const startQuiet = storyStarter();
const startPushing = pushing(startQuiet);

/** Eve is asked to approve the headset, anew and with a reason, and hears of it. */
async function eveIsAsked(options: FlowOptions = {}) {
  const flow = await startPushing(options);
  await flow.link('eve');
  const { db, people } = flow.serviceNow;
  const headset = ticketCalled(flow, 'Headset');
  db.update('sc_request', headset.sysId, { description: 'My ears hurt on long calls' }, people.admin);
  const row = db.insert('sysapproval_approver', {
    approver: people.approver.sysId,
    sysapproval: headset.sysId,
    document_id: headset.sysId,
    source_table: 'sc_request',
    state: 'requested',
  });
  const sysId = row['sys_id'] ?? '';
  const eve = flow.person('eve');
  const card = await cardOf(eve, headset.number);
  await settled(flow);
  return {
    flow,
    eve,
    card,
    sysId,
    number: headset.number,
    request: headset.sysId,
    state: () => db.get('sysapproval_approver', sysId)?.['state'],
  };
}

const shown = (flow: Flow, number: string) => JSON.stringify(cardsOf(flow.person('eve'), number).at(-1)?.blocks);

test('the list shows what the card shows: what, who, why and cost', async () => {
  const { eve, number } = await eveIsAsked();
  await eve.command('approvals');
  const list = await answered(eve, 'Waiting for your approval');
  const line = list.blocks.map((block) => JSON.stringify(block)).find((block) => block.includes(number));
  for (const words of ['Headset', 'Ada Requester', 'My ears hurt', '$120.00']) {
    expect(line).toContain(words);
    expect(list.text).toContain(words);
  }
});

test('an approval arrives with what, who, why and cost; approved, it has its effect, and the card knows', async () => {
  const { flow, eve, card, number, request, state } = await eveIsAsked();
  for (const words of [number, 'Headset', 'Ada Requester', 'My ears hurt', '$120.00', 'it waits for your approval'])
    expect(JSON.stringify(card)).toContain(words);
  await eve.click(at(card), 'approve');
  await until('the decision', () => state() === 'approved');
  await answered(eve, `${number} is approved in your name.`);
  expect(flow.serviceNow.db.get('sc_request', request)).toMatchObject({
    approval: 'approved',
    request_state: 'in_process',
  });
  await until('the card without buttons', () => !shown(flow, number).includes('"approve"'));
  // What was there to judge by is still there to read.
  expect(shown(flow, number)).toContain('$120.00');
  await flow.serviceNow.push.idle();
  await settled(flow);
  expect(threadOf(eve, card)).toEqual([]);
});

test('Slack refuses to change the card: the decision is told as what it is', async () => {
  const { flow, eve, card, number, state } = await eveIsAsked();
  flow.slack.faults.set({ method: 'chat.update', kind: 'error', error: 'channel_not_found', times: 1 });
  await eve.click(at(card), 'approve');
  await answered(eve, `${number} is approved in your name.`);
  expect(state()).toBe('approved');
});

test('an instance whose approvals name their subject by document: nothing is missing', async () => {
  const { flow, eve, card, number, state } = await eveIsAsked({ serviceNow: { approvalSubject: 'document' } });
  for (const words of [number, 'Headset', 'Ada Requester', 'My ears hurt', '$120.00'])
    expect(JSON.stringify(card)).toContain(words);
  await eve.command('approvals');
  expect((await answered(eve, 'Waiting for your approval')).text).toContain(`${number}: Headset`);
  await eve.click(at(card), 'approve');
  await answered(eve, `${number} is approved in your name.`);
  expect(state()).toBe('approved');
  await settled(flow);
});

test('an approval of something that is no task is named; one that cannot be named has a link and no buttons', async () => {
  const flow = await startQuiet();
  await flow.link('eve');
  const eve = flow.person('eve');
  const { db, people } = flow.serviceNow;
  for (const row of db.rows('sysapproval_approver')) db.remove('sysapproval_approver', row['sys_id'] ?? '');
  const ask = (table: string, sysId: string) =>
    db.insert('sysapproval_approver', {
      approver: people.approver.sysId,
      document_id: sysId,
      source_table: table,
      state: 'requested',
    });
  const [article] = db.rows('kb_knowledge').filter((row) => row['workflow_state'] === 'published');
  ask('kb_knowledge', article?.['sys_id'] ?? '');
  ask('ast_contract', '0'.repeat(32));
  await eve.command('approvals');
  const list = await answered(eve, 'Waiting for your approval');
  expect(list.text).toContain(`${article?.['number']}: ${article?.['short_description']}`);
  expect(list.text).toContain('An approval: open it in ServiceNow to see what it is about');
  expect(list.blocks.filter((block) => JSON.stringify(block).includes('"approve"'))).toHaveLength(1);
  expect(list.blocks.filter((block) => JSON.stringify(block).includes('Open in ServiceNow'))).toHaveLength(2);
  await eve.click(at(list), 'approve');
  await answered(eve, `${article?.['number']} is approved in your name.`);
});

test('to reject needs words, which whoever asked can read', async () => {
  const { flow, eve, card, number, sysId, state } = await eveIsAsked();
  await eve.click(at(card), 'reject');
  await until('the form', () => eve.modal());
  eve.fill({ words: '  ' });
  await eve.submit();
  expect(eve.modal()?.errors).toEqual({ words: 'Please write a few words.' });
  expect(state()).toBe('requested');
  eve.fill({ words: 'Use the old one' });
  await eve.submit();
  await until('the decision', () => state() === 'rejected');
  expect(flow.serviceNow.journal(sysId).map(({ value }) => value)).toEqual(['Use the old one']);
  await until('the answer', () =>
    directMessages(eve).find(({ text }) => text.includes(`${number} is rejected in your name.`)),
  );
});

test('a lost answer of ServiceNow is no second decision, and is told as what it is', async () => {
  const { flow, eve, card, number, state } = await eveIsAsked();
  flow.serviceNow.faults.set({ kind: 'reset-after-commit', method: 'PATCH', path: /sysapproval_approver/, times: 1 });
  await eve.click(at(card), 'approve');
  await answered(eve, `${number} is approved in your name.`);
  expect(state()).toBe('approved');
});

test('decided elsewhere, the card changes by itself, and a stale button says so and changes nothing', async () => {
  const { flow, eve, card, number, sysId, state } = await eveIsAsked();
  const late = await heldBack(flow, () => eve.click(at(card), 'approve'));
  flow.serviceNow.db.update('sysapproval_approver', sysId, { state: 'rejected' }, flow.serviceNow.people.admin);
  await until('the card without buttons', () => !shown(flow, number).includes('"approve"'));
  await until('the news', () => threadOf(eve, card).find(({ text }) => text.includes('Rejected')));
  expect((await flow.slack.deliver({ rawBody: late.rawBody })).status).toBe(200);
  await answered(eve, `${number} was decided before: Rejected`);
  await settled(flow);
  expect(state()).toBe('rejected');
});

test('/snow approvals lists what waits, with its buttons, and nothing of others', async () => {
  const { flow, eve, number, state } = await eveIsAsked();
  await eve.command('approvals');
  const list = await answered(eve, 'Waiting for your approval');
  expect(list.text).toContain(`${number}: Headset`);
  expect(list.text).not.toContain('VPN gateway');
  await eve.click(at(list), 'approve');
  await answered(eve, `${number} is approved in your name.`);
  await until('the decision', () => [state(), other(flow)].includes('approved'));
  await flow.link('ada');
  await flow.person('ada').command('approvals');
  await answered(flow.person('ada'), 'Nothing waits for your approval.');
});

test('/snow approvals says where more waits than it shows', async () => {
  const flow = await startQuiet();
  await flow.link('eve');
  const eve = flow.person('eve');
  const { db, people } = flow.serviceNow;
  const { sysId } = ticketCalled(flow, 'Headset');
  const ask = () =>
    db.insert('sysapproval_approver', { approver: people.approver.sysId, sysapproval: sysId, state: 'requested' });
  const waiting = db.rows('sysapproval_approver').filter((row) => row['approver'] === people.approver.sysId);
  for (const row of waiting) db.update('sysapproval_approver', row['sys_id'] ?? '', { state: 'rejected' });
  for (let count = 0; count < 10; count++) ask();
  const said = () => eve.ephemeral().map(({ text }) => text);
  await eve.command('approvals');
  await until('the list', () => said().length === 1);
  ask();
  await eve.command('approvals');
  await until('the list anew', () => said().length === 2);
  expect(said().map((text) => text.includes('More are waiting.'))).toEqual([false, true]);
});

const other = ({ serviceNow }: Flow) =>
  serviceNow.db.rows('sysapproval_approver').find((row) => row['state'] === 'approved')?.['state'];

test.each(['bob', 'ada'] as const)("somebody else's approval in a forged button is refused: %s", async (name) => {
  const { flow, eve, card, sysId, state } = await eveIsAsked();
  await flow.link(name);
  const person = flow.person(name);
  await person.command('hlep');
  const odd = await answered(person, 'I don');
  const { rawBody } = await heldBack(flow, () => person.click(at(odd), 'show-help'));
  expect(card.channel).toBe(eve.dm().channel);
  for (const value of [`approval/${sysId}`, `incident/${sysId}`, 'approval/x', '']) {
    const forged = tamper(rawBody, (payload) => {
      const [action] = payload['actions'] as Record<string, unknown>[];
      Object.assign(action ?? {}, { action_id: 'approve', value });
      payload['trigger_id'] = `${String(payload['trigger_id'])}.${value}`;
    });
    expect((await flow.slack.deliver({ rawBody: forged })).status).toBe(200);
  }
  await settled(flow);
  expect(state()).toBe('requested');
  const said = person
    .ephemeral()
    .map(({ text }) => text)
    .join('\n');
  expect(said).not.toContain('in your name');
  expect(said).toContain('does not exist any more, or you may not see it');
});
