import { describe, expect, test } from '@jest/globals';
import { keys } from '../../src/redis/keys.ts';
import { createClock, MINUTE } from '../support/clock.ts';
import { answered, at, directMessages } from '../support/conversation.ts';
import { settled } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { keysIn, personOf, prefixOf } from '../support/store.ts';
import { storyStarter } from '../support/story.ts';
import {
  burstSettles,
  cardsOf,
  expectOnce,
  pushing,
  threadOf,
  ticketCalled,
  timesSaid,
  toldInThread,
  watching,
} from '../support/told.ts';
import { until } from '../support/until.ts';

const startPushing = pushing(storyStarter());
const VPN = 'VPN drops every ten minutes';

async function adaWatches(options: Parameters<typeof startPushing>[0] = {}) {
  const flow = await startPushing(options);
  await flow.link('ada');
  const ada = flow.person('ada');
  const ticket = ticketCalled(flow, VPN);
  const card = await watching(ada, ticket.number);
  await settled(flow);
  await burstSettles(flow);
  const { agent } = flow.serviceNow.people;
  const change = (fields: Record<string, string>) => flow.serviceNow.db.update('incident', ticket.sysId, fields, agent);
  const attach = (file_name: string) =>
    flow.serviceNow.db.insert(
      'sys_attachment',
      {
        file_name,
        content_type: 'text/plain',
        size_bytes: '4',
        table_name: 'incident',
        table_sys_id: ticket.sysId,
        compressed: 'true',
      },
      agent,
    );
  const menu = (item: string) => ada.click(at(card), 'card-menu', { value: `${item}:incident/${ticket.sysId}` });
  return { flow, ada, card, change, attach, menu, ...ticket };
}

const stored = async (flow: Flow): Promise<unknown> =>
  JSON.parse((await flow.redis.get(keys.preferences(personOf(flow, 'ada')))) ?? '{}');

async function openSettings(flow: Flow) {
  const ada = flow.person('ada');
  await ada.command('settings');
  await until('the form', () => ada.modal()?.view.callback_id === 'settings');
  return ada;
}

const prefer = async (flow: Flow, preferences: object) =>
  flow.redis.set(keys.preferences(personOf(flow, 'ada')), JSON.stringify({ timeZone: 'Etc/UTC', ...preferences }));

/** `HH:MM` in UTC, so long after this clock's now. */
const clockTime = (now: number, minutes: number) => new Date(now + minutes * MINUTE).toISOString().slice(11, 16);

describe('the form', () => {
  test('opens for whoever asks, is checked, and saved in their own time zone', async () => {
    const flow = await startPushing();
    const ada = await openSettings(flow);
    ada.fill({ 'quiet-from': '22:00' });
    await ada.submit();
    expect(ada.modal()?.errors).toEqual({ 'quiet-to': 'Until when shall I be quiet?' });
    ada.fill({ 'quiet-to': '07:00', digest: '08:30', kinds: ['comments'], automatic: ['filed'] });
    await ada.submit();
    expect(ada.modal()).toBeUndefined();
    await until(
      'them to be saved',
      async () => (await flow.redis.exists(keys.preferences(personOf(flow, 'ada')))) === 1,
    );
    expect(await stored(flow)).toMatchObject({
      kinds: ['comments'],
      quiet: { from: '22:00', to: '07:00' },
      digestAt: '08:30',
      automatic: { filed: true, assigned: false, approval: false },
      timeZone: expect.stringMatching(/\w+\/\w+/),
    });
    await openSettings(flow);
    expect(JSON.stringify(ada.modal()?.view)).toContain('"initial_time":"22:00"');
  });

  test('times of day follow whoever moves, and nothing else of what they have set', async () => {
    const flow = await startPushing({ role: 'web' });
    const set = { kinds: ['comments'], quiet: { from: '22:00', to: '07:00' }, timeZone: 'Etc/UTC' };
    await prefer(flow, set);
    const [moved] = await flow.person('ada').moveTo('Pacific/Auckland');
    expect(moved).toMatchObject({ status: 200 });
    expect(await stored(flow)).toMatchObject({ ...set, timeZone: 'Pacific/Auckland' });
    await flow.person('bob').moveTo('Pacific/Auckland');
    expect(await flow.redis.exists(keys.preferences(personOf(flow, 'bob')))).toBe(0);
  });

  test('asked for in a message, a button opens it', async () => {
    const flow = await startPushing();
    const ada = flow.person('ada');
    await ada.say(ada.dm().channel, 'settings');
    const offer = await until('the offer', () => directMessages(ada).find(({ text }) => text.includes('settings')));
    await ada.click(at(offer), 'open-settings');
    await until('the form', () => ada.modal()?.view.callback_id === 'settings');
  });
});

test('only the kinds that are wanted are told; the rest keeps the card current', async () => {
  const { flow, ada, card, number, change } = await adaWatches();
  await prefer(flow, { kinds: ['comments'] });
  change({ impact: '1' });
  await until('the card', () => cardsOf(ada, number).find(({ text }) => text.includes('2 - High')));
  change({ comments: 'Worth a word' });
  await toldInThread(ada, card, 'Worth a word');
  expect(timesSaid(ada, 'Priority: 3')).toBe(0);
});

describe('quiet', () => {
  test('in quiet hours only the card changes; what happened is told when they end, together', async () => {
    const clock = createClock();
    const { flow, ada, card, number, change, attach, sysId } = await adaWatches(clock.options);
    await prefer(flow, { quiet: { from: clockTime(clock.now(), -60), to: clockTime(clock.now(), 60) } });
    change({ comments: 'Psst', impact: '1' });
    await until('the card', () => cardsOf(ada, number).find(({ text }) => text.includes('2 - High')));
    change({ comments: 'Psst again' });
    attach('night.txt');
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(threadOf(ada, card)).toEqual([]);
    // However much happens in the night, one job waits for the morning.
    const waiting = await flow.redis.zrange(`${prefixOf(flow, 'notify')}:notify:delayed`, 0, -1);
    expect(waiting.filter((job) => job.includes(sysId))).toHaveLength(1);
    await prefer(flow, {});
    change({ comments: 'Good morning' });
    const told = await toldInThread(ada, card, 'Good morning', 20_000);
    expect(told.text).toMatch(/Psst.*Psst again.*Good morning/s);
    await until('the file', () => JSON.stringify(threadOf(ada, card)).includes('night.txt'));
  });

  test('mute: the card stays current, and nothing is said, until the person watches again', async () => {
    const { flow, ada, card, menu, change, number } = await adaWatches();
    await menu('mute');
    await answered(ada, 'is muted');
    change({ comments: 'Unheard', impact: '1' });
    await until('the card', () => cardsOf(ada, number).find(({ text }) => text.includes('2 - High')));
    await settled(flow);
    expect(threadOf(ada, card)).toEqual([]);
    await ada.command(`watch ${number}`);
    await answered(ada, 'You are watching');
    await settled(flow);
    change({ comments: 'Heard' });
    await toldInThread(ada, card, 'Heard');
    expect(timesSaid(ada, 'Unheard')).toBe(0);
  });

  test('until the state changes: then everything is told', async () => {
    const { flow, ada, card, menu, change, number } = await adaWatches();
    await menu('snoozeState');
    await answered(ada, 'I keep quiet about');
    change({ comments: 'While quiet', impact: '1' });
    await until('the card', () => cardsOf(ada, number).find(({ text }) => text.includes('2 - High')));
    await settled(flow);
    expect(threadOf(ada, card)).toEqual([]);
    change({ state: '6', close_code: 'Solution provided', close_notes: 'Done.' });
    const told = await toldInThread(ada, card, 'Resolved');
    expect(told.text).toContain('While quiet');
  });

  test('for a day: nothing is said, and nothing is lost', async () => {
    const { flow, ada, card, menu, change } = await adaWatches();
    await menu('snoozeDay');
    await answered(ada, 'for a day');
    change({ comments: 'Tomorrow' });
    await flow.serviceNow.push.idle();
    await settled(flow);
    expect(threadOf(ada, card)).toEqual([]);
    await menu('snoozeState');
    await answered(ada, 'until its state changes');
    change({ state: '6', close_code: 'Solution provided', close_notes: 'Done.' });
    expect((await toldInThread(ada, card, 'Resolved')).text).toContain('Tomorrow');
  });

  test('why am I told: an answer, and two ways to hear less', async () => {
    const { ada, menu, number } = await adaWatches();
    await menu('why');
    const why = await answered(ada, `You are told about ${number} because you chose to watch it.`);
    await ada.click(at(why), 'open-settings');
    await until('the form', () => ada.modal()?.view.callback_id === 'settings');
    await ada.closeModal();
    await ada.click(at(why), 'mute-ticket');
    await answered(ada, 'is muted');
  });
});

describe('the digest', () => {
  async function collected() {
    const clock = createClock();
    const house = await adaWatches(clock.options);
    const { flow, change, ada, card, number } = house;
    const person = personOf(flow, 'ada');
    await prefer(flow, { digestAt: clockTime(clock.now(), 600) });
    change({ comments: 'First of the day' });
    await until('it to be collected', async () => (await flow.redis.scard(keysIn(flow).digest(person))) > 0);
    change({ impact: '1' });
    await until('the card', () => cardsOf(ada, number).find(({ text }) => text.includes('2 - High')));
    await settled(flow);
    expect(threadOf(ada, card)).toEqual([]);
    const prefix = prefixOf(flow, 'notify');
    const job = (await flow.redis.keys(`${prefix}:notify:j-digest-*`)).find((key) => !key.endsWith(':lock')) ?? '';
    /** The appointed time comes. */
    const due = async () => {
      await clock.pass(601 * MINUTE, flow.redis);
      await flow.serviceNow.tokens.expireAccess();
      const { Queue } = await import('bullmq');
      const queue = new Queue('notify', { connection: flow.redis, prefix, skipMetasUpdate: true });
      await (await queue.getJob(job.slice(`${prefix}:notify:`.length)))?.promote();
      await queue.close();
    };
    const digests = () =>
      directMessages(ada).filter(({ text }) => text.startsWith('What changed since the last digest.'));
    return { ...house, clock, person, due, digests };
  }

  test('is one message for the day, and the next one begins empty', async () => {
    const { flow, ada, due, digests, person } = await collected();
    await due();
    const digest = await until('the digest', () => digests()[0], 20_000);
    expect(JSON.stringify(digest.blocks)).toContain('First of the day');
    expect(JSON.stringify(digest.blocks)).toContain('2 - High');
    await until(
      'nothing to wait',
      async () => (await flow.redis.exists(keysIn(flow).digest(person), keysIn(flow).digestTelling(person))) === 0,
    );
    expect(digests()).toHaveLength(1);
    expectOnce(ada, 'What changed since the last digest.');
  });

  test('a lost answer neither repeats it nor loses what changed meanwhile', async () => {
    const { flow, clock, due, digests, person, change, card, ada } = await collected();
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'drop-after-commit', times: 1 });
    await due();
    await until('the digest', () => digests()[0], 20_000);
    change({ comments: 'Between post and retry' });
    await until(
      'the end of it',
      async () => (await flow.redis.exists(keysIn(flow).digestTelling(person))) === 0,
      20_000,
    );
    await until('it to be collected', async () => (await flow.redis.scard(keysIn(flow).digest(person))) > 0);
    expect(digests()).toHaveLength(1);
    expect(JSON.stringify(digests())).not.toContain('Between post and retry');
    await prefer(flow, {});
    // What was told just now would make the next a burst.
    await clock.pass(MINUTE, flow.redis);
    change({ comments: 'And another' });
    const told = await toldInThread(ada, card, 'And another', 20_000);
    expect(told.text).toContain('Between post and retry');
  });

  test('words that Slack refuses, or that can be read no more, end neither this digest nor the next', async () => {
    const { flow, ada, clock, due, digests, person, change } = await collected();
    await flow.redis.set(keysIn(flow).digestTelling(person), 'garbage');
    await flow.redis.sadd(keysIn(flow).digest(person), `incident/${'f'.repeat(32)}/1`);
    await flow.redis.hset(keysIn(flow).card(`${person.tenant}.${person.user}`, 'f'.repeat(32)), 'card', 'garbage');
    flow.slack.faults.set({ method: 'chat.postMessage', kind: 'error', error: 'msg_blocks_too_long', times: 1 });
    await due();
    await until('the short digest', () => timesSaid(ada, 'There is news about 1 of your tickets') === 1, 20_000);
    await until(
      'nothing to wait',
      async () => (await flow.redis.exists(keysIn(flow).digest(person), keysIn(flow).digestTelling(person))) === 0,
    );
    expect(digests()).toEqual([]);
    await clock.pass(MINUTE, flow.redis);
    change({ comments: 'For tomorrow' });
    await until('it to be collected', async () => (await flow.redis.scard(keysIn(flow).digest(person))) === 1);
  });

  test('whoever has disconnected gets none, and is not asked to connect', async () => {
    const { flow, due, digests, ada } = await collected();
    await ada.command('disconnect');
    await answered(ada, 'isconnected');
    await due();
    await settled(flow);
    expect(digests()).toEqual([]);
    expect(timesSaid(ada, 'onnect again')).toBe(0);
  });
});
