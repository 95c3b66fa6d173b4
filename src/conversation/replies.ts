import { z } from 'zod';
import { type OwnWrite, ownWriteSchema } from '../records/changes.ts';
import { type MessageRef, messageRefSchema } from '../records/place.ts';
import { parseRef, type RecordRef, refKey } from '../records/ref.ts';
import { readJson } from '../redis/cache.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keysOf, type Person, TTL } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';

const heldSchema = z.object({
  ref: z.string(),
  text: z.string(),
  fileIds: z.array(z.string()),
  message: messageRefSchema,
  threadTs: z.string().optional(),
});

export type Lane = 'comment' | 'note';

/** What becomes of a reply that was held back: it is sent, its time is over, or its message was deleted. */
const DECISIONS = ['comment', 'note', 'expired', 'deleted'] as const;
export type Decision = (typeof DECISIONS)[number];

/** How far a comment came. What has begun may have arrived or not. */
export type Progress = 'waiting' | 'begun' | 'written';

type Held = {
  ref: RecordRef;
  text: string;
  fileIds: string[];
  message: MessageRef;
  threadTs?: string | undefined;
};

/** KEYS: what was sent. ARGV: the field of a deletion, the message or nothing, its place, marks. */
const BEGIN = `
if redis.call('hexists', KEYS[1], ARGV[1]) == 1 then return 0 end
if ARGV[2] ~= '' then redis.call('hset', KEYS[1], ARGV[2], ARGV[3]) end
for index = 4, #ARGV do redis.call('hsetnx', KEYS[1], ARGV[index], 'begun') end
return 1`;

/**
 * What somebody writes once a month must not keep what they wrote years ago. KEYS: what was sent, its ages.
 * ARGV: now, the age of what is forgotten, both in ms; lifetime in seconds; the fields that were just written.
 */
const REMEMBER = `
for index = 4, #ARGV do redis.call('zadd', KEYS[2], 'NX', ARGV[1], ARGV[index]) end
local old = redis.call('zrangebyscore', KEYS[2], '-inf', ARGV[2], 'LIMIT', 0, 500)
for _, field in ipairs(old) do
  redis.call('hdel', KEYS[1], field)
  redis.call('zrem', KEYS[2], field)
end
for _, key in ipairs(KEYS) do redis.call('expire', key, ARGV[3]) end`;

/** What connects the words of a person in a card's thread with the record. */
export function createReplies(redis: RedisClient, vault: Vault, instance: string, now: () => number = Date.now) {
  const keys = keysOf(instance);
  const remember = (person: Person, ...fields: string[]) =>
    redis.eval(
      REMEMBER,
      2,
      keys.sent(person),
      keys.sentAges(person),
      now(),
      now() - TTL.sent * 1000,
      TTL.sent,
      ...fields,
    );

  async function decided(person: Person, messageTs: string): Promise<Decision | undefined> {
    const found = await redis.hget(keys.sent(person), `lane:${messageTs}`);
    return DECISIONS.find((each) => each === found);
  }

  const sealHeld = (held: Held, key: string) => vault.seal(JSON.stringify({ ...held, ref: refKey(held.ref) }), key);

  async function readHeld(person: Person, ts: string): Promise<Held | undefined> {
    const key = keys.held(person, ts);
    const sealed = await redis.get(key);
    if (sealed === null) return undefined;
    const { ref, ...rest } = openJson(vault, heldSchema, sealed, key);
    const record = parseRef(ref);
    return record ? { ...rest, ref: record } : undefined;
  }

  return {
    /** A card was posted: replies below it belong to this record. */
    async openThread(person: Person, message: MessageRef, ref: RecordRef): Promise<void> {
      await redis.hset(keys.threads(person), message.ts, refKey(ref));
    },

    async recordOfThread(person: Person, threadTs: string): Promise<RecordRef | undefined> {
      const found = await redis.hget(keys.threads(person), threadTs);
      return found === null ? undefined : parseRef(found);
    },

    /** What a person writes about one record is carried out in the order in which it was written. */
    async lineUp(person: Person, ref: RecordRef, key: string, writtenAt: number): Promise<void> {
      const line = keys.line(person, ref.sysId);
      await redis.zadd(line, writtenAt, key);
      await redis.expire(line, TTL.line);
    },

    /** The acts before this one, whether they are done or not. */
    async aheadOf(person: Person, ref: RecordRef, key: string): Promise<string[]> {
      const line = keys.line(person, ref.sysId);
      const rank = await redis.zrank(line, key);
      return rank ? redis.zrange(line, 0, rank - 1) : [];
    },

    async leaveLine(person: Person, ref: RecordRef, key: string): Promise<void> {
      await redis.zrem(keys.line(person, ref.sysId), key);
    },

    /**
     * Before a comment is written: its message, so that edits are recognised, and its mark, so that a retry looks first. In
     * one turn with the look for a deletion, so that one of the two knows of the other.
     * @param about the message that stands for it: its own, or the one that it corrects
     * @returns false where that message was deleted: then nothing has begun
     */
    async begin(
      person: Person,
      { ref, lane }: { ref: RecordRef; lane: Lane },
      { messageTs, about }: { messageTs?: string | undefined; about?: string | undefined },
      marks: string[],
    ): Promise<boolean> {
      const key = keys.sent(person);
      const place = [messageTs ?? '', `${refKey(ref)}/${lane}`];
      const fields = marks.map((mark) => `mark:${mark}`);
      const may = await redis.eval(BEGIN, 1, key, `deleted:${about ?? ''}`, ...place, ...fields);
      if (may === 1) await remember(person, ...(messageTs ? [messageTs] : []), ...fields);
      return may === 1;
    },

    async noteWritten(person: Person, marks: string[]): Promise<void> {
      const fields = marks.map((mark) => `mark:${mark}`);
      await redis.hset(keys.sent(person), Object.fromEntries(fields.map((field) => [field, 'written'])));
      await remember(person, ...fields);
    },

    /**
     * Its author deleted a message: what has not begun never will.
     * @param mark the first one of its comment
     * @returns how far that had come
     */
    async withdraw(person: Person, messageTs: string, mark: string): Promise<Progress> {
      const key = keys.sent(person);
      await redis.hset(key, `deleted:${messageTs}`, '1');
      await redis.hsetnx(key, `lane:${messageTs}`, 'deleted');
      await remember(person, `deleted:${messageTs}`, `lane:${messageTs}`);
      const progress = await redis.hget(key, `mark:${mark}`);
      if (progress === null) return 'waiting';
      return progress === 'written' ? 'written' : 'begun';
    },

    isDeleted: async (person: Person, messageTs: string): Promise<boolean> =>
      (await redis.hexists(keys.sent(person), `deleted:${messageTs}`)) === 1,

    /** A message is on its way to this record: second thoughts about it are for that record, too. */
    async expect(person: Person, ref: RecordRef, messageTs: string): Promise<void> {
      await redis.hsetnx(keys.sent(person), messageTs, `${refKey(ref)}/comment`);
      await remember(person, messageTs);
    },

    /** The first word about a reply that was held back counts, whoever comes second. @returns that one */
    async decide(person: Person, messageTs: string, decision: Decision): Promise<Decision> {
      await redis.hsetnx(keys.sent(person), `lane:${messageTs}`, decision);
      await remember(person, `lane:${messageTs}`);
      return (await decided(person, messageTs)) ?? decision;
    },

    decided,

    /** Where a message went, and who can read it there: a correction must not be read by more people. */
    async placeOfMessage(person: Person, messageTs: string): Promise<{ ref: RecordRef; lane: Lane } | undefined> {
      const found = await redis.hget(keys.sent(person), messageTs);
      const ref = found === null ? undefined : parseRef(found);
      return ref && { ref, lane: found?.endsWith('/note') ? 'note' : 'comment' };
    },

    /** Which of these marks are this person's own. */
    async ownMarks(person: Person, marks: string[]): Promise<Set<string>> {
      if (marks.length === 0) return new Set();
      const found = await redis.hmget(keys.sent(person), ...marks.map((mark) => `mark:${mark}`));
      return new Set(marks.filter((_mark, index) => found[index] !== null));
    },

    /** Before the bridge writes for a person: what it writes there is no news to them, and nothing else is known to be theirs. */
    async noteOwn(person: Person, sysId: string, writes: OwnWrite[]): Promise<void> {
      if (writes.length === 0) return;
      const key = keys.ownWrites(person, sysId);
      await redis.hset(key, Object.fromEntries(writes.map((write) => [write.id, JSON.stringify(write)])));
      await redis.expire(key, TTL.ownWrites);
    },

    async ownWrites(person: Person, sysId: string): Promise<OwnWrite[]> {
      const found = await redis.hvals(keys.ownWrites(person, sysId));
      return found.flatMap((text) => readJson(ownWriteSchema, text) ?? []);
    },

    /** They know of it, so whoever writes the same words from now on is somebody else. */
    async forgetOwn(person: Person, sysId: string, ids: string[]): Promise<void> {
      if (ids.length > 0) await redis.hdel(keys.ownWrites(person, sysId), ...ids);
    },

    /** Keeps a reply until the person has said who may read it. */
    async hold(person: Person, held: Held): Promise<void> {
      const key = keys.held(person, held.message.ts);
      await redis.set(key, sealHeld(held, key), 'EX', TTL.held);
    },

    /** @throws {CorruptDataError} */
    held: readHeld,

    /**
     * Changes the words of a held reply.
     * @returns false where it is held no more, or was decided on meanwhile: then it may go out with the old words
     */
    async revise(person: Person, ts: string, text: string): Promise<boolean> {
      const held = await readHeld(person, ts);
      if (!held) return false;
      const key = keys.held(person, ts);
      await redis.set(key, sealHeld({ ...held, text }, key), 'EX', TTL.held, 'XX');
      return (await decided(person, ts)) === undefined;
    },

    /** @returns false where somebody was quicker */
    dropHeld: async (person: Person, ts: string): Promise<boolean> => (await redis.del(keys.held(person, ts))) === 1,
  };
}

export type Replies = ReturnType<typeof createReplies>;
