import { z } from 'zod';
import { CorruptDataError } from '../errors.ts';
import type { KnownValues } from '../records/change-notice.ts';
import { filterSchema, mayFit, wantedBy, wantedSchema } from '../records/filter.ts';
import { FILTER_COLUMNS } from '../records/table.ts';
import { RECORD_TYPE_NAMES, type RecordTypeName } from '../records/types.ts';
import { readJson, readJsonEach } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, personName, personSchema, TTL } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';

const subscriptionSchema = z.object({
  id: z.string().regex(/^[\w-]{8,40}$/),
  channel: z.string(),
  /** Whose rights it runs with. */
  owner: personSchema,
  filter: filterSchema,
  createdAt: z.number(),
  /** The owner's link is gone: nothing is told until a colleague adopts it. */
  paused: z.boolean().default(false),
});

export type Subscription = z.infer<typeof subscriptionSchema>;

/** A subscription in ids and codes, unsealed: what a change is held against, without a word that people read. */
const entrySchema = z.object({
  id: z.string(),
  channel: z.string(),
  owner: personSchema,
  type: z.enum(RECORD_TYPE_NAMES),
  wanted: wantedSchema,
  createdAt: z.number(),
  paused: z.boolean(),
});

type Entry = z.infer<typeof entrySchema>;

const entryOf = ({ filter, ...rest }: Subscription): Entry => ({
  ...rest,
  type: filter.type,
  wanted: wantedBy(filter),
});

const place = {
  inChannel: (tenant: string, channel: string) => `in/${tenant}/${channel}`,
  of: (owner: Person) => `of/${personName(owner)}`,
  /** Of a kind; by one column, and by one value of it. A wish that does not narrow has no column. */
  kind: (type: RecordTypeName, column = '', value?: string) =>
    `kind/${type}/${column}${value === undefined ? '' : `=${value}`}`,
};

/** Where an entry is found: by its most selective column alone, so that no change looks at more than it must. */
function placesOf({ type, wanted, channel, owner }: Entry): string[] {
  const column = FILTER_COLUMNS.find((name) => wanted[name]);
  const values = column ? (wanted[column] ?? []) : [];
  return [
    place.inChannel(owner.tenant, channel),
    place.of(owner),
    place.kind(type, column),
    ...values.map((value) => place.kind(type, column, value)),
  ];
}

/** Where entries that may want a change are: what is not known of it is looked for under every value. */
const placesFor = (type: RecordTypeName, values: KnownValues): string[] => [
  place.kind(type),
  ...FILTER_COLUMNS.map((column) => place.kind(type, column, values[column])),
];

/** Channels' wishes, found by what a change says of itself: a look costs what it finds, whatever the number of others. */
export function createSubscriptions(redis: RedisClient, vault: Vault, instance: string) {
  const keys = keysOf(instance);
  const entries = keys.subscriptions();
  const setAt = (name: string) => keys.subscribers(name);

  async function find(id: string): Promise<Subscription | undefined> {
    const key = keys.subscription(id);
    const sealed = await redis.get(key);
    return sealed === null ? undefined : openJson(vault, subscriptionSchema, sealed, key);
  }

  /** Those of them that have not ended. */
  async function entriesOf(ids: string[]): Promise<Entry[]> {
    if (ids.length === 0) return [];
    const texts = await redis.hmget(entries, ...ids);
    return readJsonEach(
      entrySchema,
      texts.filter((text) => text !== null),
    );
  }

  const entriesAt = async (...places: string[]) => entriesOf(await redis.sunion(...places.map(setAt)));

  /** Puts an entry in the place of the one that was there, in all sets at once. */
  async function replace(id: string, entry: Entry | undefined): Promise<void> {
    const text = await redis.hget(entries, id);
    const before = text === null ? undefined : readJson(entrySchema, text);
    const together = redis.multi();
    for (const name of before ? placesOf(before) : []) together.srem(setAt(name), id);
    for (const name of entry ? placesOf(entry) : []) together.sadd(setAt(name), id);
    if (entry) together.hset(entries, id, JSON.stringify(entry));
    else together.hdel(entries, id);
    await together.exec();
  }

  return {
    /** @throws {CorruptDataError} */
    find,
    /** All there are; only for what concerns all of them. */
    all: async (): Promise<Entry[]> => readJsonEach(entrySchema, await redis.hvals(entries)),
    ofOwner: (owner: Person) => entriesAt(place.of(owner)),
    entriesOf,

    /** Those that may want to hear of a change, by what is known of the record. */
    async wanting(type: RecordTypeName, values: KnownValues = {}): Promise<Entry[]> {
      const found = await entriesAt(...placesFor(type, values));
      return found.filter((each) => !each.paused && each.type === type && mayFit(each.wanted, values));
    },

    async save(subscription: Subscription): Promise<void> {
      const key = keys.subscription(subscription.id);
      await redis.set(key, vault.seal(JSON.stringify(subscription), key));
      await redis.del(keys.shutOut(subscription.id));
      await replace(subscription.id, entryOf(subscription));
    },
    async remove(id: string): Promise<void> {
      await replace(id, undefined);
      await redis.del(keys.subscription(id), keys.shutOut(id));
    },
    /** Has its owner been told that the app may not post in the channel? */
    isShutOutKnown: async (id: string): Promise<boolean> => (await redis.exists(keys.shutOut(id))) === 1,
    async markShutOut(id: string): Promise<void> {
      await redis.set(keys.shutOut(id), '1', 'EX', TTL.shutOut);
    },
    /**
     * What cannot be read is passed over: one corrupt entry must not silence the others.
     * @param tenant a channel that two organisations share has one id in both
     */
    async inChannel(tenant: string, channel: string): Promise<Subscription[]> {
      const ids = await redis.smembers(setAt(place.inChannel(tenant, channel)));
      const found = await Promise.all(
        ids.map((id) =>
          find(id).catch((error: unknown) => {
            if (error instanceof CorruptDataError) return undefined;
            throw error;
          }),
        ),
      );
      return found.filter((each) => each !== undefined);
    },
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
