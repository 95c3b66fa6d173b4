import fc from 'fast-check';
import RedisMock from 'ioredis-mock';
import { createLinks } from '../../../../src/accounts/links.ts';
import { createArrivals } from '../../../../src/cards/arrivals.ts';
import { createCards } from '../../../../src/cards/store.ts';
import { createReplies } from '../../../../src/conversation/replies.ts';
import { BridgeError } from '../../../../src/errors.ts';
import type { Queues } from '../../../../src/jobs/enqueue.ts';
import { createWaiting } from '../../../../src/jobs/waiting.ts';
import { createEndings } from '../../../../src/notifications/endings.ts';
import { createPollState } from '../../../../src/notifications/poll-state.ts';
import { createPreferences } from '../../../../src/notifications/preferences.ts';
import { createSubscriptions } from '../../../../src/notifications/subscriptions.ts';
import { createWatches } from '../../../../src/notifications/watches.ts';
import { nextOf } from '../../../../src/operations/index.ts';
import { DEFAULT_PREFERENCES } from '../../../../src/records/preferences.ts';
import { keysOf, type Person, personName, keys as shared } from '../../../../src/redis/keys.ts';
import { createVault } from '../../../../src/redis/vault.ts';
import { createInstallations } from '../../../../src/slack/installations.ts';
import { defineDoor, must } from '../door.ts';
import { type Change, changes, type Damage, damaged, damages, mutate, toJson } from '../mutate.ts';

const HOST = 'dev98042.service-now.com';
const ID = '62826bf03710200044e0bfc8bcbe5df1';
const ADA: Person = { tenant: 'T1', team: 'T1', user: 'U1' };
const BOB: Person = { tenant: 'T1', team: 'T1', user: 'U2' };
const REF = { type: 'incident', sysId: ID } as const;
const SNAPSHOT = {
  modCount: 3,
  fields: { state: ['1', 'New'] as [string, string] },
  comments: { length: 0, hash: '' },
  workNotes: { length: 0, hash: '' },
};

const keys = keysOf(HOST);
const redis = new RedisMock();
const vault = createVault([Buffer.alloc(32, 7)]);
const links = createLinks(redis, vault, HOST, Date.now);
const endings = createEndings(redis, HOST, Date.now);
const cards = createCards(redis, vault, HOST, endings);
const arrivals = createArrivals(redis, vault, HOST);
const ARRIVAL = {
  at: 1,
  ref: REF,
  reason: 'assigned',
  number: 'INC1',
  title: 'VPN',
  shown: { told: SNAPSHOT },
} as const;
const replies = createReplies(redis, vault, HOST);
const waiting = createWaiting(redis, vault, HOST, {} as Queues, links, Date.now);
const subscriptions = createSubscriptions(redis, vault, HOST);
const watches = createWatches(redis, HOST, endings);
const preferences = createPreferences(redis);
const poll = createPollState(redis, HOST, links.knownIn);
let looks = 0;
const installations = createInstallations({
  config: { signingSecret: 'x', appToken: undefined, botToken: undefined, apiUrl: 'https://slack.com/api/' } as never,
  redis,
  vault,
  // Each look is a minute and more after the last, so that nothing is remembered.
  now: () => Date.now() + 100_000 * looks++,
});

type Kind = {
  key: string;
  /** Inside what is sealed, or the value as it is. */
  sealed: boolean;
  /** Writes it as the bridge does. */
  write(): Promise<unknown>;
  read(): Promise<unknown>;
  /** One broken entry must leave the others: this is what else the read has to find. */
  others?: { write(): Promise<unknown>; in(found: unknown): boolean };
};

const meet = ({ tenant, user, team }: Person) => redis.hset(keys.members(tenant), user, team);

const sub = (id: string) =>
  subscriptions.save({
    id,
    channel: 'C1',
    owner: ADA,
    filter: { type: 'incident', priorities: ['1'], states: [] },
    createdAt: 1,
    paused: false,
  });

const KINDS: Record<string, Kind> = {
  link: {
    key: keys.link(ADA),
    sealed: false,
    write: () =>
      links.save(
        ADA,
        { sysId: ID, userName: 'ada', name: 'Ada', email: 'a@b.c', active: true },
        { accessToken: 'a', refreshToken: 'r', accessExpiresAt: 1, refreshIssuedAt: 1 },
        'one',
      ),
    read: async () => {
      const link = await links.find(ADA);
      return link && links.tokens(ADA, link);
    },
  },
  'what waits for a click': {
    key: keys.waiting(ADA),
    sealed: true,
    write: () => waiting.keep(ADA, { operation: 'incident', args: { text: 'VPN' }, channel: 'C1' }),
    read: async () => {
      const kept = await waiting.take(ADA);
      return kept && nextOf(kept);
    },
  },
  preferences: {
    key: shared.preferences(ADA),
    sealed: false,
    write: () => preferences.write(ADA, { ...DEFAULT_PREFERENCES, quiet: { from: '22:00', to: '07:00' } }),
    read: () => preferences.read(ADA),
  },
  watches: {
    key: keys.watches(ADA),
    sealed: false,
    write: () => watches.add(ADA, REF, 'asked'),
    read: () => watches.of(ADA),
  },
  watchers: {
    key: keys.watchers(ID),
    sealed: false,
    write: () => watches.add(ADA, REF, 'asked'),
    read: () => watches.watchersOf(ID),
    others: { write: () => watches.add(BOB, REF, 'filed'), in: (found) => toJson(found).includes('"U2"') },
  },
  card: {
    key: keys.card('T1.U1', ID),
    sealed: true,
    write: () =>
      cards.add('T1.U1', ID, {
        message: { channel: 'D1', ts: '1.1' },
        reason: 'filed',
        told: SNAPSHOT,
        toldAt: 1,
        telling: { key: 'k', since: 1, text: 't', blocks: [{ type: 'section' }], snapshot: SNAPSHOT },
        files: ['F1'],
        snoozed: { until: 5, whileState: '1' },
      }),
    read: () => cards.find('T1.U1', ID),
  },
  arrivals: {
    key: keys.arrivals(ADA),
    sealed: true,
    write: () => arrivals.note(ADA, ARRIVAL),
    read: () => arrivals.waiting(ADA),
    others: {
      write: () => arrivals.note(ADA, { ...ARRIVAL, ref: { type: 'incident', sysId: 'f'.repeat(32) } }),
      in: (found) => toJson(found).includes('f'.repeat(32)),
    },
  },
  'arrivals that are told': {
    key: keys.arrivalsTelling(ADA),
    sealed: true,
    write: () => arrivals.begin(ADA, { key: 'k', since: 1, text: 't', blocks: [{ type: 'section' }], told: [ARRIVAL] }),
    read: () => arrivals.begun(ADA),
  },
  thread: {
    key: keys.threads(ADA),
    sealed: false,
    write: () => replies.openThread(ADA, { channel: 'D1', ts: '1.1' }, REF),
    read: () => replies.recordOfThread(ADA, '1.1'),
  },
  sent: {
    key: keys.sent(ADA),
    sealed: false,
    write: () => replies.begin(ADA, { ref: REF, lane: 'note' }, { messageTs: '1.1', about: '1.1' }, ['abcd']),
    read: () => replies.placeOfMessage(ADA, '1.1'),
  },
  held: {
    key: keys.held(ADA, '1.1'),
    sealed: true,
    write: () =>
      replies.hold(ADA, {
        ref: REF,
        text: 'x',
        fileIds: ['F1'],
        message: { channel: 'D1', ts: '1.1' },
        threadTs: '1.0',
      }),
    read: () => replies.held(ADA, '1.1'),
  },
  subscription: {
    key: keys.subscription('subscription-1'),
    sealed: true,
    write: () => sub('subscription-1'),
    read: () => subscriptions.all(),
    others: { write: () => sub('subscription-2'), in: (found) => toJson(found).includes('subscription-2') },
  },
  'people behind': {
    key: keys.peopleBehind(ID),
    sealed: false,
    write: async () => {
      await meet(ADA);
      await redis.sadd(keys.peopleBehind(ID), personName(ADA));
    },
    read: async () => [...(await links.peopleBehind([ID]))],
    others: {
      write: async () => {
        await meet(BOB);
        await redis.sadd(keys.peopleBehind(ID), personName(BOB));
      },
      in: (found) => toJson(found).includes('"U2"'),
    },
  },
  pollers: {
    key: keys.pollers(),
    sealed: false,
    write: async () => {
      await meet(ADA);
      await redis.zadd(keys.pollers(), 0, personName(ADA));
    },
    read: () => poll.duePeople(10),
    others: {
      write: async () => {
        await meet(BOB);
        await redis.zadd(keys.pollers(), 5, personName(BOB));
      },
      in: (found) => toJson(found).includes('"U2"'),
    },
  },
  cursor: {
    key: keys.cursors(),
    sealed: false,
    write: () => poll.advance('s', '2026-02-03 10:00:00'),
    read: () => poll.cursor('s'),
  },
  installation: {
    key: shared.installation('T1'),
    sealed: true,
    write: () =>
      redis.set(
        shared.installation('T1'),
        vault.seal(
          JSON.stringify({
            team: { id: 'T1', name: 'House' },
            bot: { token: 'xoxb-1', id: 'B1', userId: 'U9', scopes: [] },
          }),
          shared.installation('T1'),
        ),
      ),
    read: () => installations.find(ADA),
  },
};

type Case = { kind: string; list: Change[]; damage: Damage; reseal: boolean };

export const storeValues = defineDoor<Case>({
  name: 'store-values',
  oracle:
    'a value in Redis, of whatever shape, gives a good value, nothing, or one of our errors; one broken entry of many leaves the others readable',
  share: 80,
  chunk: 250,
  open: () => ({
    arbitrary: fc.record({
      kind: fc.constantFrom(...Object.keys(KINDS)),
      list: changes(3),
      damage: damages,
      reseal: fc.boolean(),
    }),
    async run(input) {
      const kind = KINDS[input.kind];
      must(kind !== undefined, 'no such kind');
      await redis.flushall();
      await kind.write();
      await damage(kind, input);
      await kind.others?.write();
      try {
        const found = await kind.read();
        must(kind.others?.in(found) ?? true, 'one broken entry hides the others');
        return `${input.kind}: read`;
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        return `${input.kind}: ${error.code}`;
      }
    },
  }),
});

/** Rewrites what lies under a key, in its own type: the type of a key changes only by another program's hand. */
async function damage({ key, sealed }: Kind, input: Case): Promise<void> {
  const change = (text: string) => changed(text, key, sealed, input);
  switch (await redis.type(key)) {
    case 'string':
      await redis.set(key, change((await redis.get(key)) ?? ''));
      break;
    case 'hash': {
      const fields = await redis.hgetall(key);
      const names = Object.keys(fields);
      const name = names[input.damage.at % names.length] ?? '';
      // The tokens of a link are sealed within it, and a card's message lies beside it in clear.
      const isSealed = name === 'tokens' || (sealed && name !== 'message');
      await redis.hset(key, name, changed(fields[name] ?? '', key, isSealed, input));
      break;
    }
    case 'set': {
      const [member = ''] = await redis.smembers(key);
      await redis.srem(key, member);
      await redis.sadd(key, change(member));
      break;
    }
    case 'zset': {
      const [member = ''] = await redis.zrange(key, 0, 0);
      await redis.zrem(key, member);
      await redis.zadd(key, 1, change(member));
      break;
    }
  }
}

function changed(text: string, key: string, sealed: boolean, { list, damage: bytes, reseal }: Case): string {
  if (!sealed) return damaged(changedJson(text, list), bytes).toString();
  if (!reseal) return damaged(text, bytes).toString();
  // What another release has sealed with the same key.
  return vault.seal(damaged(changedJson(vault.open(text, key), list), bytes).toString(), key);
}

function changedJson(text: string, list: Change[]): string {
  try {
    return toJson(mutate(JSON.parse(text), list));
  } catch {
    const [value] = [mutate({ text }, list)] as [{ text?: unknown } | undefined];
    return String(typeof value?.text === 'string' ? value.text : toJson(value?.text));
  }
}
