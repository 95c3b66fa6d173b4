import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CorruptDataError, ForeignAnswerError, GrantRefusedError, OutsiderError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person, personSchema, TTL } from '../redis/keys.ts';
import { fingerprint, newSecret, openJson, type Vault } from '../redis/vault.ts';
import type { OAuth, TokenSet } from '../servicenow/oauth.ts';
import type { ServiceNowUser } from '../servicenow/people.ts';
import type { Link, Links } from './links.ts';
import { judgeLink, type LinkPolicy, type SlackProfile, type Verdict } from './policy.ts';

const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  accessExpiresAt: z.number(),
  refreshIssuedAt: z.number(),
});
const userSchema = z.object({
  sysId: z.string(),
  userName: z.string(),
  name: z.string(),
  email: z.string(),
  active: z.boolean().optional(),
});

/** Slack waits for an answer meanwhile. */
const ADMIT_MS = 1_000;

const startedSchema = z.object({ person: personSchema });
const authorizationSchema = z.object({
  person: personSchema,
  browser: z.string(),
  state: z.string(),
  codeVerifier: z.string(),
});
const confirmationSchema = z.object({
  attempt: z.string(),
  person: personSchema,
  browser: z.string(),
  user: userSchema,
  tokens: tokenSetSchema,
});

/** What became of an access that is not needed: `in-use` where another link uses the same tokens. */
export type Access = 'revoked' | 'in-use' | 'unproved';

type Refusal = Extract<Verdict, { kind: 'refuse' }>['why'];

export type Finish =
  | { kind: 'linked'; person: Person; user: ServiceNowUser }
  /** `LINK_POLICY=confirm`: the page shows both names and asks. */
  | { kind: 'ask'; confirmationId: string; person: Person; slack: SlackProfile; user: ServiceNowUser }
  | { kind: 'refused'; why: Refusal; slack: SlackProfile; user: ServiceNowUser; access: Access }
  /** The state is unknown, expired or already used. */
  | { kind: 'stale' }
  | { kind: 'other-browser' }
  /** The person said no. */
  | { kind: 'denied' }
  /** ServiceNow ended the sign-in for a reason of its own. */
  | { kind: 'unable' }
  /** The state is genuine, but what came along with it is not ServiceNow's answer. */
  | { kind: 'foreign-answer' }
  | { kind: 'grant-refused' };

/** What else an authorization server may say (RFC 6749, 4.1.2.1). Other words are anybody's, and go into no log. */
const ERRORS = new Set([
  'invalid_request',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_response_type',
]);

/**
 * The account link, step by step: begin (Slack) → preview (our page) → proceed (away to ServiceNow) → finish (back) and,
 * where the policy asks, confirm. Each step's secret works once and is stored only as a hash.
 */
export function createConnect(parts: {
  redis: RedisClient;
  vault: Vault;
  links: Links;
  oauth: OAuth;
  policy: LinkPolicy;
  publicUrl: string;
  /** The ServiceNow user behind a token. */
  identify: (accessToken: string) => Promise<ServiceNowUser>;
  profileOf: (person: Person) => Promise<SlackProfile>;
  /** Sees to it that what follows from a link is done as soon as it is there. Where it is not made, nothing follows. */
  announce: (person: Person, linkId: string) => Promise<void>;
  log: Log;
}) {
  const { redis, vault, links, oauth, policy, publicUrl, identify, profileOf, announce, log } = parts;

  async function put(key: string, ttlSeconds: number, value: unknown): Promise<void> {
    await redis.set(key, vault.seal(JSON.stringify(value), key), 'EX', ttlSeconds);
  }

  function read<T>(schema: z.ZodType<T>, key: string, sealed: string | null): T | undefined {
    return sealed === null ? undefined : openJson(vault, schema, sealed, key);
  }

  const take = async <T>(schema: z.ZodType<T>, key: string) => read(schema, key, await redis.getdel(key));

  /**
   * Has ServiceNow forget tokens that their holder needs no more, unless somebody else uses them. The access token is revoked,
   * too: it would work for another half hour.
   */
  async function giveBack(tokens: TokenSet, holder: string | Person): Promise<Access> {
    try {
      if (!(await links.letGo(tokens, holder))) return 'in-use';
      if (await revokeAndProve(tokens)) return 'revoked';
      log.warn('ServiceNow did not forget an access');
    } catch (err) {
      log.warn({ err }, 'could not revoke an access');
    }
    return 'unproved';
  }

  /** Announced first: a link of which nobody hears would be worse than news of one that was not made. */
  async function make(person: Person, user: ServiceNowUser, tokens: TokenSet, attempt: string): Promise<Finish> {
    const linkId = randomUUID();
    const before = await links.find(person).catch(() => undefined);
    try {
      await announce(person, linkId);
      await links.save(person, user, tokens, linkId);
    } catch (error) {
      await giveBack(tokens, attempt);
      throw error;
    }
    // The link holds them now. Where this fails the attempt ends by itself.
    await links.letGo(tokens, attempt).catch((err) => log.warn({ err }, 'an attempt to link was not ended'));
    if (before && before.user.sysId !== user.sysId) await endEarlier(person, before);
    return { kind: 'linked', person, user };
  }

  /** Nobody uses the access of another account any more, and it would live for another hundred days. */
  async function endEarlier(person: Person, link: Link): Promise<void> {
    try {
      await giveBack(links.tokens(person, link), person);
    } catch (err) {
      if (!(err instanceof CorruptDataError)) throw err;
      log.warn({ err, tenant: person.tenant, user: person.user }, 'the access of an earlier link cannot be revoked');
    }
  }

  /** Asked early, so that nobody goes a way that leads nowhere. Where Slack does not say in time, the page asks again. @throws {OutsiderError} */
  async function admit(person: Person): Promise<void> {
    const asked = profileOf(person).catch((error: unknown) => {
      if (error instanceof OutsiderError) throw error;
      log.info({ err: error }, 'nobody said whether this person may connect');
    });
    await Promise.race([asked, sleep(ADMIT_MS, undefined, { ref: false })]);
  }

  return {
    admit,

    /** @returns the single-use address that goes behind the Connect button */
    async begin(person: Person): Promise<string> {
      const id = newSecret();
      await put(keys.connect(fingerprint(id)), TTL.connect, { person });
      return `${publicUrl}/servicenow/connect?id=${id}`;
    },

    /** Whose link this is. Does not use it up: link previews fetch addresses too. */
    async preview(id: string): Promise<Person | undefined> {
      const key = keys.connect(fingerprint(id));
      return read(startedSchema, key, await redis.get(key))?.person;
    },

    /** Uses the link up. @returns where to send the browser, and the cookie that binds it; undefined if used or expired */
    async proceed(id: string): Promise<{ url: string; cookie: string } | undefined> {
      const started = await take(startedSchema, keys.connect(fingerprint(id)));
      if (!started) return undefined;
      const { url, state, codeVerifier } = await oauth.buildAuthorizationRequest();
      const cookie = newSecret();
      await put(keys.authorization(fingerprint(state)), TTL.authorization, {
        person: started.person,
        browser: fingerprint(cookie),
        state,
        codeVerifier,
      });
      return { url, cookie };
    },

    /**
     * The callback. The state is consumed whatever comes of it.
     * @throws {UnavailableError} when ServiceNow or Slack does not answer
     */
    async finish(query: URLSearchParams, cookie: string | undefined): Promise<Finish> {
      const state = query.get('state') ?? '';
      const authorization = await take(authorizationSchema, keys.authorization(fingerprint(state)));
      if (!authorization) return { kind: 'stale' };
      const { person, browser, codeVerifier } = authorization;
      if (!cookie || fingerprint(cookie) !== browser) {
        log.warn({ tenant: person.tenant, user: person.user }, 'callback in another browser refused');
        return { kind: 'other-browser' };
      }
      const error = query.get('error');
      if (error === 'access_denied') return { kind: 'denied' };
      if (error !== null) {
        const known = ERRORS.has(error) ? error : 'unknown';
        log.error({ error: known, tenant: person.tenant, user: person.user }, 'ServiceNow ended the sign-in');
        return { kind: 'unable' };
      }

      let tokens: TokenSet;
      try {
        tokens = await oauth.exchangeCode(query.toString(), { state, codeVerifier });
      } catch (error) {
        if (error instanceof ForeignAnswerError) {
          log.warn({ err: error, tenant: person.tenant, user: person.user }, 'not the answer of ServiceNow, refused');
          return { kind: 'foreign-answer' };
        }
        if (!(error instanceof GrantRefusedError)) throw error;
        log.error({ err: error }, 'code refused: check client id, secret and redirect URL in ServiceNow');
        return { kind: 'grant-refused' };
      }

      const attempt = `attempt-${randomUUID()}`;
      await links.holdForAttempt(tokens, attempt);
      const [user, slack] = await Promise.all([identify(tokens.accessToken), profileOf(person)]).catch(
        async (error) => {
          await giveBack(tokens, attempt);
          throw error;
        },
      );
      const verdict = judgeLink(policy, slack, user);
      if (verdict.kind === 'refuse') {
        const access = await giveBack(tokens, attempt);
        log.warn({ tenant: person.tenant, user: person.user, why: verdict.why, access }, 'link refused by policy');
        return { kind: 'refused', why: verdict.why, slack, user, access };
      }
      if (verdict.kind === 'ask') {
        const confirmationId = newSecret();
        const key = keys.confirmation(fingerprint(confirmationId));
        await put(key, TTL.confirmation, { attempt, person, browser, user, tokens });
        return { kind: 'ask', confirmationId, person, slack, user };
      }
      return make(person, user, tokens, attempt);
    },

    /** The answer to `ask`, from the same browser. */
    async confirm(confirmationId: string, cookie: string | undefined, yes: boolean): Promise<Finish> {
      const asked = await take(confirmationSchema, keys.confirmation(fingerprint(confirmationId)));
      if (!asked) return { kind: 'stale' };
      const { attempt, person, browser, user } = asked;
      const tokens: TokenSet = { ...asked.tokens, refreshToken: asked.tokens.refreshToken };
      if (!yes || !cookie || fingerprint(cookie) !== browser) {
        await giveBack(tokens, attempt);
        return { kind: yes ? 'other-browser' : 'denied' };
      }
      return make(person, user, tokens, attempt);
    },

    /**
     * Has ServiceNow forget the tokens, proves it with one request, and deletes the link.
     * @returns `unproved` where ServiceNow could not be convinced, or nobody can read any more what to revoke
     */
    async disconnect(person: Person): Promise<'was-not-linked' | Access> {
      try {
        const link = await links.find(person);
        if (!link) return 'was-not-linked';
        const access = await giveBack(links.tokens(person, link), person);
        await links.remove(person, link);
        return access;
      } catch (err) {
        if (!(err instanceof CorruptDataError)) throw err;
        log.error({ err, tenant: person.tenant, user: person.user }, 'an unreadable link was deleted, not revoked');
        await links.remove(person);
        return 'unproved';
      }
    },
  };

  /** The POST first: it keeps tokens out of access logs. */
  async function revokeAndProve(tokens: TokenSet): Promise<boolean> {
    const all = [tokens.refreshToken, tokens.accessToken].filter((token) => token !== undefined);
    for (const method of ['POST', 'GET'] as const) {
      for (const token of all) await oauth.revoke(token, method);
      const survivor = await refreshed(tokens);
      if (!survivor) return true;
      // The proof itself has made another one.
      all.push(survivor.accessToken);
    }
    return false;
  }

  /** New tokens where the old ones still give some, which they should not. */
  async function refreshed(tokens: TokenSet): Promise<TokenSet | undefined> {
    try {
      return await oauth.refresh(tokens);
    } catch (error) {
      if (error instanceof GrantRefusedError) return undefined;
      throw error;
    }
  }
}

export type Connect = ReturnType<typeof createConnect>;
