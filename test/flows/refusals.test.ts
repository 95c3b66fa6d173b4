import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { closeQueues, createQueues } from '../../src/jobs/enqueue.ts';
import { createKeptWork } from '../../src/jobs/kept-work.ts';
import { aclRefusal, dataPolicy, ruleAbort } from '../sandbox/servicenow/types.ts';
import type { SlackPerson } from '../sandbox/slack/server.ts';
import {
  answerTo,
  dmsWith,
  expectNoViolations,
  fileIncident,
  incidentsCalled,
  linkAll,
  settled,
  shownInModal,
  toldByDm,
} from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { instanceOf, prefixOf } from '../support/store.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** ServiceNow understood and said no: the person hears why in plain words, loses nothing, and has a way on. */
let flow: Flow;
/** What the instance's rules make of an insert; `undefined` lets it through. */
let refusal: (() => Error) | undefined;

beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
  await linkAll(flow, 'ada', 'carl');
  flow.serviceNow.onChange(({ table, sysId, operation }) => {
    if (!refusal || table !== 'incident' || operation !== 'insert') return;
    // As a rule before the insert does: the row is not there, and the API answers its refusal.
    flow.serviceNow.db.remove('incident', sysId);
    throw refusal();
  });
}, 30_000);
afterEach(() => {
  refusal = undefined;
  flow.serviceNow.faults.clear();
  expectNoViolations(flow);
});
afterAll(() => flow.close());

const ada = () => flow.person('ada');

/** Files something that is refused. @returns the DM that says so */
async function fileInVain(title: string, why: () => Error) {
  refusal = why;
  const viewId = await fileIncident(ada(), title, { description: 'All that I know', urgency: '2' });
  const told = await toldByDm(ada(), `“${title}” was not filed`);
  await until('the same in the modal', () => shownInModal(flow, viewId).includes('Not filed'));
  refusal = undefined;
  return told;
}

const press = (person: SlackPerson, { channel, ts }: { channel: string; ts: string }, button: string) =>
  person.click({ channel, ts }, button);

describe('what the form lacks', () => {
  const DETAIL = {
    de: 'It says: “Die folgenden Felder sind obligatorisch: Standort”.',
    fr: 'It says: “Les champs suivants sont obligatoires : Emplacement”.',
  };
  test.each(['de', 'fr'] as const)('is named in the words of the instance: %s', async (language) => {
    flow.serviceNow.settings.refusalLanguage = language;
    const told = await fileInVain(`No place, ${language}`, () => dataPolicy(['Location']));
    flow.serviceNow.settings.refusalLanguage = 'en';
    expect(told.text).toContain(DETAIL[language]);
  });

  test('can be filled in at the instance’s own form, with all that was typed', async () => {
    const told = await fileInVain('No ^place = javascript:gs.log(1)', () => dataPolicy(['Location']));
    expect(told.text).toContain('ServiceNow needs more for this: Location.');
    expect(told.text).toContain('finish it in ServiceNow: everything is filled in there.');
    const address = /"url":"([^"]+)"/.exec(JSON.stringify(told.blocks))?.[1] ?? '';
    const url = new URL(address);
    expect([url.origin, url.pathname, url.searchParams.get('sys_id')]).toEqual([
      flow.serviceNow.url,
      '/incident.do',
      '-1',
    ]);
    expect(url.searchParams.get('sysparm_query')?.split('^')).toEqual([
      'short_description=No  place = javascript gs.log(1)',
      `caller_id=${flow.serviceNow.people.requester.sysId}`,
      'impact=3',
      'urgency=2',
      'contact_type=chat',
      'description=All that I know',
    ]);
  });
});

describe('the reason is told in plain words', () => {
  test.each([
    [
      'a data policy',
      () => dataPolicy(['Business service', 'Location']),
      'ServiceNow needs more for this: Business service, Location.',
    ],
    [
      'a business rule',
      () => ruleAbort('incident', 'No tickets on Fridays'),
      'A rule in ServiceNow (“No tickets on Fridays”) does not allow this.',
    ],
    ['access rules', () => aclRefusal('Insert'), 'ServiceNow does not allow you to do this.'],
  ])('for %s', async (what, why, sentence) => {
    const told = await fileInVain(`Refused by ${what}`, why);
    expect(told.text).toContain(sentence);
    expect(told.text).toContain('What you entered is kept.');
    expect(wordsOf(ada().modal()?.view.blocks)).toContain(sentence);
    await settled(flow);
    expect(dmsWith(ada(), `Refused by ${what}`)).toHaveLength(1);
  });
});

describe('Try again', () => {
  test('files it as it was, once, however often it is pressed', async () => {
    const told = await fileInVain('Try me again', () => dataPolicy(['Location']));
    const answer = await answerTo(flow, () => press(ada(), told, 'try-again'));
    expect(answer.text).toContain('I am trying again');
    await toldByDm(ada(), ': Try me again.');
    await settled(flow);
    const late = await answerTo(flow, () => press(ada(), told, 'try-again'));
    expect(late.text).toContain('That is no longer waiting');
    expect(incidentsCalled(flow, 'Try me again')).toEqual([
      expect.objectContaining({ description: 'All that I know', urgency: '2' }),
    ]);
    expect(dmsWith(ada(), ': Try me again.')).toHaveLength(1);
  });

  test('pressed several times at once is one new attempt, and nothing that went wrong', async () => {
    const told = await fileInVain('Pressed at once', () => dataPolicy(['Location']));
    const job = /"value":"(j-incident-[^"]+)"/.exec(JSON.stringify(told.blocks))?.[1] ?? '';
    const queues = createQueues(flow.redis, instanceOf(flow));
    const { tryAgain } = createKeptWork(queues);
    const owner = { tenant: flow.slack.team.id, team: flow.slack.team.id, user: ada().id };
    const answers = await Promise.all([1, 2, 3, 4].map(() => tryAgain(owner, job)));
    await closeQueues(queues);
    expect(answers.filter((again) => again)).toHaveLength(1);
    await toldByDm(ada(), ': Pressed at once.');
    await settled(flow);
    expect(incidentsCalled(flow, 'Pressed at once')).toHaveLength(1);
  });

  test('that is refused once more is told of once more', async () => {
    const told = await fileInVain('Refused twice', () => dataPolicy(['Location']));
    refusal = () => dataPolicy(['Company']);
    await press(ada(), told, 'try-again');
    const second = await toldByDm(ada(), 'ServiceNow needs more for this: Company.');
    refusal = undefined;
    await press(ada(), second, 'try-again');
    await toldByDm(ada(), ': Refused twice.');
    expect(incidentsCalled(flow, 'Refused twice')).toHaveLength(1);
  });

  test('by somebody else does nothing', async () => {
    const told = await fileInVain('Only mine', () => dataPolicy(['Location']));
    const carl = flow.person('carl');
    const button = /"action_id":"try-again","text":[^}]*},"value":"([^"]+)"/.exec(JSON.stringify(told.blocks))?.[1];
    // Carl forges the click: his own name, her job.
    const own = await answerTo(flow, () => carl.say(carl.dm().channel, 'qwertyuiop'));
    const click = await carl.click({ channel: own.channel, ts: own.ts }, 'show-help');
    for (const action of ['try-again', 'edit-and-file']) {
      const payload = structuredClone(click.payload) as { actions: Record<string, unknown>[] };
      Object.assign(payload.actions[0] ?? {}, { action_id: action, value: button, action_ts: `1.${action.length}` });
      const before = dmsWith(carl, 'That is no longer waiting').length;
      const { status } = await flow.slack.deliver({
        rawBody: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
      });
      expect(status).toBe(200);
      await until('his answer', () => dmsWith(carl, 'That is no longer waiting').length > before);
    }
    await settled(flow);
    expect(carl.modal()).toBeUndefined();
    expect(incidentsCalled(flow, 'Only mine')).toEqual([]);
    expect(JSON.stringify(carl.dm().messages)).not.toContain('All that I know');
  });
});

describe('Change it and file', () => {
  test('opens the form with what was entered, and files what it becomes', async () => {
    const told = await fileInVain('Needs a change', () => dataPolicy(['Location']));
    await ada().closeModal();
    await press(ada(), told, 'edit-and-file');
    const form = await until('the form', () => ada().modal());
    const block = (id: string) => JSON.stringify(form.view.blocks.find(({ block_id }) => block_id === id));
    expect(block('title')).toContain('Needs a change');
    expect(block('description')).toContain('All that I know');
    expect(block('urgency')).toContain(
      '"initial_option":{"text":{"emoji":false,"type":"plain_text","text":"2 - Medium"}',
    );
    ada().fill({ title: 'Needs no change any more' });
    await ada().submit();
    await toldByDm(ada(), ': Needs no change any more.');
    expect(incidentsCalled(flow, 'Needs no change any more')).toHaveLength(1);
    expect(incidentsCalled(flow, 'Needs a change')).toEqual([]);
  });

  test('keeps the link to the message that it was filed from', async () => {
    const { ts } = await flow.person('carl').say('it-help', 'The bell is broken');
    await ada().closeModal();
    await ada().messageShortcut('file_incident_from_message', 'it-help', ts);
    await until('the form', () => ada().modal());
    refusal = () => dataPolicy(['Location']);
    await ada().submit();
    const told = await toldByDm(ada(), '“The bell is broken” was not filed');
    refusal = undefined;
    await ada().closeModal();
    await press(ada(), told, 'edit-and-file');
    await until('the form', () => ada().modal());
    await ada().submit();
    await toldByDm(ada(), ': The bell is broken.');
    expect(incidentsCalled(flow, 'The bell is broken')[0]?.['description']).toContain(
      'From a Slack message by Carl Colleague',
    );
  });
});

test('a message whose author Slack does not show can be filed', async () => {
  const { ts } = await flow.person('carl').say('it-help', 'The door is stuck');
  flow.slack.faults.set({ method: 'users.info', kind: 'error', error: 'user_not_visible' });
  await ada().closeModal();
  await ada().messageShortcut('file_incident_from_message', 'it-help', ts);
  await until('the form', () => ada().modal());
  await ada().submit();
  await toldByDm(ada(), ': The door is stuck.');
  flow.slack.faults.clear();
  expect(incidentsCalled(flow, 'The door is stuck')[0]?.['description']).toContain('From a Slack message: http');
});

test('out of attempts, the person is told, and Try again finds the ticket that had been made after all', async () => {
  flow.serviceNow.faults.set({ kind: 'timeout-after-commit', method: 'POST', path: /\/table\/incident$/ });
  const title = 'Out of attempts';
  await fileIncident(ada(), title);
  await toldByDm(ada(), `“${title}” is queued`);
  // Three hundred attempts are a day; here the day has nearly passed.
  const queue = new Queue('interactive', { connection: flow.redis, prefix: prefixOf(flow, 'interactive') });
  const job = await until('the delayed job', async () =>
    (await queue.getDelayed()).find(({ data }) => data.args?.draft?.title === title),
  );
  await flow.redis.hset(`${prefixOf(flow, 'interactive')}:interactive:${job.id}`, 'atm', '299');
  flow.serviceNow.faults.set({ kind: 'offline', method: 'GET', path: /\/table\/incident/ });
  const told = await toldByDm(ada(), `I do not know whether “${title}” was filed`);
  expect(told.text).toContain('The ServiceNow instance is asleep or offline.');
  expect(await job.isFailed()).toBe(true);
  await queue.close();

  flow.serviceNow.faults.clear();
  await press(ada(), told, 'try-again');
  await toldByDm(ada(), `: ${title}.`);
  expect(incidentsCalled(flow, title)).toHaveLength(1);
}, 15_000);
