import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { recordIdentity } from '../../src/records/identity.ts';
import type { Fault } from '../sandbox/servicenow/server.ts';
import {
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
import { keysIn } from '../support/store.ts';
import { until } from '../support/until.ts';

/**
 * Whatever ServiceNow does in the middle of it: one ticket, one word that it is queued, one word that it is filed. Both on
 * instances that take the caller's sys_id and on those that choose their own.
 */
const POST = { method: 'POST', path: /\/table\/incident$/, times: 1 } as const;

const TROUBLE: [what: string, faults: Fault[]][] = [
  ['commits, then drops the connection', [{ kind: 'reset-after-commit', ...POST }]],
  ['commits, then its gateway times out (504)', [{ kind: 'timeout-after-commit', ...POST }]],
  ['commits, and the answer breaks off in the middle', [{ kind: 'reset-mid-body', ...POST }]],
  ['is behind a gateway that is down (502)', [{ kind: 'bad-gateway', ...POST }]],
  ['is offline (503)', [{ kind: 'offline', ...POST }]],
  ['hibernates (200 with a page)', [{ kind: 'hibernate', ...POST }]],
  ['shows its login page (200 with a page)', [{ kind: 'login-html', ...POST }]],
  ['drops the request (202)', [{ kind: 'drop-202', ...POST }]],
  ['has a rate-limit rule for this person (429)', [{ kind: 'rate-limit', ...POST, retryAfterSeconds: 1 }]],
  [
    'commits and drops the connection, then breaks the look for it off with an error inside a 200',
    [
      { kind: 'reset-after-commit', ...POST },
      { kind: 'truncated-200-error', method: 'GET', path: /\/table\/incident/, times: 1 },
    ],
  ],
  [
    'commits, drops the connection, and is then away for the look, too',
    [
      { kind: 'reset-after-commit', ...POST },
      { kind: 'bad-gateway', method: 'GET', path: /\/table\/incident/, times: 1 },
    ],
  ],
];

/** These are over within the same run, so nobody has to hear of a queue. */
const HARMLESS: [what: string, faults: Fault[]][] = [
  ['refuses with 403 although it committed', [{ kind: 'forbidden-after-commit', ...POST }]],
  ['rejects a good token once (401)', [{ kind: 'unauthorized-once', ...POST }]],
  ['is slow', [{ kind: 'slow', ...POST, ms: 700 }]],
];

describe.each([
  ['takes the sys_id that it is given', true],
  ['chooses its own sys_ids', false],
])('an instance that %s', (_what, honourCallerSysId) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow({ slack: { rateLimits: 'off' }, serviceNow: { honourCallerSysId } });
    await linkAll(flow, 'ada', 'bob');
  }, 30_000);
  afterEach(() => {
    flow.serviceNow.faults.clear();
    expectNoViolations(flow);
  });
  afterAll(() => flow.close());

  test.each(TROUBLE)(
    'that %s',
    async (what, faults) => {
      const ada = flow.person('ada');
      for (const fault of faults) flow.serviceNow.faults.set(fault);
      const viewId = await fileIncident(ada, what);
      await toldByDm(ada, new RegExp(`Filed INC\\d+: ${what.replace(/[()]/g, '\\$&')}`), 15_000);
      await settled(flow);

      const tickets = incidentsCalled(flow, what);
      expect(tickets).toHaveLength(1);
      const queued = dmsWith(ada, `“${what}” is queued and not lost`);
      expect(queued).toHaveLength(1);
      // Whoever is told to try again files it a second time.
      expect(queued[0]?.text).not.toMatch(/try again/i);
      expect(dmsWith(ada, `: ${what}.`)).toHaveLength(1);
      expect(dmsWith(ada, tickets[0]?.['number'] ?? '?')).toHaveLength(1);
      expect(shownInModal(flow, viewId)).toEqual(['Queued', 'Incident filed']);
    },
    20_000,
  );

  test.each(HARMLESS)('that %s', async (what, faults) => {
    const ada = flow.person('ada');
    for (const fault of faults) flow.serviceNow.faults.set(fault);
    const viewId = await fileIncident(ada, what);
    await toldByDm(ada, `: ${what}.`);
    await settled(flow);
    expect(incidentsCalled(flow, what)).toHaveLength(1);
    expect(dmsWith(ada, what)).toHaveLength(1);
    expect(shownInModal(flow, viewId)).toEqual(['Incident filed']);
  });

  test('the same modal, pressed twice because the first answer got lost, is one ticket', async () => {
    const ada = flow.person('ada');
    const { id } = await openForm(ada, 'Pressed twice');
    const first = await ada.submit();
    // The same submission, signed anew, as a client sends it again that never saw the answer.
    const body = new URLSearchParams(first.rawBody);
    const again = await Promise.all(
      [' ', '  '].map((blank) =>
        flow.slack.deliver({ rawBody: new URLSearchParams({ payload: `${body.get('payload')}${blank}` }).toString() }),
      ),
    );
    expect(again.map(({ status }) => status)).toEqual([200, 200]);
    await settled(flow);
    expect(incidentsCalled(flow, 'Pressed twice')).toHaveLength(1);
    expect(dmsWith(ada, ': Pressed twice.')).toHaveLength(1);
    expect(shownInModal(flow, id)).toEqual(['Incident filed']);
  });

  test('a rule’s 429 holds up one person only', async () => {
    const ada = flow.person('ada');
    flow.serviceNow.faults.set({
      kind: 'rate-limit',
      ...POST,
      user: flow.serviceNow.people.requester.sysId,
      retryAfterSeconds: 2,
    });
    await fileIncident(ada, 'Held up');
    await toldByDm(ada, '“Held up” is queued');
    await fileIncident(flow.person('bob'), 'Not held up');
    await toldByDm(flow.person('bob'), ': Not held up.');
    expect(incidentsCalled(flow, 'Held up')).toEqual([]);
    await toldByDm(ada, ': Held up.');
    // Retry-After was kept.
    const asked = flow.serviceNow.requests.filter(
      ({ method, path, user }) =>
        method === 'POST' && path.endsWith('/incident') && user === flow.serviceNow.people.requester.sysId,
    );
    const [refused, filed] = asked.slice(-2);
    expect(refused?.status).toBe(429);
    expect((filed?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2000);
  }, 15_000);

  test('a full queue’s 429 holds up everybody, and then everybody is served', async () => {
    flow.serviceNow.faults.set({ kind: 'semaphore', ...POST });
    const ada = flow.person('ada');
    const bob = flow.person('bob');
    await fileIncident(ada, 'First in the queue');
    await toldByDm(ada, '“First in the queue” is queued');
    const refusedAt = flow.serviceNow.requests.findLast(({ status }) => status === 429)?.at ?? 0;
    await fileIncident(bob, 'Second in the queue');
    await toldByDm(bob, '“Second in the queue” is queued');
    await Promise.all([
      toldByDm(ada, ': First in the queue.', 15_000),
      toldByDm(bob, ': Second in the queue.', 15_000),
    ]);
    const between = flow.serviceNow.requests.filter(({ at, path }) => at > refusedAt && path.startsWith('/api/'));
    for (const { at } of between) expect(at - refusedAt).toBeGreaterThanOrEqual(4900);
    await settled(flow);
    for (const title of ['First in the queue', 'Second in the queue'])
      expect(incidentsCalled(flow, title)).toHaveLength(1);
  }, 25_000);

  test('access that is revoked on the way keeps the ticket until the person is back', async () => {
    const ada = flow.person('ada');
    await openForm(ada, 'Revoked on the way');
    flow.serviceNow.tokens.revokeAll(flow.serviceNow.people.requester.sysId);
    await ada.submit();
    const asked = await toldByDm(ada, 'ServiceNow no longer accepts your connection');
    await ada.closeModal();
    expect(incidentsCalled(flow, 'Revoked on the way')).toEqual([]);

    await ada.click({ channel: asked.channel, ts: asked.ts }, 'connect-again');
    await until('the connect view', () => ada.modal());
    await flow.link('ada');
    await toldByDm(ada, ': Revoked on the way.');
    await settled(flow);
    expect(incidentsCalled(flow, 'Revoked on the way')).toHaveLength(1);
    expect(dmsWith(ada, 'no longer accepts your connection')).toHaveLength(1);
  }, 15_000);

  test('a filing that is changed after it seemed refused meets the ticket of the first', async () => {
    const ada = flow.person('ada');
    const title = 'Seemingly refused';
    if (ada.modal()) await ada.closeModal();
    flow.serviceNow.faults.set({ kind: 'forbidden-after-commit', path: /\/table\/incident/ });
    await fileIncident(ada, title);
    const failed = await toldByDm(ada, `I do not know whether “${title}” was filed`);
    flow.serviceNow.faults.clear();
    await ada.closeModal();
    await ada.click({ channel: failed.channel, ts: failed.ts }, 'edit-and-file');
    await until('the form', () => ada.modal());
    const before = incidentsCalled(flow, title);
    expect(before).toHaveLength(1);
    ada.fill({ title: 'Put right', description: 'The words that count' });
    await ada.submit();
    const told = await toldByDm(ada, ': Put right.');
    await settled(flow);
    expect(incidentsCalled(flow, title)).toEqual([]);
    expect(incidentsCalled(flow, 'Put right').map((row) => row['sys_id'])).toEqual([before[0]?.['sys_id']]);
    expect(told.text).toContain('It had been filed before you changed it, so I brought it up to date.');
    expect(told.text).toContain(
      'did not let me change these: Description. Your new description is there as a comment.',
    );
    expect(told.text).not.toContain('differently');
    const journal = flow.serviceNow.journal(before[0]?.['sys_id'] ?? '').map(({ value }) => value);
    expect(journal).toEqual([expect.stringContaining('The words that count')]);
  }, 30_000);

  test.each(['reset-after-commit', 'bad-gateway'] as const)(
    'whose correlation ids nobody may ask for, and that answers %s',
    async (kind) => {
      const ada = flow.person('ada');
      const title = `Unasked, ${kind}`;
      flow.serviceNow.settings.correlationQueries = 403;
      flow.serviceNow.faults.set({ kind, ...POST });
      await fileIncident(ada, title);
      await toldByDm(ada, `: ${title}.`, 15_000);
      await settled(flow);
      flow.serviceNow.settings.correlationQueries = 'allowed';
      expect(incidentsCalled(flow, title)).toHaveLength(1);
      expect(dmsWith(ada, `I do not know whether “${title}”`)).toHaveLength(0);
    },
    20_000,
  );

  test.each([403, 500, 'another-id'] as const)(
    'that answers %s to an id that was taken a moment ago tells of one ticket',
    async (duplicateSysId) => {
      const ada = flow.person('ada');
      const title = `Taken, ${duplicateSysId}`;
      flow.serviceNow.settings.duplicateSysId = duplicateSysId;
      const form = await openForm(ada, title);
      // An earlier run's insert, which was still on its way when this one looked.
      const identity = recordIdentity(`${flow.slack.team.id}-${form.id}`);
      const { requester } = flow.serviceNow.people;
      const first = flow.serviceNow.db.insert(
        'incident',
        {
          short_description: title,
          sys_id: identity.sysId,
          correlation_id: identity.correlationId,
          caller_id: requester.sysId,
        },
        requester,
      );
      await ada.submit();
      await toldByDm(ada, `: ${title}.`, 15_000);
      await settled(flow);
      const filed = dmsWith(ada, /^Filed INC/).filter(({ text }) => text.includes(title));
      expect(filed.map(({ text }) => /INC\d+/.exec(text)?.[0])).toEqual([first['number']]);
      const others = incidentsCalled(flow, title).filter((row) => row['sys_id'] !== first['sys_id']);
      const words = others.flatMap((row) => flow.serviceNow.journal(row['sys_id'] ?? '').map(({ value }) => value));
      expect(words).toEqual(others.map(() => expect.stringContaining(`${first['number']} is the one that counts`)));
      if (honourCallerSysId && duplicateSysId !== 'another-id') expect(others).toEqual([]);
    },
    20_000,
  );

  test('what is watched is there', async () => {
    const ada = flow.person('ada');
    if (ada.modal()) await ada.closeModal();
    await fileIncident(ada, 'Watched under its own name');
    await toldByDm(ada, ': Watched under its own name.');
    await settled(flow);
    const person = { tenant: flow.slack.team.id, team: flow.slack.team.id, user: ada.id };
    const watched = await flow.redis.hkeys(keysIn(flow).watches(person));
    const sysIds = new Set(flow.serviceNow.db.rows('incident').map((row) => `incident/${row['sys_id']}`));
    expect(watched.filter((each) => !sysIds.has(each))).toEqual([]);
  });

  test('an expired token is renewed on the way, and nobody notices', async () => {
    const ada = flow.person('ada');
    flow.serviceNow.tokens.expireAccess(flow.serviceNow.people.requester.sysId);
    const viewId = await fileIncident(ada, 'Expired on the way');
    await toldByDm(ada, ': Expired on the way.');
    await settled(flow);
    expect(shownInModal(flow, viewId)).toEqual(['Incident filed']);
    expect(incidentsCalled(flow, 'Expired on the way')).toHaveLength(1);
  });
});
