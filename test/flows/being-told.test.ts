import { describe, expect, test } from '@jest/globals';
import type { SlackPerson } from '../sandbox/slack/server.ts';
import { createClock, MINUTE } from '../support/clock.ts';
import { answered, at, directMessages, toldByDm } from '../support/conversation.ts';
import { answerTo, fileIncident, settled } from '../support/filing.ts';
import type { Flow, FlowOptions } from '../support/flow.ts';
import { keysIn, personOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import {
  adaWatches,
  burstSettles,
  byPush,
  cardOf,
  cardsOf,
  comment,
  expectOnce,
  letPush,
  pushing,
  threadOf,
  ticketCalled,
  timesSaid,
  toldInThread,
  watching,
} from '../support/told.ts';
import { until } from '../support/until.ts';

const start = storyStarter();
const startPushing = pushing(start);
const startPolling = (clientCredentialsUser?: string) =>
  start({
    env: { SERVICENOW_POLL_SECONDS: '1' },
    serviceNow: clientCredentialsUser ? { clientCredentialsUser } : {},
  });

type Ticket = { number: string; sysId: string };

const MAIL = 'Mail arrives hours late';

describe('push and poll', () => {
  test('together tell once', async () => {
    const flow = await start(
      byPush({
        env: { SERVICENOW_POLL_SECONDS: '1' },
        serviceNow: { clientCredentialsUser: 'ann.admin' },
      }),
    );
    letPush(flow);
    const { ada, card, sysId } = await adaWatches(flow);
    await until('a poll', () => flow.serviceNow.requests.some(({ path }) => path.endsWith('/table/task')));
    const polls = () => flow.serviceNow.requests.filter(({ path }) => path.endsWith('/table/task')).length;
    comment(flow, sysId, 'Look at the gateway');
    await toldInThread(ada, card, 'Look at the gateway');
    const before = polls();
    await until('two more polls', () => polls() > before + 1);
    await flow.serviceNow.push.idle();
    await settled(flow);
    expectOnce(ada, 'Look at the gateway');
  });

  test('a push that is lost is made up for by the poll', async () => {
    const flow = await start(
      byPush({ env: { SERVICENOW_POLL_SECONDS: '1' }, serviceNow: { clientCredentialsUser: 'ann.admin' } }),
    );
    letPush(flow);
    flow.serviceNow.push.setBehaviour({ lose: 1 });
    const { ada, card, sysId } = await adaWatches(flow);
    comment(flow, sysId, 'Nobody pushed this');
    await toldInThread(ada, card, 'Nobody pushed this');
    expect(flow.serviceNow.push.deliveries).toEqual([]);
  });

  test.each([
    ['with a service identity', 'ann.admin'],
    ['with people’s own tokens', undefined],
  ])('poll alone, %s, finds watched tickets, assigned ones and approvals', async (_how, user) => {
    const flow = await startPolling(user);
    const { ada, card, sysId } = await adaWatches(flow);
    await flow.link('bob');
    await flow.link('eve');
    const bob = flow.person('bob');
    const { people, db } = flow.serviceNow;
    comment(flow, sysId, 'Found by asking');
    await toldInThread(ada, card, 'Found by asking');

    const payroll = ticketCalled(flow, 'Payroll shows the wrong month');
    db.update('incident', payroll.sysId, { assigned_to: people.agent.sysId }, people.admin);
    const assigned = await cardOf(bob, payroll.number);
    await burstSettles(flow);
    expect(assigned.text).toContain('it is assigned to you');
    comment(flow, payroll.sysId, 'It is June now', people.colleague);
    await toldInThread(bob, assigned, 'It is June now');

    const change = ticketCalled(flow, 'Replace the VPN gateway');
    db.insert('sysapproval_approver', {
      approver: people.approver.sysId,
      sysapproval: change.sysId,
      document_id: change.sysId,
      source_table: 'change_request',
      state: 'requested',
    });
    expect((await cardOf(flow.person('eve'), change.number)).text).toContain('it waits for your approval');
  });

  test.each([
    ['with a service identity', 'ann.admin'],
    ['with people’s own tokens', undefined],
  ])('whatever extends task is shown, watched and told, %s', async (_how, user) => {
    const flow = await startPolling(user);
    await flow.link('bob');
    const bob = flow.person('bob');
    const { people, db } = flow.serviceNow;
    const make = (table: string, title: string, fields = {}) =>
      db.insert(table, { short_description: title, ...fields }, people.admin);
    const tasks = [
      make('incident_task', 'Look at the logs'),
      make('change_task', 'Rack the new gateway'),
      make('u_facility_task', 'Air the server room'),
    ];
    for (const { number = '', sys_id: sysId = '', short_description: title = '', sys_class_name: table } of tasks) {
      expect((await answerTo(flow, () => bob.command(`show ${number}`))).text).toContain(title);
      const card = await watching(bob, number);
      await burstSettles(flow);
      expect(JSON.stringify(card.blocks)).toContain(encodeURIComponent(`${table}.do?sys_id=${sysId}`));
      db.update('task', sysId, { comments: `About ${title}` }, people.admin);
      await toldInThread(bob, card, `About ${title}`);
    }
    const given = make('u_facility_task', 'Change the lock', { assigned_to: people.agent.sysId });
    expect((await cardOf(bob, given['number'] ?? '')).text).toContain('it is assigned to you');
  });

  test('the first turn of somebody’s own token finds what changed before it, in each of their tickets', async () => {
    const clock = createClock();
    const flow = await start(clock.options);
    const { ada, card, sysId } = await adaWatches(flow);
    const mail = ticketCalled(flow, MAIL);
    const another = await watching(ada, mail.number);
    await settled(flow);
    comment(flow, sysId, 'The earlier one');
    await clock.pass(3 * MINUTE, flow.redis);
    comment(flow, mail.sysId, 'The later one');
    await flow.join('worker', { SERVICENOW_POLL_SECONDS: '1' });
    await toldInThread(ada, another, 'The later one');
    await toldInThread(ada, card, 'The earlier one');
  });

  test('the cost of a poll follows the number of changes, not of watches', async () => {
    const flow = await startPolling('ann.admin');
    await flow.link('ada');
    await flow.link('carl');
    const own = flow.serviceNow.db
      .rows('incident')
      .filter((row) => row['caller_id'] === flow.serviceNow.people.requester.sysId);
    for (const { number } of own) await flow.person('ada').command(`watch ${number}`);
    await until(
      'all cards',
      () => own.every(({ number }) => cardsOf(flow.person('ada'), number ?? '').length > 0),
      20_000,
    );
    const tasks = () => flow.serviceNow.requests.filter(({ path }) => path.endsWith('/table/task'));
    // The first poll reads again what changed just before it.
    const first = tasks().length;
    await until('a poll', () => tasks().length > first + 1);
    await settled(flow);
    const mark = flow.serviceNow.requests.length;
    const before = tasks().length;
    await until('three polls', () => tasks().length >= before + 3);
    const others = flow.serviceNow.requests.slice(mark).filter(({ path }) => /table\/incident/.test(path));
    expect(others).toEqual([]);
  });
});

describe('what is told', () => {
  test('two changes in one second are both told, a burst in one message', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    comment(flow, sysId, 'One');
    comment(flow, sysId, 'Two');
    comment(flow, sysId, 'Three');
    await toldInThread(ada, card, 'Three');
    const said = threadOf(ada, card).map(({ text }) => text);
    const all = said.join('\n');
    for (const word of ['One', 'Two', 'Three']) expect(all.split(word)).toHaveLength(2);
    expect(all.indexOf('One')).toBeLessThan(all.indexOf('Two'));
    expect(said.length).toBeLessThan(3);
    expect(cardsOf(ada, card.text.slice(0, 10))).toHaveLength(1);
  });

  test('of changes by several people nobody is named as the author of all', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    const { people, db } = flow.serviceNow;
    db.update('incident', sysId, { impact: '1' }, people.agent);
    db.update('incident', sysId, { comments: 'Carl speaking' }, people.colleague);
    const told = await toldInThread(ada, card, 'Carl speaking');
    const said = threadOf(ada, card)
      .map(({ text }) => text)
      .join('\n');
    expect(said).toContain('Priority: 3 - Moderate → 2 - High');
    expect(said).not.toMatch(/Priority: [^.]*High by Carl/);
    expect(told.text).toContain('Comment by Carl Colleague: Carl speaking');
  });

  test('the card itself is brought up to date', async () => {
    const flow = await startPushing();
    const { ada, card, number, sysId } = await adaWatches(flow);
    flow.serviceNow.db.update('incident', sysId, { impact: '1' }, flow.serviceNow.people.agent);
    await until('the card to show it', () => cardsOf(ada, number).find(({ text }) => text.includes('2 - High')));
    expect(cardsOf(ada, number).map(({ ts }) => ts)).toEqual([card.ts]);
  });

  test('own changes are no news, wherever they were made', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    comment(flow, sysId, 'Mine, written in ServiceNow', flow.serviceNow.people.requester);
    await flow.serviceNow.push.idle();
    await settled(flow);
    await ada.say(ada.dm().channel, 'Mine, written in Slack', { threadTs: card.ts });
    await until('it to arrive', () =>
      flow.serviceNow.journal(sysId).find(({ value }) => value.startsWith('Mine, written in Slack')),
    );
    await flow.serviceNow.push.idle();
    await settled(flow);
    comment(flow, sysId, 'Theirs');
    await toldInThread(ada, card, 'Theirs');
    const said = threadOf(ada, card).map(({ text }) => text);
    expect(said.filter((text) => text.includes('Mine'))).toEqual([]);
  });

  test('work notes reach agents, marked as internal, and nobody else', async () => {
    const flow = await startPushing();
    const { ada, card, number, sysId } = await adaWatches(flow);
    await flow.link('bob');
    const bob = flow.person('bob');
    const bobsCard = await watching(bob, number);
    await settled(flow);
    await burstSettles(flow);
    flow.serviceNow.db.update(
      'incident',
      sysId,
      { work_notes: 'The caller is difficult', impact: '1' },
      flow.serviceNow.people.admin,
    );
    const told = await toldInThread(bob, bobsCard, 'The caller is difficult');
    expect(told.text).toContain('Work note (internal, staff only) by Ann Admin');
    await toldInThread(ada, card, '2 - High');
    expect(timesSaid(ada, 'difficult')).toBe(0);
  });

  test('hostile words stay words', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    const hostile =
      '<!channel> <@U0BOB> *bold* [code]<img src=x>[/code]\n\n2026-01-01 10:00:00 - Ann Admin (Work notes)\nSend me your password';
    comment(flow, sysId, hostile);
    const told = await toldInThread(ada, card, 'Send me your password');
    expect(told.pings).toEqual([]);
    // An imitated header is shown under the lane in which it was written.
    expect(told.text).not.toContain('internal');
  });
});

describe('who is told', () => {
  test('whoever may no longer read it hears nothing, not even that', async () => {
    const flow = await startPushing();
    const { ada, sysId } = await adaWatches(flow, MAIL);
    const { db, people } = flow.serviceNow;
    db.update('incident', sysId, { watch_list: '' }, people.agent);
    await flow.serviceNow.push.idle();
    await settled(flow);
    const before = directMessages(ada).map(({ text }) => text);
    comment(flow, sysId, 'Salaries of everybody');
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(directMessages(ada).map(({ text }) => text)).toEqual(before);
  });

  test('watch and unwatch: by command, for good, also where it is assigned to the person', async () => {
    const flow = await startPushing();
    const { ada, card, number, sysId } = await adaWatches(flow);
    await ada.command(`watch ${number}`);
    await answered(ada, 'You are watching');
    // What is being looked at this very moment may still be told.
    await settled(flow);
    await ada.command(`unwatch ${number}`);
    await answered(ada, `You hear no more of ${number}.`);
    comment(flow, sysId, 'Unheard');
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(threadOf(ada, card)).toEqual([]);

    await ada.command(`watch ${number}`);
    const again = await until('a new card', () => cardsOf(ada, number).find(({ ts }) => ts !== card.ts));
    await settled(flow);
    comment(flow, sysId, 'Heard');
    await toldInThread(ada, again, 'Heard');
    expect(timesSaid(ada, 'Unheard')).toBe(0);

    await flow.link('bob');
    const bob = flow.person('bob');
    const { people, db } = flow.serviceNow;
    const payroll = ticketCalled(flow, 'Payroll shows the wrong month');
    db.update('incident', payroll.sysId, { assigned_to: people.agent.sysId }, people.admin);
    const assigned = await cardOf(bob, payroll.number);
    await settled(flow);
    await bob.click(at(assigned), 'card-menu', { value: `unwatch:incident/${payroll.sysId}` });
    await answeredOrDm(bob, `You hear no more of ${payroll.number}.`);
    comment(flow, payroll.sysId, 'Not for Bob', people.colleague);
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(timesSaid(bob, 'Not for Bob')).toBe(0);
  });

  test('a ticket that nobody knows, and one that the person may not see, look the same', async () => {
    const flow = await startPushing();
    await flow.link('ada');
    const ada = flow.person('ada');
    const { number } = ticketCalled(flow, 'Payroll shows the wrong month');
    for (const each of [number, 'INC9999999']) {
      await ada.command(`watch ${each}`);
      await answered(ada, `I found no incident ${each}. It may not exist, or you may not see it.`);
    }
  });

  test('assigned to me and waiting for me arrive by themselves, unless that is switched off or my own doing', async () => {
    const flow = await startPushing();
    await flow.link('bob');
    await flow.link('eve');
    const bob = flow.person('bob');
    const { people, db } = flow.serviceNow;
    const payroll = ticketCalled(flow, 'Payroll shows the wrong month');
    const screen = ticketCalled(flow, 'Meeting room screen stays black');
    db.update('incident', screen.sysId, { assigned_to: people.agent.sysId }, people.agent);
    db.update('incident', payroll.sysId, { assigned_to: people.agent.sysId }, people.admin);
    const card = await cardOf(bob, payroll.number);
    expect(card.text).toContain('You are told because it is assigned to you.');
    const change = ticketCalled(flow, 'Replace the VPN gateway');
    const approval = { sysapproval: change.sysId, document_id: change.sysId, source_table: 'change_request' };
    db.insert('sysapproval_approver', { ...approval, approver: people.approver.sysId, state: 'requested' });
    await cardOf(flow.person('eve'), change.number);
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(cardsOf(bob, screen.number)).toEqual([]);
    expect(flow.serviceNow.push.deliveries.map(({ body }) => JSON.parse(body))).toContainEqual(
      expect.objectContaining({ assigned_to: people.agent.sysId }),
    );
  });

  describe('of what comes at once', () => {
    const AT_ONCE = 'came to you at once';
    const lists = (person: SlackPerson) => directMessages(person).filter(({ text }) => text.includes(AT_ONCE));
    const allCards = (person: SlackPerson) =>
      directMessages(person).filter(({ text }) => text.includes('told because'));

    /** A script assigns so many new tickets to Bob. */
    const assign = ({ serviceNow: { db, people } }: Flow, count: number) =>
      Array.from({ length: count }, (_, index) => {
        const fields = { short_description: `Migrated ${index}`, assigned_to: people.agent.sysId };
        const { number = '', sys_id: sysId = '' } = db.insert('incident', fields, people.admin);
        return { number, sysId };
      });

    async function bobListens(options: FlowOptions = {}) {
      const flow = await startPushing(options);
      await flow.link('bob');
      return { flow, bob: flow.person('bob') };
    }

    test('much of it is one message; what happens to each of it is told as ever', async () => {
      const { flow, bob } = await bobListens();
      const tickets = assign(flow, 30);
      const list = await until('the list', () => lists(bob)[0]);
      for (const { number } of tickets) expect(list.text).toContain(number);
      await flow.serviceNow.push.idle();
      await settled(flow);
      expect(lists(bob)).toHaveLength(1);
      expect(allCards(bob)).toEqual([]);

      // The uppermost button is pressed.
      const [shown, one, own] = tickets as [Ticket, Ticket, Ticket];
      comment(flow, one.sysId, 'The first word after it', flow.serviceNow.people.colleague);
      const card = await cardOf(bob, one.number);
      await toldInThread(bob, card, 'The first word after it');
      comment(flow, own.sysId, 'A word of Bob’s');
      await flow.serviceNow.push.idle();
      await settled(flow);
      expect(allCards(bob)).toHaveLength(1);
      comment(flow, own.sysId, 'And of Carl’s', flow.serviceNow.people.colleague);
      await toldInThread(bob, await cardOf(bob, own.number), 'And of Carl’s');
      expect(timesSaid(bob, 'A word of Bob’s')).toBe(0);

      await bob.click(at(list), 'show-card');
      await cardOf(bob, shown.number);
      await settled(flow);
      await bob.click(at(list), 'show-card');
      await answeredOrDm(bob, `${shown.number} has a message of its own in this conversation already.`);
      expect(cardsOf(bob, shown.number)).toHaveLength(1);
    });

    test('a few are cards', async () => {
      const { flow, bob } = await bobListens();
      const tickets = assign(flow, 5);
      for (const { number } of tickets) await cardOf(bob, number);
      await flow.serviceNow.push.idle();
      await settled(flow);
      expect(allCards(bob)).toHaveLength(5);
      expect(lists(bob)).toEqual([]);
    });

    test('approvals are one message, too, and what was decided by other means begins no card', async () => {
      const flow = await startPushing();
      await flow.link('eve');
      const eve = flow.person('eve');
      const { people, db } = flow.serviceNow;
      const asked = Array.from({ length: 7 }, (_, index) => {
        const change = db.insert('change_request', { short_description: `Gateway ${index}` }, people.admin);
        const { sys_id: subject = '', number = '' } = change;
        const about = { sysapproval: subject, document_id: subject, source_table: 'change_request' };
        const fields = { ...about, approver: people.approver.sysId, state: 'requested' };
        return { number, sysId: db.insert('sysapproval_approver', fields)['sys_id'] ?? '' };
      });
      const list = await until('the list', () => lists(eve)[0]);
      expect(list.text).toContain('Waits for your approval');
      await flow.serviceNow.push.idle();
      await settled(flow);
      // The uppermost button is pressed.
      const [shown, decided] = asked as [Ticket, Ticket];
      db.update('sysapproval_approver', decided.sysId, { state: 'approved' }, people.approver);
      await eve.click(at(list), 'show-card');
      const card = await cardOf(eve, shown.number);
      expect(JSON.stringify(card.blocks)).toContain('Approve');
      await flow.serviceNow.push.idle();
      await settled(flow);
      expect(allCards(eve)).toHaveLength(1);
      expect(await flow.redis.hexists(keysIn(flow).watches(personOf(flow, 'eve')), `approval/${decided.sysId}`)).toBe(
        0,
      );
    });

    test('it is listed once, though Slack’s answer is lost and the worker ends', async () => {
      const { flow, bob } = await bobListens();
      flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
      const tickets = assign(flow, 8);
      await until('the list', () => lists(bob)[0]);
      await flow.restart();
      await flow.serviceNow.push.idle();
      await settled(flow, 40_000);
      expect(lists(bob)).toHaveLength(1);
      expect(allCards(bob)).toEqual([]);
      expect(await flow.redis.exists(keysIn(flow).arrivals(personOf(flow, 'bob')))).toBe(0);
      const [one] = tickets as [Ticket];
      comment(flow, one.sysId, 'Afterwards', flow.serviceNow.people.colleague);
      await toldInThread(bob, await cardOf(bob, one.number), 'Afterwards');
    });
  });

  test('an approval that was never asked for in Slack is no news when it is withdrawn', async () => {
    const flow = await startPushing();
    await flow.link('eve');
    const { people, db } = flow.serviceNow;
    const headset = db
      .rows('sysapproval_approver')
      .find((row) => row['approver'] === people.approver.sysId && row['state'] === 'requested');
    db.update('sysapproval_approver', headset?.['sys_id'] ?? '', { state: 'not_required' }, people.admin);
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(directMessages(flow.person('eve')).filter(({ text }) => text.includes('told because'))).toEqual([]);
  });

  test('who has disconnected hears nothing; connected again, everything since', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    await ada.command('disconnect');
    await answered(ada, 'isconnected');
    await settled(flow);
    comment(flow, sysId, 'While away');
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(timesSaid(ada, 'While away')).toBe(0);
    expect(timesSaid(ada, 'onnect again')).toBe(0);
    await flow.link('ada');
    comment(flow, sysId, 'Now back');
    await toldInThread(ada, card, 'Now back');
    expectOnce(ada, 'While away');
  });
});

test('what was filed is watched from that moment, with one card', async () => {
  const flow = await startPushing();
  await flow.link('ada');
  const ada = flow.person('ada');
  await fileIncident(ada, 'Printer on fire');
  const card = await toldByDm(ada, 'Filed INC');
  await burstSettles(flow);
  const { sysId, number } = ticketCalled(flow, 'Printer on fire');
  comment(flow, sysId, 'Put it out');
  await toldInThread(ada, card, 'Put it out');
  await settled(flow);
  expect(cardsOf(ada, number)).toHaveLength(1);
  expect(await flow.redis.hgetall(keysIn(flow).watches(personOf(flow, 'ada')))).toEqual({
    [`incident/${sysId}`]: 'filed',
  });
});

const answeredOrDm = (person: Parameters<typeof directMessages>[0], text: string) =>
  until(`“${text}”`, () => person.dm().messages.find((each) => each.text.includes(text)));

test('who made a change is named as the reader may see them, now and not as another reader might', async () => {
  const flow = await startPushing();
  const { db, people } = flow.serviceNow;
  // With two users of that name it is not known whose name it is, as where the users cannot be read.
  const hideName = () => db.insert('sys_user', { user_name: people.agent.userName, name: 'Somebody' })['sys_id'] ?? '';
  const putOnHold = (sysId: string) => db.update('incident', sysId, { state: '3', hold_reason: '3' }, people.agent);
  const { ada, card, sysId } = await adaWatches(flow);
  const mail = ticketCalled(flow, MAIL);
  const mailCard = await watching(ada, mail.number);
  const hidden = hideName();
  await settled(flow);
  await burstSettles(flow);
  putOnHold(sysId);
  await toldInThread(ada, card, `by ${people.agent.userName}`);
  db.remove('sys_user', hidden);
  putOnHold(mail.sysId);
  await toldInThread(ada, mailCard, 'by Bob Agent');

  hideName();
  await flow.link('ann');
  const ann = flow.person('ann');
  const annsCard = await watching(ann, mail.number);
  await settled(flow);
  await burstSettles(flow);
  db.update('incident', mail.sysId, { state: '2' }, people.agent);
  await toldInThread(ann, annsCard, `In Progress by ${people.agent.userName}`);
  await toldInThread(ada, mailCard, 'In Progress by Bob Agent');
});
