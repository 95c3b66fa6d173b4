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
import type { Access, AccessEnd } from './access.ts';
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

/** For whom, and on which instance, by its name. */
const startedSchema = z.object({ person: personSchema, instance: z.string() });
type Started = z.infer<typeof startedSchema>;

const authorizationSchema = startedSchema.extend({
  browser: z.string(),
  state: z.string(),
  codeVerifier: z.string(),
});
const confirmationSchema = startedSchema.extend({
  attempt: z.string(),
  browser: z.string(),
  user: userSchema,
  tokens: tokenSetSchema,
});

type Refusal = Extract<Verdict, { kind: 'refuse' }>['why'];

/** The instance's side of a link. */
export type LinkSide = {
  links: Links;
  oauth: OAuth;
  access: AccessEnd;
  /** The ServiceNow user behind a token. */
  identify: (accessToken: string) => Promise<ServiceNowUser>;
  /** Sees to it that what follows from a link is done as soon as it is there. Where it is not made, nothing follows. */
  announce: (person: Person, linkId: string) => Promise<void>;
};

export type Finish =
  | { kind: 'linked'; person: Person; instance: string; user: ServiceNowUser }
  /** `LINK_POLICY=confirm`: the page shows both names and asks. */
  | { kind: 'ask'; confirmationId: string; person: Person; instance: string; slack: SlackProfile; user: ServiceNowUser }
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
 * where the policy asks, confirm. Each step's secret works once and is stored only as a hash. Which instance it is about is
 * decided when it begins, and stored with each step: nothing that a browser brings along changes it.
 */
export function createConnect(parts: {
  redis: RedisClient;
  vault: Vault;
  /** Undefined for an instance that is served no more. */
  sideOf: (instance: string) => LinkSide | undefined;
  policy: LinkPolicy;
  publicUrl: string;
  profileOf: (person: Person) => Promise<SlackProfile>;
  log: Log;
}) {
  const { redis, vault, sideOf, policy, publicUrl, profileOf, log } = parts;

  async function put(key: string, ttlSeconds: number, value: unknown): Promise<void> {
    await redis.set(key, vault.seal(JSON.stringify(value), key), 'EX', ttlSeconds);
  }

  function read<T>(schema: z.ZodType<T>, key: string, sealed: string | null): T | undefined {
    return sealed === null ? undefined : openJson(vault, schema, sealed, key);
  }

  const take = async <T>(schema: z.ZodType<T>, key: string) => read(schema, key, await redis.getdel(key));

  type Attempt = { person: Person; instance: string; user: ServiceNowUser; tokens: TokenSet; attempt: string };

  /** Announced first: a link of which nobody hears would be worse than news of one that was not made. */
  async function make({ links, access, announce }: LinkSide, made: Attempt): Promise<Finish> {
    const { person, instance, user, tokens, attempt } = made;
    const linkId = randomUUID();
    const before = await links.find(person).catch(() => undefined);
    try {
      await announce(person, linkId);
      await links.save(person, user, tokens, linkId);
    } catch (error) {
      await access.giveBack(tokens, attempt);
      throw error;
    }
    // The link holds them now. Where this fails the attempt ends by itself.
    await links.letGo(tokens, attempt).catch((err) => log.warn({ err }, 'an attempt to link was not ended'));
    if (before && before.user.sysId !== user.sysId) await endEarlier({ links, access }, person, before);
    return { kind: 'linked', person, instance, user };
  }

  /** Nobody uses the access of another account any more, and it would live for another hundred days. */
  async function endEarlier({ links, access }: Pick<LinkSide, 'links' | 'access'>, person: Person, link: Link) {
    try {
      await access.giveBack(links.tokens(person, link), person);
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
    async begin(person: Person, instance: string): Promise<string> {
      const id = newSecret();
      await put(keys.connect(fingerprint(id)), TTL.connect, { person, instance } satisfies Started);
      return `${publicUrl}/servicenow/connect?id=${id}`;
    },

    /** Whose link this is. Does not use it up: link previews fetch addresses too. */
    async preview(id: string): Promise<Started | undefined> {
      const key = keys.connect(fingerprint(id));
      return read(startedSchema, key, await redis.get(key));
    },

    /** Uses the link up. @returns where to send the browser, and the cookie that binds it; undefined if used or expired */
    async proceed(id: string): Promise<{ url: string; cookie: string } | undefined> {
      const started = await take(startedSchema, keys.connect(fingerprint(id)));
      const side = started && sideOf(started.instance);
      if (!side) return undefined;
      const { url, state, codeVerifier } = await side.oauth.buildAuthorizationRequest();
      const cookie = newSecret();
      await put(keys.authorization(fingerprint(state)), TTL.authorization, {
        ...started,
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
      const side = authorization && sideOf(authorization.instance);
      if (!side) return { kind: 'stale' };
      const { person, instance, browser, codeVerifier } = authorization;
      const { links, oauth, access, identify } = side;
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
          await access.giveBack(tokens, attempt);
          throw error;
        },
      );
      const verdict = judgeLink(policy, slack, user);
      if (verdict.kind === 'refuse') {
        const end = await access.giveBack(tokens, attempt);
        log.warn({ tenant: person.tenant, user: person.user, why: verdict.why, access: end }, 'link refused by policy');
        return { kind: 'refused', why: verdict.why, slack, user, access: end };
      }
      if (verdict.kind === 'ask') {
        const confirmationId = newSecret();
        const key = keys.confirmation(fingerprint(confirmationId));
        await put(key, TTL.confirmation, { attempt, person, instance, browser, user, tokens });
        return { kind: 'ask', confirmationId, person, instance, slack, user };
      }
      return make(side, { person, instance, user, tokens, attempt });
    },

    /** The answer to `ask`, from the same browser. */
    async confirm(confirmationId: string, cookie: string | undefined, yes: boolean): Promise<Finish> {
      const asked = await take(confirmationSchema, keys.confirmation(fingerprint(confirmationId)));
      const side = asked && sideOf(asked.instance);
      if (!side) return { kind: 'stale' };
      const { attempt, person, instance, browser, user } = asked;
      const tokens: TokenSet = { ...asked.tokens, refreshToken: asked.tokens.refreshToken };
      if (!yes || !cookie || fingerprint(cookie) !== browser) {
        await side.access.giveBack(tokens, attempt);
        return { kind: yes ? 'other-browser' : 'denied' };
      }
      return make(side, { person, instance, user, tokens, attempt });
    },
  };
}

export type Connect = ReturnType<typeof createConnect>;
