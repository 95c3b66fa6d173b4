import { setTimeout as sleep } from 'node:timers/promises';
import { CorruptDataError, GrantRefusedError, LinkRequiredError, NotYetError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, TTL } from '../redis/keys.ts';
import { tryLock } from '../redis/lock.ts';
import type { TokenSource } from '../servicenow/client.ts';
import type { OAuth, TokenSet } from '../servicenow/oauth.ts';
import type { Link, Links } from './links.ts';

/** Refreshed this long before expiry, so that a token does not die on the road. */
const EARLY_MS = 60_000;
const POLL_MS = 50;

/**
 * Gives out access tokens. A refresh happens once across all processes: the holder of a Redis lock asks ServiceNow, the
 * others wait for what it stores.
 */
export function createTokenSets(parts: {
  redis: RedisClient;
  links: Links;
  oauth: Pick<OAuth, 'refresh'>;
  instance: string;
  now: () => number;
  log: Log;
}) {
  const { redis, links, oauth, instance, now, log } = parts;

  /**
   * What cannot be opened, because its key left the ring or it was damaged, leads to a new link. It is not marked as broken:
   * should the key come back, it opens again.
   */
  function tokensOf(person: Person, link: Link): TokenSet {
    try {
      return links.tokens(person, link);
    } catch (err) {
      if (!(err instanceof CorruptDataError)) throw err;
      log.error({ err, tenant: person.tenant, user: person.user }, 'a link cannot be opened, a new one is asked for');
      throw new LinkRequiredError('broken');
    }
  }

  async function usableLink(person: Person): Promise<Link> {
    const link = await links.find(person);
    if (!link) throw new LinkRequiredError('none');
    if (link.status === 'broken') throw new LinkRequiredError('broken');
    return link;
  }

  /** Reads until the tokens please `good`, refreshing where nobody else does. */
  async function obtain(person: Person, good: (tokens: TokenSet) => boolean): Promise<TokenSet> {
    const deadline = now() + TTL.refreshLock * 1000;
    while (true) {
      const link = await usableLink(person);
      const tokens = tokensOf(person, link);
      if (good(tokens)) return tokens;
      const release = await tryLock(redis, keysOf(instance).refreshLock(person), TTL.refreshLock);
      if (release) {
        try {
          return await refreshUnlessDone(person, good);
        } finally {
          await release();
        }
      }
      if (now() > deadline) throw new UnavailableError('servicenow-unavailable', 'waited too long for a refresh');
      await sleep(POLL_MS);
    }
  }

  /** Under the lock. Looks once more: the last holder may have finished between our look and our lock. */
  async function refreshUnlessDone(person: Person, good: (tokens: TokenSet) => boolean): Promise<TokenSet> {
    const link = await usableLink(person);
    const before = tokensOf(person, link);
    if (good(before)) return before;
    try {
      const after = await oauth.refresh(before);
      if (!(await links.saveTokens(person, link, after))) throw new LinkRequiredError('none');
      return after;
    } catch (error) {
      if (!(error instanceof GrantRefusedError)) throw error;
      log.warn({ err: error, tenant: person.tenant, user: person.user }, 'refresh refused, link broken');
      await links.markBroken(person, link);
      throw new LinkRequiredError('broken');
    }
  }

  return {
    /**
     * @param read the link, where the caller has just read it; spares the first request a trip to Redis
     * @throws {LinkRequiredError | UnavailableError} from its methods
     */
    sourceFor(person: Person, read?: Link): TokenSource {
      const fresh = ({ accessExpiresAt }: TokenSet) => accessExpiresAt - now() > EARLY_MS;
      let known = read?.status === 'linked' ? read : undefined;
      return {
        accessToken: async () => {
          const tokens = known && tokensOf(person, known);
          known = undefined;
          return (tokens && fresh(tokens) ? tokens : await obtain(person, fresh)).accessToken;
        },
        renewedToken: async (rejected) =>
          (await obtain(person, ({ accessToken }) => accessToken !== rejected)).accessToken,
        linkBroke: async (rejected) => {
          const link = await usableLink(person);
          // It was renewed meanwhile, or the person has connected anew: what was rejected is not theirs any more.
          if (tokensOf(person, link).accessToken !== rejected) return new NotYetError('the token was replaced', now());
          await links.markBroken(person, link);
          log.warn({ tenant: person.tenant, user: person.user }, 'token rejected twice, link broken');
          return new LinkRequiredError('broken');
        },
      };
    },
  };
}
