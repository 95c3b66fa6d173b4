import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { createVault, fingerprint } from '../../src/redis/vault.ts';
import { answerTo, expectNoViolations, fileIncident, linkAll, openForm, settled, toldByDm } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { choicesKey, keysIn, linkKey, personOf, prefixOf, waitingKey } from '../support/store.ts';
import { until } from '../support/until.ts';

/** Something in the store is not what it was: whose it is hears so, nobody else is hit, and the process lives. */
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
  await linkAll(flow, 'ada', 'carl', 'bob');
}, 30_000);
afterEach(async () => {
  await settled(flow);
  expectNoViolations(flow);
  // Others are served as ever.
  const told = await answerTo(flow, () => flow.person('bob').command('list assigned'));
  expect(told.text).toContain('Open tickets assigned to you');
  const alive = await fetch(`${flow.publicUrl}/readyz`);
  expect(alive.status).toBe(200);
});
afterAll(() => flow.close());

const ada = () => flow.person('ada');
const carl = () => flow.person('carl');

/** What a link looked like before, to put it back. */
async function damageLink(name: 'ada' | 'carl', damage: Record<string, string>): Promise<() => Promise<void>> {
  const key = linkKey(flow, name);
  const before = await flow.redis.hgetall(key);
  await flow.redis.hset(key, damage);
  return async () => {
    await flow.redis.del(key);
    await flow.redis.hset(key, before);
  };
}

describe('a damaged link', () => {
  test.each([
    ['of the wrong shape', { sysId: 'not an id' }],
    ['with a status that nobody knows', { status: 'half' }],
    ['with garbage for tokens', { tokens: 'garbage' }],
    ['with tokens that were tampered with', { tokens: 'v1.AAAAAAAA.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s leads to a new one, which heals it', async (_what, damage) => {
    await damageLink('ada', damage as unknown as Record<string, string>);
    const told = await answerTo(flow, () => ada().command('list'));
    expect(told.text).toContain('Connect again, and I will carry on');
    await flow.link('ada');
    await settled(flow);
    expect((await answerTo(flow, () => ada().command('list'))).text).toContain('Your open incidents');
  });

  test('of another person, copied over one’s own, opens nothing', async () => {
    const theirs = await flow.redis.hget(linkKey(flow, 'bob'), 'tokens');
    const restore = await damageLink('carl', { tokens: theirs ?? '' });
    const before = flow.serviceNow.requests.length;
    const told = await answerTo(flow, () => carl().command('list'));
    expect(told.text).toContain('Connect again, and I will carry on');
    const asked = flow.serviceNow.requests.slice(before);
    expect(asked.filter(({ user }) => user === flow.serviceNow.people.agent.sysId)).toEqual([]);
    await restore();
  });

  test('does not lose the ticket that was being filed', async () => {
    await openForm(carl(), 'Filed over a damaged link');
    await damageLink('carl', { tokens: 'garbage' });
    await carl().submit();
    await toldByDm(carl(), 'Connect again, and I will carry on');
    await flow.link('carl');
    await toldByDm(carl(), ': Filed over a damaged link.');
  });

  test.each([
    ['of the wrong shape', { sysId: 'not an id' }],
    ['with garbage for tokens', { tokens: 'garbage' }],
  ])('%s can be disconnected', async (_what, damage) => {
    await damageLink('ada', damage as unknown as Record<string, string>);
    const told = await answerTo(flow, () => ada().command('disconnect'));
    expect(told.text).toContain('ServiceNow did not confirm');
    expect(await flow.redis.exists(linkKey(flow, 'ada'))).toBe(0);
    await flow.link('ada');
  });
});

describe('a damaged job', () => {
  const add = async (name: string, data: unknown) => {
    const queue = new Queue('interactive', { connection: flow.redis, prefix: prefixOf(flow, 'interactive') });
    // A day old: until then a worker of a newer release might know it.
    const timestamp = Date.now() - 25 * 60 * 60_000;
    const job = await queue.add(name, data, { jobId: `damaged-${name}-${Math.random()}`, timestamp });
    await until('the job to end', async () => job.isFailed());
    await queue.close();
    return job;
  };

  test('of a known kind tells its person', async () => {
    const person = personOf(flow, 'carl');
    const args = { submission: 'x', draft: { title: 7 } };
    await add('operate', { v: 1, correlationId: 'c-1', person, key: 'x', operation: 'incident', args });
    const told = await toldByDm(carl(), 'could not be read back');
    expect(told.text).toContain('(Reference: c-1)');
  });

  test.each([
    ['with a name that nobody knows', 'dig-a-hole', (person: object) => ({ v: 1, correlationId: 'c-2', person })],
    ['from a release to come', 'operate', () => ({ v: 99, correlationId: 'c-3', everything: 'else' })],
    ['that is no object at all', 'operate', () => 'nonsense'],
    ['called like a method of objects', 'constructor', () => ({})],
  ])('%s is set aside, once, and stays inspectable', async (_what, name, data) => {
    const job = await add(name, data(personOf(flow, 'carl')));
    expect(await job.isFailed()).toBe(true);
    expect(flow.logLines.some((line) => line.includes('malformed job'))).toBe(true);
  });
});

describe('a damaged note', () => {
  test('of what somebody wanted before they connected opens an empty form', async () => {
    const eve = flow.person('eve');
    await eve.command('incident Before I was connected');
    await flow.redis.hset(waitingKey(flow, 'eve'), 'form', '{"operation":"inci');
    await flow.link('eve');
    const told = await toldByDm(eve, 'You are connected as Eve Approver');
    await eve.click({ channel: told.channel, ts: told.ts }, 'resume-pending');
    const form = await until('the form', () => eve.modal());
    expect(form.view.callback_id).toBe('incident-form');
  });

  test('of a word that an older release knew says so', async () => {
    const eve = flow.person('eve');
    const { channel, ts } = await toldByDm(eve, 'You are connected as Eve Approver');
    const place = waitingKey(flow, 'eve');
    const kept = { operation: 'teleport', args: { to: 'Mars' }, channel: 'C1', until: Date.now() + 60_000 };
    await flow.redis.hset(
      place,
      'form',
      createVault([Buffer.from(flow.env['ENCRYPTION_KEYS'] ?? '', 'base64')]).seal(JSON.stringify(kept), place),
    );
    const told = await answerTo(flow, () => eve.click({ channel, ts }, 'resume-pending'));
    expect(told.text).toContain('I no longer understand what you asked for earlier');
  });

  test.each(['not json', '{"readAt":"yesterday"}', '{"readAt":1,"choices":{"category":[{"value":1}]}}', '[]'])(
    'of choice lists (%s) leaves a form without the field',
    async (value) => {
      await flow.redis.set(choicesKey(flow), value);
      const form = await openForm(ada(), 'Without lists');
      expect(form.view.blocks.map(({ block_id }) => block_id)).not.toContain('category');
      await ada().closeModal();
    },
  );

  test.each(['not json', '{"value":1}', '[{"value":1,"label":2}]'])(
    'of options (%s) is looked up anew',
    async (value) => {
      const key = keysIn(flow).options(personOf(flow, 'ada'), 'item', fingerprint('gateway'));
      await flow.redis.set(key, value);
      const { id } = await openForm(ada(), 'With options');
      const found = await ada().options({ view: id }, 'item', 'find-item', 'gateway');
      expect(found.map(({ text }) => text.text)).toEqual(['VPN Gateway']);
      await ada().closeModal();
    },
  );

  test('under a key of another type is told of, and nothing is filed by halves', async () => {
    await settled(flow);
    const key = linkKey(flow, 'carl');
    const before = await flow.redis.hgetall(key);
    await flow.redis.del(key);
    await flow.redis.set(key, 'a string where a hash should be');
    const told = await answerTo(flow, () => carl().command('whoami'));
    expect(told.text).toMatch(/Something went wrong on my side.*\(Reference: command-/);
    await flow.redis.del(key);
    await flow.redis.hset(key, before);
    await fileIncident(carl(), 'All well again');
    await toldByDm(carl(), ': All well again.');
  });
});
