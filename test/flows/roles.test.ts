import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Delivery } from '../sandbox/slack/server.ts';
import { answered, directMessages, toldByDm } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, openForm, settled } from '../support/filing.ts';
import { connectUrlIn, type Flow, followConnect, newBrowser, TRANSPORTS } from '../support/flow.ts';
import { tokenWorks } from '../support/link-in-transit.ts';
import { heldBack } from '../support/raw.ts';
import { linkKeys, scanKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

describe('web and worker as two programs', () => {
  test('do together what one does alone', async () => {
    const flow = await start({ role: 'web' });
    const worker = await flow.join('worker');
    expect(worker.port).toBeUndefined();
    const ada = flow.person('ada');
    await flow.link('ada');
    await fileIncident(ada, 'VPN is down');
    await toldByDm(ada, 'Filed INC');
    await ada.command('list');
    await answered(ada, 'VPN is down');
  });

  test('the web never asks ServiceNow to open a form or to take a submission, so it does both while ServiceNow is down', async () => {
    const flow = await start({ role: 'web', slack: { rateLimits: 'off' } });
    const ada = flow.person('ada');
    const worker = await flow.join('worker');
    await flow.link('ada');
    await settled(flow);
    await worker.close();
    flow.serviceNow.faults.set({ kind: 'offline' });
    flow.serviceNow.requests.length = 0;

    const command = await ada.command('incident VPN is down');
    await until('the form', () => ada.modal()?.view.callback_id === 'incident-form');
    const submission = await ada.submit();
    expect(submission).toMatchObject({ status: 200, body: { response_action: 'update' } });
    for (const { latencyMs } of [command, submission]) expect(latencyMs).toBeLessThan(1500);
    expect((await ada.command('list')).status).toBe(200);
    expect(flow.serviceNow.requests).toEqual([]);

    await flow.join('worker');
    await toldByDm(ada, '“VPN is down” is queued and not lost');
    flow.serviceNow.faults.clear();
    await toldByDm(ada, 'Filed INC');
    expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
  });
});

test('Socket Mode does the whole story without an address for Slack', async () => {
  const flow = await start({
    transport: 'socket',
  });
  const ada = flow.person('ada');
  await until('the socket', async () => (await ada.command('help')).status === 200);
  await flow.link('ada');
  await fileIncident(ada, 'VPN is down');
  await toldByDm(ada, 'Filed INC');
  await ada.say(ada.dm().channel, 'list');
  await toldByDm(ada, 'VPN is down');
  const story = flow.slack.deliveries.slice(flow.slack.deliveries.findIndex(({ status }) => status === 200));
  expect(new Set(story.map(({ transport }) => transport))).toEqual(new Set(['socket']));
  expect((await fetch(`${flow.publicUrl}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
});

describe.each(TRANSPORTS)('over %s', (transport) => {
  test('an event that meets a passing trouble before it is heard comes again', async () => {
    const flow = await start({ transport, slack: { retryDelaysMs: [200, 500, 1_000] } });
    const ada = flow.person('ada');
    flow.slack.faults.set({ method: 'auth.test', kind: '500', times: 1 });
    await ada.say(ada.dm().channel, 'help');
    await toldByDm(ada, '/snow incident');
    expect(flow.slack.calls.find(({ method }) => method === 'auth.test')?.ok).toBe(false);
    expect(new Set(flow.slack.deliveries.map((each) => each.transport))).toEqual(new Set([transport]));
  });

  test('a form that is about to open when the bridge is told to stop opens', async () => {
    const flow = await start({ transport });
    const ada = flow.person('ada');
    await flow.link('ada');
    flow.slack.faults.set({ method: 'views.open', kind: 'slow', ms: 400 });
    await ada.command('incident VPN is down');
    await flow.bridge.close();
    expect(ada.modal()?.view.callback_id).toBe('incident-form');
  });
});

test('over a socket, what is being heard when the bridge is told to stop is acknowledged', async () => {
  // Within the delay it arrives, and after it the bridge closes.
  const flow = await start({ transport: 'socket', env: { SHUTDOWN_DELAY_SECONDS: '1' } });
  const ada = flow.person('ada');
  flow.slack.faults.set({ method: 'auth.test', kind: 'slow', ms: 1_400 });
  const said = ada.say(ada.dm().channel, 'help');
  await flow.bridge.close();
  expect((await said).deliveries.map(({ status }) => status)).toEqual([200]);
});

describe('two workspaces', () => {
  /** An admin follows /slack/install to its end. */
  async function install(flow: Flow, team: string): Promise<void> {
    const browser = newBrowser();
    const { location } = await browser.go(`${flow.publicUrl}/slack/install`);
    const back = await browser.go(flow.slack.allowInstall(location ?? '', team));
    expect(back.status).toBeLessThan(400);
  }

  async function twoWorkspaces() {
    const flow = await start({ slack: { multiWorkspace: true } });
    const home = flow.slack.team;
    const { team: away } = flow.slack.addWorkspace('<b>Away</b>');
    await install(flow, home.id);
    await install(flow, away.id);
    const ada = flow.slack.person('ada', home.id);
    const twin = flow.slack.person('ada', away.id);
    for (const person of [ada, twin]) {
      const url = connectUrlIn((await person.command('connect')).body);
      const page = await newBrowser().go(url);
      expect(page.html).toContain(person === ada ? 'workspace “Sandbox”' : 'workspace “&lt;b&gt;Away&lt;/b&gt;”');
      expect(page.html).not.toContain('<b>Away');
      await followConnect(flow, url, 'requester');
      await toldByDm(person, 'You are connected as Ada Requester');
    }
    await settled(flow);
    return { flow, home, away, ada, twin };
  }

  test('each is answered by its own bot', async () => {
    const { flow, ada, twin } = await twoWorkspaces();
    // The bot of one workspace does not know the people of the other, so that a wrong token would show.
    await fileIncident(twin, 'VPN is down');
    await toldByDm(twin, 'Filed INC');
    expect(directMessages(ada).filter(({ text }) => text.startsWith('Filed'))).toEqual([]);
    await fileIncident(ada, 'Mouse is dead');
    await toldByDm(ada, 'Filed INC');
    await settled(flow);
    expect(directMessages(twin).filter(({ text }) => text.startsWith('Filed'))).toHaveLength(1);
    expect(flow.slack.calls.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('one uninstalls: its installation and links are gone and revoked, the other goes on', async () => {
    const { flow, home, away, ada } = await twoWorkspaces();
    const [, , ...awayTokens] = flow.serviceNow.tokens.issued();
    expect(await linkKeys(flow.redis)).toHaveLength(2);

    const deliveries = await flow.slack.uninstall(away.id);
    expect(deliveries.map(({ status }) => status)).toEqual([200, 200]);
    await until('the link to be gone', async () => (await linkKeys(flow.redis)).length === 1);
    await settled(flow);
    const left = await scanKeys(flow.redis, 'sn:*');
    expect(left.filter((key) => key.includes(away.id))).toEqual([]);
    expect(left).toContain(`sn:installation:{${home.id}}`);
    for (const token of awayTokens) expect(await tokenWorks(flow, token)).toBe(false);
    await ada.command('list all');
    await answered(ada, 'incidents');
  });

  test('who uninstalls and installs anew at once finds the app there, and nothing of the past', async () => {
    const flow = await start({ role: 'web', slack: { multiWorkspace: true } });
    const worker = await flow.join('worker');
    const home = flow.slack.team;
    await install(flow, home.id);
    await flow.link('ada');
    const ada = flow.person('ada');
    await ada.command('subscribe', { channel: '#it-help' });
    await until('the form', () => ada.modal());
    await ada.submit();
    await answered(ada, 'This channel now hears of every');
    // Nobody is at work while the one event and the other come in.
    await worker.close();
    await flow.slack.uninstall(home.id);
    await install(flow, home.id);
    await flow.join('worker');
    await until('the link to be gone', async () => (await linkKeys(flow.redis)).length === 0);
    await settled(flow);
    const left = await scanKeys(flow.redis, 'sn:*');
    expect(left).toContain(`sn:installation:{${home.id}}`);
    expect(left.filter((key) => key.includes('subscription'))).toEqual([]);
    await flow.link('ada');
  });

  test('what still comes from where the app is uninstalled is no failure, and whoever can be answered reads why', async () => {
    const flow = await start({ slack: { multiWorkspace: true, rateLimits: 'off' } });
    const home = flow.slack.team;
    await install(flow, home.id);
    await flow.link('ada');
    const ada = flow.person('ada');
    await openForm(ada, 'VPN is down');
    const form = { view: ada.modal()?.id ?? '' };
    await ada.options(form, 'item', 'find-item', 'mail');
    const suggestion = flow.slack.deliveries.findLast(({ kind }) => kind === 'block_suggestion');
    const preview = await ada.click(form, 'preview-priority', { value: '1' });
    const submission = await heldBack(flow, () => ada.submit());
    await ada.closeModal();
    const shortcut = await ada.globalShortcut('file_incident');
    const command = await ada.command('help');
    const said = await ada.say(ada.dm().channel, 'list');
    const opened = await ada.openHome();
    await settled(flow);
    await flow.slack.uninstall(home.id);
    await until('the link to be gone', async () => (await linkKeys(flow.redis)).length === 0);
    await settled(flow);
    // A process remembers a workspace for a minute; a new one does not know it.
    await flow.restart();
    flow.logLines.length = 0;

    const why = 'This app is no longer installed here, so nothing was done.';
    const again = (sent: Delivery | undefined) =>
      flow.slack.deliver({
        rawBody: sent?.rawBody ?? '',
        headers: { 'content-type': sent?.headers['content-type'] ?? '' },
        // Signed anew, so that it is no replay.
        timestampOffsetSeconds: -60,
      });
    const events = [...said.deliveries, ...opened];
    expect(events.length).toBeGreaterThanOrEqual(2);
    for (const event of events) expect(await again(event)).toMatchObject({ status: 200 });
    expect(await again(command)).toMatchObject({
      status: 200,
      body: { response_type: 'ephemeral', text: expect.stringContaining(why) },
    });
    expect(await again(submission)).toMatchObject({
      status: 200,
      body: { response_action: 'errors', errors: { title: expect.stringContaining(why) } },
    });
    expect(await again(suggestion)).toMatchObject({ status: 200, body: { options: [] } });
    for (const act of [preview, shortcut]) expect(await again(act)).toMatchObject({ status: 200 });
    await settled(flow);
    expect(incidentsCalled(flow, 'VPN is down')).toEqual([]);

    const lines = flow.logLines.filter((line) => line.includes('not installed any more'));
    expect(lines).toHaveLength(events.length + 5);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: 'info', team: home.id });
    expect(flow.logLines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });
});

test('somebody who is deactivated in Slack loses the link, and ServiceNow forgets it', async () => {
  const flow = await start();
  await flow.link('ada');
  await flow.link('carl');
  const [access, refresh] = flow.serviceNow.tokens.issued();
  await flow.person('ada').deactivate();
  await until('one link to be left', async () => (await linkKeys(flow.redis)).length === 1);
  await settled(flow);
  for (const token of [access, refresh]) expect(await tokenWorks(flow, token ?? '')).toBe(false);
  const mine = (await scanKeys(flow.redis, 'sn:*')).filter((key) => key.includes(flow.person('ada').id));
  expect(mine).toEqual([]);
  await flow.person('carl').command('whoami');
  await answered(flow.person('carl'), 'You are connected as Carl Colleague');
});

describe('what an operator asks', () => {
  test('/metrics is not there without ADMIN_TOKEN', async () => {
    const flow = await start();
    for (const headers of [{}, { authorization: 'Bearer undefined' }, { authorization: 'Bearer ' }])
      expect((await fetch(`${flow.publicUrl}/metrics`, { headers })).status).toBe(404);
  });

  test('/metrics wants the right token, as Bearer or as a password', async () => {
    const token = 'sixteen-or-more-characters';
    const flow = await start({ env: { ADMIN_TOKEN: token } });
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const ask = async (authorization?: string) =>
      fetch(`${flow.publicUrl}/metrics`, authorization ? { headers: { authorization } } : {});
    for (const wrong of [undefined, 'Bearer', `Bearer ${token}x`, `Token ${token}`, basic(token), basic(`${token}:`)])
      expect({ wrong, status: (await ask(wrong)).status }).toEqual({ wrong, status: 401 });
    for (const right of [`Bearer ${token}`, basic(`admin:${token}`)]) {
      const answer = await ask(right);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('bridge_queue_jobs{queue="interactive",state="waiting"} 0');
    }
  });

  test('on SIGTERM /readyz says so first, and people who still come are served until a balancer has looked', async () => {
    const flow = await start({ env: { SHUTDOWN_DELAY_SECONDS: '2' } });
    const ready = async () => (await fetch(`${flow.publicUrl}/readyz`)).status;
    await until('the bridge', async () => (await ready()) === 200);
    const restarted = flow.restart();
    await until('the word that it is closing', async () => (await ready()) === 503);
    expect(await flow.person('ada').command('help')).toMatchObject({ status: 200 });
    await restarted;
  });

  test('while it drains, /readyz says so on a connection that is still open', async () => {
    const flow = await start();
    const socket = connect(flow.port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    // The second request has begun when the first is answered, so its connection stays until it is answered, too.
    socket.write('GET /readyz HTTP/1.1\r\nhost: x\r\n\r\nGET /readyz HTTP/1.1\r\nhost: x\r\n');
    await until('the first answer', () => received.includes('"ready"'));
    const restarted = flow.restart();
    socket.write('\r\n');
    await until('the second answer', () => received.includes('"draining"'));
    expect(received).toContain('HTTP/1.1 503');
    socket.destroy();
    await restarted;
  });
});
