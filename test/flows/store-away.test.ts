import { describe, expect, jest, test } from '@jest/globals';
import { startBridgeProcess } from '../sandbox/bridge-process.ts';
import { answered, at, directMessages, toldByDm } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, openForm, settled } from '../support/filing.ts';
import { type FlowOptions, newBrowser, TRANSPORTS } from '../support/flow.ts';
import { askToConnect, pressContinue, untilCallback } from '../support/link-in-transit.ts';
import { prefixOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import { startWire, type Wire } from '../support/tcp-proxy.ts';
import { byPush, cardOf, letPush, ticketCalled } from '../support/told.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

/** What is left of three seconds after the road. */
const SOON_MS = 2500;

async function onAWire(options: FlowOptions = {}) {
  let wire: Wire | undefined;
  const flow = await start({
    ...options,
    configure: async (world) => {
      wire = await startWire(world.store.url);
      world.env['REDIS_URL'] = wire.url;
    },
  });
  if (!wire) throw new Error('no wire');
  const close = flow.close.bind(flow);
  const laid = wire;
  flow.close = async () => {
    await laid.mend();
    await close();
    await laid.close();
  };
  return { flow, wire };
}

const ready = async (flow: { publicUrl: string }) => (await fetch(`${flow.publicUrl}/readyz`)).status;

/** A command may be quicker than the word that the connection has ended, and then its fate is not known either. */
async function takeAway(flow: { publicUrl: string }, wire: Wire, how: 'cut' | 'silence'): Promise<void> {
  await wire[how]();
  if (how === 'cut') await until('the bridge to notice', async () => (await ready(flow)) === 503);
}

/** What was never sent was not done; what was sent and not answered may have been. */
const SAID = {
  cut: {
    command: 'I could not save your request, so nothing was done',
    form: 'nothing was done',
    page: 'Nothing was connected',
  },
  silence: {
    command: 'so I do not know yet whether that will be done',
    // As whom to file is asked first, so it was not even sent.
    form: 'nothing was done',
    page: 'You may be connected already',
  },
} as const;

describe.each(TRANSPORTS)('over %s', (transport) => {
  test.each(['cut', 'silence'] as const)(
    'the store is away (%s): a command says in time whether nothing was done or that nobody knows',
    async (how) => {
      const { flow, wire } = await onAWire({ transport });
      const ada = flow.person('ada');
      await flow.link('ada');
      await takeAway(flow, wire, how);
      const delivery = await ada.command('list all');
      expect(delivery).toMatchObject({ status: 200 });
      expect(JSON.stringify(delivery.body)).toContain(SAID[how].command);
      expect(delivery.latencyMs).toBeLessThan(SOON_MS);

      await wire.mend();
      await until('the store to be back', async () => (await ready(flow)) === 200);
      await ada.command('list all');
      await answered(ada, 'incidents');
    },
  );

  test.each(['cut', 'silence'] as const)(
    'the store is away (%s): where it holds the bot of each workspace, commands and forms say so, too, and events come again',
    async (how) => {
      const { flow, wire } = await onAWire({ transport, slack: { multiWorkspace: true } });
      const installer = newBrowser();
      const { location } = await installer.go(`${flow.publicUrl}/slack/install`);
      await installer.go(flow.slack.allowInstall(location ?? '', flow.slack.team.id));
      const ada = flow.person('ada');
      await flow.link('ada');
      await openForm(ada, 'VPN is down');
      // A process that has not met this workspace yet.
      await flow.restart();
      await takeAway(flow, wire, how);
      const nothing = expect.stringContaining(SAID[how].command);
      const command = await ada.command('list all');
      expect(command).toMatchObject({ status: 200, body: { response_type: 'ephemeral', text: nothing } });
      expect(command.latencyMs).toBeLessThan(SOON_MS);
      expect((await ada.submit()).status).toBe(200);
      expect(ada.modal()?.errors).toEqual({ title: nothing });
      const { deliveries } = await ada.say(ada.dm().channel, 'help');
      expect(deliveries[0]?.status).not.toBe(200);

      await wire.mend();
      await until('the store to be back', async () => (await ready(flow)) === 200);
      await ada.command('list all');
      await answered(ada, 'incidents');
    },
  );

  test.each(['cut', 'silence'] as const)(
    'the store is away (%s): a form stays open with all that was typed, and the second press files once',
    async (how) => {
      const { flow, wire } = await onAWire({ transport });
      const ada = flow.person('ada');
      await flow.link('ada');
      await openForm(ada, 'VPN is down');
      await takeAway(flow, wire, how);
      const delivery = await ada.submit();
      expect(delivery.latencyMs).toBeLessThan(SOON_MS);
      expect(ada.modal()?.errors).toEqual({ title: expect.stringContaining(SAID[how].form) });

      await wire.mend();
      await until('the store to be back', async () => (await ready(flow)) === 200);
      expect(await ada.submit()).toMatchObject({ status: 200, body: { response_action: 'update' } });
      await toldByDm(ada, 'Filed INC');
      expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
    },
  );

  test.each(['cut', 'silence'] as const)(
    'the store is away (%s): an event is not acknowledged, Slack repeats it, and it is answered once',
    async (how) => {
      const { flow, wire } = await onAWire({ transport, slack: { retryDelaysMs: Array(40).fill(200) } });
      const ada = flow.person('ada');
      await flow.link('ada');
      const before = directMessages(ada).length;
      await takeAway(flow, wire, how);
      const { deliveries } = await ada.say(ada.dm().channel, 'help');
      expect(deliveries[0]?.status).not.toBe(200);

      await wire.mend();
      await until('the answer', () => directMessages(ada).length > before);
      await until('an accepted event', () =>
        flow.slack.deliveries.some(({ kind, retryNum, status }) => kind === 'event' && retryNum > 0 && status === 200),
      );
      expect(directMessages(ada)).toHaveLength(before + 1);
    },
  );
});

test.each(['cut', 'silence'] as const)(
  'the store is away (%s): our pages say so, and what became of it',
  async (how) => {
    const { flow, wire } = await onAWire({ role: 'web' });
    const { callback, browser } = await untilCallback(flow, await askToConnect(flow, 'ada'), 'requester');
    const link = await askToConnect(flow, 'carl');
    await wire[how]();
    for (const page of [
      await browser.go(link),
      await pressContinue(flow, browser, link),
      await browser.go(callback.href),
    ]) {
      expect(page.html).toContain(SAID[how].command);
      expect(page.html).toContain(SAID[how].page);
      expect(page.status).toBe(503);
    }
    await wire.mend();
    await until('the store to be back', async () => (await ready(flow)) === 200);
  },
);

test('the store stands still while it is asked for a change: nobody is told that nothing was done, because it is', async () => {
  const { flow, wire } = await onAWire();
  const ada = flow.person('ada');
  await flow.link('ada');
  await openForm(ada, 'VPN is down');
  wire.holdFrom('"operation":"incident"');
  const delivery = await ada.submit();
  expect(delivery.latencyMs).toBeLessThan(SOON_MS);
  expect(ada.modal()?.errors).toEqual({ title: expect.stringContaining('I do not know yet whether I have this') });
  wire.letGo();
  await toldByDm(ada, 'Filed INC');
  expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
});

test('the store stands still before it is asked for a change: nothing was done, as the person is told', async () => {
  const { flow, wire } = await onAWire();
  const ada = flow.person('ada');
  await flow.link('ada');
  await openForm(ada, 'VPN is down');
  wire.hold('answers');
  await ada.submit();
  expect(ada.modal()?.errors).toEqual({ title: expect.stringContaining('nothing was done') });
  wire.letGo();
  await ada.command('list all');
  await answered(ada, 'incidents');
  await settled(flow);
  expect(incidentsCalled(flow, 'VPN is down')).toEqual([]);
});

test('the store stands still while “It is fixed” is pressed: pressed again it is done once, and so it is told', async () => {
  const { flow, wire } = await onAWire(byPush());
  letPush(flow);
  const ada = flow.person('ada');
  await flow.link('ada');
  await fileIncident(ada, 'VPN is down');
  await toldByDm(ada, 'Filed INC');
  await settled(flow);
  const { sysId, number } = ticketCalled(flow, 'VPN is down');
  const { db, people } = flow.serviceNow;
  const solved = { state: '6', close_code: 'Solution provided', close_notes: 'Put it out.' };
  db.update('incident', sysId, solved, people.agent);
  const card = await cardOf(ada, number);
  const isDrawn = () =>
    JSON.stringify(ada.dm().messages.find(({ ts }) => ts === card.ts)?.blocks).includes('confirm-fixed');
  await until('the button', isDrawn);
  await settled(flow);

  // What is asked for takes a while, so both presses meet the same message.
  flow.serviceNow.faults.set({ kind: 'slow', method: 'PATCH', ms: 3_000, times: 1 });
  wire.holdFrom('confirm-fixed');
  const delivery = await ada.click(at(card), 'confirm-fixed');
  expect(delivery.latencyMs).toBeLessThan(SOON_MS);
  await answered(ada, 'I do not know yet whether that will be done');
  wire.letGo();
  await ada.click(at(card), 'confirm-fixed');
  await answered(ada, 'Thank you. The team knows');
  await settled(flow);
  const said = db
    .rows('sys_journal_field')
    .filter((row) => row['element_id'] === sysId && row['value']?.includes('says that it is fixed'));
  expect(said).toHaveLength(1);
});

test('/readyz says whether the store can be reached, /healthz does not care', async () => {
  const printed = jest.spyOn(console, 'error');
  const { flow, wire } = await onAWire();
  expect(await ready(flow)).toBe(200);
  await wire.cut();
  await until('not ready', async () => (await ready(flow)) === 503);
  expect((await fetch(`${flow.publicUrl}/healthz`)).status).toBe(200);
  // The log has lines of its own for it; nothing goes past it.
  expect(printed).not.toHaveBeenCalled();
  await until('the log to say so', () => flow.logLines.some((line) => line.includes('redis connection trouble')));
  await wire.mend();
  await until('ready', async () => (await ready(flow)) === 200);
  await flow.link('ada');
});

test('a worker that is told to stop the moment its store is back stops, although not every connection is back', async () => {
  const { flow, wire } = await onAWire();
  const worker = await flow.join('worker');
  await wire.cut();
  // Long enough for the waits between attempts to differ.
  const cutAt = Date.now();
  await until('a while', () => Date.now() - cutAt > 3_000);
  await wire.mend();
  await until('the store to be back', async () => (await ready(flow)) === 200);
  let stopped = false;
  void worker.close().then(() => {
    stopped = true;
  });
  await until('the worker to have stopped', () => stopped, 15_000);
});

async function stopWhileAway(how: 'cut' | 'silence') {
  const { flow, wire } = await onAWire({ role: 'web' });
  const worker = await startBridgeProcess(flow.env, 'worker');
  const ada = flow.person('ada');
  await flow.link('ada');
  flow.serviceNow.faults.set({ kind: 'slow', method: 'POST', path: /\/table\/incident$/, ms: 1_000 });
  await openForm(ada, 'VPN is down');
  await ada.submit();
  await until('ServiceNow to be asked', () =>
    flow.serviceNow.requests.some(({ method, path }) => method === 'POST' && path.endsWith('/incident')),
  );
  await wire[how]();
  const toldAt = Date.now();
  const code = await worker.end('SIGTERM');
  return { flow, wire, ada, code, lastLine: worker.lines.at(-1), ms: Date.now() - toldAt };
}

test.each(['cut', 'silence'] as const)(
  'a worker that is told to stop while the store is away (%s) leaves within seconds, and says so',
  async (how) => {
    const { code, lastLine, ms } = await stopWhileAway(how);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    expect(lastLine).toContain('"stopped without redis, which is away');
  },
);

test('what a worker had in hand that left while the store was away is done once, by another', async () => {
  const { flow, wire, ada } = await stopWhileAway('cut');
  await wire.mend();
  await flow.join('worker');
  await toldByDm(ada, 'Filed INC');
  expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
}, 60_000);

test('somebody empties the store: /readyz says so until a worker has noticed, loudly', async () => {
  const flow = await start({ role: 'web' });
  const status = async () => (await (await fetch(`${flow.publicUrl}/readyz`)).json()) as unknown;
  expect(await status()).toEqual({ status: 'ready' });
  await flow.redis.flushdb();
  expect(await status()).toEqual({ status: 'store-emptied' });
  expect(await ready(flow)).toBe(503);
  await flow.join('worker');
  await until('ready', async () => (await ready(flow)) === 200);
});

test('a schedule that is lost, alone or with all the rest, is written again, and polling goes on', async () => {
  const flow = await start({
    env: { SERVICENOW_POLL_SECONDS: '1' },
    serviceNow: { clientCredentialsUser: 'ann.admin' },
  });
  const repeated = `${prefixOf(flow, 'sync')}:sync:repeat`;
  const polls = () => flow.serviceNow.requests.filter(({ path }) => path.endsWith('/table/task')).length;
  const goesOn = async () => {
    const before = polls();
    await until('two more polls', () => polls() > before + 1);
  };
  await goesOn();
  // What a failover leaves that had not heard of the next run yet.
  await flow.redis.zrem(repeated, 'poll');
  await flow.redis.del(`${repeated}:poll`);
  await until('its schedule', async () => (await flow.redis.zscore(repeated, 'poll')) !== null);
  await goesOn();
  await flow.redis.flushdb();
  await until('ready', async () => (await ready(flow)) === 200);
  await goesOn();
  const logged = (text: string) => flow.logLines.some((line) => line.includes(text));
  expect([logged('lost schedules are written again'), logged('the store was emptied')]).toEqual([true, true]);
});
