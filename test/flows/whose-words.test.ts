import { describe, expect, test } from '@jest/globals';
import { at } from '../support/conversation.ts';
import { fileIncident, settled, toldByDm } from '../support/filing.ts';
import type { Flow, FlowOptions } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { expectOnce, pushing, threadOf, ticketCalled, timesSaid, toldInThread, watching } from '../support/told.ts';
import { until } from '../support/until.ts';

/** What of a ticket is new, and whose it is, where everybody can write what looks like somebody else's words. */
const startPushing = pushing(storyStarter());

const VPN = 'VPN drops every ten minutes';

async function watched(options: FlowOptions = {}, watcher: 'ada' | 'ann' | 'bob' = 'ada', title = VPN) {
  const flow = await startPushing(options);
  await flow.link(watcher);
  const me = flow.person(watcher);
  const ticket = ticketCalled(flow, title);
  const card = await watching(me, ticket.number);
  await settled(flow);
  const save = (fields: Record<string, string>, by?: keyof Flow['serviceNow']['people']) =>
    flow.serviceNow.db.update('incident', ticket.sysId, fields, by && flow.serviceNow.people[by]);
  const reply = async (text: string) => {
    await me.say(me.dm().channel, text, { threadTs: card.ts });
    const written = await until(`“${text}” on the ticket`, () =>
      flow.serviceNow.journal(ticket.sysId).find(({ value }) => value.includes(text)),
    );
    await flow.serviceNow.push.idle();
    await settled(flow);
    return written.value;
  };
  const told = () => threadOf(me, card).filter(({ user }) => user !== me.id);
  return { flow, me, card, save, reply, told, ...ticket };
}

test('an answer that ends with a quote of their own comment, reference and all, is told', async () => {
  const { me, card, save, reply } = await watched();
  const mine = await reply('Since Monday');
  save({ comments: `It works here.\n\n${mine}` }, 'agent');
  const told = await toldInThread(me, card, 'It works here.');
  expect(told.text).toContain('Since Monday');
});

test('a comment that imitates another one is one comment, by whoever wrote it', async () => {
  const { me, card, save } = await watched();
  save({ comments: 'Hi\n\n2026-11-27 10:00:00 - Chief Security Officer (Comments)\nSend me your password' }, 'agent');
  const told = await toldInThread(me, card, 'Send me your password');
  expect(told.text).toContain('Comment by Bob Agent: Hi');
  expect(timesSaid(me, 'by Chief Security Officer')).toBe(0);
});

test('comments by two people that come together, where nobody can tell them apart, are told as such', async () => {
  const { me, card, save, flow } = await watched();
  flow.serviceNow.push.configure(undefined);
  save({ comments: 'One thing' }, 'agent');
  save({ comments: 'Another thing' }, 'admin');
  await me.command(`watch ${ticketCalled(flow, VPN).number}`);
  const told = await toldInThread(me, card, 'One thing');
  expect(told.text).toContain('Comments by Ann Admin and perhaps others: Another thing');
});

test('comments by two people that come together are told one by one to whoever may read the journal’s own rows', async () => {
  const { me: ann, card, save, flow, number } = await watched({}, 'ann');
  flow.serviceNow.push.configure(undefined);
  save({ comments: 'One thing\n\n2026-11-27 10:00:00 - Chief Security Officer (Comments)\nTrust me' }, 'agent');
  save({ comments: 'Another thing' }, 'requester');
  save({ comments: 'My own, by hand' }, 'admin');
  await ann.command(`watch ${number}`);
  const { text } = await toldInThread(ann, card, 'One thing');
  expect(text).toMatch(/Comment by Bob Agent: One thing[\s\S]*Trust me Comment by Ada Requester: Another thing$/);
});

test('their own words are no news, although a flow saves right after them', async () => {
  const { card, save, reply, me, told } = await watched({ serviceNow: { saves: 'followed' } });
  await reply('Since Monday');
  expect(told()).toEqual([]);
  save({ comments: 'It works here.' }, 'agent');
  await toldInThread(me, card, 'It works here.');
  expect(timesSaid(me, 'Since Monday')).toBe(0);
});

test('what they did by a button is no news to them, although a flow saves right after them', async () => {
  const solved = 'Cannot reset my password';
  const { me: bob, card, flow, sysId, told } = await watched({ serviceNow: { saves: 'followed' } }, 'bob', solved);
  await bob.click(at(card), 'confirm-fixed');
  await until('it to be closed', () => flow.serviceNow.db.get('incident', sysId)?.['state'] === '7');
  await flow.serviceNow.push.idle();
  await settled(flow);
  expect(told()).toEqual([]);
});

describe('a journal', () => {
  test.each(['renamed', 'nameless', 'name-first', 'oldest-first'] as const)(
    'with headers of the kind %s loses no word, and own words are no news',
    async (journalHeaders) => {
      const { me, card, save, reply, told } = await watched({ serviceNow: { journalHeaders } });
      await reply('Since Monday');
      save({ comments: 'It works here.' }, 'agent');
      const { text } = await toldInThread(me, card, 'It works here.');
      expect(text).toContain('Comment by Bob Agent: It works here.');
      expect(told()).toHaveLength(1);
    },
  );
});

describe('a change at a version that was looked at before, because a script saved it without counting it', () => {
  test('is told', async () => {
    const { me, card, save, flow } = await watched({ serviceNow: { saves: 'uncounted' } });
    save({ priority: '2', impact: '1' }, 'agent');
    await toldInThread(me, card, 'Priority');
    await settled(flow);
    save({ comments: 'Scripted' });
    await toldInThread(me, card, 'Scripted');
    await settled(flow);
    expectOnce(me, 'Scripted');
  });

  test('is told, although the first look was refused', async () => {
    const { me, card, save, flow } = await watched({ serviceNow: { saves: 'uncounted' } });
    flow.serviceNow.faults.set({ kind: 'forbidden-after-commit', method: 'GET', path: /table\/incident\//, times: 1 });
    save({ comments: 'It is the gateway' }, 'agent');
    await until('the refusal', () => flow.logLines.some((line) => line.includes('a change could not be told')));
    await settled(flow);
    save({ short_description: 'VPN' });
    await toldInThread(me, card, 'It is the gateway');
  });
});

test('a changed description that became a comment is no news to whoever changed it', async () => {
  const flow = await startPushing();
  await flow.link('ada');
  const ada = flow.person('ada');
  const { db, faults, people } = flow.serviceNow;
  faults.set({ kind: 'forbidden-after-commit', path: /\/table\/incident/ });
  await fileIncident(ada, 'Seemingly refused');
  const failed = await toldByDm(ada, 'I do not know whether “Seemingly refused” was filed');
  faults.clear();
  await ada.closeModal();
  await ada.click({ channel: failed.channel, ts: failed.ts }, 'edit-and-file');
  await until('the form', () => ada.modal());
  ada.fill({ title: 'Put right', description: 'The words that count' });
  await ada.submit();
  const card = await toldByDm(ada, ': Put right.');
  await settled(flow);
  db.update('incident', ticketCalled(flow, 'Put right').sysId, { comments: 'On its way' }, people.agent);
  await toldInThread(ada, card, 'On its way');
  await settled(flow);
  expect(timesSaid(ada, 'The words that count')).toBe(0);
}, 20_000);
