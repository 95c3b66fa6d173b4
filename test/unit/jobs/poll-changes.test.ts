import { beforeEach, expect, test } from '@jest/globals';
import { createLinks } from '../../../src/accounts/links.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { pollChanges } from '../../../src/jobs/poll-changes.ts';
import { createPollState } from '../../../src/notifications/poll-state.ts';
import { createWatches } from '../../../src/notifications/watches.ts';
import { keys, type Person } from '../../../src/redis/keys.ts';
import { ADA, BOB, emptyRedis, endingsIn, NOON, vault } from '../support.ts';

const INSTANCE = 'dev1.service-now.com';
const EVE: Person = { ...ADA, user: 'U0EVE' };
const TOKENS = { accessToken: 'a', refreshToken: 'r', accessExpiresAt: NOON + 1e9, refreshIssuedAt: NOON };
/** One question for each table that concerns a person: what is assigned to them, and their approvals. */
const ALWAYS = 2;

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});

/** A poll without a service identity over an instance on which nothing changes. */
async function polling(people: { person: Person; watches: number }[]) {
  const links = createLinks(redis, vault, INSTANCE, () => NOON);
  const watches = createWatches(redis, endingsIn(redis));
  for (const [index, { person, watches: count }] of people.entries()) {
    const sysId = String(index).repeat(32);
    await links.save(
      person,
      { sysId, userName: person.user, name: '', email: '', active: true },
      TOKENS,
      `link-${index}`,
    );
    const refs = Array.from({ length: count }, (_, each) => `incident/${each.toString(16).padStart(32, '0')}`);
    await redis.hset(keys.watches(person), Object.fromEntries(refs.map((ref) => [ref, 'asked'])));
  }
  const asked: string[] = [];
  const context: Partial<JobContext> = {
    links,
    watches,
    poll: createPollState(redis, INSTANCE, links.knownIn),
    now: () => NOON,
    asService: async () => undefined,
    asPerson: (person) => async (request) => {
      asked.push(person.user);
      return request.answer.parse({ result: [] });
    },
  };
  return async (): Promise<Record<string, number>> => {
    asked.length = 0;
    await pollChanges.process({ v: 1, correlationId: 'poll' }, context as JobContext);
    return Object.fromEntries([...new Set(asked)].map((user) => [user, asked.filter((each) => each === user).length]));
  };
}

test('people who watch a few tickets are all asked for in one cycle', async () => {
  const cycle = await polling([ADA, BOB, EVE].map((person) => ({ person, watches: 40 })));
  const each = ALWAYS + 1;
  expect(await cycle()).toEqual({ [ADA.user]: each, [BOB.user]: each, [EVE.user]: each });
});

test('whoever watches very much fills a cycle, and the others come first in the next', async () => {
  const cycle = await polling([
    { person: ADA, watches: 4_000 },
    { person: BOB, watches: 1 },
    { person: EVE, watches: 1 },
  ]);
  const turns = [await cycle(), await cycle()];
  expect(turns.map((turn) => turn[ADA.user])).toEqual([ALWAYS + 100, ALWAYS + 100]);
  expect(turns[0]).not.toHaveProperty(EVE.user);
  expect(turns[1]).toMatchObject({ [BOB.user]: ALWAYS + 1, [EVE.user]: ALWAYS + 1 });
});
