import { describe, expect, test } from '@jest/globals';
import type { Json } from '../sandbox/slack/server.ts';
import { answered, at, directMessages, toldByDm } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, openForm, settled } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { heldBack, tamper } from '../support/raw.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

/** Whatever came in: the process lives. */
const start = storyStarter(async (flow) => {
  expect((await fetch(`${flow.publicUrl}/readyz`)).status).toBe(200);
});

const filed = (flow: Flow) => directMessages(flow.person('ada')).filter(({ text }) => text.startsWith('Filed INC'));

describe('a request that Slack did not send just now', () => {
  test.each([
    ['with a forged signature', { badSignature: true }],
    ['without a signature', { headers: { 'x-slack-signature': '' } }],
    ['without a time', { headers: { 'x-slack-request-timestamp': '' } }],
    ['with a time that is none', { headers: { 'x-slack-request-timestamp': 'today' } }],
    ['from more than five minutes ago', { timestampOffsetSeconds: -301 }],
    ['from the future', { timestampOffsetSeconds: 3600 }],
  ])('%s is refused, and nothing happens', async (_what, forgery) => {
    const flow = await start();
    await flow.link('ada');
    const { rawBody } = await heldBack(flow, () => flow.person('ada').command('list all'));
    expect((await flow.slack.deliver({ rawBody, ...forgery })).status).toBe(401);
    await settled(flow);
    expect(
      flow
        .person('ada')
        .ephemeral()
        .filter(({ text }) => text.includes('incidents')),
    ).toEqual([]);
    expect((await flow.slack.deliver({ rawBody })).status).toBe(200);
    await answered(flow.person('ada'), 'incidents');
  });

  test('with another body than the one that was signed is refused', async () => {
    const flow = await start();
    const { rawBody, headers } = await heldBack(flow, () => flow.person('ada').command('help'));
    const answer = await flow.slack.deliver({ rawBody: `${rawBody}&text=disconnect`, headers });
    expect(answer.status).toBe(401);
  });
});

describe('the same again', () => {
  test('a command, exactly repeated, is refused and answered once', async () => {
    const flow = await start();
    await flow.link('ada');
    const { rawBody, headers } = await flow.person('ada').command('list all');
    await answered(flow.person('ada'), 'incidents');
    expect((await flow.slack.deliver({ rawBody, headers })).status).toBe(409);
    await settled(flow);
    expect(
      flow
        .person('ada')
        .ephemeral()
        .filter(({ text }) => text.includes('incidents')),
    ).toHaveLength(1);
  });

  test('a command that opens a form, exactly repeated, opens it once, and nobody is told of a failure', async () => {
    const flow = await start();
    await flow.link('ada');
    await settled(flow);
    const ada = flow.person('ada');
    const told = [ada.ephemeral().length, directMessages(ada).length];
    const { rawBody, headers } = await ada.command('incident VPN is down');
    await until('the form', () => ada.modal());
    expect((await flow.slack.deliver({ rawBody, headers })).status).toBe(409);
    await settled(flow);
    expect(flow.slack.calls.filter(({ method }) => method === 'views.open')).toHaveLength(1);
    expect([ada.ephemeral().length, directMessages(ada).length]).toEqual(told);
  });

  test('a submission, exactly repeated, is refused and files once', async () => {
    const flow = await start();
    await flow.link('ada');
    await openForm(flow.person('ada'), 'VPN is down');
    const { rawBody, headers } = await flow.person('ada').submit();
    expect((await flow.slack.deliver({ rawBody, headers })).status).toBe(409);
    await settled(flow);
    expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
    expect(filed(flow)).toHaveLength(1);
  });

  test('a submission that arrives five times at once, freshly signed, is one ticket and one message', async () => {
    const flow = await start();
    await flow.link('ada');
    await openForm(flow.person('ada'), 'VPN is down');
    const { rawBody } = await heldBack(flow, () => flow.person('ada').submit());
    const answers = await Promise.all(
      [0, -1, -2, -3, -4].map((timestampOffsetSeconds) => flow.slack.deliver({ rawBody, timestampOffsetSeconds })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await toldByDm(flow.person('ada'), 'Filed INC');
    await settled(flow);
    expect(incidentsCalled(flow, 'VPN is down')).toHaveLength(1);
    expect(filed(flow)).toHaveLength(1);
  });

  test('a command that arrives twice, freshly signed, is answered once', async () => {
    const flow = await start();
    await flow.link('ada');
    const { rawBody } = await flow.person('ada').command('list all');
    expect((await flow.slack.deliver({ rawBody, timestampOffsetSeconds: -60 })).status).toBe(200);
    await settled(flow);
    expect(
      flow
        .person('ada')
        .ephemeral()
        .filter(({ text }) => text.includes('incidents')),
    ).toHaveLength(1);
  });

  test.each(['help', 'list all', 'incident VPN is down'])(
    'an event that Slack repeats (“%s”) is answered once',
    async (text) => {
      const flow = await start();
      await flow.link('ada');
      await settled(flow);
      const ada = flow.person('ada');
      const before = directMessages(ada).length;
      const { deliveries } = await ada.say(ada.dm().channel, text);
      const rawBody = deliveries[0]?.rawBody ?? '';
      for (const retry of ['1', '2', '3']) {
        const headers = { 'x-slack-retry-num': retry, 'x-slack-retry-reason': 'http_timeout' };
        expect((await flow.slack.deliver({ rawBody, headers })).status).toBe(200);
      }
      await settled(flow);
      expect(directMessages(ada)).toHaveLength(before + 1);
    },
  );
});

describe('a body that is not what it should be', () => {
  test.each([
    ['garbage where JSON should be', '{not json', undefined],
    ['a payload that is no JSON', 'payload=%7Bnot', undefined],
    ['an empty form', '', undefined],
    ['JSON of no kind', '{}', undefined],
    ['a kind that nobody knows', new URLSearchParams({ payload: '{"type":"surprise"}' }).toString(), undefined],
    ['a file', 'PK\u0003\u0004', 'application/zip'],
  ])('%s is refused', async (_what, rawBody, contentType) => {
    const flow = await start();
    const { status } = await flow.slack.deliver({ rawBody, ...(contentType ? { contentType } : {}) });
    // No answer at all is what Bolt gives to what nobody listens for.
    expect(status ?? 503).toBeGreaterThanOrEqual(400);
  });

  test('more than a megabyte is refused before it is read to its end', async () => {
    const flow = await start();
    const { status } = await flow.slack.deliver({ rawBody: `text=${'A'.repeat(1_200_000)}` });
    expect([413, null]).toContain(status);
  });
});

describe('what came through the client of a person who means harm', () => {
  test('a button that nobody made is answered, and does nothing', async () => {
    const flow = await start();
    const click = await anyClick(flow);
    await settled(flow);
    const asked = flow.serviceNow.requests.length;
    for (const id of ['drop-everything', '__proto__', 'constructor', '']) {
      const rawBody = tamper(click, ({ actions }) => Object.assign(firstOf(actions), { action_id: id }));
      expect({ id, ...(await flow.slack.deliver({ rawBody })) }).toMatchObject({ id, status: 200 });
    }
    await settled(flow);
    expect(flow.serviceNow.requests).toHaveLength(asked);
  });

  test('a request of another shape is refused at once, and leaves nobody waiting', async () => {
    const flow = await start();
    const click = await anyClick(flow);
    const changes: ((payload: Json) => void)[] = [
      (payload) => Object.assign(payload, { type: 'a_kind_to_come' }),
      (payload) => Object.assign(payload, { user: null }),
      (payload) => Object.assign(payload, { actions: [] }),
    ];
    for (const change of changes)
      expect(await flow.slack.deliver({ rawBody: tamper(click, change) })).toMatchObject({ status: 400 });
  });

  test('private metadata of any shape files the form as it is, and points nowhere', async () => {
    const flow = await start({ slack: { rateLimits: 'off' } });
    await flow.link('ada');
    const hostile = [
      'null',
      '{"__proto__":{"polluted":true}}',
      '{"v":2}',
      '{"v":1,"source":{"channel":"C1","ts":"1.1","extra":"x"}}',
      `{"v":1,"source":{"channel":"${'C'.repeat(2500)}","ts":"1"}}`,
      '[',
    ];
    for (const [index, metadata] of hostile.entries()) {
      await openForm(flow.person('ada'), `Story ${index}`);
      const { rawBody } = await heldBack(flow, () => flow.person('ada').submit());
      const changed = tamper(rawBody, ({ view }) => Object.assign(view as Json, { private_metadata: metadata }));
      expect((await flow.slack.deliver({ rawBody: changed })).status).toBe(200);
      await settled(flow);
      const [row] = incidentsCalled(flow, `Story ${index}`);
      expect(row).toMatchObject({ caller_id: flow.serviceNow.people.requester.sysId });
      expect(row?.['description']).not.toContain('http');
      await flow.person('ada').closeModal();
    }
    expect(({} as Json)['polluted']).toBeUndefined();
  });

  test("another person's kept work is neither tried again nor shown, and stays its owner's", async () => {
    const flow = await start();
    const ada = flow.person('ada');
    await flow.link('ada');
    const carl = flow.person('carl');
    await flow.link('carl');
    flow.serviceNow.faults.set({
      kind: 'forbidden-after-commit',
      path: /table\/incident/,
      user: flow.serviceNow.people.requester.sysId,
    });
    await fileIncident(ada, 'Secret of Ada');
    const failed = await toldByDm(ada, 'I do not know whether “Secret of Ada” was filed');
    flow.serviceNow.faults.clear();
    const jobId = /"value":"(j-incident-[^"]+)"/.exec(JSON.stringify(failed.blocks))?.[1] ?? '';
    expect(jobId).not.toBe('');

    await carl.command('hlep');
    const odd = await answered(carl, 'I don');
    const { rawBody } = await heldBack(flow, () => carl.click(at(odd), 'show-help'));
    for (const action of ['try-again', 'edit-and-file']) {
      const changed = tamper(rawBody, (payload) => {
        Object.assign(firstOf(payload['actions']), { action_id: action, value: jobId });
        payload['trigger_id'] = `${String(payload['trigger_id'])}.${action}`;
      });
      expect((await flow.slack.deliver({ rawBody: changed })).status).toBe(200);
    }
    await settled(flow);
    expect(carl.ephemeral().filter(({ text }) => text.includes('That is no longer waiting'))).toHaveLength(2);
    expect(carl.modal()).toBeUndefined();
    expect(filed(flow)).toEqual([]);

    await ada.click(at(failed), 'try-again');
    await toldByDm(ada, 'Filed INC');
    expect(incidentsCalled(flow, 'Secret of Ada')).toHaveLength(1);
  });

  test.each(['try-again', 'edit-and-file', 'turn-page-0', 'show-ticket', 'file-incident'])(
    'the button %s with any value answers, and breaks nothing',
    async (action) => {
      const flow = await start({ slack: { rateLimits: 'off' } });
      await flow.link('ada');
      const click = await anyClick(flow);
      for (const [index, value] of ['', '../../x', '{"list":{}}', 'j-', '*', 'INC0', 'A'.repeat(2000)].entries()) {
        const rawBody = tamper(click, (payload) => {
          Object.assign(firstOf(payload['actions']), { action_id: action, value });
          payload['trigger_id'] = `${String(payload['trigger_id'])}.${index}`;
        });
        expect((await flow.slack.deliver({ rawBody })).status).toBe(200);
      }
      await settled(flow);
      expect(flow.logLines.filter((line) => line.includes('TypeError'))).toEqual([]);
    },
  );
});

const firstOf = (actions: unknown): Json => (actions as Json[])[0] ?? {};

/** Some click of ada's that was never delivered. */
async function anyClick(flow: Flow): Promise<string> {
  const ada = flow.person('ada');
  await ada.command('hlep');
  const odd = await answered(ada, 'I don');
  return (await heldBack(flow, () => ada.click(at(odd), 'show-help'))).rawBody;
}
