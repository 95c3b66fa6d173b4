import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import type { SlackPerson } from '../../sandbox/slack/server.ts';
import {
  answerTo,
  dmsWith,
  expectNoViolations,
  fileIncident,
  incidentsCalled,
  linkAll,
  settled,
  toldByDm,
} from '../../support/filing.ts';
import { connectUrlIn, type Flow, followConnect, startFlow } from '../../support/flow.ts';
import { keysIn, linkKey, prefixOf } from '../../support/store.ts';
import { until } from '../../support/until.ts';

/** What the storm of `npm run chaos` has found, each in the moment in which it happened. */
const SECRET = 'a-plainly-fake-webhook-secret';
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' }, env: { SERVICENOW_WEBHOOK_SECRET: SECRET } });
  flow.serviceNow.push.configure({ url: `${flow.publicUrl}/servicenow/events`, secret: SECRET, retryBaseMs: 200 });
  await linkAll(flow, 'ada');
}, 30_000);
afterEach(() => {
  flow.slack.faults.clear();
  flow.serviceNow.faults.clear();
  expectNoViolations(flow);
});
afterAll(() => flow.close());

const ada = (): SlackPerson => flow.person('ada');

async function filed(title: string): Promise<{ sysId: string; threadTs: string }> {
  await fileIncident(ada(), title);
  const { ts } = await toldByDm(ada(), `: ${title}.`, 15_000);
  await settled(flow);
  await ada().closeModal();
  return { sysId: incidentsCalled(flow, title)[0]?.['sys_id'] ?? '', threadTs: ts };
}

const answer = (threadTs: string, words: string) => ada().say(ada().dm().channel, words, { threadTs });
const comments = (sysId: string, words: string) =>
  flow.serviceNow.journal(sysId).filter(({ value }) => value.includes(words));

describe('replies below a card', () => {
  test('come in the order in which they were written, although the first one meets an outage', async () => {
    const { sysId, threadTs } = await filed('Two answers');
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', times: 1 });
    await answer(threadTs, 'First this.');
    await answer(threadTs, 'And then that.');
    await settled(flow);
    expect(flow.serviceNow.journal(sysId).map(({ value }) => value.split('\n')[0])).toEqual([
      'First this.',
      'And then that.',
    ]);
  }, 30_000);

  test('reach their ticket although the process died before it noted the thread', async () => {
    const { sysId, threadTs } = await filed('A thread that nobody noted');
    const person = { tenant: flow.slack.team.id, team: flow.slack.team.id, user: ada().id };
    await flow.redis.hdel(keysIn(flow).threads(person), threadTs);
    await answer(threadTs, 'Is this for you?');
    await settled(flow);
    expect(comments(sysId, 'Is this for you?')).toHaveLength(1);
  }, 30_000);

  test('are not given up because ServiceNow asks for some patience', async () => {
    const { sysId, threadTs } = await filed('Patience');
    flow.serviceNow.faults.set({ kind: 'rate-limit', method: 'PATCH', retryAfterSeconds: 17, times: 1 });
    await answer(threadTs, 'I can wait.');
    await settled(flow, 30_000);
    expect(comments(sysId, 'I can wait.')).toHaveLength(1);
    expect(dmsWith(ada(), 'did not reach ServiceNow')).toEqual([]);
  }, 45_000);

  test('are written once although the job was taken over from a process that only stood still', async () => {
    const { sysId, threadTs } = await filed('Standing still');
    const places = keysIn(flow).places();
    const later = Date.now() + 120_000;
    await until('all places to be given back', async () => (await flow.redis.hlen(places)) === 2);
    // Another process has the only place at the instance, so the job stands right before it writes.
    await flow.redis.hset(places, { bound: 1, version: 1, another: `${later}:1:0:1:0` });
    await answer(threadTs, 'Once only.');
    const queue = new Queue('interactive', { connection: flow.redis, prefix: prefixOf(flow, 'interactive') });
    const job = await until('the job to run', async () => (await queue.getActive())[0]);
    await until(
      'the job to be taken over',
      async () => {
        // As if nobody had renewed it.
        if (((await queue.getJob(job.id ?? ''))?.attemptsStarted ?? 0) > 1) return true;
        await flow.redis.del(`${prefixOf(flow, 'interactive')}:interactive:${job.id}:lock`);
        return false;
      },
      30_000,
    );
    await flow.redis.del(places);
    await settled(flow);
    expect(comments(sysId, 'Once only.')).toHaveLength(1);
    await queue.close();
  }, 60_000);
});

describe('whoever waits for an answer hears something', () => {
  test('the prompt to connect comes, although Slack did not take it at first', async () => {
    flow.slack.faults.set({ method: 'response_url', kind: '500', times: 1 });
    const prompt = await answerTo(flow, () => flow.person('carl').command('list'));
    expect(JSON.stringify(prompt.blocks)).toContain('/servicenow/connect?id=');
  }, 30_000);

  test('the last word of a question comes, although Slack did not take it at first', async () => {
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'GET', path: /\/table\// });
    flow.slack.faults.set({ method: 'response_url', kind: '500', times: 1 });
    const said = await answerTo(flow, () => ada().command('list'));
    expect(said.text).toContain('ServiceNow is not answering right now.');
  }, 30_000);

  test('a reply that is held up for long says that it is not lost, once, and arrives', async () => {
    const { sysId, threadTs } = await filed('Long trouble');
    flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'PATCH', times: 6 });
    await answer(threadTs, 'In the end.');
    await toldByDm(ada(), 'What you did is not lost: I keep trying.', 40_000);
    flow.serviceNow.faults.clear();
    await until('the reply', () => comments(sysId, 'In the end.').length === 1, 40_000);
    await settled(flow);
    expect(dmsWith(ada(), 'I keep trying')).toHaveLength(1);
  }, 90_000);
});

describe('a ticket that others work on before its filing has ended', () => {
  test('has one card, although Slack holds back the message that says “filed” for a long time', async () => {
    const title = 'Held back';
    // What waits for the card waits two seconds at a time; it must not lose patience before Slack does.
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'ratelimited', retryAfterSeconds: 37, times: 1 });
    await fileIncident(ada(), title);
    const [ticket] = await until('the ticket', () => {
      const made = incidentsCalled(flow, title);
      return made.length > 0 ? made : undefined;
    });
    flow.serviceNow.db.update(
      'incident',
      ticket?.['sys_id'] ?? '',
      { comments: 'Held?' },
      flow.serviceNow.people.agent,
    );
    await toldByDm(ada(), 'Held?', 60_000);
    await settled(flow);
    expect(dmsWith(ada(), `: ${title}.`)).toHaveLength(1);
    expect(dmsWith(ada(), 'Held?')).toHaveLength(1);
  }, 75_000);

  test('tells of what was written before we knew that it was there', async () => {
    const stop = flow.serviceNow.onChange(({ table, sysId, operation }) => {
      if (table !== 'incident' || operation !== 'insert') return;
      stop();
      flow.serviceNow.db.update('incident', sysId, { comments: 'We know already.' }, flow.serviceNow.people.agent);
    });
    flow.serviceNow.faults.set({ kind: 'reset-after-commit', method: 'POST', path: /\/table\/incident$/, times: 1 });
    const { sysId } = await filed('Faster than the answer');
    await toldByDm(ada(), 'We know already.', 15_000);
    await settled(flow);
    expect(dmsWith(ada(), 'We know already.')).toHaveLength(1);
    expect(comments(sysId, 'We know already.')).toHaveLength(1);
  }, 30_000);
});

describe('a filing that was given up although its ticket is there', () => {
  test('leaves nobody waiting for its card, and tells of the ticket from the moment that it is found', async () => {
    const title = 'There after all';
    flow.serviceNow.faults.set({ kind: 'forbidden-after-commit', path: /\/table\/incident/ });
    await fileIncident(ada(), title);
    const failed = await toldByDm(ada(), `I do not know whether “${title}” was filed`);
    flow.serviceNow.faults.clear();
    const sysId = incidentsCalled(flow, title)[0]?.['sys_id'] ?? '';
    const write = (comments: string) =>
      flow.serviceNow.db.update('incident', sysId, { comments }, flow.serviceNow.people.agent);
    write('Is anybody there?');
    await settled(flow);
    expect(dmsWith(ada(), `: ${title}.`)).toEqual([]);
    expect(dmsWith(ada(), 'Is anybody there?')).toEqual([]);

    await ada().click({ channel: failed.channel, ts: failed.ts }, 'try-again');
    const { ts } = await toldByDm(ada(), `: ${title}.`);
    await settled(flow);
    write('Now I see you.');
    expect((await toldByDm(ada(), 'Now I see you.')).threadTs).toBe(ts);
    await settled(flow);
    expect(dmsWith(ada(), `: ${title}.`)).toHaveLength(1);
  }, 45_000);
});

describe('work that is parked the moment its person connects', () => {
  test('goes on at once and not ten minutes later', async () => {
    const { sysId, threadTs } = await filed('Parked');
    const requester = flow.serviceNow.people.requester;
    flow.serviceNow.tokens.revokeAll(requester.sysId);
    // Asking takes a while, and meanwhile the person has connected by themselves.
    flow.slack.faults.set({ method: /chat\.post|response_url/, kind: 'slow', ms: 3_000, times: 2 });
    await answer(threadTs, 'Not in bed.');
    await until('the link to be broken', async () => (await ada().command('whoami')) && broken());
    const { body } = await ada().command('connect');
    await followConnect(flow, connectUrlIn(body), 'requester');
    await until('the comment', () => comments(sysId, 'Not in bed.').length === 1, 20_000);
    await settled(flow);
  }, 45_000);
});

const broken = async () => (await flow.redis.hget(linkKey(flow, 'ada'), 'status')) === 'broken';
