import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { grantOf } from '../../../src/accounts/grants.ts';
import { createLinks } from '../../../src/accounts/links.ts';
import { judgeLink, type LinkPolicy, type Verdict } from '../../../src/accounts/policy.ts';
import { createTokenSets } from '../../../src/accounts/token-set.ts';
import { CorruptDataError, GrantRefusedError, LinkRequiredError, UnavailableError } from '../../../src/errors.ts';
import { type Person, personName } from '../../../src/redis/keys.ts';
import { createVault } from '../../../src/redis/vault.ts';
import type { TokenSet } from '../../../src/servicenow/oauth.ts';
import { ADA, BOB, clockAt, emptyRedis, failureOf, KEYS, NOON, readableLog, vault } from '../support.ts';

const USER = {
  sysId: '62826bf03710200044e0bfc8bcbe5df1',
  userName: 'ada',
  name: 'Ada Byron',
  email: 'ada@x.org',
  active: true,
};
const TOKENS: TokenSet = {
  accessToken: 'a1',
  refreshToken: 'r1',
  accessExpiresAt: NOON + 1_800_000,
  refreshIssuedAt: NOON,
};

test.each(['not json', '{"tenant":1}', 'null', JSON.stringify(ADA), 'T0HOUSE.U0GONE'])(
  'people behind a user are found beside an entry that is %j',
  async (broken) => {
    await links.save(ADA, USER, TOKENS, 'one');
    await redis.sadd(KEYS.peopleBehind(USER.sysId), broken);
    expect(await links.peopleBehind([USER.sysId])).toEqual(new Map([[USER.sysId, [ADA]]]));
  },
);

describe('policy', () => {
  const slack = { email: 'Ada@X.org ', name: 'Ada', active: true };
  test.each<[string, LinkPolicy, object, object, Verdict]>([
    ['the same e-mail', 'email', {}, {}, { kind: 'link' }],
    ['another e-mail', 'email', {}, { email: 'eve@x.org' }, { kind: 'refuse', why: 'other-email' }],
    [
      'an e-mail that only begins alike',
      'email',
      {},
      { email: 'ada@x.org.evil.example' },
      { kind: 'refuse', why: 'other-email' },
    ],
    ['no e-mail in Slack', 'email', { email: undefined }, {}, { kind: 'refuse', why: 'no-email' }],
    ['no e-mail in ServiceNow', 'email', {}, { email: '' }, { kind: 'refuse', why: 'hidden-email' }],
    ['none on both sides is no match', 'email', { email: ' ' }, { email: ' ' }, { kind: 'refuse', why: 'no-email' }],
    ['active or not, hidden in ServiceNow', 'email', {}, { active: undefined }, { kind: 'link' }],
    ['inactive in ServiceNow', 'email', {}, { active: false }, { kind: 'refuse', why: 'inactive' }],
    ['inactive in Slack', 'email', { active: false }, {}, { kind: 'refuse', why: 'inactive' }],
    ['confirm asks, whatever the e-mail', 'confirm', {}, { email: 'eve@x.org' }, { kind: 'ask' }],
    ['confirm does not ask for the inactive', 'confirm', {}, { active: false }, { kind: 'refuse', why: 'inactive' }],
  ])('%s', (_, policy, ours, theirs, verdict) => {
    expect(judgeLink(policy, { ...slack, ...ours }, { ...USER, ...theirs })).toEqual(verdict);
  });
});

let redis: Awaited<ReturnType<typeof emptyRedis>>;
let links: ReturnType<typeof createLinks>;
beforeEach(async () => {
  redis = await emptyRedis();
  links = createLinks(redis, vault, 'dev1', () => NOON);
});
afterEach(() => redis.disconnect());

async function saved(tokens = TOKENS) {
  await links.save(ADA, USER, tokens, randomUUID());
  const link = await links.find(ADA);
  if (!link) throw new Error('no link');
  return link;
}

/** Who uses these tokens. */
const holdersOf = (tokens: TokenSet) => redis.zrange(KEYS.grant(grantOf(tokens)), 0, -1);

describe('links', () => {
  test('nobody is linked at first; saved, one person is', async () => {
    expect(await links.find(ADA)).toBeUndefined();
    const link = await saved();
    const { active: _, ...user } = USER;
    expect(link).toMatchObject({ status: 'linked', user, linkedAt: NOON });
    expect(links.tokens(ADA, link)).toEqual(TOKENS);
    expect(await links.find(BOB)).toBeUndefined();
    expect(await links.membersOf(ADA.tenant)).toEqual([ADA]);
  });
  test('no token lies readable in the store', async () => {
    await saved({ ...TOKENS, accessToken: 'very-secret', refreshToken: 'more-secret' });
    expect(JSON.stringify(await redis.hgetall(KEYS.link(ADA)))).not.toMatch(/(very|more)-secret/);
  });
  test("a link copied to somebody else's key opens nothing", async () => {
    await saved();
    await redis.hset(KEYS.link(BOB), await redis.hgetall(KEYS.link(ADA)));
    const stolen = await links.find(BOB);
    expect(() => stolen && links.tokens(BOB, stolen)).toThrow(CorruptDataError);
  });
  test.each<[string, Record<string, string>]>([
    ['status', { status: 'maybe' }],
    ['ServiceNow id', { sysId: 'x^ORactive=true' }],
    ['time', { linkedAt: 'noon' }],
    ['id', { id: '' }],
  ])('a stored link with a wrong %s is a broken one that opens nothing, and can be removed', async (_, fields) => {
    await saved();
    await redis.hset(KEYS.link(ADA), fields);
    const link = await links.find(ADA);
    expect(link?.status).toBe('broken');
    expect(() => link && links.tokens(ADA, link)).toThrow(CorruptDataError);
    await links.remove(ADA);
    expect(await links.find(ADA)).toBeUndefined();
  });
  test('tokens are stored only for the link that they were meant for', async () => {
    const old = await saved();
    const fresh = { ...TOKENS, accessToken: 'a2' };
    expect(await links.saveTokens(ADA, old, fresh)).toBe(true);
    const replaced = await saved({ ...TOKENS, accessToken: 'b1' });
    expect(await links.saveTokens(ADA, old, fresh)).toBe(false);
    await links.markBroken(ADA, old);
    await links.remove(ADA, old);
    const now = await links.find(ADA);
    expect(now).toMatchObject({ id: replaced.id, status: 'linked' });
    expect(now && links.tokens(ADA, now).accessToken).toBe('b1');
  });
  test('a refresh that gives another refresh token lets go of the grant before it', async () => {
    const rotated = { ...TOKENS, refreshToken: 'r2' };
    expect(await links.saveTokens(ADA, await saved(), rotated)).toBe(true);
    expect(await holdersOf(TOKENS)).toEqual([]);
    expect(await holdersOf(rotated)).toEqual([personName(ADA)]);
  });
  test.each([
    ['gone', async () => links.remove(ADA), []],
    ['replaced', async () => saved(), []],
    ['replaced by one that uses the same', async () => saved({ ...TOKENS, refreshToken: 'r2' }), [personName(ADA)]],
  ] as const)('a refresh whose link is %s by then holds no grant of its own', async (_, meanwhile, holders) => {
    const old = await saved();
    await meanwhile();
    const rotated = { ...TOKENS, refreshToken: 'r2' };
    expect(await links.saveTokens(ADA, old, rotated)).toBe(false);
    expect(await holdersOf(rotated)).toEqual(holders);
  });
  test('a refresh does not bring a disconnected person back', async () => {
    const link = await saved();
    await links.remove(ADA, link);
    expect(await links.saveTokens(ADA, link, TOKENS)).toBe(false);
    expect(await links.find(ADA)).toBeUndefined();
  });
  test('whoever becomes another ServiceNow user no longer stands for the first one', async () => {
    await saved();
    const other = '0'.repeat(32);
    await links.save(ADA, { ...USER, sysId: other }, TOKENS, 'two');
    expect(await links.peopleBehind([USER.sysId, other])).toEqual(new Map([[other, [ADA]]]));
  });
  test('whoever connects anew while the old link is being removed stays known, at every moment of it', async () => {
    const { sysId } = USER;
    const steps = ['srem', 'zrem', 'eval'] as const;
    for (const step of steps) {
      const old = await saved();
      const bare = redis[step].bind(redis) as (...args: unknown[]) => Promise<unknown>;
      const between = jest.spyOn(redis, step).mockImplementationOnce((async (...args: unknown[]) => {
        await saved({ ...TOKENS, refreshIssuedAt: NOON + 1 });
        return bare(...args);
      }) as never);
      await links.remove(ADA, old);
      between.mockRestore();
      expect((await links.find(ADA))?.id).not.toBe(old.id);
      expect(await links.peopleBehind([sysId])).toEqual(new Map([[sysId, [ADA]]]));
      expect(await links.agedBefore(NOON + 2, 10)).toEqual([ADA]);
      expect(await redis.zrange(KEYS.pollers(), 0, -1)).toEqual(['T0HOUSE.U0ADA']);
    }
  });
  test('on Grid, somebody who is met in another workspace is the same person', async () => {
    const there: Person = { tenant: 'E1', team: 'T1', user: 'U1' };
    const here: Person = { ...there, team: 'T2' };
    const other = '0'.repeat(32);
    await links.save(there, USER, TOKENS, 'one');
    await links.save(here, { ...USER, sysId: other }, TOKENS, 'two');
    expect(await links.peopleBehind([USER.sysId, other])).toEqual(new Map([[other, [here]]]));
    await links.remove(there);
    expect(await links.peopleBehind([USER.sysId, other])).toEqual(new Map());
    expect(await links.agedBefore(NOON + 1, 10)).toEqual([]);
    expect(await redis.zcard(KEYS.pollers())).toBe(0);
  });
  test('the oldest links are known by their age, until they are removed', async () => {
    await saved();
    await links.save(BOB, USER, { ...TOKENS, refreshIssuedAt: NOON - 1 }, 'one');
    expect(await links.agedBefore(NOON, 10)).toEqual([BOB]);
    expect(await links.agedBefore(NOON + 1, 10)).toEqual([BOB, ADA]);
    expect(await links.agedBefore(NOON + 1, 1)).toEqual([BOB]);
    await links.remove(BOB);
    await links.remove(ADA, await links.find(ADA));
    expect(await links.agedBefore(NOON + 1, 10)).toEqual([]);
  });
  test('a person is asked once until they connect again', async () => {
    expect(await links.wasAsked(ADA)).toBe(false);
    await links.noteAsked(ADA);
    expect(await Promise.all([ADA, BOB].map((each) => links.wasAsked(each)))).toEqual([true, false]);
    await saved();
    expect(await links.wasAsked(ADA)).toBe(false);
  });
});

describe('token sets', () => {
  const expired = { ...TOKENS, accessExpiresAt: NOON - 1 };
  /** An instance that answers each refresh as told. */
  function instance(answer: (before: TokenSet) => Promise<TokenSet>) {
    const asked: TokenSet[] = [];
    const clock = clockAt(NOON);
    const sets = createTokenSets({
      redis,
      links,
      instance: 'dev1',
      now: clock.now,
      log: readableLog().log,
      oauth: {
        refresh: (before) => {
          asked.push(before);
          return answer(before);
        },
      },
    });
    return { asked, clock, source: sets.sourceFor(ADA) };
  }
  const renew = async (before: TokenSet) => ({ ...before, accessToken: 'a2', accessExpiresAt: NOON + 3_600_000 });

  test('a token that lives is given as it is', async () => {
    await saved();
    const { source, asked } = instance(renew);
    expect(await source.accessToken()).toBe('a1');
    expect(asked).toEqual([]);
  });
  test.each([
    [61_000, 'a1'],
    [60_000, 'a2'],
  ])('%i ms before expiry it is %s', async (left, expected) => {
    await saved({ ...TOKENS, accessExpiresAt: NOON + left });
    expect(await instance(renew).source.accessToken()).toBe(expected);
  });
  test('twenty at once: one refresh, and all have the new token', async () => {
    await saved(expired);
    const { source, asked } = instance(renew);
    const got = await Promise.all(Array.from({ length: 20 }, () => source.accessToken()));
    expect(new Set(got)).toEqual(new Set(['a2']));
    expect(asked).toHaveLength(1);
    expect(await source.accessToken()).toBe('a2');
    expect(asked).toHaveLength(1);
  });
  test('refreshed by another process between our look and our lock: it is not refreshed again', async () => {
    await saved(expired);
    let looks = 0;
    const { find } = links;
    links.find = async (person) => {
      const link = await find(person);
      looks += 1;
      if (looks === 1 && link) await links.saveTokens(person, link, await renew(expired));
      return link;
    };
    const { source, asked } = instance(renew);
    expect(await source.accessToken()).toBe('a2');
    expect(asked).toEqual([]);
  });
  test('a rejected token is renewed, though it has not expired; renewed by another, it is not renewed again', async () => {
    await saved();
    const { source, asked } = instance(renew);
    expect(await Promise.all([source.renewedToken('a1'), source.renewedToken('a1')])).toEqual(['a2', 'a2']);
    expect(asked).toHaveLength(1);
  });
  test.each<[string, () => Record<string, string>]>([
    ['garbage', () => ({ tokens: 'garbage' })],
    ['something else that is sealed', () => ({ tokens: vault.seal('"no tokens"', KEYS.link(ADA)) })],
    ['sealed with a key that left the ring', () => ({ tokens: createVault([Buffer.alloc(32, 9)]).seal('{}', 'x') })],
    ['no link at all', () => ({ linkedAt: 'noon' })],
  ])('%s: a new link is asked for, and nothing is lost for a key that comes back', async (_, damage) => {
    await saved();
    const before = await redis.hgetall(KEYS.link(ADA));
    await redis.hset(KEYS.link(ADA), damage());
    const { source } = instance(renew);
    expect(await failureOf(source.accessToken())).toMatchObject({ reason: 'broken', fate: { kind: 'park' } });
    await redis.hset(KEYS.link(ADA), before);
    expect(await source.accessToken()).toBe('a1');
  });
  test('refused: the link is broken, for good', async () => {
    await saved(expired);
    const { source, asked } = instance(() => Promise.reject(new GrantRefusedError('400 server_error')));
    for (const _ of [1, 2])
      expect(await failureOf(source.accessToken())).toMatchObject({ reason: 'broken', fate: { kind: 'park' } });
    expect(asked).toHaveLength(1);
    expect((await links.find(ADA))?.status).toBe('broken');
  });
  test('passing trouble: the link is kept, and the next one tries again', async () => {
    await saved(expired);
    let up = false;
    const { source } = instance((before) =>
      up ? renew(before) : Promise.reject(new UnavailableError('servicenow-unavailable', 'no answer')),
    );
    expect(await failureOf(source.accessToken())).toBeInstanceOf(UnavailableError);
    expect((await links.find(ADA))?.status).toBe('linked');
    up = true;
    expect(await source.accessToken()).toBe('a2');
  });
  test('disconnected during the refresh: no token, and no link', async () => {
    const link = await saved(expired);
    const { source } = instance(async (before) => {
      await links.remove(ADA, link);
      return renew(before);
    });
    expect(await failureOf(source.accessToken())).toBeInstanceOf(LinkRequiredError);
    expect(await links.find(ADA)).toBeUndefined();
  });
  test('without a link there is none', async () => {
    const { source, asked } = instance(renew);
    expect(await failureOf(source.accessToken())).toMatchObject({ reason: 'none' });
    expect(await failureOf(source.linkBroke('a1'))).toMatchObject({ reason: 'none' });
    expect(asked).toEqual([]);
  });
  test('rejected twice: broken', async () => {
    await saved();
    expect(await instance(renew).source.linkBroke('a1')).toMatchObject({ reason: 'broken' });
    expect((await links.find(ADA))?.status).toBe('broken');
  });
  test('rejected twice, but the person has connected anew meanwhile: the new link stays whole', async () => {
    await saved({ ...TOKENS, accessToken: 'b1' });
    expect(await instance(renew).source.linkBroke('a1')).toMatchObject({ fate: { kind: 'wait' } });
    expect((await links.find(ADA))?.status).toBe('linked');
  });
});
