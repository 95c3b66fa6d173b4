import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAccess } from '../../../src/accounts/access.ts';
import { createConnect } from '../../../src/accounts/connect.ts';
import { createLinks } from '../../../src/accounts/links.ts';
import type { LinkPolicy } from '../../../src/accounts/policy.ts';
import { GrantRefusedError, UnavailableError } from '../../../src/errors.ts';
import type { Person } from '../../../src/redis/keys.ts';
import type { OAuth, TokenSet } from '../../../src/servicenow/oauth.ts';
import { ADA, emptyRedis, failureOf, INSTANCE, KEYS, NOON, readableLog, vault } from '../support.ts';

const USER = {
  sysId: '62826bf03710200044e0bfc8bcbe5df1',
  userName: 'ada',
  name: 'Ada Byron',
  email: 'ada@x.org',
  active: true,
};
const TOKENS: TokenSet = {
  accessToken: 'access-secret',
  refreshToken: 'refresh-secret',
  accessExpiresAt: NOON,
  refreshIssuedAt: NOON,
};

let redis: Awaited<ReturnType<typeof emptyRedis>>;
let links: ReturnType<typeof createLinks>;
beforeEach(async () => {
  redis = await emptyRedis();
  links = createLinks(redis, vault, INSTANCE, () => NOON);
});
afterEach(() => redis.disconnect());

/** An instance in one file: it knows one code, and which tokens it has forgotten. */
function house(
  options: {
    policy?: LinkPolicy;
    user?: object;
    oauth?: Partial<OAuth>;
    identify?: () => Promise<never>;
    announce?: (person: Person, linkId: string) => Promise<void>;
  } = {},
) {
  const revoked: string[] = [];
  const { log, lines } = readableLog();
  let states = 0;
  const oauth = {
    buildAuthorizationRequest: async () => {
      states += 1;
      return { url: `https://dev1/oauth_auth.do?state=s${states}`, state: `s${states}`, codeVerifier: `v${states}` };
    },
    exchangeCode: async (query: string, expected: { state: string; codeVerifier: string }) => {
      const given = new URLSearchParams(query);
      if (
        given.get('code') !== 'good' ||
        given.get('state') !== expected.state ||
        expected.codeVerifier !== expected.state.replace('s', 'v')
      )
        throw new GrantRefusedError('400');
      return TOKENS;
    },
    refresh: async (before: TokenSet) => {
      if (revoked.includes(before.refreshToken ?? '')) throw new GrantRefusedError('401');
      return before;
    },
    revoke: async (token: string) => void revoked.push(token),
    close: async () => {},
    ...options.oauth,
  } as OAuth;
  const access = createAccess({ links, oauth, log });
  const side = {
    links,
    oauth,
    access,
    identify: options.identify ?? (async () => ({ ...USER, ...options.user })),
    announce: options.announce ?? (async () => {}),
  };
  const connect = createConnect({
    redis,
    vault,
    sideOf: (instance) => (instance === INSTANCE ? side : undefined),
    policy: options.policy ?? 'email',
    publicUrl: 'https://bridge.example.com',
    profileOf: async () => ({ email: 'ada@x.org', name: 'Ada', active: true }),
    log,
  });
  /** As far as the way back: what the browser brings along. */
  async function away() {
    const id = new URL(await connect.begin(ADA, INSTANCE)).searchParams.get('id') ?? '';
    const proceeded = await connect.proceed(id);
    if (!proceeded) throw new Error('the link was refused');
    const state = new URL(proceeded.url).searchParams.get('state') ?? '';
    return {
      id,
      state,
      cookie: proceeded.cookie,
      back: (more = 'code=good') => new URLSearchParams(`state=${state}&${more}`),
    };
  }
  return { connect, access, away, revoked, lines };
}

describe('the way there', () => {
  test('previews do not use the link up; proceeding does', async () => {
    const { connect } = house();
    const url = new URL(await connect.begin(ADA, INSTANCE));
    const id = url.searchParams.get('id') ?? '';
    expect(`${url.origin}${url.pathname}`).toBe('https://bridge.example.com/servicenow/connect');
    expect(await connect.preview(id)).toEqual({ person: ADA, instance: INSTANCE });
    expect(await connect.preview(id)).toEqual({ person: ADA, instance: INSTANCE });
    expect(await connect.proceed(id)).toMatchObject({ url: 'https://dev1/oauth_auth.do?state=s1' });
    expect(await connect.preview(id)).toBeUndefined();
    expect(await connect.proceed(id)).toBeUndefined();
  });
  test('an id that nobody gave leads nowhere', async () => {
    const { connect } = house();
    expect(await connect.preview('guess')).toBeUndefined();
    expect(await connect.proceed('')).toBeUndefined();
  });
  test('everything on the way expires, and nothing of it lies readable in the store', async () => {
    const { connect, away } = house();
    await connect.begin(ADA, INSTANCE);
    const { id, state, cookie } = await away();
    const stored = await redis.keys('*');
    expect(stored).toHaveLength(2);
    for (const key of stored) {
      expect(await redis.ttl(key)).toBe(600);
      for (const secret of [id, `{${state}}`, cookie, ADA.user])
        expect(`${key} ${await redis.get(key)}`).not.toContain(secret);
    }
  });
});

describe('the way back', () => {
  test('links, and only once', async () => {
    const { connect, away, revoked } = house();
    const { back, cookie } = await away();
    expect(await connect.finish(back(), cookie)).toEqual({
      kind: 'linked',
      person: ADA,
      instance: INSTANCE,
      user: USER,
    });
    expect(await links.find(ADA)).toMatchObject({ status: 'linked', user: { userName: 'ada' } });
    expect(await connect.finish(back(), cookie)).toEqual({ kind: 'stale' });
    expect(revoked).toEqual([]);
  });
  test.each<[string, object, string[]]>([
    ['another ServiceNow account', { sysId: '0'.repeat(32) }, ['old-refresh', 'old-access']],
    ['the same one', {}, []],
  ])('whoever was connected as %s: the access of that one is given back', async (_, user, expected) => {
    const old = { ...TOKENS, accessToken: 'old-access', refreshToken: 'old-refresh' };
    await links.save(ADA, { ...USER, ...user }, old, 'old');
    const { connect, away, revoked } = house();
    const { back, cookie } = await away();
    expect(await connect.finish(back(), cookie)).toMatchObject({ kind: 'linked' });
    expect(revoked).toEqual(expected);
    expect(await links.find(ADA)).toMatchObject({ status: 'linked', user: { sysId: USER.sysId } });
  });
  test('what nobody can open of the link before is no reason not to connect', async () => {
    await links.save(ADA, { ...USER, sysId: '0'.repeat(32) }, TOKENS, 'old');
    await redis.hset(KEYS.link(ADA), 'tokens', 'damaged');
    const { connect, away, lines } = house();
    const { back, cookie } = await away();
    expect(await connect.finish(back(), cookie)).toMatchObject({ kind: 'linked' });
    expect(lines.join()).toContain('cannot be revoked');
  });
  test('the link is announced before it is made, so that no crash leaves one of which nobody hears', async () => {
    const announced: (string | undefined)[][] = [];
    const { connect, away } = house({
      announce: async (person, linkId) => void announced.push([linkId, (await links.find(person))?.id]),
    });
    const { back, cookie } = await away();
    await connect.finish(back(), cookie);
    expect(announced).toEqual([[(await links.find(ADA))?.id, undefined]]);
  });
  test.each<[string, (cookie: string) => string | undefined]>([
    ['without the cookie', () => undefined],
    ['with an empty one', () => ''],
    ['with that of another', (cookie) => `${cookie}x`],
  ])("%s: somebody else's browser, and the state is used up", async (_, change) => {
    const { connect, away } = house();
    const { back, cookie } = await away();
    expect(await connect.finish(back(), change(cookie))).toEqual({ kind: 'other-browser' });
    expect(await connect.finish(back(), cookie)).toEqual({ kind: 'stale' });
    expect(await links.find(ADA)).toBeUndefined();
  });
  test.each<[string, string, string]>([
    ['the person said no', 'error=access_denied', 'denied'],
    ['ServiceNow has trouble', 'error=server_error', 'unable'],
    ['ServiceNow says something of its own', 'error=other', 'unable'],
    ['the code is not accepted', 'code=bad', 'grant-refused'],
  ])('%s', async (_, more, kind) => {
    const { connect, away } = house();
    const { back, cookie } = await away();
    expect(await connect.finish(back(more), cookie)).toEqual({ kind });
    expect(await links.find(ADA)).toBeUndefined();
  });
  test('a state that nobody gave', async () => {
    const { connect } = house();
    expect(await connect.finish(new URLSearchParams('state=x&code=good'), 'cookie')).toEqual({ kind: 'stale' });
    expect(await connect.finish(new URLSearchParams(), undefined)).toEqual({ kind: 'stale' });
  });
  test.each<[string, object, string]>([
    ['another e-mail', { email: 'eve@x.org' }, 'other-email'],
    ['no e-mail', { email: '' }, 'hidden-email'],
    ['inactive', { active: false }, 'inactive'],
  ])('an account of somebody else is refused and its token forgotten: %s', async (_, user, why) => {
    const { connect, away, revoked } = house({ user });
    const { back, cookie } = await away();
    expect(await connect.finish(back(), cookie)).toMatchObject({ kind: 'refused', why });
    expect(await links.find(ADA)).toBeUndefined();
    expect(revoked).toContain('refresh-secret');
  });
  test('where nobody says whose account it is, the token is forgotten', async () => {
    const { connect, away, revoked } = house({
      identify: () => Promise.reject(new UnavailableError('servicenow-unavailable', 'x')),
    });
    const { back, cookie } = await away();
    expect(await failureOf(connect.finish(back(), cookie))).toBeInstanceOf(UnavailableError);
    expect(revoked).toContain('refresh-secret');
    expect(await links.find(ADA)).toBeUndefined();
  });
});

describe('LINK_POLICY=confirm', () => {
  async function asked() {
    const all = house({ policy: 'confirm', user: { email: 'other@x.org' } });
    const { back, cookie } = await all.away();
    const finish = await all.connect.finish(back(), cookie);
    if (finish.kind !== 'ask') throw new Error(`not asked but ${finish.kind}`);
    expect(await links.find(ADA)).toBeUndefined();
    return { ...all, cookie, id: finish.confirmationId };
  }
  test('asks, and a yes from the same browser links, once', async () => {
    const { connect, id, cookie } = await asked();
    expect(await connect.confirm(id, cookie, true)).toMatchObject({ kind: 'linked', person: ADA });
    expect(await links.find(ADA)).toMatchObject({ status: 'linked' });
    expect(await connect.confirm(id, cookie, true)).toEqual({ kind: 'stale' });
  });
  test.each<[string, boolean, boolean, string]>([
    ['no', false, true, 'denied'],
    ['a yes from another browser', true, false, 'other-browser'],
  ])('%s forgets the token', async (_, yes, same, kind) => {
    const { connect, id, cookie, revoked } = await asked();
    expect(await connect.confirm(id, same ? cookie : 'x', yes)).toEqual({ kind });
    expect(revoked).toContain('refresh-secret');
    expect(await links.find(ADA)).toBeUndefined();
  });
});

describe('disconnecting', () => {
  test('revokes both tokens, makes sure of it, and deletes', async () => {
    const { access, revoked } = house();
    await links.save(ADA, USER, TOKENS, 'one');
    expect(await access.disconnect(ADA)).toBe('revoked');
    expect(revoked.sort()).toEqual(['access-secret', 'refresh-secret']);
    expect(await links.find(ADA)).toBeUndefined();
    expect(await access.disconnect(ADA)).toBe('was-not-linked');
  });
  test('where the POST has no effect, the documented GET is tried, also for the token that the proof was given', async () => {
    const gone: string[] = [];
    const { access } = house({
      oauth: {
        revoke: async (token, method) => void (method === 'GET' && gone.push(token)),
        refresh: async (before) => {
          if (gone.includes(before.refreshToken ?? '')) throw new GrantRefusedError('401');
          return { ...before, accessToken: 'proof-secret' };
        },
      },
    });
    await links.save(ADA, USER, TOKENS, 'one');
    expect(await access.disconnect(ADA)).toBe('revoked');
    expect(gone).toEqual(['refresh-secret', 'access-secret', 'proof-secret']);
  });
  test.each<[string, Partial<OAuth>]>([
    ['does not forget', { revoke: async () => {} }],
    ['does not answer', { revoke: () => Promise.reject(new UnavailableError('servicenow-unavailable', 'x')) }],
  ])('where ServiceNow %s, it is deleted here all the same, and the person is told', async (_, oauth) => {
    const { access, lines } = house({ oauth });
    await links.save(ADA, USER, TOKENS, 'one');
    expect(await access.disconnect(ADA)).toBe('unproved');
    expect(await links.find(ADA)).toBeUndefined();
    expect(lines.join()).not.toMatch(/access-secret|refresh-secret/);
  });
});
