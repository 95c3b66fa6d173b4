import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { SlackPerson } from '../sandbox/slack/server.ts';
import {
  answerTo,
  dmsWith,
  expectNoViolations,
  fileIncident,
  incidentsCalled,
  linkAll,
  openForm,
  settled,
  shownInModal,
  toldByDm,
} from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { metric } from '../support/told.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** The ticket is filed; now Slack makes trouble. The person hears of it all the same, and once. */
const ADMIN = 'a-plainly-fake-admin-token';
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' }, env: { ADMIN_TOKEN: ADMIN } });
  await linkAll(flow, 'ada');
}, 30_000);
afterEach(() => {
  flow.slack.faults.clear();
  flow.serviceNow.faults.clear();
  expectNoViolations(flow);
});
afterAll(() => flow.close());

const ada = (): SlackPerson => flow.person('ada');

async function expectToldOnce(title: string): Promise<void> {
  await toldByDm(ada(), `: ${title}.`, 15_000);
  await settled(flow);
  expect(incidentsCalled(flow, title)).toHaveLength(1);
  expect(dmsWith(ada(), `: ${title}.`)).toHaveLength(1);
}

describe('the DM comes exactly once', () => {
  test.each([
    ['is rate limited', { kind: 'ratelimited', retryAfterSeconds: 1, times: 1 }],
    ['fails with 500', { kind: '500', times: 1 }],
    ['fails with 500 three times', { kind: '500', times: 3 }],
    ['fails with internal_error', { kind: 'error', error: 'internal_error', times: 1 }],
    ['is done, and the answer lost', { kind: 'drop-after-commit', times: 1 }],
    ['is done, and the answer lost twice', { kind: 'drop-after-commit', times: 2 }],
  ] as const)(
    'when posting it %s',
    async (how, fault) => {
      flow.slack.faults.set({ method: 'chat.postMessage', ...fault });
      const title = `Posting ${how}`;
      await fileIncident(ada(), title);
      await expectToldOnce(title);
    },
    20_000,
  );

  test.each(['conversations.open', 'conversations.history'])(
    'when the look for it fails, too (%s)',
    async (method) => {
      flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
      flow.slack.faults.set({ method, kind: '500', times: 1 });
      const title = `Looking by ${method}`;
      await fileIncident(ada(), title);
      await expectToldOnce(title);
    },
    20_000,
  );
});

describe('what Slack takes in no DM (messages_tab_disabled)', () => {
  const refuse = () =>
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'error', error: 'messages_tab_disabled' });
  const seen = () =>
    ada()
      .ephemeral('it-help')
      .map(({ text }) => text);
  const listed = async () => {
    const before = seen().length;
    await ada().command('list', { channel: 'it-help' });
    await settled(flow);
    return seen().slice(before);
  };

  test('is on the Home tab, and comes along with the next answer, once', async () => {
    refuse();
    await fileIncident(ada(), 'No DM for <this>');
    await settled(flow);
    await ada().closeModal();
    await ada().openHome();
    await until('the words at home', () => wordsOf(ada().home()?.view.blocks).includes(': No DM for <this>.'));
    expect(await listed()).toEqual([
      expect.stringContaining('incidents'),
      expect.stringMatching(/Slack did not let me send you .*Filed INC\d+: No DM for &lt;this&gt;\./s),
    ]);
    expect(await listed()).toHaveLength(1);
  });

  test('is kept where it is an answer, too, but no connect address', async () => {
    refuse();
    await ada().say(ada().dm().channel, 'whoami');
    const carl = flow.person('carl');
    await carl.say(carl.dm().channel, 'show INC0010023');
    await settled(flow);
    expect(await listed()).toContainEqual(expect.stringMatching(/Slack did not let me .*You are connected as/s));
    await carl.command('help', { channel: 'it-help' });
    await carl.openHome();
    await until('the words at home', () => wordsOf(carl.home()?.view.blocks).includes('Slack did not let me'));
    expect(wordsOf(carl.home()?.view.blocks)).not.toContain('/servicenow/connect?id=');
  });
});

/** As while a token is rotated, or while Slack moves the workspace into an organisation. */
const UNTIL_MENDED = [
  'token_revoked',
  'invalid_auth',
  'account_inactive',
  'token_expired',
  'org_login_required',
  'external_channel_migrating',
];

test('what Slack takes from nobody until somebody mends that is told afterwards, and the operator hears one line', async () => {
  for (const error of UNTIL_MENDED) {
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'error', error, times: 1 });
    await fileIncident(ada(), `Refused with ${error}`);
    await ada().closeModal();
  }
  for (const error of UNTIL_MENDED) await expectToldOnce(`Refused with ${error}`);
  const loud = flow.logLines.filter((line) => line.includes('slack takes nothing from this app'));
  expect(loud).toHaveLength(UNTIL_MENDED.length);
  expect(await metric(flow, ADMIN, 'bridge_slack_stand_by_total{code="invalid_auth"}')).toBe(1);
}, 30_000);

describe('the modal', () => {
  test.each([
    { kind: '500' },
    { kind: 'error', error: 'internal_error' },
    // No longer: all that comes later here asks for that method, too.
    { kind: 'ratelimited', retryAfterSeconds: 1 },
  ] as const)('not being updated (%j) holds up nothing', async (fault) => {
    flow.slack.faults.set({ method: 'views.update', ...fault, times: 1 });
    const title = `Modal ${JSON.stringify(fault)}`;
    const viewId = await fileIncident(ada(), title);
    await expectToldOnce(title);
    expect(shownInModal(flow, viewId)).toEqual([]);
  });

  test('closed before the result leaves it to the DM', async () => {
    flow.serviceNow.faults.set({ kind: 'latency', ms: 300, method: 'POST' });
    await fileIncident(ada(), 'Closed at once');
    await ada().closeModal();
    await expectToldOnce('Closed at once');
    expect(ada().modal()).toBeUndefined();
  });

  test('of something else, opened meanwhile, is left alone', async () => {
    flow.serviceNow.faults.set({ kind: 'latency', ms: 300, method: 'POST' });
    await fileIncident(ada(), 'The first of two');
    await ada().closeModal();
    await openForm(ada(), 'The second of two');
    await expectToldOnce('The first of two');
    expect(ada().modal()?.view.callback_id).toBe('incident-form');
    await ada().closeModal();
  });
});

test('a word that it is queued, held up by Slack, does not come after the word that it is filed', async () => {
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'POST', path: /\/table\/incident$/, times: 1 });
  // The first message is the one about the queue.
  flow.slack.faults.set({ method: 'chat.postMessage', kind: 'ratelimited', retryAfterSeconds: 3, times: 1 });
  const viewId = await fileIncident(ada(), 'Out of order');
  await toldByDm(ada(), ': Out of order.', 15_000);
  await settled(flow);
  const told = ada()
    .dm()
    .messages.map(({ text }) => text)
    .filter((text) => text.includes('Out of order'));
  expect(told.at(-1)).toContain('Filed INC');
  expect(shownInModal(flow, viewId).at(-1)).toBe('Incident filed');
}, 20_000);

describe('an answer to a question', () => {
  test.each([
    ['fails with 500', { kind: '500', times: 1 }],
    ['is slow', { kind: 'slow', ms: 500, times: 1 }],
  ] as const)('comes although the response_url %s', async (_how, fault) => {
    flow.slack.faults.set({ method: 'response_url', ...fault });
    const before = ada().ephemeral('it-help').length;
    await ada().command('list', { channel: 'it-help' });
    await settled(flow);
    expect(ada().ephemeral('it-help').length).toBe(before + 1);
  });

  describe('that comes when the response_url has long expired', () => {
    let late: Flow;
    let offset = 0;
    const clock = () => Date.now() + offset;
    beforeAll(async () => {
      late = await startFlow({ now: clock, slack: { now: clock, rateLimits: 'off' } });
      await late.link('ada');
      late.serviceNow.faults.set({ kind: 'latency', ms: 300, path: /\/table\// });
    }, 30_000);
    afterAll(() => late.close());

    test.each([
      ['is an ephemeral message', 'it-help', true],
      ['is a DM where the bot is not in the channel', 'general', false],
    ])('%s', async (_how, channel, ephemeral) => {
      const told = await answerTo(late, async () => {
        const delivery = await late.person('ada').command('search battery', { channel });
        offset += 31 * 60_000;
        return delivery;
      });
      expect(told.text).toContain('Laptop battery lasts an hour');
      expect(told).toMatchObject(
        ephemeral
          ? { ephemeral, channel: late.slack.channels.itHelp }
          : { ephemeral, channel: late.person('ada').dm().channel },
      );
      expectNoViolations(late);
    });

    test('is a DM, too, where a button was pressed in a DM between two people, and nothing is tried in theirs', async () => {
      const theirs = late.slack.directMessage('ada', 'carl');
      await late.person('ada').command('list', { channel: theirs });
      const list = await until('the list', () => late.person('ada').ephemeral(theirs)[0]);
      const told = await answerTo(late, async () => {
        const delivery = await late.person('ada').click({ channel: theirs, ts: list.ts }, 'show-ticket');
        offset += 31 * 60_000;
        return delivery;
      });
      expect(told).toMatchObject({ ephemeral: false, channel: late.person('ada').dm().channel });
      expect(told.text).toMatch(/^INC\d+: /);
      const posted = late.slack.calls.filter(({ method }) => method === 'chat.postMessage');
      expect(posted.filter(({ args }) => args['channel'] === theirs)).toEqual([]);
    });

    test.each([
      'restricted_action',
      'restricted_action_read_only_channel',
      'restricted_action_thread_locked',
      'cannot_reply_to_message',
      'ekm_access_denied',
      'no_permission',
    ])('is a DM where the channel takes none (%s)', async (error) => {
      late.slack.faults.set({ method: 'chat.postEphemeral', kind: 'error', error, times: 1 });
      const told = await answerTo(late, async () => {
        const delivery = await late.person('ada').command('search battery', { channel: 'it-help' });
        offset += 31 * 60_000;
        return delivery;
      });
      expect(told).toMatchObject({ ephemeral: false, channel: late.person('ada').dm().channel });
      expect(told.text).toContain('Laptop battery lasts an hour');
    });
  });
});
