import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys, type Person } from '../../src/redis/keys.ts';
import type { SlackPerson } from '../sandbox/slack/server.ts';
import { attacker, install, type Press, sayBelow, submitWith } from '../support/attacker.ts';
import { answered, at, directMessages, toldByDm } from '../support/conversation.ts';
import { expectNoViolations, fileIncident, incidentsCalled, openForm, settled } from '../support/filing.ts';
import { connectUrlIn, type Flow, followConnect, startFlow } from '../support/flow.ts';
import { keysIn } from '../support/store.ts';
import { dumpStore, scanKeys } from '../support/store-dump.ts';
import { pushing, threadOf, ticketCalled, toldInThread, watching } from '../support/told.ts';
import { until } from '../support/until.ts';

const LONG_MS = 60_000;
/** In ServiceNow's words: it does not exist, or one may not see it. */
const NOT_THERE = 'That does not exist, or you may not see it.';

let flow: Flow;

const subscriptionIds = async () =>
  (await scanKeys(flow.redis, 'sn:subscription:*')).map((key) => /\.([^.]+)\}/.exec(key)?.[1] ?? '');

/** Everything that lies under a person's own keys, as it is. */
async function belongingsOf({ tenant, user }: Pick<Person, 'tenant' | 'user'>): Promise<Record<string, string>> {
  const mine = (await dumpStore(flow.redis, `sn:{${tenant}.${user}}:*`)).filter(
    ({ key }) => !key.includes(':options:'),
  );
  return Object.fromEntries(mine.map(({ key, text }) => [key, text]));
}

const close = async (person: SlackPerson) => void (person.modal() && (await person.closeModal()));

async function subscribe(person: SlackPerson, channel: string): Promise<string> {
  const before = new Set(await subscriptionIds());
  await person.command('subscribe', { channel });
  await until('the form', () => person.modal()?.view.callback_id === 'subscription-form');
  expect((await person.submit()).status).toBe(200);
  return until('the subscription', async () => (await subscriptionIds()).find((id) => !before.has(id)));
}

/** Every button that names something, with what it would name of the victim's. */
const named = (parts: {
  ref: string;
  approval: string;
  held: string;
  job: string;
  subscription: string;
  channel: string;
}) =>
  [
    ...['add-comment', 'reopen', 'reject', 'confirm-fixed', 'mute-ticket'].map((actionId) => ({
      actionId,
      value: parts.ref,
    })),
    ...['why', 'snoozeDay', 'snoozeState', 'mute', 'unwatch'].map((item) => ({
      actionId: 'card-menu',
      option: `${item}:${parts.ref}`,
    })),
    ...['approve', 'reject'].map((actionId) => ({ actionId, value: parts.approval })),
    ...['send-as-comment', 'send-as-note'].map((actionId) => ({ actionId, value: parts.held })),
    ...['try-again', 'edit-and-file'].map((actionId) => ({ actionId, value: parts.job })),
    ...['adopt-subscription', 'end-subscription', 'edit-subscription'].map((actionId) => ({
      actionId,
      value: parts.subscription,
      channel: parts.channel,
    })),
  ] satisfies Press[];

describe('another person of the same workspace', () => {
  let ada: SlackPerson;
  let carl: SlackPerson;
  let adas: Pick<Person, 'tenant' | 'user'>;
  let ref: string;
  let card: { ts: string };
  let held: string;

  beforeAll(async () => {
    flow = await pushing(startFlow)({ slack: { rateLimits: 'off' } });
    for (const name of ['ada', 'bob', 'carl', 'eve'] as const) await flow.link(name);
    [ada, carl] = [flow.person('ada'), flow.person('carl')];
    const bob = flow.person('bob');
    adas = { tenant: flow.slack.team.id, user: bob.id };
    await fileIncident(ada, 'Ada alone');
    await toldByDm(ada, 'Filed INC');
    const ticket = ticketCalled(flow, 'Ada alone');
    ref = `incident/${ticket.sysId}`;
    // Bob is staff: below an internal note his answer is held until he says who may read it.
    card = await watching(bob, ticket.number);
    flow.serviceNow.db.update(
      'incident',
      ticket.sysId,
      { work_notes: 'Staff only', state: '2' },
      flow.serviceNow.people.admin,
    );
    await toldInThread(bob, card, 'Staff only');
    held = (await bob.say(bob.dm().channel, 'For staff', { threadTs: card.ts })).ts;
    await until('the question', () =>
      directMessages(bob).find(({ text }) => text.includes('Who may read your answer?')),
    );
    await settled(flow);
  }, LONG_MS);

  afterAll(async () => {
    await flow.close();
    expectNoViolations(flow);
  });

  test('presses every button with what is not theirs, and moves nothing', async () => {
    const subscription = await subscribe(flow.person('bob'), '#it-help');
    const approval = flow.serviceNow.db.rows('sysapproval_approver').find((row) => row['state'] === 'requested');
    await settled(flow);
    const before = { bob: await belongingsOf(adas), rows: JSON.stringify(flow.serviceNow.db.rows('task')) };
    const press = await attacker(flow, carl);
    const posted = directMessages(ada).length + directMessages(flow.person('bob')).length;
    for (const each of named({
      ref,
      approval: `approval/${approval?.['sys_id']}`,
      held,
      job: `j-incident-${flow.slack.team.id}-V0`,
      subscription,
      channel: carl.dm().channel,
    })) {
      expect({ each, status: await press(each) }).toEqual({ each, status: 200 });
      await close(carl);
    }
    await settled(flow);
    expect({ bob: await belongingsOf(adas), rows: JSON.stringify(flow.serviceNow.db.rows('task')) }).toEqual(before);
    expect(approval).toMatchObject({ state: 'requested' });
    expect(await subscriptionIds()).toEqual([subscription]);
    expect(directMessages(ada).length + directMessages(flow.person('bob')).length).toBe(posted);
    expect(JSON.stringify([carl.ephemeral(), directMessages(carl)])).not.toMatch(/Ada alone|For staff|Staff only/);
  });

  test('submits a form about a ticket that is not theirs, into a conversation that is not theirs', async () => {
    const press = await attacker(flow, carl);
    await press({ actionId: 'add-comment', value: ref });
    await until('the form', () => carl.modal());
    carl.fill({ words: 'I was here' });
    const told = directMessages(ada).length;
    await submitWith(flow, carl, (metadata) => JSON.stringify({ ...JSON.parse(metadata), channel: ada.dm().channel }));
    await settled(flow);
    expect(directMessages(ada)).toHaveLength(told);
    await toldByDm(carl, NOT_THERE);
    expect(
      flow.serviceNow.journal(ref.split('/')[1] ?? '').filter(({ value }) => value.includes('I was here')),
    ).toEqual([]);
    await close(carl);
  });

  test('files in the place of work that somebody else has kept, and gets a ticket of their own', async () => {
    flow.serviceNow.faults.set({
      kind: 'forbidden-after-commit',
      path: /table\/incident/,
      user: flow.serviceNow.people.requester.sysId,
    });
    await fileIncident(ada, 'Kept by Ada');
    const failed = await toldByDm(ada, 'I do not know whether “Kept by Ada” was filed');
    flow.serviceNow.faults.clear();
    const job = /"value":"(j-incident-[^"]+)"/.exec(JSON.stringify(failed.blocks))?.[1] ?? '';
    await openForm(carl, 'Carl in Ada’s place');
    const { status } = await submitWith(flow, carl, (metadata) =>
      JSON.stringify({ ...JSON.parse(metadata), replaces: job }),
    );
    expect(status).toBe(200);
    await toldByDm(carl, 'Filed INC');
    await ada.click(at(failed), 'try-again');
    await until('the ticket of ada', () => incidentsCalled(flow, 'Kept by Ada').length === 1);
    expect(incidentsCalled(flow, 'Carl in Ada’s place')).toHaveLength(1);
    await settled(flow);
    await close(carl);
  });

  test('answers in a thread of the same name as another person’s card, and comments on nothing', async () => {
    await sayBelow(flow, carl, 'list all', card.ts);
    await settled(flow);
    expect(threadOf(flow.person('bob'), card).filter(({ text }) => text.includes('incidents'))).toEqual([]);
    expect(flow.serviceNow.journal(ref.split('/')[1] ?? '').filter(({ value }) => value.includes('list all'))).toEqual(
      [],
    );
  });

  test('has a channel told that they did not type it in: the form is for the channel in which it was opened', async () => {
    const before = await subscriptionIds();
    await carl.command('subscribe', { channel: '#it-help' });
    await until('the form', () => carl.modal()?.view.callback_id === 'subscription-form');
    const bobs = JSON.stringify({ id: before[0], channel: 'C0SECRET' });
    for (const forged of [bobs, '', 'v1.x.y.z']) {
      const { body } = await submitWith(flow, carl, () => forged);
      expect(body).toMatchObject({ response_action: 'errors' });
    }
    const press = await attacker(flow, flow.person('bob'));
    await press({ actionId: 'edit-subscription', value: before[0] ?? '', channel: channelCalled('it-help') });
    const form = await until('the form', () => flow.person('bob').modal());
    const { body } = await submitWith(flow, carl, () => String(form.view['private_metadata']));
    expect(body).toMatchObject({ response_action: 'errors' });
    await settled(flow);
    expect(await subscriptionIds()).toEqual(before);
    await close(carl);
    await close(flow.person('bob'));
  });

  const channelCalled = (name: string) => {
    const said = flow.slack.deliveries.findLast(
      ({ kind, payload }) => kind === 'slash_command' && payload['channel_name'] === name,
    );
    return String(said?.payload['channel_id']);
  };
});

describe('a person of another workspace', () => {
  let ada: SlackPerson;
  let twin: SlackPerson;
  let home: string;
  let away: string;

  beforeAll(async () => {
    flow = await pushing(startFlow)({ slack: { multiWorkspace: true, rateLimits: 'off' } });
    home = flow.slack.team.id;
    away = flow.slack.addWorkspace('Away').team.id;
    for (const team of [home, away]) await install(flow, team);
    ada = flow.slack.person('ada', home);
    // The worst case: there, the same person behind ServiceNow's door, so that its access rules hide nothing.
    twin = flow.slack.person('ada', away);
    for (const person of [ada, twin]) {
      await followConnect(flow, connectUrlIn((await person.command('connect')).body), 'requester');
      await toldByDm(person, 'You are connected');
    }
    await settled(flow);
  }, LONG_MS);

  afterAll(async () => {
    await flow.close();
    expectNoViolations(flow);
  });

  test('with the ids of the first one’s cards, threads, kept work and subscriptions moves nothing there', async () => {
    await fileIncident(ada, 'At home');
    const filed = await toldByDm(ada, 'Filed INC');
    const { sysId } = ticketCalled(flow, 'At home');
    flow.serviceNow.faults.set({ kind: 'forbidden-after-commit', path: /table\/incident/ });
    await fileIncident(ada, 'Kept at home');
    const failed = await toldByDm(ada, 'I do not know whether “Kept at home” was filed');
    flow.serviceNow.faults.clear();
    const subscription = await subscribe(ada, '#it-help');
    const [typed] = flow.slack.deliveries.filter(({ payload }) => payload['text'] === 'subscribe');
    const channel = String(typed?.payload['channel_id']);
    await settled(flow);
    const owner = { tenant: home, user: ada.id };
    const before = {
      own: await belongingsOf(owner),
      subscription: await flow.redis.get(keysIn(flow).subscription(subscription)),
      told: directMessages(ada).length,
    };

    const press = await attacker(flow, twin);
    for (const each of named({
      ref: `incident/${'0'.repeat(32)}`,
      approval: `approval/${'0'.repeat(32)}`,
      held: filed.ts,
      job: /"value":"(j-incident-[^"]+)"/.exec(JSON.stringify(failed.blocks))?.[1] ?? '',
      subscription,
      channel,
    })) {
      expect({ each, status: await press(each) }).toEqual({ each, status: 200 });
      await close(twin);
    }
    for (const item of ['mute', 'unwatch']) await press({ actionId: 'card-menu', option: `${item}:incident/${sysId}` });
    await sayBelow(flow, twin, 'not for the ticket', filed.ts);
    await settled(flow);
    expect({
      own: await belongingsOf(owner),
      subscription: await flow.redis.get(keysIn(flow).subscription(subscription)),
      told: directMessages(ada).length,
    }).toEqual(before);
    expect(flow.serviceNow.journal(sysId).filter(({ value }) => value.includes('not for the ticket'))).toEqual([]);
    expect(directMessages(twin).filter(({ text }) => text.includes('Filed INC'))).toEqual([]);
    expect(JSON.stringify([twin.ephemeral(), directMessages(twin)])).toContain('belongs to another channel');
  });

  test('in a channel that both share sees and changes no subscription of the others', async () => {
    const [subscription = ''] = await subscriptionIds();
    const [typed] = flow.slack.deliveries.filter(({ payload }) => payload['text'] === 'subscribe');
    const channel = String(typed?.payload['channel_id']);
    const press = await attacker(flow, twin);
    await press({ actionId: 'edit-subscription', value: subscription, channel });
    await settled(flow);
    expect(twin.modal()).toBeUndefined();
    expect(JSON.stringify([twin.ephemeral(), directMessages(twin)])).toContain('has ended already');
    await ada.command('unsubscribe', { channel: '#it-help' });
    await answered(ada, 'This channel hears of');
  });

  test('is spoken to by their own bot, and leaves the other installation alone', async () => {
    const installed = await flow.redis.get(keys.installation(home));
    await flow.slack.uninstall(away);
    await until('the link to be gone', async () => (await scanKeys(flow.redis, `sn:{${away}.*}:link:*`)).length === 0);
    await settled(flow);
    expect(await flow.redis.get(keys.installation(home))).toBe(installed);
    expect(await flow.redis.exists(keys.installation(away))).toBe(0);
    expect(await scanKeys(flow.redis, `sn:{${home}.${ada.id}}:link:*`)).toHaveLength(1);
  });
});
