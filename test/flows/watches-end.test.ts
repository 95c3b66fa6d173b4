import { expect, test } from '@jest/globals';
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
  expect(await keptOf(flow, sysId)).toHaveLength(1);
  await daysLater(31);
  expect(await keptOf(flow, sysId)).toEqual([]);
  await change(sysId, { state: '2' });
  expect(cards()).toHaveLength(2);
  expect(at(cards()[1] ?? first!)).not.toEqual(at(first!));
});
