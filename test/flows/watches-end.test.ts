import { describe, expect, test } from '@jest/globals';
import { DEFAULT_PREFERENCES } from '../../src/records/preferences.ts';
import { keys } from '../../src/redis/keys.ts';
import { createClock } from '../support/clock.ts';
import { answered, at, toldByDm } from '../support/conversation.ts';
import { aDayBegins, dmsWith, fileIncident, incidentsCalled, settled } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { prefixOf } from '../support/store.ts';
import { scanKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';
import { cardOf, cardsOf, pushing, ticketCalled, toldInThread, watching } from '../support/told.ts';
import { until } from '../support/until.ts';

const startPushing = pushing(storyStarter());
const DAY = 24 * 60 * 60_000;
const TITLE = 'Printer on fire';
const VPN = 'Meeting room screen stays black';
const CLOSED = { state: '7', close_code: 'Solution provided', close_notes: 'Put it out.' };

async function start() {
  const clock = createClock();
  const flow = await startPushing({ ...clock.options, slack: { ...clock.options.slack, rateLimits: 'off' } });
  const quiet = async () => {
    await flow.serviceNow.push.idle();
    await settled(flow);
  };
  return {
    flow,
    quiet,
    /** So many days later, when the schedule has looked. */
    async daysLater(days: number) {
      await clock.pass(days * DAY, flow.redis);
      await aDayBegins(flow);
    },
    async change(sysId: string, fields: Record<string, string>, by = flow.serviceNow.people.admin) {
      flow.serviceNow.db.update('incident', sysId, fields, by);
      await quiet();
    },
  };
}

/** Ada files a ticket here. */
async function filed(flow: Flow) {
  await flow.link('ada');
  const ada = flow.person('ada');
  await fileIncident(ada, TITLE);
  const card = await toldByDm(ada, `: ${TITLE}.`);
  await settled(flow);
  const [row = {}] = incidentsCalled(flow, TITLE);
  return { ada, card, sysId: row['sys_id'] ?? '', number: row['number'] ?? '' };
}

/** What lies in the store about a record; finished jobs and people's own words aside. */
const keptOf = async ({ redis }: Flow, sysId: string) =>
  (await scanKeys(redis))
    .filter((key) => key.startsWith('sn:') && key.includes(sysId) && !key.includes(':line:'))
    .sort();

test('a month after a ticket was closed nothing is left of its watch, and a reply in its thread is still about it', async () => {
  const { flow, daysLater, change, quiet } = await start();
  const { ada, card, sysId, number } = await filed(flow);
  await change(sysId, CLOSED);
  await toldInThread(ada, card, 'Closed');
  expect(await flow.redis.zrange(`${prefixOf(flow, 'sync')}:sync:repeat`, 0, -1)).toContain('end-watches');
  await daysLater(29);
  expect(await keptOf(flow, sysId)).toHaveLength(2);

  await daysLater(2);
  expect(await keptOf(flow, sysId)).toEqual([]);
  expect(await scanKeys(flow.redis)).not.toContainEqual(expect.stringMatching(/:(watches|threads|endings)/));
  await ada.say(ada.dm().channel, 'It burns again', { threadTs: card.ts });
  // Whoever it is for may not comment on what is closed.
  await toldInThread(ada, card, 'That did not reach ServiceNow. ServiceNow does not allow you to do this.');
  await change(sysId, { comments: 'Nobody hears this' });
  expect(dmsWith(ada, 'Nobody hears this')).toEqual([]);

  await ada.command(`watch ${number}`);
  await until('a new card', () => cardsOf(ada, number).find(({ ts }) => ts !== card.ts));
  await quiet();
  await daysLater(1);
  await change(sysId, { comments: 'Ada hears this' });
  expect(dmsWith(ada, 'Ada hears this')).toHaveLength(1);
});

test('resolved is not the end, and whoever is told that a ticket is open again goes on watching', async () => {
  const { flow, daysLater, change } = await start();
  const { ada, card, sysId } = await filed(flow);
  await change(sysId, { ...CLOSED, state: '6' });
  await daysLater(31);
  await change(sysId, CLOSED);
  await daysLater(20);
  await change(sysId, { state: '2' });
  await daysLater(31);
  await change(sysId, { comments: 'Is it still burning?' });
  await toldInThread(ada, card, 'Is it still burning?');
});

test('a word about a closed ticket begins the month anew, and so does what is only told later', async () => {
  const { flow, daysLater, change } = await start();
  const { ada, sysId } = await filed(flow);
  await change(sysId, CLOSED);
  await daysLater(20);
  await change(sysId, { comments: 'A late word' });
  await daysLater(29);
  const tenant = flow.slack.team.id;
  await flow.redis.set(
    keys.preferences({ tenant, team: tenant, user: ada.id }),
    JSON.stringify({ ...DEFAULT_PREFERENCES, digestAt: '08:00' }),
  );
  await change(sysId, { state: '2' });
  await daysLater(2);
  expect(await keptOf(flow, sysId)).toHaveLength(2);
});

test('who reads notes for staff is asked who may read a reply, when nobody knows any more what was said last', async () => {
  const { flow, daysLater, change } = await start();
  await flow.link('ann');
  const { agent } = flow.serviceNow.people;
  const ann = flow.person('ann');
  const { number, sysId } = ticketCalled(flow, VPN);
  const card = await watching(ann, number);
  await change(sysId, { work_notes: 'For staff only' }, agent);
  await change(sysId, CLOSED, agent);
  await daysLater(31);
  const said = () => flow.serviceNow.journal(sysId).filter(({ value }) => value.startsWith('Not for everybody'));
  await ann.say(ann.dm().channel, 'Not for everybody', { threadTs: card.ts });
  const question = await toldInThread(ann, card, 'Parts of this ticket are internal. Who may read your answer?');
  expect(said()).toEqual([]);
  await ann.click(at(question), 'send-as-note');
  await toldInThread(
    ann,
    card,
    `Your comment is on ${number}. To hear of ${number} again, type /snow watch ${number}.`,
  );
  expect(said()).toMatchObject([{ element: 'work_notes' }]);
});

test('a script that tidies up old tickets begins no watch, and a ticket that is open again does', async () => {
  const { flow, daysLater, change } = await start();
  await flow.link('bob');
  const bob = flow.person('bob');
  const { agent } = flow.serviceNow.people;
  const { number, sysId } = ticketCalled(flow, VPN);
  await change(sysId, { assigned_to: agent.sysId });
  await cardOf(bob, number);
  await change(sysId, CLOSED);
  await daysLater(31);
  await change(sysId, { short_description: 'Screen (archived)' });
  expect(cardsOf(bob, number)).toHaveLength(1);
  expect(await keptOf(flow, sysId)).toEqual([]);
  await change(sysId, { state: '2' });
  await until('a new card', () => cardsOf(bob, number).length === 2);
});

describe('what is assigned to an agent', () => {
  const ofBob = ({ person, serviceNow }: Flow) => ({
    bob: person('bob'),
    agent: serviceNow.people.agent,
    admin: serviceNow.people.admin,
  });
  const watchesOf = async ({ redis }: Flow) =>
    (await scanKeys(redis)).filter((key) => /^sn:watchers:|:watches:|:endings:/.test(key));

  test('leaves nothing behind where they took it and closed it themselves', async () => {
    const { flow, change } = await start();
    await flow.link('bob');
    const { bob, agent } = ofBob(flow);
    const { number, sysId } = ticketCalled(flow, VPN);
    await change(sysId, { assigned_to: agent.sysId, state: '2' }, agent);
    expect(await watchesOf(flow)).toHaveLength(2);
    await change(sysId, CLOSED, agent);
    expect(await watchesOf(flow)).toEqual([]);
    await change(sysId, { state: '2' });
    await cardOf(bob, number);
  });

  test('is no longer told of where they took it and passed it on themselves', async () => {
    const { flow, change } = await start();
    await flow.link('bob');
    const { bob, agent, admin } = ofBob(flow);
    const { number, sysId } = ticketCalled(flow, VPN);
    await change(sysId, { assigned_to: agent.sysId }, agent);
    await change(sysId, { assigned_to: admin.sysId }, agent);
    await change(sysId, { comments: 'Ann is on it' });
    expect(dmsWith(bob, number)).toEqual([]);
    expect(await watchesOf(flow)).toEqual([]);
  });

  test('ends with the news that it is somebody else’s, unless they chose to watch it', async () => {
    const { flow, change, quiet } = await start();
    await flow.link('bob');
    const { bob, agent, admin } = ofBob(flow);
    const [one, chosen] = [ticketCalled(flow, VPN), ticketCalled(flow, 'Mail arrives hours late')];
    for (const { sysId } of [one, chosen]) await change(sysId, { assigned_to: '' });
    for (const { sysId } of [one, chosen]) await change(sysId, { assigned_to: agent.sysId });
    const [card, kept] = [await cardOf(bob, one.number), await cardOf(bob, chosen.number)];
    await bob.command(`watch ${chosen.number}`);
    await quiet();
    for (const { sysId } of [one, chosen]) await change(sysId, { assigned_to: admin.sysId });
    for (const each of [card, kept]) await toldInThread(bob, each, 'Bob Agent → Ann Admin');
    const shown = (ts: string) => bob.dm().messages.find((each) => each.ts === ts)?.text;
    await until('the card to say so', () => shown(card.ts)?.includes('because it was assigned to you'));
    expect(shown(kept.ts)).toContain('because you chose to watch it');
    await quiet();
    for (const { sysId } of [one, chosen]) await change(sysId, { comments: 'A word of Ann’s' });
    await toldInThread(bob, kept, 'A word of Ann’s');
    expect(dmsWith(bob, 'A word of Ann’s')).toHaveLength(1);
    expect(await keptOf(flow, one.sysId)).toEqual([]);
    // Theirs again, it begins again.
    await change(one.sysId, { assigned_to: agent.sysId });
    await until('a new card', () => cardsOf(bob, one.number).some(({ ts }) => ts !== card.ts));
  });

  test('begins no watch where they may not see it', async () => {
    const { flow, quiet } = await start();
    await flow.link('ada');
    const { requester, admin } = flow.serviceNow.people;
    flow.serviceNow.db.insert('change_request', { short_description: 'Hidden', assigned_to: requester.sysId }, admin);
    await quiet();
    expect(await watchesOf(flow)).toEqual([]);
  });
});

test('a channel’s card goes as well, and what happens later begins a new one', async () => {
  const { flow, daysLater, change } = await start();
  await flow.link('bob');
  const bob = flow.person('bob');
  await bob.command('subscribe', { channel: '#it-help' });
  await until('the form', () => bob.modal());
  bob.fill({ type: 'incident' });
  await bob.submit();
  await answered(bob, 'This channel now hears of every');
  const { sysId, number } = ticketCalled(flow, VPN);
  const cards = () =>
    flow.slack
      .postedMessages({ channel: flow.slack.channels.itHelp, ephemeral: false })
      .filter(({ text, threadTs }) => !threadTs && text.includes(number));
  await change(sysId, CLOSED);
  const [first] = cards();
  // Its card, and that the channel was told of the ticket.
  expect(await keptOf(flow, sysId)).toHaveLength(2);
  await daysLater(31);
  expect(await keptOf(flow, sysId)).toEqual([]);
  await change(sysId, { state: '2' });
  expect(cards()).toHaveLength(2);
  expect(at(cards()[1] ?? first!)).not.toEqual(at(first!));
});
