import { z } from 'zod';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, personName, TTL } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import type { TokenSet } from '../servicenow/oauth.ts';
import type { ServiceNowUser } from '../servicenow/people.ts';
import { createGrants, grantOf } from './grants.ts';

/** A Slack user's link to a ServiceNow user on one instance. Reading it opens no secret. */
export type Link = {
  id: string;
  status: 'linked' | 'broken';
  user: Omit<ServiceNowUser, 'active'>;
  linkedAt: number;
  /** Names the tokens without telling them, see `grants.ts`; empty where it is not known. */
  grant: string;
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
  grant: z.string().default(''),
  tokens: z.string().min(1),
});

const UNREADABLE: Link = {
  id: '',
  status: 'broken',
  user: { sysId: '', userName: '', name: '', email: '' },
  linkedAt: 0,
  grant: '',
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
for i = 2, #ARGV, 2 do redis.call('hset', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1`;

const DELETE_IF_SAME_LINK = `
if redis.call('hget', KEYS[1], 'id') ~= ARGV[1] then return 0 end
return redis.call('del', KEYS[1])`;

export function createLinks(redis: RedisClient, vault: Vault, instance: string, now: () => number) {
  const keys = keysOf(instance);
  const place = (person: Person) => keys.link(person);
  const grants = createGrants(redis, instance, now);

  async function find(person: Person): Promise<Link | undefined> {
    const raw = await redis.hgetall(place(person));
    if (Object.keys(raw).length === 0) return undefined;
    const parsed = storedLink.safeParse(raw);
    if (!parsed.success) return UNREADABLE;
    const { id, status, sysId, userName, name, email, linkedAt, grant, tokens } = parsed.data;
    return { id, status, user: { sysId, userName, name, email }, linkedAt, grant, sealedTokens: tokens };
  }

  function tokens(person: Person, link: Link): TokenSet {
    const opened = openJson(vault, tokenSetSchema, link.sealedTokens, place(person));
    const { accessToken, refreshToken, accessExpiresAt, refreshIssuedAt } = opened;
    return { accessToken, refreshToken, accessExpiresAt, refreshIssuedAt };
  }

  async function enlist(person: Person, sysId: string, tokens: TokenSet): Promise<void> {
    await grants.holdForLink(grantOf(tokens), personName(person));
    await redis.hset(keys.members(person.tenant), person.user, person.team);
    await redis.sadd(keys.peopleBehind(sysId), personName(person));
    await redis.zadd(keys.linkAges(), tokens.refreshIssuedAt, personName(person));
    // Known to the poll; who was polled already keeps the place in the queue.
    await redis.zadd(keys.pollers(), 'NX', 0, personName(person));
  }

  type Ties = { sysId: string; grant: string };
  const tiesOf = ({ user: { sysId }, grant }: Link): Ties => ({ sysId, grant });
  const storedTies = async (person: Person): Promise<Ties> => {
    const [sysId, grant] = await redis.hmget(place(person), 'sysId', 'grant');
    return { sysId: sysId ?? '', grant: grant ?? '' };
  };

  /** What concerns that ServiceNow user no longer concerns this person, and they do not use that grant any more. */
  async function leave(person: Person, { sysId, grant }: Ties, next?: Ties): Promise<void> {
    if (sysId && sysId !== next?.sysId) await redis.srem(keys.peopleBehind(sysId), personName(person));
    if (grant && grant !== next?.grant) await grants.letGo(grant, personName(person));
  }

  /** Who these are, each with the team in which we met them last; undefined for a name that is not known any more. */
  const named = (names: string[]): Promise<(Person | undefined)[]> =>
    Promise.all(
      names.map(async (name) => {
        const [tenant = '', user = ''] = name.split('.');
        const team = await redis.hget(keys.members(tenant), user);
        return team ? { tenant, team, user } : undefined;
      }),
    );

  /** Who stands in a sorted set. Whoever is not known any more is taken out: their turn would come again and again. */
  async function knownIn(key: string, names: string[]): Promise<Person[]> {
    const people = await named(names);
    const unknown = names.filter((_name, index) => people[index] === undefined);
    if (unknown.length > 0) await redis.zrem(key, unknown);
    return people.filter((person) => person !== undefined);
  }

  return {
    /** What is stored and is no link counts as a broken one, so that the person is asked for a new one. */
    find,

    /** @throws {CorruptDataError} */
    tokens,

    knownIn,

    /** Makes or replaces the link. @param id names it, and no other one */
    async save(person: Person, user: ServiceNowUser, tokens: TokenSet, id: string): Promise<void> {
      const { sysId, userName, name, email } = user;
      const fields = {
        id,
        status: 'linked',
        sysId,
        userName,
        name,
        email,
        linkedAt: String(now()),
        grant: grantOf(tokens),
        tokens: vault.seal(JSON.stringify(tokens), place(person)),
      };
      // Before the link is there: nobody may revoke what it is about to use.
      await grants.holdForLink(fields.grant, personName(person));
      await leave(person, await storedTies(person), fields);
      await redis.multi().del(place(person)).hset(place(person), fields).del(keys.asked(person)).exec();
      await enlist(person, sysId, tokens);
    },

    /** An attempt to link has tokens in its hands. */
    holdForAttempt: (tokens: TokenSet, attempt: string) => grants.holdForAttempt(grantOf(tokens), attempt),

    /** An attempt, or a person's link, uses these tokens no longer. @returns true where nobody else does */
    letGo: (tokens: TokenSet, holder: string | Person) =>
      grants.letGo(grantOf(tokens), typeof holder === 'string' ? holder : personName(holder)),

    /** Once more, in case that the making of the link was cut short. @throws {CorruptDataError} */
    enlist: (person: Person, link: Link) => enlist(person, link.user.sysId, tokens(person, link)),

    /** @returns false where the link has gone or was replaced meanwhile */
    async saveTokens(person: Person, link: Link, tokens: TokenSet): Promise<boolean> {
      const sealed = vault.seal(JSON.stringify(tokens), place(person));
      const grant = grantOf(tokens);
      if (grant !== link.grant) await grants.holdForLink(grant, personName(person));
      const changes = ['tokens', sealed, 'grant', grant];
      const isSaved = (await redis.eval(SET_IF_SAME_LINK, 1, place(person), link.id, ...changes)) === 1;
      const inUse = isSaved ? grant : (await storedTies(person)).grant;
      for (const each of new Set([grant, link.grant]))
        if (each && each !== inUse) await grants.letGo(each, personName(person));
      return isSaved;
    },

    async markBroken(person: Person, link: Link): Promise<void> {
      await redis.eval(SET_IF_SAME_LINK, 1, place(person), link.id, 'status', 'broken');
    },

    /** @param link only this one; where it is not given, whatever is there, readable or not */
    async remove(person: Person, link?: Link): Promise<void> {
      await leave(person, link ? tiesOf(link) : await storedTies(person));
      await redis.zrem(keys.linkAges(), personName(person));
      await redis.zrem(keys.pollers(), personName(person));
      if (link) await redis.eval(DELETE_IF_SAME_LINK, 1, place(person), link.id);
      else await redis.del(place(person));
      // Revoking takes seconds. Whoever has connected anew meanwhile is as known as before.
      const newer = await find(person);
      if (newer?.status === 'linked') await enlist(person, newer.user.sysId, tokens(person, newer));
    },

    /** People whose refresh token was issued before this time, in ms, the oldest first. */
    async agedBefore(time: number, limit: number): Promise<Person[]> {
      const names = await redis.zrangebyscore(keys.linkAges(), '-inf', `(${time}`, 'LIMIT', 0, limit);
      return knownIn(keys.linkAges(), names);
    },

    /** Nobody asks for this link's age any more. */
    async forgetAge(person: Person): Promise<void> {
      await redis.zrem(keys.linkAges(), personName(person));
    },

    /** People who have ever linked in this organisation or workspace; some may have no link any more. */
    async membersOf(tenant: string): Promise<Person[]> {
      return Object.entries(await redis.hgetall(keys.members(tenant))).map(([user, team]) => ({ tenant, team, user }));
    },

    /** They are met in this workspace from now on, if they are known at all. */
    async meetIn({ tenant, team, user }: Person): Promise<void> {
      if (await redis.hexists(keys.members(tenant), user)) await redis.hset(keys.members(tenant), user, team);
    },

    /** They have left. */
    async forgetMember({ tenant, user }: Person): Promise<void> {
      await redis.hdel(keys.members(tenant), user);
    },

    /** People in Slack who are linked to these ServiceNow users; who has none is not in the answer. */
    async peopleBehind(users: string[]): Promise<Map<string, Person[]>> {
      const found = await Promise.all(
        [...new Set(users)].map(async (user) => {
          const people = await named(await redis.smembers(keys.peopleBehind(user)));
          return [user, people.filter((person) => person !== undefined)] as const;
        }),
      );
      return new Map(found.filter(([, people]) => people.length > 0));
    },

    /** Whether the person was asked to connect again since they last did. */
    wasAsked: async (person: Person): Promise<boolean> => (await redis.exists(keys.asked(person))) === 1,

    /** Only once the question is safe: a crash before it asks twice rather than never. */
    async noteAsked(person: Person): Promise<void> {
      await redis.set(keys.asked(person), '1', 'EX', TTL.asked);
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
