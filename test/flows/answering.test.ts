import { describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import type { Row } from '../sandbox/servicenow/server.ts';
import type { Json, PostedMessage, SlackPerson } from '../sandbox/slack/server.ts';
import { createClock, MINUTE } from '../support/clock.ts';
import { answered, at, directMessages } from '../support/conversation.ts';
import { dmsWith, settled } from '../support/filing.ts';
import { connectUrlIn, type Flow, type FlowOptions, followConnect } from '../support/flow.ts';
import { heldBack } from '../support/raw.ts';
import { keysIn, prefixOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import {
  burstSettles,
  cardsOf,
  pushing,
  threadOf,
  ticketCalled,
  timesSaid,
  toldInThread,
  watching,
} from '../support/told.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

const start = storyStarter();
const startPushing = pushing(start);

const VPN = 'VPN drops every ten minutes';
const SOLVED = 'Cannot reset my password';
const CLOSED = 'Printer prints blank pages';

type Name = 'ada' | 'bob';

async function watcher(flow: Flow, name: Name, title: string) {
  await flow.link(name);
  const person = flow.person(name);
  const ticket = ticketCalled(flow, title);
  const card = await watching(person, ticket.number);
  await settled(flow);
  await burstSettles(flow);
  const reply = (text: string, fileIds?: string[]) =>
    person.say(person.dm().channel, text, { threadTs: card.ts, ...(fileIds ? { fileIds } : {}) });
  return { person, card, reply, ...ticket };
}

const entries = (flow: Flow, sysId: string, text: string) =>
  flow.serviceNow.journal(sysId).filter(({ value }) => value.includes(text));

const arrived = (flow: Flow, sysId: string, text: string) =>
  until(`“${text}” on the ticket`, () => entries(flow, sysId, text)[0], 20_000);

const marks = ({ slack }: Flow) =>
  slack.calls.filter(({ method, ok }) => method === 'reactions.add' && ok).map(({ args }) => args['timestamp']);

const HIDING = { patchShowsJournal: false, attachmentColumnsHidden: true };

describe('a reply below the card', () => {
  test('that bears no time is answered like any other', async () => {
    const flow = await startPushing();
    const { reply, sysId } = await watcher(flow, 'ada', VPN);
    const { rawBody } = await heldBack(flow, () => reply('Out of time'));
    const body = JSON.parse(rawBody) as { event: Json };
    body.event['ts'] = '\u0000';
    expect(await flow.slack.deliver({ rawBody: JSON.stringify(body) })).toMatchObject({ status: 200 });
    await arrived(flow, sysId, 'Out of time');
  });

  test.each([
    ['tells everything', {}],
    ['does not show a comment in the answer to its writing, nor who attached a file', HIDING],
  ])(
    'is a comment as that person, says where it came from, and is ticked off: the instance %s',
    async (_, serviceNow) => {
      const flow = await startPushing({ serviceNow });
      const { reply, sysId, person, card } = await watcher(flow, 'ada', VPN);
      const file = person.upload('log.txt', 'line one', 'text/plain');
      const { ts } = await reply('It is *worse* <now> & [code]<b>x</b>[/code]', [file]);
      const entry = await arrived(flow, sysId, 'It is');
      expect(entry).toMatchObject({ element: 'comments', by: flow.serviceNow.people.requester.userName });
      expect(entry.value).toMatch(
        /^It is \*worse\* <now> & \[ code\]<b>x<\/b>\[\/ code\]\n\n\(via Slack, ref [0-9a-f]{8}\)$/,
      );
      await until('the tick', () => marks(flow).includes(ts));
      await flow.serviceNow.push.idle();
      await settled(flow);
      expect(threadOf(person, card).filter(({ user }) => user !== person.id)).toEqual([]);
      // What was attached on the ticket later is told, and with it the file would be, were it not the person's own.
      flow.serviceNow.db.update('incident', sysId, { comments: 'I have read it' }, flow.serviceNow.people.agent);
      await toldInThread(person, card, 'I have read it');
      await settled(flow);
      expect(flow.slack.calls.filter(({ method }) => method.startsWith('files.complete'))).toEqual([]);
    },
  );

  test('on a ticket whose journal is too long to be read arrives, and what else changes there is told', async () => {
    const flow = await startPushing();
    const { reply, sysId, person, card } = await watcher(flow, 'ada', VPN);
    const { agent } = flow.serviceNow.people;
    // An entry holds 4,000 characters, and 16 MB are read.
    const entry = { name: 'incident', element: 'comments', element_id: sysId, value: 'x'.repeat(4000) };
    for (let count = 0; count < 4400; count++) flow.serviceNow.db.insert('sys_journal_field', entry, agent);
    flow.serviceNow.db.update('incident', sysId, { impact: '1', urgency: '1' }, agent);
    await toldInThread(person, card, 'Priority');
    const { ts } = await reply('Still waiting');
    await until('the tick', () => marks(flow).includes(ts));
    expect(entries(flow, sysId, 'Still waiting')).toHaveLength(1);
  }, 60_000);

  test('another watcher reads it, without the reference', async () => {
    const flow = await startPushing();
    const { reply } = await watcher(flow, 'ada', VPN);
    const bob = await watcher(flow, 'bob', VPN);
    await reply('Since Monday');
    const told = await toldInThread(bob.person, bob.card, 'Since Monday');
    expect(told.text).toContain('Comment by Ada Requester: Since Monday');
    expect(JSON.stringify(told.blocks)).not.toContain('via Slack');
  });

  test.each(['timeout-after-commit', 'reset-after-commit', 'bad-gateway'] as const)(
    'is one comment, although ServiceNow failed with %s',
    async (kind) => {
      const flow = await startPushing();
      const { reply, sysId } = await watcher(flow, 'ada', VPN);
      flow.serviceNow.faults.set({ kind, method: 'PATCH', path: /\/table\/incident/, times: 1 });
      const { ts } = await reply('Only once, please');
      await until('the tick', () => marks(flow).includes(ts), 20_000);
      await settled(flow);
      expect(entries(flow, sysId, 'Only once, please')).toHaveLength(1);
    },
  );

  test('is one comment, although Slack repeats the event under other ids', async () => {
    const flow = await startPushing();
    const { reply, sysId } = await watcher(flow, 'ada', VPN);
    const { deliveries } = await reply('Only once, please');
    const sent = deliveries.find(({ type }) => type === 'message');
    for (const id of ['Ev0REPEAT1', 'Ev0REPEAT2'])
      await deliverEvent(flow, sent?.rawBody ?? '', (body) => Object.assign(body, { event_id: id }));
    await arrived(flow, sysId, 'Only once, please');
    await settled(flow);
    expect(entries(flow, sysId, 'Only once, please')).toHaveLength(1);
  });

  test('that is longer than a ticket takes is answered', async () => {
    const flow = await startPushing();
    const { reply, person, card } = await watcher(flow, 'ada', VPN);
    const { deliveries } = await reply('First');
    const sent = deliveries.find(({ type }) => type === 'message');
    await deliverEvent(flow, sent?.rawBody ?? '', (body) => {
      const forwarded = { is_share: true, text: 'long '.repeat(9_000) };
      const { ts } = person.dm().messages.at(-1) ?? { ts: '' };
      Object.assign(body, { event_id: 'Ev0LONG' });
      Object.assign(body['event'] as Json, { attachments: [forwarded], ts: `${Number(ts) + 1}` });
    });
    await toldInThread(person, card, 'That is longer than I can bring to a ticket, so I sent nothing of it.');
  });

  test('counts where it is also sent to the conversation', async () => {
    const flow = await startPushing();
    const { reply, sysId, person } = await watcher(flow, 'ada', VPN);
    const { deliveries } = await reply('First');
    const sent = deliveries.find(({ type }) => type === 'message');
    await deliverEvent(flow, sent?.rawBody ?? '', (body) => {
      const { ts } = person.dm().messages.at(-1) ?? { ts: '' };
      Object.assign(body, { event_id: 'Ev0BROADCAST' });
      Object.assign(body['event'] as Json, {
        subtype: 'thread_broadcast',
        text: 'Shown to all',
        blocks: undefined,
        ts: `${Number(ts) + 1}`,
      });
    });
    await arrived(flow, sysId, 'Shown to all');
    await settled(flow);
  });

  test('of twelve thousand characters arrives whole', async () => {
    const flow = await startPushing();
    const { reply, sysId } = await watcher(flow, 'ada', VPN);
    const long = `${'long words '.repeat(1_090)}end`;
    flow.serviceNow.faults.set({ kind: 'reset-after-commit', method: 'PATCH', path: /\/table\/incident/, times: 1 });
    const { ts } = await reply(long);
    await arrived(flow, sysId, 'end');
    await until('the tick', () => marks(flow).includes(ts));
    const parts = entries(flow, sysId, 'long words').map(({ value }) =>
      value.replace(/\n\n\(via Slack, ref \w+\)$/, ''),
    );
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join(' ')).toBe(long);
  });

  test('brings files along, with or without words, and each once', async () => {
    const flow = await startPushing();
    const { reply, sysId, person } = await watcher(flow, 'ada', VPN);
    flow.serviceNow.faults.set({ kind: 'reset-after-commit', path: /attachment\/file/, times: 1 });
    const [one, two] = ['log one', 'log two'].map((text) => person.upload('log.txt', text, 'text/plain'));
    const { ts } = await reply('', [one ?? '', two ?? '']);
    await until('the tick', () => marks(flow).includes(ts), 20_000);
    const files = () => flow.serviceNow.db.rows('sys_attachment').filter((row) => row['table_sys_id'] === sysId);
    expect(files().map((row) => row['file_name'])).toEqual(['log.txt', 'log.txt']);
    const { ts: next } = await reply('And a bad one', [person.upload('virus.exe', 'MZ', 'application/octet-stream')]);
    await arrived(flow, sysId, 'And a bad one');
    await until('the truth about the file', () => timesSaid(person, 'These files could not be attached: virus.exe.'));
    expect(marks(flow)).not.toContain(next);
  });

  test('to a ticket that takes none is answered honestly, in the thread', async () => {
    const flow = await startPushing();
    const { reply, person, card, sysId } = await watcher(flow, 'ada', CLOSED);
    await reply('Hello?');
    await toldInThread(person, card, 'That did not reach ServiceNow.');
    expect(entries(flow, sysId, 'Hello?')).toEqual([]);
  });

  test('that waits, while its author connects another account, is never sent as that one', async () => {
    const flow = await startPushing();
    const { reply, sysId, person, card } = await watcher(flow, 'ada', VPN);
    const { db, people, tokens } = flow.serviceNow;
    // Carl's account has her address and sees her ticket, so he could comment there.
    db.update('sys_user', people.colleague.sysId, { email: people.requester.email }, people.admin);
    db.update('incident', sysId, { watch_list: people.colleague.sysId }, people.admin);
    tokens.revokeAll(people.requester.sysId);
    await reply('As Ada alone');
    const connectAs = async (said: string, as: 'colleague' | 'requester') =>
      followConnect(flow, connectUrlIn(await toldInThread(person, card, said)), as);
    await connectAs('no longer accepts your connection', 'colleague');
    const other = 'while another ServiceNow account was connected';
    const waits = () => timesSaid(person, other) > 0;
    await until('an end', () => waits() || entries(flow, sysId, 'As Ada alone')[0], 20_000);
    expect(entries(flow, sysId, 'As Ada alone')).toEqual([]);
    // It may wait for a week, and nothing that is asked for with the new account waits behind it.
    await reply('As Carl by now');
    expect(await arrived(flow, sysId, 'As Carl by now')).toMatchObject({ by: people.colleague.userName });
    await connectAs(other, 'requester');
    expect(await arrived(flow, sysId, 'As Ada alone')).toMatchObject({ by: people.requester.userName });
  });

  test('elsewhere is a command that is answered once, although Slack repeats the event under another id', async () => {
    const flow = await startPushing();
    const person = flow.person('ada');
    const { deliveries } = await person.say(person.dm().channel, 'qwertyuiop');
    const sent = deliveries.find(({ type }) => type === 'message');
    await deliverEvent(flow, sent?.rawBody ?? '', (body) => Object.assign(body, { event_id: 'Ev0REPEAT1' }));
    await settled(flow);
    expect(directMessages(person).filter(({ user }) => user !== person.id)).toHaveLength(1);
  });

  test('elsewhere is a command, as before', async () => {
    const flow = await startPushing();
    const { person, sysId } = await watcher(flow, 'ada', VPN);
    const { ts } = await person.say(person.dm().channel, 'hello there');
    await settled(flow);
    await person.say(person.dm().channel, 'help', { threadTs: ts });
    await until('help', () =>
      directMessages(person).find(({ text }) => text.includes('/snow') && text.includes('incident')),
    );
    expect(entries(flow, sysId, 'help')).toEqual([]);
  });
});

describe('second thoughts', () => {
  test('an edit adds a correction, once; a deletion is answered honestly', async () => {
    const flow = await startPushing();
    const { reply, sysId, person, card } = await watcher(flow, 'ada', VPN);
    const { ts } = await reply('Since Mnday');
    await arrived(flow, sysId, 'Since Mnday');
    await settled(flow);
    const [edit] = await person.edit(card.channel, ts, 'Since Monday');
    await arrived(flow, sysId, 'Correction: Since Monday');
    await deliverEvent(flow, edit?.rawBody ?? '', (body) => Object.assign(body, { event_id: 'Ev0AGAIN' }));
    await settled(flow);
    expect(entries(flow, sysId, 'Correction: Since Monday')).toHaveLength(1);
    await toldInThread(person, card, 'I added your change as a correction');

    await person.delete(card.channel, ts);
    await toldInThread(person, card, 'Your comment stays in ServiceNow');
    expect(entries(flow, sysId, 'Since M')).toHaveLength(2);
  });

  test('come after what they correct, although that is still on its way', async () => {
    const flow = await startPushing();
    const { reply, sysId, card, person } = await watcher(flow, 'ada', VPN);
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', path: /\/table\/incident/, times: 2 });
    await reply('One thing more.');
    const { ts } = await reply('Since Mnday');
    await person.edit(card.channel, ts, 'Since Monday');
    await arrived(flow, sysId, 'Correction: Since Monday');
    await settled(flow);
    const words = flow.serviceNow.journal(sysId).map(({ value }) => value.split('\n')[0]);
    expect(words.slice(-3)).toEqual(['One thing more.', 'Since Mnday', 'Correction: Since Monday']);
  });

  test('about what never reached ServiceNow are told so', async () => {
    const flow = await startPushing();
    const { reply, sysId, card, person } = await watcher(flow, 'ada', CLOSED);
    const { ts } = await reply('Helo?');
    await toldInThread(person, card, 'That did not reach ServiceNow.');
    await person.edit(card.channel, ts, 'Hello?');
    await until('the answer to that', () => timesSaid(person, 'That did not reach ServiceNow.') === 2);
    await settled(flow);
    expect(entries(flow, sysId, 'Hel')).toEqual([]);
  });

  test('words that were never a comment may be edited and deleted in silence', async () => {
    const flow = await startPushing();
    const { person } = await watcher(flow, 'ada', VPN);
    const { ts } = await person.say(person.dm().channel, 'help');
    await settled(flow);
    const before = directMessages(person).length;
    await person.edit(person.dm().channel, ts, 'helpp');
    await person.delete(person.dm().channel, ts);
    await settled(flow);
    expect(directMessages(person)).toHaveLength(before);
  });
});

describe('a reply that is deleted while it is on its way', () => {
  const isTried = (flow: Flow) =>
    until('a try', () =>
      flow.serviceNow.requests.find(({ method, path }) => method === 'PATCH' && path.includes('/table/incident/')),
    );

  test('and waits behind another one, is never sent', async () => {
    const flow = await startPushing();
    const { reply, sysId, card, person } = await watcher(flow, 'ada', VPN);
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', path: /\/table\/incident/, times: 3 });
    await reply('One thing more.');
    await isTried(flow);
    const { ts } = await reply('I take that back');
    await person.delete(card.channel, ts);
    await toldInThread(person, card, 'You deleted that before it was sent, so nothing of it goes to ServiceNow.');
    await arrived(flow, sysId, 'One thing more.');
    await settled(flow);
    expect(entries(flow, sysId, 'I take that back')).toEqual([]);
    expect(timesSaid(person, 'may be in ServiceNow')).toBe(0);
  });

  test('and waits for its author to connect, is never sent', async () => {
    const flow = await startPushing();
    const { reply, sysId, card, person } = await watcher(flow, 'ada', VPN);
    flow.serviceNow.tokens.revokeAll(flow.serviceNow.people.requester.sysId);
    await person.command('list');
    await until('the prompt', () => wordsOf(person.ephemeral()).includes('no longer accepts your connection'));
    const { ts } = await reply('I take that back');
    await toldInThread(person, card, 'no longer accepts your connection');
    await person.delete(card.channel, ts);
    await toldInThread(person, card, 'You deleted that before it was sent');
    await flow.link('ada');
    await settled(flow);
    expect(entries(flow, sysId, 'I take that back')).toEqual([]);
    expect(timesSaid(person, 'did not reach')).toBe(0);
  });

  test('and was tried in vain, is not tried again, and its author hears that it is not there', async () => {
    const flow = await startPushing();
    const { reply, sysId, card, person, number } = await watcher(flow, 'ada', VPN);
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', path: /\/table\/incident/, times: 1 });
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: /\/table\/incident/, times: 2 });
    const { ts } = await reply('I take that back');
    await isTried(flow);
    await person.delete(card.channel, ts);
    await toldInThread(person, card, 'That may be in ServiceNow already, but I do not send it again.');
    await toldInThread(person, card, `That did not reach ${number}, and I do not send it any more.`, 20_000);
    await settled(flow);
    expect(entries(flow, sysId, 'I take that back')).toEqual([]);
  });

  test('and was written although the answer got lost, is said to be there', async () => {
    const flow = await startPushing();
    const { reply, sysId, card, person, number } = await watcher(flow, 'ada', VPN);
    flow.serviceNow.faults.set({ kind: 'timeout-after-commit', method: 'PATCH', path: /\/table\/incident/, times: 1 });
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: /\/table\/incident/, times: 2 });
    const { ts } = await reply('I take that back');
    await arrived(flow, sysId, 'I take that back');
    await person.delete(card.channel, ts);
    await toldInThread(person, card, 'That may be in ServiceNow already');
    await toldInThread(person, card, `That reached ${number} before you deleted it here, and it stays there.`, 20_000);
    await settled(flow);
    expect(entries(flow, sysId, 'I take that back')).toHaveLength(1);
  });
});

describe('a reply below an internal note', () => {
  async function belowNote(options: FlowOptions = {}) {
    const flow = await startPushing(options);
    const bob = await watcher(flow, 'bob', VPN);
    flow.serviceNow.db.update(
      'incident',
      bob.sysId,
      { work_notes: 'Between us', impact: '1' },
      flow.serviceNow.people.admin,
    );
    await toldInThread(bob.person, bob.card, 'Between us');
    await settled(flow);
    const { ts } = await bob.reply('I blame the caller');
    const question = await toldInThread(bob.person, bob.card, 'Who may read your answer?');
    // The question is there before the job that waits for its end.
    await settled(flow);
    return { flow, ts, question, ...bob };
  }

  test.each([
    ['send-as-note', 'work_notes', 'Sent as an internal work note.'],
    ['send-as-comment', 'comments', 'Sent as a comment that the caller can read.'],
  ])('asks who may read it: %s', async (button, element, said) => {
    const { flow, ts, question, person, sysId } = await belowNote();
    expect(entries(flow, sysId, 'I blame')).toEqual([]);
    await person.click(at(question), button);
    expect(await arrived(flow, sysId, 'I blame')).toMatchObject({ element, by: 'bob.agent' });
    await until('the tick', () => marks(flow).includes(ts));
    await until('the answer', () => person.dm().messages.find(({ text }) => text.includes(said)));
    await person.click(at(question), button);
    await until('no second one', () => person.dm().messages.find(({ text }) => text.includes('was sent already')));
    await settled(flow);
    expect(entries(flow, sysId, 'I blame')).toHaveLength(1);
  });

  test('is asked about, although it waited until the last word was for everybody again', async () => {
    const flow = await startPushing();
    const bob = await watcher(flow, 'bob', VPN);
    const { admin, requester } = flow.serviceNow.people;
    const write = (words: Row, by: typeof admin) => flow.serviceNow.db.update('incident', bob.sysId, words, by);
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', path: /\/table\/incident/ });
    await bob.reply('We look into it');
    await until('a try', () => flow.serviceNow.requests.find(({ method }) => method === 'PATCH'));
    write({ work_notes: 'Between us' }, admin);
    await toldInThread(bob.person, bob.card, 'Between us');
    await bob.reply('Do not tell them: HR is involved');
    write({ comments: 'Any news?' }, requester);
    await toldInThread(bob.person, bob.card, 'Any news?');
    flow.serviceNow.faults.clear();
    const isAsked = () => timesSaid(bob.person, 'Who may read your answer?') > 0;
    await until('an end', () => isAsked() || entries(flow, bob.sysId, 'HR is involved')[0], 20_000);
    expect(
      entries(flow, bob.sysId, '')
        .map(({ value }) => value.split('\n')[0])
        .slice(-3),
    ).toEqual(['Between us', 'Any news?', 'We look into it']);
  });

  test('a correction of a note is a note', async () => {
    const { flow, ts, question, person, card, sysId } = await belowNote();
    await person.click(at(question), 'send-as-note');
    await arrived(flow, sysId, 'I blame');
    await settled(flow);
    await person.edit(card.channel, ts, 'I blame the gateway');
    expect(await arrived(flow, sysId, 'Correction: I blame the gateway')).toMatchObject({ element: 'work_notes' });
    await settled(flow);
    expect(entries(flow, sysId, 'I blame').map(({ element }) => element)).toEqual(['work_notes', 'work_notes']);
  });

  test('what waits can still be changed', async () => {
    const { flow, ts, question, person, card, sysId } = await belowNote();
    await person.edit(card.channel, ts, 'I thank the caller');
    await person.click(at(question), 'send-as-comment');
    await arrived(flow, sysId, 'I thank the caller');
    await settled(flow);
    expect(entries(flow, sysId, 'I blame')).toEqual([]);
  });

  test('both buttons at once: the first counts, and both answers name it', async () => {
    const { flow, question, person, sysId } = await belowNote();
    await Promise.all(['send-as-note', 'send-as-comment'].map((button) => person.click(at(question), button)));
    const entry = await arrived(flow, sysId, 'I blame');
    const lane = entry.element === 'work_notes' ? 'internal work note' : 'comment that the caller can read';
    await until('both answers', () => dmsWith(person, lane)[1]);
    await settled(flow);
    expect(entries(flow, sysId, 'I blame')).toHaveLength(1);
    expect(dmsWith(person, /as a(n internal work note| comment that)/)).toHaveLength(2);
  });

  test('an edit that meets the click is not lost', async () => {
    const { flow, ts, question, person, card, sysId } = await belowNote();
    const held = keysIn(flow).held({ tenant: flow.slack.team.id, team: flow.slack.team.id, user: person.id }, ts);
    const words = (await flow.redis.get(held)) ?? '';
    await person.click(at(question), 'send-as-note');
    await arrived(flow, sysId, 'I blame');
    // As it lies in the store while the click is on its way.
    await flow.redis.set(held, words);
    await person.edit(card.channel, ts, 'I thank the caller');
    expect(await arrived(flow, sysId, 'Correction: I thank the caller')).toMatchObject({ element: 'work_notes' });
    await settled(flow);
  });

  test('what waits and is deleted is never sent', async () => {
    const { flow, ts, question, person, card, sysId } = await belowNote();
    await person.delete(card.channel, ts);
    await person.click(at(question), 'send-as-comment');
    await until('the answer', () => dmsWith(person, 'You deleted that answer before it was sent')[0]);
    await settled(flow);
    expect(entries(flow, sysId, 'I blame')).toEqual([]);
  });

  test('what nobody decides for a day is said not to be sent, once, and its buttons are gone', async () => {
    const clock = createClock();
    const { flow, question, person, card, sysId } = await belowNote(clock.options);
    const late = await heldBack(flow, () => person.click(at(question), 'send-as-comment'));
    await clock.pass(24 * 60 * MINUTE, flow.redis);
    const queue = new Queue('deliver', { connection: flow.redis, prefix: prefixOf(flow, 'deliver') });
    await (await queue.getDelayed()).find(({ name }) => name === 'expire-reply')?.promote();
    await queue.close();
    const said = 'Your answer was not sent: for a day nobody said who may read it.';
    await until('the truth, below the card and in place of the question', () => timesSaid(person, said) === 2, 20_000);
    expect(JSON.stringify(threadOf(person, card))).not.toContain('send-as');
    expect((await flow.slack.deliver({ rawBody: late.rawBody })).status).toBe(200);
    await until('the same for whoever presses late', () => dmsWith(person, said)[2]);
    await settled(flow);
    expect(entries(flow, sysId, 'I blame')).toEqual([]);
  });

  test('what is sent in time never expires', async () => {
    const clock = createClock();
    const { flow, question, person, sysId } = await belowNote(clock.options);
    await person.click(at(question), 'send-as-note');
    await arrived(flow, sysId, 'I blame');
    await clock.pass(24 * 60 * MINUTE, flow.redis);
    const queue = new Queue('deliver', { connection: flow.redis, prefix: prefixOf(flow, 'deliver') });
    await (await queue.getDelayed()).find(({ name }) => name === 'expire-reply')?.promote();
    await settled(flow);
    expect(await queue.getDelayedCount()).toBe(0);
    await queue.close();
    expect(timesSaid(person, 'was not sent')).toBe(0);
  });
});

describe('an answer that is written, while Slack refuses the tick for it', () => {
  test('stays one comment and is not asked about, although an internal note comes in between', async () => {
    const flow = await startPushing();
    const bob = await watcher(flow, 'bob', VPN);
    flow.slack.faults.set({ method: 'reactions.add', kind: '500', times: 3 });
    const { ts } = await bob.reply('We look into it');
    await arrived(flow, bob.sysId, 'We look into it');
    flow.serviceNow.db.update('incident', bob.sysId, { work_notes: 'Between us' }, flow.serviceNow.people.admin);
    await toldInThread(bob.person, bob.card, 'Between us');
    await until('the tick', () => marks(flow).includes(ts), 20_000);
    await settled(flow);
    expect(timesSaid(bob.person, 'Who may read your answer?')).toBe(0);
    expect(entries(flow, bob.sysId, 'We look into it')).toHaveLength(1);
  });

  test('is done, although its tick and its card are refused for good', async () => {
    const flow = await startPushing();
    const { reply, sysId, person, card } = await watcher(flow, 'ada', VPN);
    flow.slack.faults.set({ method: 'chat.update', kind: 'error', error: 'msg_blocks_too_long', times: 1 });
    flow.slack.faults.set({ method: 'reactions.add', kind: 'error', error: 'too_many_reactions', times: 1 });
    await reply('It is written');
    await toldInThread(person, card, 'Your comment is on');
    await settled(flow);
    expect(entries(flow, sysId, 'It is written')).toHaveLength(1);
    expect(timesSaid(person, 'did not reach ServiceNow')).toBe(0);
  });
});

describe('buttons of the card', () => {
  test('Add a comment asks for words, and sends them as a comment', async () => {
    const flow = await startPushing();
    const { person, card, sysId } = await watcher(flow, 'ada', VPN);
    await openWords(person, card, 'add-comment');
    person.fill({ words: '   ' });
    await person.submit();
    expect(person.modal()?.errors).toEqual({ words: 'Please write a few words.' });
    person.fill({ words: 'By form' });
    await person.submit();
    expect(person.modal()).toBeUndefined();
    expect(await arrived(flow, sysId, 'By form')).toMatchObject({ element: 'comments', by: 'ada.requester' });
    await until('the answer', () => timesSaid(person, 'Your comment is on INC'));
  });

  test('Reopen, with why: the ticket is open again, and the card knows', async () => {
    const flow = await startPushing();
    const { person, card, sysId, number } = await watcher(flow, 'ada', SOLVED);
    await openWords(person, card, 'reopen');
    person.fill({ words: 'Still locked out' });
    await person.submit();
    await until('it to be open', () => flow.serviceNow.db.get('incident', sysId)?.['state'] === '2');
    await arrived(flow, sysId, 'Still locked out');
    await until('the answer', () => timesSaid(person, `${number} is open again, and the team knows why.`));
    await until('the card', () => cardsOf(person, number).find(({ text }) => text.includes('In Progress')));
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(JSON.stringify(cardsOf(person, number).at(-1)?.blocks)).not.toContain('"reopen"');
    expect(threadOf(person, card)).toEqual([]);
  });

  test('Reopen of what was closed meanwhile is told, and changes nothing', async () => {
    const flow = await startPushing();
    const { person, card, sysId } = await watcher(flow, 'ada', SOLVED);
    await openWords(person, card, 'reopen');
    person.fill({ words: 'Still locked out' });
    flow.serviceNow.push.configure(undefined);
    flow.serviceNow.db.update('incident', sysId, { state: '7' }, flow.serviceNow.people.admin);
    await person.submit();
    await until('the truth', () => timesSaid(person, 'That did not reach ServiceNow.'));
    expect(flow.serviceNow.db.get('incident', sysId)?.['state']).toBe('7');
  });

  test('It is fixed tells the team; who may close it closes it', async () => {
    const flow = await startPushing();
    const ada = await watcher(flow, 'ada', SOLVED);
    await ada.person.click(at(ada.card), 'confirm-fixed');
    await arrived(flow, ada.sysId, 'says that it is fixed');
    await answered(ada.person, `The team knows that ${ada.number} is fixed.`);
    expect(flow.serviceNow.db.get('incident', ada.sysId)?.['state']).toBe('6');
    await flow.serviceNow.push.idle();
    await settled(flow);
    const bob = await watcher(flow, 'bob', SOLVED);
    await bob.person.click(at(bob.card), 'confirm-fixed');
    await until('it to be closed', () => flow.serviceNow.db.get('incident', ada.sysId)?.['state'] === '7');
  });

  test('a form that was opened in a channel answers the person alone', async () => {
    const flow = await startPushing();
    const { person } = await watcher(flow, 'bob', VPN);
    const { itHelp } = flow.slack.channels;
    await flow.link('eve');
    await flow.person('eve').command('approvals', { channel: itHelp });
    const list = await answered(flow.person('eve'), 'Waiting for your approval');
    await openWords(flow.person('eve'), list, 'reject');
    flow.person('eve').fill({ words: 'Too dear' });
    await flow.person('eve').submit();
    await answered(flow.person('eve'), 'is rejected in your name');
    expect(flow.slack.postedMessages({ channel: itHelp, ephemeral: false })).toEqual([]);
    expect(timesSaid(person, 'rejected')).toBe(0);
  });
});

async function openWords(person: SlackPerson, message: PostedMessage, button: string): Promise<void> {
  await person.click(at(message), button);
  await until('the form', () => person.modal()?.view.callback_id === button.replace('add-', ''));
}

async function deliverEvent(flow: Flow, rawBody: string, change: (body: Json) => void): Promise<void> {
  const body = JSON.parse(rawBody) as Json;
  change(body);
  const { status } = await flow.slack.deliver({ rawBody: JSON.stringify(body) });
  expect(status).toBe(200);
}
