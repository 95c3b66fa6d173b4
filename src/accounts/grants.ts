import type { RedisClient } from '../redis/connection.ts';
import { keysOf, TTL } from '../redis/keys.ts';
import { fingerprint } from '../redis/vault.ts';
import type { TokenSet } from '../servicenow/oauth.ts';

/** The refresh token names a grant for as long as it lives; access tokens come and go. */
export const grantOf = ({ refreshToken, accessToken }: TokenSet): string => fingerprint(refreshToken ?? accessToken);

const WITHOUT_LINKS_EXPIRE = `
if redis.call('zcount', KEYS[1], '+inf', '+inf') > 0 then redis.call('persist', KEYS[1])
else redis.call('expire', KEYS[1], ${TTL.confirmation}) end`;
const HOLD = `redis.call('zadd', KEYS[1], ARGV[2], ARGV[1])${WITHOUT_LINKS_EXPIRE}`;
const LET_GO = `
redis.call('zrem', KEYS[1], ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[2])${WITHOUT_LINKS_EXPIRE}
return redis.call('zcard', KEYS[1])`;

/**
 * Who uses a grant. For one user and one client an instance may hand out the same live tokens again: to another person in
 * Slack, in another workspace, or to a sign-in that is refused a moment later. Revoking one copy ends them all, so each user
 * of a grant is written down before its first use, and only the last one to let go has it revoked.
 */
export function createGrants(redis: RedisClient, instance: string, now: () => number) {
  const place = (grant: string) => keysOf(instance).grant(grant);
  return {
    /** @param holder a person's name, for as long as they have a link */
    async holdForLink(grant: string, holder: string): Promise<void> {
      await redis.eval(HOLD, 1, place(grant), holder, '+inf');
    },

    /** @param holder an attempt to link, which ends by itself */
    async holdForAttempt(grant: string, holder: string): Promise<void> {
      await redis.eval(HOLD, 1, place(grant), holder, String(now() + TTL.confirmation * 1000));
    },

    /** @returns true where nobody else uses it */
    async letGo(grant: string, holder: string): Promise<boolean> {
      return (await redis.eval(LET_GO, 1, place(grant), holder, String(now()))) === 0;
    },
  };
}
