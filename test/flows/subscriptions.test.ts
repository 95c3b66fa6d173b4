import { expect, test } from '@jest/globals';
import type { FillValue, PostedMessage } from '../sandbox/slack/server.ts';
import { attacker } from '../support/attacker.ts';
import { answered, at, directMessages } from '../support/conversation.ts';
import { settled } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { choicesKey } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import { pushing, ticketCalled } from '../support/told.ts';
import { until } from '../support/until.ts';

const start = storyStarter();
const startPushing = pushing(start);
const HERE = '#it-help';
const SCREEN = 'Meeting room screen stays black';

const inChannel = ({ slack }: Flow, text: string): PostedMessage[] =>
  slack.postedMessages({ channel: slack.channels.itHelp, ephemeral: false }).filter((each) => each.text.includes(text));

const toldHere = (flow: Flow, text: string) =>
  until(
    `“${text}” in the channel; there is ${JSON.stringify(inChannel(flow, '').map((each) => each.text))}`,
    () => inChannel(flow, text)[0],
    20_000,
  );

async function subscribe(
  flow: Flow,
  name: 'ada' | 'bob' | 'ann',
  values: Record<string, FillValue> = {},
  group?: string,
) {
  const person = flow.person(name);
  await person.command('subscribe', { channel: HERE });
  const form = await until('the form', () => {
    const modal = person.modal();
    return modal?.view.callback_id === 'subscription-form' ? modal : undefined;
  });
  if (group) {
    const options = await person.options({ view: form.id }, 'group', 'find-group', group);
    expect(options.map(({ text }) => text.text)).toContain(group);
    person.fill({ group });
  }
  person.fill(values);
  expect(await person.submit()).toMatchObject({ status: 200 });
  expect(person.modal()).toBeUndefined();
  await answered(person, 'This channel now hears of every');
  return person;
}

const file = (flow: Flow, fields: Record<string, string>) =>
  flow.serviceNow.db.insert(
    'incident',
    { caller_id: flow.serviceNow.people.colleague.sysId, ...fields },
    flow.serviceNow.people.colleague,
  );

const quiet = async (flow: Flow) => {
  await flow.serviceNow.push.idle();
  await settled(flow);
};

async function bobSubscribes(values?: Record<string, FillValue>, group?: string) {
  const flow = await startPushing();
  await flow.link('bob');
  await until('the categories', () => flow.redis.exists(choicesKey(flow)));
  await subscribe(flow, 'bob', values, group);
  return { flow, bob: flow.person('bob') };
}

const change = (flow: Flow, sysId: string, fields: Record<string, string>, by = flow.serviceNow.people.admin) =>
  flow.serviceNow.db.update('incident', sysId, fields, by);

test('what fits is told in the channel, with its thread, and what does not fit is not', async () => {
  const { flow } = await bobSubscribes(
    { type: 'incident', priorities: ['1'], 'states-incident': ['1'], category: 'hardware' },
    'Service Desk',
  );
  const groups = flow.serviceNow.db.rows('sys_user_group');
  const desk = groups.find((row) => row['name'] === 'Service Desk')?.['sys_id'] ?? '';
  const fits = { impact: '1', urgency: '1', category: 'hardware', assignment_group: desk };
  file(flow, { ...fits, short_description: 'Too low', urgency: '3' });
  file(flow, { ...fits, short_description: 'Another category', category: 'network' });
  file(flow, { ...fits, short_description: 'Nobody’s', assignment_group: '' });
  const row = file(flow, { ...fits, short_description: 'The server room is hot' });
  const card = await toldHere(flow, 'The server room is hot');
  expect(card.text).toContain('this channel subscribed to tickets like it');
  await quiet(flow);
  // It leaves the filter, and that is the news.
  change(flow, row['sys_id'] ?? '', { state: '2' });
  const news = await toldHere(flow, 'New → In Progress');
  expect(news.threadTs).toBe(card.ts);
  await quiet(flow);
  for (const title of ['Too low', 'Another category', 'Nobody']) expect(inChannel(flow, title)).toEqual([]);
});

test('each kind of ticket is chosen by states of its own, and a change needs no category', async () => {
  const flow = await startPushing();
  await flow.link('bob');
  const bob = flow.person('bob');
  await bob.command('subscribe', { channel: HERE });
  const form = await until('the form', () => bob.modal());
  const inputs = () => (bob.modal()?.view.blocks ?? []).flatMap(({ block_id }) => block_id ?? []);
  bob.fill({ priorities: ['5'], 'states-incident': ['3'] });
  await bob.click({ view: form.id }, 'choose-kind', { value: 'change' });
  await until('the states of a change', () => inputs().includes('states-change'));
  expect(inputs()).not.toContain('states-incident');
  expect(inputs()).not.toContain('category');
  bob.fill({ 'states-change': ['-5'] });
  await bob.submit();
  await answered(bob, 'This channel now hears of every change, priority 5, state New.');
  const plan = (title: string, fields = {}) =>
    flow.serviceNow.db.insert('change_request', { short_description: title, ...fields });
  plan('Racked long ago', { state: '3' });
  plan('Rack the gateway');
  await toldHere(flow, 'Rack the gateway');
  await quiet(flow);
  expect(inChannel(flow, 'Racked long ago')).toEqual([]);
});

test.each([
  ['with a service identity', 'ann.admin'],
  ['with people’s own tokens', undefined],
])('without pushes a channel hears all the same, %s', async (_how, user) => {
  const flow = await start({
    env: { SERVICENOW_POLL_SECONDS: '1' },
    serviceNow: user ? { clientCredentialsUser: user } : {},
  });
  await flow.link('bob');
  await subscribe(flow, 'bob', { priorities: ['1'] });
  file(flow, { short_description: 'The server room is hot', impact: '1', urgency: '1' });
  await toldHere(flow, 'The server room is hot');
});

test('the owner’s own changes are told, whatever they want for themselves; internal notes never are', async () => {
  const { flow, bob } = await bobSubscribes();
  await bob.command('settings');
  await until('the form', () => bob.modal()?.view.callback_id === 'settings');
  bob.fill({ kinds: ['priority'] });
  await bob.submit();
  const { sysId } = ticketCalled(flow, SCREEN);
  change(flow, sysId, { impact: '2' });
  await toldHere(flow, SCREEN);
  await quiet(flow);
  change(flow, sysId, { work_notes: 'They never pay', comments: 'On my way' }, flow.serviceNow.people.agent);
  await toldHere(flow, 'On my way');
  await quiet(flow);
  expect(JSON.stringify(flow.slack.postedMessages({ channel: flow.slack.channels.itHelp }))).not.toContain('never pay');
});

test('it runs with the rights of its owner: what they may not see, the channel does not hear of', async () => {
  const flow = await startPushing();
  await flow.link('ada');
  await subscribe(flow, 'ada');
  change(flow, ticketCalled(flow, 'Payroll shows the wrong month').sysId, { comments: 'Salaries' });
  change(flow, ticketCalled(flow, 'VPN drops every ten minutes').sysId, { comments: 'Of Ada' });
  await toldHere(flow, 'VPN drops');
  await quiet(flow);
  expect(inChannel(flow, 'Payroll')).toEqual([]);
});

test('unsubscribe lists what the channel hears of; each can be changed and ended', async () => {
  const { flow, bob } = await bobSubscribes({ priorities: ['1'] });
  await bob.command('unsubscribe', { channel: HERE });
  const list = await answered(bob, 'This channel hears of:');
  expect(list.text).toContain('every incident, priority 1');
  await bob.click(at(list), 'edit-subscription');
  const form = await until('the form', () => bob.modal());
  expect(JSON.stringify(form.view)).toMatch(/"initial_options":\[[^\]]*1 - Critical/);
  bob.fill({ priorities: ['1', '2', '3'] });
  await bob.submit();
  await answered(bob, 'priority 1, 2, or 3');
  const { sysId } = ticketCalled(flow, SCREEN);
  change(flow, sysId, { impact: '1' });
  await toldHere(flow, SCREEN);
  await quiet(flow);

  await bob.click(at(list), 'end-subscription');
  await answered(bob, 'That subscription has ended.');
  change(flow, sysId, { comments: 'Unheard' });
  await quiet(flow);
  expect(inChannel(flow, 'Unheard')).toEqual([]);
  await bob.command('unsubscribe', { channel: HERE });
  await answered(bob, 'This channel has no subscriptions.');
});

test('a post whose answer was lost does not silence the ticket', async () => {
  const { flow } = await bobSubscribes();
  const { sysId } = ticketCalled(flow, SCREEN);
  flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
  change(flow, sysId, { impact: '2' });
  await toldHere(flow, SCREEN);
  await quiet(flow);
  flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
  change(flow, sysId, { comments: 'Lost on the way back' });
  await toldHere(flow, 'Lost on the way back');
  await quiet(flow);
  change(flow, sysId, { comments: 'Heard afterwards' });
  await toldHere(flow, 'Heard afterwards');
});

test.each(['not_in_channel', 'channel_not_found', 'is_archived'])(
  'refused with %s, its owner hears once what to do, and then the channel hears of the same tickets',
  async (error) => {
    const { flow, bob } = await bobSubscribes();
    const shutOut = () => directMessages(bob).filter(({ text }) => text.includes('I cannot post in a channel'));
    const { sysId } = ticketCalled(flow, SCREEN);
    for (const impact of ['2', '1']) {
      flow.slack.faults.set({ method: 'chat.postMessage', kind: 'error', error, times: 1 });
      change(flow, sysId, { impact });
      await until('the owner to be told', () => shutOut()[0]);
      await quiet(flow);
    }
    expect(shutOut()).toHaveLength(1);
    expect(shutOut()[0]?.text).toContain('/invite');
    expect(inChannel(flow, SCREEN)).toEqual([]);
    change(flow, sysId, { comments: 'You are in' });
    await toldHere(flow, SCREEN);
  },
);

test.each([
  ['failed at first', { kind: '500' }, 1],
  ['was refused for good', { kind: 'error', error: 'is_archived' }, 0],
] as const)('it is paused even where the word about it %s', async (_how, fault, words) => {
  const { flow, bob } = await bobSubscribes();
  // Before the fault is set: the word that she is connected would meet it.
  await flow.link('ann');
  await bob.command('disconnect');
  await answered(bob, 'isconnected');
  flow.slack.faults.set({ method: 'chat.postMessage', ...fault, times: 1 });
  change(flow, ticketCalled(flow, SCREEN).sysId, { comments: 'One' });
  await flow.serviceNow.push.idle();
  const list = await until('a paused subscription', async () => {
    await quiet(flow);
    await flow.person('ann').command('unsubscribe', { channel: HERE });
    return flow
      .person('ann')
      .ephemeral()
      .find(({ text }) => text.includes('(paused)'));
  });
  expect(inChannel(flow, 'no longer connected')).toHaveLength(words);
  await flow.person('ann').click(at(list), 'adopt-subscription');
  await answered(flow.person('ann'), 'You have taken it over.');
});

test('a card that can be read no more silences neither its own subscription nor the others', async () => {
  const { flow } = await bobSubscribes();
  await flow.link('ann');
  await subscribe(flow, 'ann');
  const { sysId } = ticketCalled(flow, SCREEN);
  const cards = () => inChannel(flow, SCREEN).length;
  change(flow, sysId, { impact: '2' });
  await until('both cards', () => cards() === 2, 20_000);
  await quiet(flow);
  const [damaged = ''] = await flow.redis.keys('sn:{channel.*');
  await flow.redis.hset(damaged, 'card', 'garbage');
  change(flow, sysId, { comments: 'For both' });
  await toldHere(flow, 'For both');
  await until('a new card', () => cards() === 3, 20_000);
});

test('a subscription is not paused whose owner is connected again by then', async () => {
  const { flow, bob } = await bobSubscribes();
  flow.slack.faults.set({ method: 'chat.postMessage', kind: 'ratelimited', retryAfterSeconds: 2, times: 1 });
  await bob.command('disconnect');
  await answered(bob, 'isconnected');
  const { sysId } = ticketCalled(flow, SCREEN);
  change(flow, sysId, { comments: 'While away' });
  await until('the word about it to be held up', () =>
    flow.slack.calls.some(({ method, error }) => method === 'chat.postMessage' && error === 'ratelimited'),
  );
  await flow.link('bob');
  await quiet(flow);
  change(flow, sysId, { impact: '2' });
  await toldHere(flow, SCREEN);
  expect(inChannel(flow, 'no longer connected')).toEqual([]);
});

test.each(['disconnects', 'is refused by ServiceNow'])(
  'when its owner %s the channel is told once, hears nothing, and a colleague takes over with one click',
  async (how) => {
    const { flow, bob } = await bobSubscribes();
    await flow.link('ann');
    const ann = flow.person('ann');
    if (how === 'disconnects') {
      await bob.command('disconnect');
      await answered(bob, 'isconnected');
    } else flow.serviceNow.tokens.revokeAll(flow.serviceNow.people.agent.sysId);
    const { sysId } = ticketCalled(flow, SCREEN);
    change(flow, sysId, { comments: 'One' });
    const paused = await toldHere(flow, 'no longer connected to ServiceNow');
    await quiet(flow);
    change(flow, sysId, { comments: 'Two' });
    await quiet(flow);
    expect(inChannel(flow, '').map(({ text }) => text)).toEqual([paused.text]);

    await ann.click(at(paused), 'adopt-subscription');
    await answered(ann, 'You have taken it over.');
    change(flow, sysId, { impact: '1' });
    await toldHere(flow, SCREEN);
    const carl = flow.person('carl');
    await flow.link('carl');
    await carl.click(at(paused), 'adopt-subscription');
    await answered(carl, 'Somebody has taken it over already.');
  },
);

test('a subscription of another channel is neither changed nor ended by its id', async () => {
  const { flow, bob } = await bobSubscribes();
  await bob.command('unsubscribe', { channel: HERE });
  const list = await answered(bob, 'This channel hears of:');
  const value = /"value":"([\w-]{8,40})"/.exec(JSON.stringify(list.blocks))?.[1] ?? '';
  expect(value).not.toBe('');
  const press = await attacker(flow, flow.person('ann'));
  await flow.link('ann');
  for (const actionId of ['end-subscription', 'adopt-subscription', 'edit-subscription'])
    await press({ actionId, value, channel: flow.slack.channels.general });
  await settled(flow);
  await bob.command('unsubscribe', { channel: HERE });
  await until('both lists', () => bob.ephemeral().filter(({ text }) => text.includes('every incident')).length > 1);
});

test('another company comes into the channel: nothing is told until a colleague lets it go on', async () => {
  const { flow, bob } = await bobSubscribes();
  const { sysId } = ticketCalled(flow, SCREEN);
  await flow.slack.shareChannel(flow.slack.channels.itHelp);
  const asked = await toldHere(flow, 'People of another company are in this channel');
  change(flow, sysId, { comments: 'Not for them' });
  await quiet(flow);
  expect(inChannel(flow, SCREEN)).toEqual([]);
  expect(asked.text).not.toContain('incident');
  await bob.click(at(asked), 'adopt-subscription');
  await answered(bob, 'You have taken it over.');
  change(flow, sysId, { comments: 'For all' });
  await toldHere(flow, SCREEN);
});

test('in a channel that another company shares already, it begins only when somebody lets it', async () => {
  const flow = await startPushing();
  await flow.link('bob');
  await flow.slack.shareChannel(flow.slack.channels.itHelp);
  const bob = flow.person('bob');
  await bob.command('subscribe', { channel: HERE });
  await until('the form', () => bob.modal()?.view.callback_id === 'subscription-form');
  expect(await bob.submit()).toMatchObject({ status: 200 });
  const asked = await answered(bob, 'People of another company are in this channel');
  await bob.click(at(asked), 'adopt-subscription');
  await answered(bob, 'You have taken it over.');
});

test.each(['channel_not_found', 'missing_scope'])(
  'in a channel of which Slack does not say who is in it (%s), it begins only when somebody lets it',
  async (error) => {
    const flow = await startPushing();
    await flow.link('bob');
    flow.slack.faults.set({ method: 'conversations.info', kind: 'error', error });
    const bob = flow.person('bob');
    await bob.command('subscribe', { channel: HERE });
    await until('the form', () => bob.modal()?.view.callback_id === 'subscription-form');
    expect(await bob.submit()).toMatchObject({ status: 200 });
    const asked = await answered(bob, 'I cannot see who is in this channel.');
    await bob.click(at(asked), 'adopt-subscription');
    await answered(bob, 'You have taken it over.');
  },
);

test('in a DM it explains itself, and whoever is not connected is asked to connect', async () => {
  const flow = await startPushing();
  await flow.link('bob');
  await flow.person('bob').command('subscribe');
  await answered(flow.person('bob'), 'subscriptions are for channels');
  const { body } = await flow.person('ada').command('subscribe', { channel: HERE });
  expect(JSON.stringify(body)).toContain('onnect');
  expect(flow.person('ada').modal()).toBeUndefined();
});
