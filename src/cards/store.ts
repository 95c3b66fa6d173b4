import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { builtBlocks } from '../blocks/message.ts';
import { turnSchema } from '../conversation/lanes.ts';
import { NotYetError } from '../errors.ts';
import type { Endings } from '../notifications/endings.ts';
import { REASONS, watcherId } from '../notifications/watches.ts';
import { snapshotSchema } from '../records/changes.ts';
import { type MessageRef, messageRefSchema } from '../records/place.ts';
import type { RecordRef } from '../records/ref.ts';
import { readJson } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, TTL } from '../redis/keys.ts';
import { tryLock } from '../redis/lock.ts';
import { openJson, type Vault } from '../redis/vault.ts';

/**
 * Words on their way into a card's thread. Written before Slack is asked, and removed together with the new snapshot: after
 * a crash in between, the very same words are looked for, and posted only if they are not there.
 */
const tellingSchema = z.object({
  key: z.string(),
  since: z.number(),
  text: z.string(),
  blocks: builtBlocks,
  snapshot: snapshotSchema,
  /** Some of it is for staff only. */
  internal: z.boolean().optional(),
  /** The watcher's own writes that need not be known any more when it is told. */
  own: z.array(z.string()).optional(),
});
export type Telling = z.infer<typeof tellingSchema>;

/** What is kept of one watcher's card for one record, before and after its message is there. */
const cardSchema = z.object({
  reason: z.enum(REASONS),
  told: snapshotSchema,
  /** When something was last posted, in ms; bursts wait for it. */
  toldAt: z.number(),
  telling: tellingSchema.optional(),
  /** Attachments that the thread has, or that were there before the card; absent where they could not be listed. */
  files: z.array(z.string()).optional(),
  /** The message shows less than was told: Slack held its update up, or it was found again. */
  stale: z.boolean().optional(),
  muted: z.boolean().optional(),
  /** No messages before this time, or before the state is another than this one. */
  snoozed: z.object({ until: z.number().optional(), whileState: z.string().optional() }).optional(),
  /** Since when the last word of the thread was for staff only, or was not: an answer to it needs a second look. */
  turns: z.array(turnSchema).optional(),
  /** Its watcher has read of the record elsewhere: in a list, in what they filed, below a message that has gone from Slack. */
  known: z.boolean().optional(),
  /** Until then, in ms, somebody else posts its message: the one that says "filed". */
  expectedUntil: z.number().optional(),
  /** Ts of the message that has gone from Slack. */
  replaces: z.string().optional(),
});

export type Card = z.infer<typeof cardSchema> & {
  message?: MessageRef | undefined;
  /** Since when Slack may have the message, in ms: it was asked for then. */
  askedAt?: number | undefined;
};
/** A card that people see. */
export type ShownCard = Card & { message: MessageRef };
export const isShown = (card: Card): card is ShownCard => card.message !== undefined;

const CARD = 'card';
/** In clear, so that a card that cannot be read is found again in Slack. */
const MESSAGE = 'message';
const ASKED_AT = 'asked';

/**
 * Only the holder writes: a process that stood still for longer than its lock may wake up with an old card in its hand.
 * KEYS: lock, card. ARGV: the holder, how many fields are set, these with their values, and fields that go.
 */
const WRITE = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
local last = 2 + 2 * tonumber(ARGV[2])
for index = 3, last, 2 do redis.call('hset', KEYS[2], ARGV[index], ARGV[index + 1]) end
for index = last + 1, #ARGV do redis.call('hdel', KEYS[2], ARGV[index]) end
return 1`;

/** A message without a card would be a card that nobody can end. KEYS: card. ARGV: the message. */
const NOTE_MESSAGE = `if redis.call('hexists', KEYS[1], '${CARD}') == 1 then
redis.call('hsetnx', KEYS[1], '${MESSAGE}', ARGV[1]) end`;

const LOCK_TRIES = 40;
const LOCK_POLL_MS = 50;
const LOCK_AGAIN_MS = 1_000;

export function createCards(
  redis: RedisClient,
  vault: Vault,
  instance: string,
  endings: Endings,
  now: () => number = Date.now,
) {
  const keys = keysOf(instance);
  const seal = ({ message: _message, askedAt: _askedAt, ...kept }: Card, key: string) =>
    vault.seal(JSON.stringify(kept), key);

  /** Where its message is or may be; known even of a card that cannot be read. */
  async function traces(watcher: string, sysId: string): Promise<Pick<Card, 'message' | 'askedAt'>> {
    const [message, askedAt] = await redis.hmget(keys.card(watcher, sysId), MESSAGE, ASKED_AT);
    return readTraces(message, askedAt);
  }

  /** @throws {CorruptDataError} */
  async function find(watcher: string, sysId: string): Promise<Card | undefined> {
    const key = keys.card(watcher, sysId);
    const [sealed, message, askedAt] = await redis.hmget(key, CARD, MESSAGE, ASKED_AT);
    return sealed ? { ...openJson(vault, cardSchema, sealed, key), ...readTraces(message, askedAt) } : undefined;
  }

  /** One process at a time tells this watcher about this record. @returns undefined while another one does */
  async function hold(watcher: string, sysId: string) {
    const key = keys.card(watcher, sysId);
    const lock = keys.notifyLock(watcher, sysId);
    const holder = randomUUID();
    const release = await tryLock(redis, lock, TTL.notifyLock, holder);
    if (!release) return undefined;

    async function write(fields: Record<string, string>, ...gone: string[]): Promise<void> {
      const set = Object.entries(fields).flat();
      if ((await redis.eval(WRITE, 2, lock, key, holder, set.length / 2, ...set, ...gone)) !== 1)
        throw new NotYetError('another process has taken the card over', now());
    }
    const fieldsOf = (card: Card) => ({
      [CARD]: seal(card, key),
      ...(card.message ? { [MESSAGE]: JSON.stringify(card.message) } : {}),
      ...(card.askedAt === undefined ? {} : { [ASKED_AT]: String(card.askedAt) }),
    });

    return {
      release,
      /** @throws {CorruptDataError} */
      find: () => find(watcher, sysId),
      traces: () => traces(watcher, sysId),

      /** @throws {NotYetError} where another process has taken over */
      async save(card: Card): Promise<void> {
        // First: a crash in between leaves a reminder too many, and not a card for ever.
        if (card.told.ended) await endings.noteEnded({ watcher, sysId });
        await write(fieldsOf(card));
      },

      /** The message has gone from Slack; the next one replaces it. */
      lose: ({ message: _gone, ...card }: Card) => write(fieldsOf(card), MESSAGE),

      /** Slack refused the message, so it is not there, and neither is a card of which nobody has read. */
      takeBack: (card: Card) => write({}, ASKED_AT, ...(card.known ? [] : [CARD])),
    };
  }

  return {
    find,
    hold,

    /** A card that comes about by another way; one that is there already stays. */
    async add(watcher: string, sysId: string, card: Card): Promise<void> {
      const key = keys.card(watcher, sysId);
      await redis.hsetnx(key, CARD, seal(card, key));
      if (card.message) await redis.hsetnx(key, MESSAGE, JSON.stringify(card.message));
    },

    /** The message of a card that was added before; one that has a message keeps it. */
    async noteMessage(watcher: string, sysId: string, message: MessageRef): Promise<void> {
      await redis.eval(NOTE_MESSAGE, 1, keys.card(watcher, sysId), JSON.stringify(message));
    },

    has: async (watcher: string, sysId: string): Promise<boolean> =>
      (await redis.hexists(keys.card(watcher, sysId), CARD)) === 1,

    async remove(watcher: string, sysId: string): Promise<void> {
      await redis.del(keys.card(watcher, sysId));
    },

    /** Changes a person's card while nobody else holds it. @returns the card, or undefined where there is none @throws {NotYetError} */
    async forward(person: Person, { sysId }: RecordRef, change: (card: Card) => Card): Promise<Card | undefined> {
      for (let tries = 0; tries < LOCK_TRIES; tries++) {
        const held = await hold(watcherId({ kind: 'person', person }), sysId);
        if (!held) {
          await sleep(LOCK_POLL_MS);
          continue;
        }
        try {
          const card = await held.find();
          if (!card) return undefined;
          const changed = change(card);
          await held.save(changed);
          return changed;
        } finally {
          await held.release();
        }
      }
      throw new NotYetError('the card is in use', now() + LOCK_AGAIN_MS);
    },
  };
}

function readTraces(message: string | null | undefined, askedAt: string | null | undefined) {
  const place = message ? readJson(messageRefSchema, message) : undefined;
  return { ...(place ? { message: place } : {}), ...(askedAt ? { askedAt: Number(askedAt) || 0 } : {}) };
}

export type Cards = ReturnType<typeof createCards>;
export type HeldCard = NonNullable<Awaited<ReturnType<Cards['hold']>>>;
