import { describe, expect, test } from '@jest/globals';
import { createVault } from '../../src/redis/vault.ts';
import { answered, toldByDm } from '../support/conversation.ts';
import { fileIncident, incidentsCalled, settled } from '../support/filing.ts';
import { connectUrlIn, followConnect } from '../support/flow.ts';
import { keysIn, personOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import {
  adaWatches,
  cardOf,
  cardsOf,
  comment,
  expectOnce,
  pushing,
  threadOf,
  ticketCalled,
  timesSaid,
  toldInThread,
  VPN,
  watching,
} from '../support/told.ts';
import { until } from '../support/until.ts';

const start = storyStarter();
const startPushing = pushing(start);

describe('whatever fails', () => {
  test('whoever connects again hears at once what happened meanwhile', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    await ada.command('disconnect');
    await answered(ada, 'isconnected');
    comment(flow, sysId, 'While nobody was connected');
    await flow.serviceNow.push.idle();
    await settled(flow);
    await flow.link('ada');
    await toldInThread(ada, card, 'While nobody was connected');
  });

  test('a lost answer of Slack does not repeat the message', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
    comment(flow, sysId, 'Said once');
    await toldInThread(ada, card, 'Said once');
    await settled(flow, 30_000);
    expectOnce(ada, 'Said once');
    expect(flow.slack.calls.filter(({ method, ok }) => method === 'chat.postMessage' && ok).length).toBeGreaterThan(0);
    comment(flow, sysId, 'And the next');
    await toldInThread(ada, card, 'And the next');
    expectOnce(ada, 'Said once');
  });

  test.each(['msg_blocks_too_long', 'invalid_blocks'])(
    'words refused with %s are replaced by short ones',
    async (error) => {
      const flow = await startPushing();
      const { ada, card, sysId } = await adaWatches(flow);
      flow.slack.faults.set({ method: 'chat.postMessage', kind: 'error', error, times: 1 });
      comment(flow, sysId, 'Unsayable');
      await toldInThread(ada, card, 'There is more to tell than fits here');
      await settled(flow);
      comment(flow, sysId, 'And the next');
      await toldInThread(ada, card, 'And the next');
      expect(timesSaid(ada, 'Unsayable')).toBe(0);
      expectOnce(ada, 'There is more to tell');
    },
  );

  test('a lost answer to the first card does not make a second one', async () => {
    const flow = await startPushing();
    await flow.link('ada');
    const ada = flow.person('ada');
    const { number } = ticketCalled(flow, VPN);
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
    await watching(ada, number);
    await settled(flow, 30_000);
    expect(cardsOf(ada, number)).toHaveLength(1);
  });

  test.each([
    ['after its words had been posted', true],
    ['before', false],
  ])('a process that died %s is made up for, once', async (_when, posted) => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    const place = keysIn(flow).card(`${flow.slack.team.id}.${ada.id}`, sysId);
    const vault = createVault([Buffer.from(flow.env['ENCRYPTION_KEYS'] ?? '', 'base64')]);
    const before = JSON.parse(vault.open((await flow.redis.hget(place, 'card')) ?? '', place)) as Record<
      string,
      unknown
    >;
    flow.slack.faults.set({ method: 'chat.update', kind: 'slow', ms: 1 });
    if (!posted) flow.slack.faults.set({ method: 'chat.postMessage', kind: '500', times: 1 });
    comment(flow, sysId, 'Between the words and the mark');
    if (posted) {
      await toldInThread(ada, card, 'Between the words and the mark');
      await settled(flow);
      // As the process left it that died: the words begun, the old snapshot.
      const done = JSON.parse(vault.open((await flow.redis.hget(place, 'card')) ?? '', place)) as {
        told: { modCount: number };
      };
      const [message] = threadOf(ada, card);
      const telling = {
        key: (message?.metadata?.['event_payload'] as { key: string } | undefined)?.key,
        since: Date.now(),
        text: message?.text,
        blocks: message?.blocks,
        snapshot: done.told,
      };
      await flow.redis.hset(place, 'card', vault.seal(JSON.stringify({ ...before, telling }), place));
    }
    comment(flow, sysId, 'What came later');
    await toldInThread(ada, card, 'What came later', 20_000);
    await settled(flow, 30_000);
    expectOnce(ada, 'Between the words and the mark');
    expectOnce(ada, 'What came later');
  });

  test('Slack is down for a while: everything is told later', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    flow.slack.faults.set({ kind: '500' });
    comment(flow, sysId, 'Later');
    await until('a failed try', () => flow.slack.calls.some(({ method, ok }) => method === 'chat.postMessage' && !ok));
    comment(flow, sysId, 'Latest');
    flow.slack.faults.clear();
    await toldInThread(ada, card, 'Latest', 20_000);
    expectOnce(ada, 'Later');
  });

  test('ServiceNow is down for a while: everything is told later', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    flow.serviceNow.faults.set({ kind: 'offline', path: /^\/api\// });
    const mark = flow.serviceNow.requests.length;
    comment(flow, sysId, 'Later');
    await until('a failed try', () => flow.serviceNow.requests.slice(mark).some(({ status }) => status === 503));
    flow.serviceNow.faults.clear();
    await toldInThread(ada, card, 'Later', 20_000);
    expectOnce(ada, 'Later');
  });

  test.each(['refuse', 'accept'] as const)(
    'a card that Slack no longer has gets a successor (replies: %s)',
    async (goneThread) => {
      const flow = await startPushing({ slack: { moods: { goneThread } } });
      const { ada, card, number, sysId } = await adaWatches(flow);
      await fetch(`${flow.slack.apiUrl}chat.delete`, {
        method: 'POST',
        headers: { authorization: `Bearer ${flow.slack.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ channel: card.channel, ts: card.ts }),
      });
      expect(cardsOf(ada, number)).toEqual([]);
      comment(flow, sysId, 'After the retention');
      const next = await cardOf(ada, number);
      await toldInThread(ada, next, 'After the retention');
      await settled(flow);
      expect(threadOf(ada, next).filter(({ text }) => text.includes('After the retention'))).toHaveLength(1);
      await ada.say(ada.dm().channel, 'Answered below the new one', { threadTs: next.ts });
      await until('the answer', () =>
        flow.serviceNow.journal(sysId).find(({ value }) => value.includes('below the new one')),
      );
    },
  );

  test('the card of a ticket that was filed a moment ago gets one as well, and nobody waits for “filed” to come again', async () => {
    const flow = await startPushing();
    const ada = flow.person('ada');
    await flow.link('ada');
    await fileIncident(ada, 'Gone at once');
    const card = await toldByDm(ada, ': Gone at once.');
    await settled(flow);
    await fetch(`${flow.slack.apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${flow.slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: card.channel, ts: card.ts }),
    });
    const [ticket] = incidentsCalled(flow, 'Gone at once');
    comment(flow, ticket?.['sys_id'] ?? '', 'Is it still slow?');
    const next = await cardOf(ada, ticket?.['number'] ?? '');
    await toldInThread(ada, next, 'Is it still slow?');
  });

  test('a card that cannot be read is found again in Slack, and silences neither its ticket nor anybody else', async () => {
    const flow = await startPushing();
    const { ada, card, number, sysId } = await adaWatches(flow);
    const key = keysIn(flow).card(`${flow.slack.team.id}.${ada.id}`, sysId);
    await flow.redis.hset(key, 'card', 'v1.damaged');
    comment(flow, sysId, 'Something new');
    await until('the card to be readable again', async () => (await flow.redis.hget(key, 'card')) !== 'v1.damaged');
    await settled(flow);
    comment(flow, sysId, 'And more');
    await toldInThread(ada, card, 'And more');
    expect(cardsOf(ada, number)).toHaveLength(1);
  });

  test('a broken connection asks once, keeps everything, and tells after the person has connected again', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    flow.serviceNow.tokens.revokeAll(flow.serviceNow.people.requester.sysId);
    comment(flow, sysId, 'Kept for later');
    await toldByDm(ada, 'onnect again');
    comment(flow, sysId, 'Kept as well');
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(timesSaid(ada, 'onnect again')).toBe(1);
    // Whoever connects again is told all of it anyway, so nothing wakes up for a week to see whether they have.
    expect(await flow.redis.hkeys(keysIn(flow).waiting(personOf(flow, 'ada')))).toEqual([]);
    const { body } = await ada.command('connect');
    await followConnect(flow, connectUrlIn(body), 'requester');
    const said = await toldInThread(ada, card, 'Kept for later', 20_000);
    expect(`${said.text} ${threadOf(ada, card).map(({ text }) => text)}`).toContain('Kept as well');
    await settled(flow);
    expectOnce(ada, 'Kept for later');
  });

  test('a bridge that starts anew goes on where it was', async () => {
    const flow = await startPushing();
    const { ada, card, sysId } = await adaWatches(flow);
    await flow.restart();
    comment(flow, sysId, 'After the restart');
    await toldInThread(ada, card, 'After the restart');
  });
});
