import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLinks } from '../../../src/accounts/links.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { resumeAfterConnect } from '../../../src/jobs/resume-after-connect.ts';
import { createWatches } from '../../../src/notifications/watches.ts';
import {
  ADA,
  clockAt,
  emptyRedis,
  endingsIn,
  failureOf,
  INSTANCE,
  KEYS,
  NOON,
  readableLog,
  TOKENS,
  USER,
  vault,
} from '../support.ts';

let redis: Awaited<ReturnType<typeof emptyRedis>>;
beforeEach(async () => {
  redis = await emptyRedis();
});
afterEach(() => redis.disconnect());

/** The job as it runs, and what it has others do. */
function job() {
  const clock = clockAt(NOON);
  const links = createLinks(redis, vault, 'dev1', clock.now);
  const followed: string[] = [];
  const context = {
    links,
    watches: createWatches(redis, INSTANCE, endingsIn(redis)),
    instance: 'dev1',
    jobId: 'j-1',
    madeAt: NOON,
    now: clock.now,
    log: readableLog().log,
    enqueue: async (name) => void followed.push(name),
    resumeParked: async () => ({ woken: 0, busy: 0 }),
    keptWish: async () => undefined,
  } satisfies Partial<JobContext>;
  const run = (linkId?: string) =>
    resumeAfterConnect.process(
      { v: 1, correlationId: 'c', person: ADA, ...(linkId ? { linkId } : {}) },
      context as Partial<JobContext> as JobContext,
    );
  return { run, clock, links, followed };
}

test('it waits for the link of which it was told, whatever link was there before', async () => {
  const { run, links, followed } = job();
  await links.save(ADA, USER, TOKENS, 'old');
  expect(await failureOf(run('new'))).toMatchObject({ fate: { kind: 'wait' } });
  expect(followed).toEqual([]);
  await links.save(ADA, USER, TOKENS, 'new');
  await run('new');
  expect(followed).toContain('deliver-message');
});

test('a link that was not made after all is not waited for any longer', async () => {
  const { run, clock, followed } = job();
  expect(await failureOf(run('new'))).toMatchObject({ fate: { kind: 'wait' } });
  clock.advance(60_000);
  await run('new');
  expect(followed).toEqual([]);
});

test('a link whose making was cut short becomes whole', async () => {
  const { run, links } = job();
  await links.save(ADA, USER, TOKENS, 'new');
  await redis.del(KEYS.peopleBehind(USER.sysId), KEYS.pollers(), KEYS.members(ADA.tenant));
  await run('new');
  expect(await links.peopleBehind([USER.sysId])).toEqual(new Map([[USER.sysId, [ADA]]]));
  expect(await redis.zcard(KEYS.pollers())).toBe(1);
});
