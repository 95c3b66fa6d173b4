import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLinks } from '../../../src/accounts/links.ts';
import { createDesk, type Desk } from '../../../src/desk/desk.ts';
import { RefusedError, UnavailableError } from '../../../src/errors.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { pollChanges } from '../../../src/jobs/poll-changes.ts';
import { createPollState } from '../../../src/notifications/poll-state.ts';
import { createSubscriptions, type Subscription } from '../../../src/notifications/subscriptions.ts';
import { createWatches } from '../../../src/notifications/watches.ts';
import type { RecordChange } from '../../../src/records/change-notice.ts';
import type { RecordTypeName } from '../../../src/records/types.ts';
import type { Person } from '../../../src/redis/keys.ts';
import { createServiceNowClient } from '../../../src/servicenow/client.ts';
import { type Options, type ServiceNow, startServiceNow } from '../../sandbox/servicenow/server.ts';
import { MINUTE, SECOND } from '../../support/clock.ts';
import { ADA, BOB, clockAt, emptyRedis, endingsIn, INSTANCE, KEYS, NOON, readableLog, vault } from '../support.ts';

const EVE: Person = { ...ADA, user: 'U0EVE' };
const TOKENS = { accessToken: 'a', refreshToken: 'r', accessExpiresAt: NOON + 1e9, refreshIssuedAt: NOON };
/** One question for each table that concerns a person: what is assigned to them, and their approvals. */
const ALWAYS = 2;
const FAR_FUTURE = '2099-12-31 23:59:59';

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});

const link = (links: ReturnType<typeof createLinks>, person: Person, sysId: string) =>
  links.save(person, { sysId, userName: person.user, name: '', email: '', active: true }, TOKENS, `link-${sysId}`);

function pollContext(now: () => number) {
  const links = createLinks(redis, vault, INSTANCE, now);
  return {
    links,
    watches: createWatches(redis, INSTANCE, endingsIn(redis)),
    subscriptions: createSubscriptions(redis, vault, INSTANCE),
    poll: createPollState(redis, INSTANCE, links.knownIn),
    peopleBehind: (users: string[]) => links.peopleBehind(users),
    asService: async (): Promise<Desk | undefined> => undefined,
    now,
  } satisfies Partial<JobContext>;
}

const run = (context: Partial<JobContext>) =>
  pollChanges.process({ v: 1, correlationId: 'poll' }, context as JobContext);

const subscription = (owner: Person, type: RecordTypeName, paused = false): Subscription => ({
  id: `subscription-${owner.user}-${type}`,
  channel: 'C0HELP',
  owner,
  filter: { type, priorities: [], states: [] },
  createdAt: NOON,
  paused,
});

describe('turns of people’s own tokens', () => {
  /** A poll without a service identity over an instance on which nothing changes. */
  async function polling(people: { person: Person; watches: number }[]) {
    const context = pollContext(() => NOON);
    for (const [index, { person, watches: count }] of people.entries()) {
      await link(context.links, person, String(index).repeat(32));
      const refs = Array.from({ length: count }, (_, each) => `incident/${each.toString(16).padStart(32, '0')}`);
      await redis.hset(KEYS.watches(person), Object.fromEntries(refs.map((ref) => [ref, 'asked'])));
    }
    const asked: { user: string; query: string }[] = [];
    const refusals: { path: RegExp; error: Error }[] = [];
    const { log, lines } = readableLog();
    const cycle = async (): Promise<Record<string, number>> => {
      asked.length = 0;
      await run({
        ...context,
        log,
        desk: (person) =>
          createDesk(async (request) => {
            const query = `${request.path}?${request.query?.['sysparm_query']}`;
            asked.push({ user: person.user, query });
            const refusal = refusals.find(({ path }) => path.test(query));
            if (refusal) throw refusal.error;
            return request.answer.parse({ result: [] });
          }),
      });
      return Object.fromEntries(
        asked.map(({ user }) => [user, asked.filter((each) => each.user === user).length] as const),
      );
    };
    return { cycle, asked, refusals, lines, subscriptions: context.subscriptions };
  }

  test('people who watch a few tickets are all asked for in one cycle', async () => {
    const { cycle } = await polling([ADA, BOB, EVE].map((person) => ({ person, watches: 40 })));
    const each = ALWAYS + 1;
    expect(await cycle()).toEqual({ [ADA.user]: each, [BOB.user]: each, [EVE.user]: each });
  });

  test('whoever watches very much fills a cycle, and the others come first in the next', async () => {
    const { cycle } = await polling([
      { person: ADA, watches: 4_000 },
      { person: BOB, watches: 1 },
      { person: EVE, watches: 1 },
    ]);
    const turns = [await cycle(), await cycle()];
    expect(turns.map((turn) => turn[ADA.user])).toEqual([ALWAYS + 100, ALWAYS + 100]);
    expect(turns[0]).not.toHaveProperty(EVE.user);
    expect(turns[1]).toMatchObject({ [BOB.user]: ALWAYS + 1, [EVE.user]: ALWAYS + 1 });
  });

  test('whoever has channels told asks once more, about all the kinds that those hear of', async () => {
    const { cycle, asked, subscriptions } = await polling([ADA, BOB].map((person) => ({ person, watches: 0 })));
    for (const type of ['incident', 'change'] as const) await subscriptions.save(subscription(ADA, type));
    await subscriptions.save(subscription(BOB, 'incident', true));
    expect(await cycle()).toEqual({ [ADA.user]: ALWAYS + 1, [BOB.user]: ALWAYS });
    const kinds = asked.flatMap(({ query }) => /sys_class_nameIN([\w,]+)/.exec(query)?.[1] ?? []);
    expect(kinds.map((each) => each.split(',').sort())).toEqual([['change_request', 'incident']]);
    await subscriptions.save(subscription(ADA, 'task'));
    expect(await cycle()).toEqual({ [ADA.user]: ALWAYS + 1, [BOB.user]: ALWAYS });
    expect(asked.filter(({ query }) => query.includes('sys_class_name'))).toEqual([]);
  });

  test.each([
    ['who a task is assigned to', /assigned_to=/],
    ['the ids of what is watched', /sys_idIN/],
    ['approvals', /sysapproval_approver/],
  ])('a person who may not ask for %s is asked for all the rest', async (_what, path) => {
    const { cycle, refusals, lines } = await polling([ADA, BOB].map((person) => ({ person, watches: 1 })));
    refusals.push({
      path,
      error: new RefusedError('forbidden', 403, 'Insufficient rights to query records', ['errors.forbidden']),
    });
    const each = ALWAYS + 1;
    expect(await cycle()).toEqual({ [ADA.user]: each, [BOB.user]: each });
    expect(lines.filter((line) => line.includes('a source of the poll was refused'))).toHaveLength(2);
  });

  test('an instance that does not answer is not asked again in the same turn', async () => {
    const { cycle, refusals } = await polling([{ person: ADA, watches: 1 }]);
    refusals.push({ path: /./, error: new UnavailableError('servicenow-unavailable', 'status 502') });
    expect(await cycle()).toEqual({ [ADA.user]: 1 });
  });
});

describe('on an instance', () => {
  let sn: ServiceNow | undefined;
  afterEach(async () => {
    await sn?.close();
    sn = undefined;
  });

  /** @param ours how far our own clock is ahead of the instance's */
  async function house({ service = true, ours = 0, ...options }: Options & { service?: boolean; ours?: number } = {}) {
    const clock = clockAt(NOON);
    const instance = await startServiceNow({ ...options, now: clock.now });
    sn = instance;
    // What was seeded is older than any overlap.
    clock.advance(24 * 60 * MINUTE);
    const now = () => clock.now() + ours;
    const { log, lines } = readableLog();
    const client = createServiceNowClient({
      instanceUrl: instance.url,
      maxParallel: 4,
      takePlace: async () => async () => {},
      now,
      log,
    });
    const as = (sysId: string) => {
      const token = async () => instance.tokens.grant(sysId).access;
      return client.as(sysId, {
        accessToken: token,
        renewedToken: token,
        linkBroke: async () => new UnavailableError('servicenow-unavailable', 'rejected'),
      });
    };
    const { agent, admin } = instance.people;
    const context = pollContext(now);
    await link(context.links, BOB, agent.sysId);
    const asBob = createDesk(as(agent.sysId));
    const asAdmin = createDesk(as(admin.sysId));
    const found: RecordChange[] = [];
    const queries = () =>
      instance.requests.map(({ path, query }) => `${path.split('/').at(-1)}?${query['sysparm_query']}`);
    return {
      instance,
      clock,
      watches: context.watches,
      lines,
      queries,
      /** What one cycle passes on, by the ids of the records. */
      async poll(): Promise<string[]> {
        found.length = 0;
        instance.requests.length = 0;
        await run({
          ...context,
          log,
          asService: async () => (service ? asAdmin : undefined),
          desk: () => asBob,
          enqueue: async (_name, payload) => {
            found.push((payload as unknown as { change: RecordChange }).change);
          },
        });
        return found.map(({ sysId }) => sysId);
      },
      give: (fields = {}, table = 'incident') =>
        instance.db.insert(table, { short_description: 'News', assigned_to: agent.sysId, ...fields })['sys_id'] ?? '',
      touch: (sysId: string, comments = 'More') => instance.db.update('task', sysId, { comments }, admin),
    };
  }

  test('the first poll begins at the instance’s clock, and no question is without a limit of time', async () => {
    const { poll, give, clock, queries } = await house();
    expect(await poll()).toEqual([]);
    expect(queries()).toHaveLength(3);
    for (const query of queries())
      expect(query).toMatch(/sys_updated_onRELATIVEGE@minute@ago@[1-4]\^ORDERBYsys_updated_on/);
    clock.advance(10 * SECOND);
    const sysId = give();
    expect(await poll()).toEqual([sysId]);
  });

  test.each([
    ['with a service identity', true],
    ['with people’s own tokens', false],
  ])('a row dated in the future stops nobody’s poll, %s', async (_how, service) => {
    const { poll, give, touch, clock, instance, watches } = await house({ service, futureRows: true });
    const bobs = give();
    const imported = give();
    instance.db.overwrite('incident', imported, { sys_updated_on: FAR_FUTURE });
    for (const sysId of [bobs, imported]) await watches.add(BOB, { type: 'incident', sysId }, 'asked');
    instance.db.update('incident', bobs, { assigned_to: '' });
    await poll();
    for (let round = 0; round < 3; round++) {
      clock.advance(5 * MINUTE);
      touch(bobs, `Round ${round}`);
      expect(await poll()).toContain(bobs);
    }
  });

  test('a cursor that an earlier release left in the future heals', async () => {
    const { poll, give, clock } = await house();
    for (const table of ['task', 'sysapproval_approver', 'sys_attachment'])
      await redis.hset(KEYS.cursors(), `service-${table}`, FAR_FUTURE);
    await poll();
    clock.advance(5 * MINUTE);
    const sysId = give();
    expect(await poll()).toEqual([sysId]);
  });

  test.each([
    ['New York', 'America/New_York'],
    ['Kolkata', 'Asia/Kolkata'],
    ['Auckland', 'Pacific/Auckland'],
  ])('where dates in a query are read in the zone of who asks, somebody in %s is told in time', async (_city, zone) => {
    const { poll, give, touch, clock, instance, watches } = await house({
      service: false,
      dateLiterals: 'user-zone',
    });
    instance.db.update('sys_user', instance.people.agent.sysId, { time_zone: zone });
    const [old, sysId] = [give({ assigned_to: '' }), give({ assigned_to: '' })];
    for (const each of [old, sysId]) await watches.add(BOB, { type: 'incident', sysId: each }, 'asked');
    expect((await poll()).sort()).toEqual([old, sysId].sort());
    clock.advance(10 * MINUTE);
    touch(sysId);
    const assigned = give();
    clock.advance(20 * SECOND);
    // Of each source what is a minute older than its newest is read once more, and no more than that.
    const again = await poll();
    expect(again).toEqual(expect.arrayContaining([sysId, assigned]));
    clock.advance(10 * MINUTE);
    expect(await poll()).not.toContain(old);
  });

  test.each([
    ['behind the instance’s', -5 * 60 * MINUTE],
    ['ahead of the instance’s', 5 * 60 * MINUTE],
  ])('nothing is lost where our clock is hours %s', async (_where, ours) => {
    const { poll, give, clock } = await house({ ours });
    await poll();
    clock.advance(90 * SECOND);
    const sysId = give();
    clock.advance(30 * MINUTE);
    expect(await poll()).toEqual([sysId]);
  });

  test('more changes in one minute than a window holds are all passed on', async () => {
    const { poll, give, clock, queries } = await house();
    await poll();
    clock.advance(5 * MINUTE);
    const ids = Array.from({ length: 2_500 }, () => give());
    clock.advance(5 * SECOND);
    expect(new Set(await poll())).toEqual(new Set(ids));
    expect(queries().length).toBeLessThan(12);
  });

  test('a change of any kind of task is passed on, with its own table’s name', async () => {
    const { poll, give, clock } = await house();
    await poll();
    clock.advance(MINUTE);
    const tables = ['change_task', 'problem_task', 'incident_task', 'u_facility_task', 'task'];
    const ids = tables.map((table) => give({}, table));
    clock.advance(SECOND);
    expect(await poll()).toEqual(expect.arrayContaining(ids));
  });
});
