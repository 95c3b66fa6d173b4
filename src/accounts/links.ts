import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readJsonEach } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person, personSchema, TTL } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import type { TokenSet } from '../servicenow/oauth.ts';
import type { ServiceNowUser } from '../servicenow/people.ts';

/** A Slack user's link to a ServiceNow user on one instance. Reading it opens no secret. */
export type Link = {
  id: string;
  status: 'linked' | 'broken';
  user: Omit<ServiceNowUser, 'active'>;
  linkedAt: number;
  /** Sealed; only {@link Links.tokens} opens it. Empty where what is stored is not a link any more. */
  sealedTokens: string;
};

const storedLink = z.object({
  id: z.string().min(1),
  status: z.enum(['linked', 'broken']),
  sysId: z.string().regex(/^[0-9a-f]{32}$/),
  userName: z.string(),
  name: z.string(),
  email: z.string(),
  linkedAt: z.coerce.number(),
  tokens: z.string().min(1),
});

const UNREADABLE: Link = {
  id: '',
  status: 'broken',
  user: { sysId: '', userName: '', name: '', email: '' },
  linkedAt: 0,
  sealedTokens: '',
};

const tokenSetSchema = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().optional(),
  accessExpiresAt: z.number(),
  refreshIssuedAt: z.number(),
});

/** A change counts only for the link that it was meant for: a refresh must not bring a disconnected person back. */
const SET_IF_SAME_LINK = `
if redis.call('hget', KEYS[1], 'id') ~= ARGV[1] then return 0 end
redis.call('hset', KEYS[1], ARGV[2], ARGV[3])
return 1`;

const DELETE_IF_SAME_LINK = `
if redis.call('hget', KEYS[1], 'id') ~= ARGV[1] then return 0 end
return redis.call('del', KEYS[1])`;

export function createLinks(redis: RedisClient, vault: Vault, instance: string, now: () => number) {
  const place = (person: Person) => keys.link(person, instance);

  /** What concerns that ServiceNow user no longer concerns this person. */
  async function forgetUser(person: Person, link?: Link): Promise<void> {
    const sysId = link?.user.sysId ?? (await redis.hget(place(person), 'sysId'));
    if (sysId) await redis.srem(keys.peopleBehind(instance, sysId), JSON.stringify(person));
  }

  return {
    /** What is stored and is no link counts as a broken one, so that the person is asked for a new one. */
    async find(person: Person): Promise<Link | undefined> {
      const raw = await redis.hgetall(place(person));
      if (Object.keys(raw).length === 0) return undefined;
      const parsed = storedLink.safeParse(raw);
      if (!parsed.success) return UNREADABLE;
      const { id, status, sysId, userName, name, email, linkedAt, tokens } = parsed.data;
      return { id, status, user: { sysId, userName, name, email }, linkedAt, sealedTokens: tokens };
    },

    /** @throws {CorruptDataError} */
    tokens(person: Person, link: Link): TokenSet {
      const opened = openJson(vault, tokenSetSchema, link.sealedTokens, place(person));
      const { accessToken, refreshToken, accessExpiresAt, refreshIssuedAt } = opened;
      return { accessToken, refreshToken, accessExpiresAt, refreshIssuedAt };
    },

    /** Makes or replaces the link. */
    async save(person: Person, user: ServiceNowUser, tokens: TokenSet): Promise<void> {
      const { sysId, userName, name, email } = user;
      const fields = {
        id: randomUUID(),
        status: 'linked',
        sysId,
        userName,
        name,
        email,
        linkedAt: String(now()),
        tokens: vault.seal(JSON.stringify(tokens), place(person)),
      };
      await forgetUser(person);
      await redis.sadd(keys.people(person.team), person.user);
      await redis.sadd(keys.peopleBehind(instance, sysId), JSON.stringify(person));
      await redis.zadd(keys.linkAges(instance), tokens.refreshIssuedAt, JSON.stringify(person));
      // Known to the poll; who was polled already keeps the place in the queue.
      await redis.zadd(keys.pollers(instance), 'NX', 0, JSON.stringify(person));
      await redis.multi().del(place(person)).hset(place(person), fields).del(keys.asked(person)).exec();
    },

    /** @returns false where the link has gone or was replaced meanwhile */
    async saveTokens(person: Person, link: Link, tokens: TokenSet): Promise<boolean> {
      const sealed = vault.seal(JSON.stringify(tokens), place(person));
      return (await redis.eval(SET_IF_SAME_LINK, 1, place(person), link.id, 'tokens', sealed)) === 1;
    },

    async markBroken(person: Person, link: Link): Promise<void> {
      await redis.eval(SET_IF_SAME_LINK, 1, place(person), link.id, 'status', 'broken');
    },

    /** @param link only this one; where it is not given, whatever is there, readable or not */
    async remove(person: Person, link?: Link): Promise<void> {
      await forgetUser(person, link);
      if (link) await redis.eval(DELETE_IF_SAME_LINK, 1, place(person), link.id);
      else await redis.del(place(person));
      await redis.zrem(keys.linkAges(instance), JSON.stringify(person));
      await redis.zrem(keys.pollers(instance), JSON.stringify(person));
    },

    /** People whose refresh token was issued before this time, in ms, the oldest first. */
    async agedBefore(time: number, limit: number): Promise<Person[]> {
      const members = await redis.zrangebyscore(keys.linkAges(instance), '-inf', `(${time}`, 'LIMIT', 0, limit);
      return readJsonEach(personSchema, members);
    },

    /** Nobody asks for this link's age any more. */
    async forgetAge(person: Person): Promise<void> {
      await redis.zrem(keys.linkAges(instance), JSON.stringify(person));
    },

    /** Users who have ever linked in this workspace; some may have no link any more. */
    peopleOf: (team: string): Promise<string[]> => redis.smembers(keys.people(team)),

    /** People in Slack who are linked to these ServiceNow users; who has none is not in the answer. */
    async peopleBehind(users: string[]): Promise<Map<string, Person[]>> {
      const found = await Promise.all(
        [...new Set(users)].map(
          async (user) => [user, await redis.smembers(keys.peopleBehind(instance, user))] as const,
        ),
      );
      return new Map(
        found
          .filter(([, members]) => members.length > 0)
          .map(([user, members]) => [user, readJsonEach(personSchema, members)]),
      );
    },

    /** True once until the person connects again: whoever gets it asks, the others keep quiet. */
    async mayAsk(person: Person): Promise<boolean> {
      return (await redis.set(keys.asked(person), '1', 'EX', TTL.asked, 'NX')) === 'OK';
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
