import { describe, expect, test } from '@jest/globals';
import { createClock, MINUTE, SECOND } from '../support/clock.ts';
import { answered, askForLink, directMessages, toldByDm } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, openForm, settled } from '../support/filing.ts';
import { connectUrlIn, type Flow, type FlowOptions, followConnect } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

/** Ada is connected, has a ticket to ask for, and a clock that can jump. */
async function linkedAda(options: FlowOptions = {}) {
  const clock = createClock();
  // Three messages within a second would have to wait for Slack; that is another story.
  const flow = await start({ ...clock.options, slack: { ...clock.options.slack, rateLimits: 'off' }, ...options });
  flow.serviceNow.db.insert('incident', {
    short_description: 'Printer on fire',
    caller_id: flow.serviceNow.people.requester.sysId,
  });
  await flow.link('ada');
  await settled(flow);
  flow.serviceNow.requests.length = 0;
  return { clock, flow, ada: flow.person('ada') };
}

const lists = (flow: Flow) =>
  flow
    .person('ada')
    .ephemeral()
    .filter(({ text }) => text.includes('Printer on fire'));
const rejected = (flow: Flow) => flow.serviceNow.requests.filter(({ status }) => status === 401);
const asksToReconnect = (flow: Flow) =>
  directMessages(flow.person('ada')).filter(({ text }) => text.includes('no longer accepts your connection'));

describe('an access token that expires', () => {
  test('is used until a minute before, and renewed then: nobody sees a 401', async () => {
    const { clock, flow, ada } = await linkedAda();
    await clock.pass(28 * MINUTE, flow.redis);
    await ada.command('list');
    await until('the first list', () => lists(flow).length === 1);
    expect(flow.serviceNow.tokens.refreshRequests()).toBe(0);

    await clock.pass(MINUTE + 5 * SECOND, flow.redis);
    await ada.command('list');
    await until('the second list', () => lists(flow).length === 2);
    expect(flow.serviceNow.tokens.refreshRequests()).toBe(1);
    expect(rejected(flow)).toEqual([]);
  });

  test('is renewed once, though twenty things wait for it', async () => {
    const { clock, flow, ada } = await linkedAda();
    await clock.pass(31 * MINUTE, flow.redis);
    flow.serviceNow.faults.set({ kind: 'latency', path: /oauth_token/, ms: 200 });
    const acknowledged = await Promise.all(Array.from({ length: 20 }, () => ada.command('list')));
    expect(acknowledged.map(({ status }) => status)).toEqual(Array(20).fill(200));
    await until('twenty lists', () => lists(flow).length === 20);
    expect(flow.serviceNow.tokens.refreshRequests()).toBe(1);
    expect(rejected(flow)).toEqual([]);
  });

  test('is renewed once, though two processes want it at the same moment', async () => {
    const clock = createClock();
    const web = await start({ ...clock.options, role: 'web', slack: { ...clock.options.slack, rateLimits: 'off' } });
    await web.join('worker');
    await web.join('worker');
    await web.link('ada');
    const ada = web.person('ada');
    await openForm(ada, 'Mouse is dead');
    await settled(web);
    await clock.pass(31 * MINUTE, web.redis);

    web.serviceNow.faults.set({ kind: 'latency', path: /oauth_token/, ms: 300 });
    // The web process looks options up with its own connection to the store, while the workers make lists.
    const work = Array.from({ length: 20 }, () => ada.command('search printer'));
    const found = await ada.options({}, 'caller', 'find-caller', 'carl');
    await Promise.all(work);
    await settled(web);
    expect(found.map(({ text }) => text.text)).toEqual(['Carl Colleague (carl.colleague)']);
    expect(ada.ephemeral().filter(({ text }) => text.startsWith('Incidents with “printer”'))).toHaveLength(20);
    expect(web.serviceNow.tokens.refreshRequests()).toBe(1);
    expect(rejected(web)).toEqual([]);
  });

  test('is renewed again and again, as the refresh token lives on', async () => {
    const { clock, flow, ada } = await linkedAda();
    for (const round of [1, 2, 3]) {
      await clock.pass(31 * MINUTE, flow.redis);
      await ada.command('list');
      await until(`list ${round}`, () => lists(flow).length === round);
      expect(flow.serviceNow.tokens.refreshRequests()).toBe(round);
    }
  });
});

test('a single 401 out of nowhere is nobody’s business: a new token, a second try, the answer', async () => {
  const { flow, ada } = await linkedAda();
  flow.serviceNow.faults.set({ kind: 'unauthorized-once', path: /table\/incident/ });
  await ada.command('list');
  await until('the list', () => lists(flow).length === 1);
  expect(rejected(flow)).toHaveLength(1);
  expect(flow.serviceNow.tokens.refreshRequests()).toBe(1);
  expect(asksToReconnect(flow)).toEqual([]);
});

test('a path that answers 401 to every token is forbidden, and the link is as good as before', async () => {
  const { flow, ada } = await linkedAda();
  flow.serviceNow.faults.set({ kind: 'unauthorized-once', path: /table\/incident/, times: Number.POSITIVE_INFINITY });
  for (const mood of ['answers', 403, 401] as const) {
    flow.serviceNow.settings.currentUser = mood;
    const before = ada.ephemeral().length;
    await ada.command('list');
    await until('the answer', () => ada.ephemeral().length > before);
    expect(ada.ephemeral().at(-1)?.text).toContain('ServiceNow does not allow you to do this');
  }
  expect(JSON.stringify((await ada.command('whoami')).body)).not.toContain('no longer accepts');
  await ada.command('approvals');
  await answered(ada, 'Nothing waits for your approval');
  expect(asksToReconnect(flow)).toEqual([]);
});

test('a new token that opens nothing breaks the link, and the question is answered after reconnecting', async () => {
  const { flow, ada } = await linkedAda();
  // The list, the list with a new token, and both questions whose token it is.
  flow.serviceNow.faults.set({ kind: 'unauthorized-once', path: /^\/api\//, times: 4 });
  await ada.command('list');
  const asked = await answered(ada, 'ServiceNow no longer accepts your connection');
  await followConnect(flow, connectUrlIn(asked.blocks), 'requester');
  await until('the list', () => lists(flow).length === 1);
});

describe.each([
  ['servicenow', 'body'],
  ['servicenow', 'challenge'],
  ['rfc', 'challenge'],
] as const)('a refused refresh (%s style, a 401 with %s)', (tokenErrorStyle, tokenEndpoint401) => {
  test('breaks the link, asks once by DM, and what was filed meanwhile is filed once after reconnecting', async () => {
    const flow = await start({
      role: 'web',
      serviceNow: { tokenErrorStyle, tokenEndpoint401 },
      slack: { rateLimits: 'off' },
    });
    const ada = flow.person('ada');
    const worker = await flow.join('worker');
    await flow.link('ada');
    await settled(flow);
    await worker.close();
    const titles = ['VPN is down', 'Mouse is dead', 'Screen flickers'];
    for (const title of titles) {
      await fileIncident(ada, title);
      await ada.closeModal();
    }
    flow.serviceNow.tokens.revokeAll(flow.serviceNow.people.requester.sysId);
    await flow.join('worker');
    await settled(flow);
    expect(asksToReconnect(flow)).toHaveLength(1);
    for (const title of titles) expect(incidentsCalled(flow, title)).toEqual([]);
    // Once the link is known to be broken nobody asks ServiceNow again.
    expect(flow.serviceNow.tokens.refreshRequests()).toBe(1);

    const [question] = asksToReconnect(flow);
    if (question) await followConnect(flow, await askForLink(ada, question), 'requester');
    await settled(flow);
    for (const title of titles) {
      expect(incidentsCalled(flow, title)).toHaveLength(1);
      expect(directMessages(ada).filter(({ text }) => /^Filed INC/.test(text) && text.includes(title))).toHaveLength(1);
    }
    expect(asksToReconnect(flow)).toHaveLength(1);
  });

  test('shows in whoami, and a second break asks a second time', async () => {
    const { flow, ada } = await linkedAda();
    Object.assign(flow.serviceNow.settings, { tokenErrorStyle, tokenEndpoint401 });
    for (const round of [1, 2]) {
      await openForm(ada, `VPN is down, ${round}`);
      flow.serviceNow.tokens.revokeAll();
      await ada.submit();
      await until('the question', () => asksToReconnect(flow).length === round);
      const { body } = await ada.command('whoami');
      expect(JSON.stringify(body)).toContain('no longer accepts your connection');
      await followConnect(flow, connectUrlIn(body), 'requester');
      await toldByDm(ada, `VPN is down, ${round}`);
      await settled(flow);
    }
  });
});

describe('passing trouble at the token endpoint keeps the link', () => {
  test.each([
    ['503', { kind: 'offline' }],
    ['a page of a sleeping instance', { kind: 'hibernate' }],
    ['a login page', { kind: 'login-html' }],
    ['502', { kind: 'bad-gateway' }],
    ['a cut connection', { kind: 'reset-after-commit' }],
    ['a full queue', { kind: 'semaphore' }],
  ] as const)('%s', async (_what, fault) => {
    const { clock, flow, ada } = await linkedAda();
    await clock.pass(31 * MINUTE, flow.redis);
    flow.serviceNow.faults.set({ ...fault, path: /oauth_token/, times: 1 });
    await ada.command('list');
    await until('the list', () => lists(flow).length === 1);
    expect(asksToReconnect(flow)).toEqual([]);
    expect(flow.serviceNow.tokens.refreshRequests()).toBeGreaterThan(0);
  });

  test('and a filing waits for it to pass, saying so', async () => {
    const { clock, flow, ada } = await linkedAda();
    await openForm(ada, 'VPN is down');
    await clock.pass(31 * MINUTE, flow.redis);
    flow.serviceNow.faults.set({ kind: 'offline', path: /oauth_token/ });
    await ada.submit();
    await toldByDm(ada, '“VPN is down” is queued and not lost');
    flow.serviceNow.faults.clear();
    await toldByDm(ada, 'Filed INC');
    expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
    expect(asksToReconnect(flow)).toEqual([]);
  });
});

test('a person who disconnects while a job waits is asked to connect, and it runs for whom they are then', async () => {
  const { flow, ada } = await linkedAda();
  await openForm(ada, 'VPN is down');
  await ada.command('disconnect');
  await answered(ada, 'You are disconnected');
  await ada.submit();
  const asked = await toldByDm(ada, 'Connect your ServiceNow account first');
  await followConnect(flow, await askForLink(ada, asked), 'requester');
  await toldByDm(ada, 'Filed INC');
  expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
});
