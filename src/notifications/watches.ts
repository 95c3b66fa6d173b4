import { z } from 'zod';
import { parseRef, type RecordRef, refKey } from '../records/ref.ts';
import { RECORD_TYPE_NAMES } from '../records/types.ts';
import { readJson, readJsonEach } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, personName, personSchema } from '../redis/keys.ts';
import type { Ending, Endings } from './endings.ts';

/** Why somebody hears of a record; the first that applied stays, except that asking for it beats all. */
export const REASONS = ['filed', 'asked', 'assigned', 'approval', 'subscribed'] as const;
export type Reason = (typeof REASONS)[number];

/** Why something comes to somebody by itself. */
export const ARRIVAL_REASONS = ['assigned', 'approval'] as const satisfies Reason[];

export const comesByItself = (reason: Reason): reason is (typeof ARRIVAL_REASONS)[number] =>
  ARRIVAL_REASONS.some((one) => one === reason);

/** Who is told: a person, or a channel by its subscription. */
export const watcherSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), person: personSchema }),
  z.object({ kind: z.literal('channel'), subscription: z.string() }),
]);

export type Watcher = z.infer<typeof watcherSchema>;

const watchEntry = z.object({
  type: z.enum(RECORD_TYPE_NAMES),
  reason: z.enum(REASONS),
  person: personSchema,
});

type Watch = z.infer<typeof watchEntry>;

/** Names a watcher in keys and job ids. */
export const watcherId = (watcher: Watcher): string =>
  watcher.kind === 'person' ? personName(watcher.person) : `${CHANNEL}${watcher.subscription}`;

const CHANNEL = 'channel.';

/** Who has this id; undefined for a channel. */
function personOf(watcher: string): Pick<Person, 'tenant' | 'user'> | undefined {
  if (watcher.startsWith(CHANNEL)) return undefined;
  const [tenant = '', user = ''] = watcher.split('.');
  return { tenant, user };
}

/** A sys_id names one record, whatever kind of ticket that is. */
const refsTo = (sysId: string) => RECORD_TYPE_NAMES.map((type) => refKey({ type, sysId }));

/** Stands in place of a reason where a person said that they want to hear no more. */
const DECLINED = 'declined';

/** Who watches what, from both ends. */
export function createWatches(redis: RedisClient, instance: string, endings: Endings) {
  const keys = keysOf(instance);
  return {
    /** @returns false where the person watched it already, or has declined what would begin by itself */
    async add(person: Person, ref: RecordRef, reason: Reason): Promise<boolean> {
      const known = await redis.hget(keys.watches(person), refKey(ref));
      const field = watcherId({ kind: 'person', person });
      if (reason !== 'asked' && known === DECLINED) {
        await endings.noteDeclined({ watcher: field, sysId: ref.sysId });
        return false;
      }
      const entry = JSON.stringify({ type: ref.type, reason, person } satisfies Watch);
      const watchers = keys.watchers(ref.sysId);
      // Sent in this order and at once: the record's own side first, since that is the one that tells.
      const [isNew] = await Promise.all([
        reason === 'asked' ? redis.hset(watchers, field, entry) : redis.hsetnx(watchers, field, entry),
        reason === 'asked' || known === null ? redis.hset(keys.watches(person), refKey(ref), reason) : undefined,
      ]);
      return isNew === 1;
    },

    /** For good: what is assigned to the person, say, does not begin anew by itself. */
    async remove(person: Person, ref: RecordRef): Promise<boolean> {
      const watcher = watcherId({ kind: 'person', person });
      const gone = await redis.hdel(keys.watchers(ref.sysId), watcher);
      await endings.noteDeclined({ watcher, sysId: ref.sysId });
      await redis.hset(keys.watches(person), refKey(ref), DECLINED);
      return gone === 1;
    },

    /** As if it had never begun: there is no such record, as far as anybody knows. */
    async withdraw(person: Person, ref: RecordRef): Promise<void> {
      await redis.hdel(keys.watchers(ref.sysId), watcherId({ kind: 'person', person }));
      await redis.hdel(keys.watches(person), refKey(ref));
      await redis.del(keys.card(watcherId({ kind: 'person', person }), ref.sysId));
    },

    has: async (person: Person, { sysId }: RecordRef): Promise<boolean> =>
      (await redis.hexists(keys.watchers(sysId), watcherId({ kind: 'person', person }))) === 1,

    /** Why this person hears of the record by now; undefined where they do not. */
    async reasonOf(person: Person, { sysId }: RecordRef): Promise<Reason | undefined> {
      const entry = await redis.hget(keys.watchers(sysId), watcherId({ kind: 'person', person }));
      return entry === null ? undefined : readJson(watchEntry, entry)?.reason;
    },

    async of(person: Person): Promise<(RecordRef & { reason: Reason })[]> {
      const entries = Object.entries(await redis.hgetall(keys.watches(person)));
      return entries.flatMap(([text, known]) => {
        const ref = parseRef(text);
        // `declined` is none of them.
        const reason = REASONS.find((each) => each === known);
        return ref && reason ? [{ ...ref, reason }] : [];
      });
    },

    watchersOf: async (sysId: string): Promise<Watch[]> =>
      readJsonEach(watchEntry, Object.values(await redis.hgetall(keys.watchers(sysId)))),

    /** A channel is told of the record from here on, whether it goes on fitting the filter or not. */
    async addChannel(subscription: string, sysId: string): Promise<void> {
      await redis.hset(keys.watchers(sysId), watcherId({ kind: 'channel', subscription }), '1');
    },

    /** The subscriptions by which channels have been told of the record. */
    channelsOf: async (sysId: string): Promise<string[]> =>
      (await redis.hkeys(keys.watchers(sysId))).flatMap((watcher) =>
        watcher.startsWith(CHANNEL) ? [watcher.slice(CHANNEL.length)] : [],
      ),

    /** Which of these records anybody watches; one round trip, whatever the number of watches. */
    async watchedAmong(sysIds: string[]): Promise<Set<string>> {
      if (sysIds.length === 0) return new Set();
      const counts = await Promise.all(sysIds.map((sysId) => redis.exists(keys.watchers(sysId))));
      return new Set(sysIds.filter((_sysId, index) => counts[index] === 1));
    },

    async isDeclined({ watcher, sysId }: Ending): Promise<boolean> {
      const person = personOf(watcher);
      return person !== undefined && (await redis.hmget(keys.watches(person), ...refsTo(sysId))).includes(DECLINED);
    },

    /** It is over: nothing is left of the watch, and a reply in its thread finds the record by the card's own mark. */
    async end({ watcher, sysId }: Ending): Promise<void> {
      await redis.hdel(keys.watchers(sysId), watcher);
      const person = personOf(watcher);
      if (!person) return void (await redis.del(keys.card(watcher, sysId)));
      const refs = refsTo(sysId);
      const threads = Object.entries(await redis.hgetall(keys.threads(person)));
      const over = threads.flatMap(([ts, ref]) => (refs.includes(ref) ? [ts] : []));
      const together = redis
        .multi()
        .del(keys.card(watcher, sysId))
        .hdel(keys.watches(person), ...refs);
      await (over.length > 0 ? together.hdel(keys.threads(person), ...over) : together).exec();
    },

    /** Everything that this person watches, forgotten. */
    async forget(person: Person): Promise<void> {
      const watcher = watcherId({ kind: 'person', person });
      const refs = [...(await redis.hkeys(keys.watches(person))), ...(await redis.hvals(keys.threads(person)))];
      for (const text of new Set(refs)) {
        const ref = parseRef(text);
        if (!ref) continue;
        await redis.hdel(keys.watchers(ref.sysId), watcher);
        await redis.del(keys.card(watcher, ref.sysId));
        await endings.done({ watcher, sysId: ref.sysId });
      }
      await redis.del(
        keys.watches(person),
        keys.threads(person),
        keys.sent(person),
        keys.sentAges(person),
        keys.digest(person),
        keys.digestTelling(person),
        keys.arrivals(person),
        keys.arrivalsTelling(person),
      );
    },
  };
}

export type Watches = ReturnType<typeof createWatches>;
