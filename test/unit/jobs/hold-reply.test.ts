import { expect, test } from '@jest/globals';
import { createCards } from '../../../src/cards/store.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import { createDesk } from '../../../src/desk/desk.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { holdingBack } from '../../../src/jobs/hold-reply.ts';
import { createDigests } from '../../../src/notifications/digests.ts';
import { watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import type { AsPerson } from '../../../src/servicenow/client.ts';
import { tooLong } from '../../../src/servicenow/response.ts';
import { ADA, emptyRedis, endingsIn, INSTANCE, NOON, row, T, vault } from '../support.ts';

const SYS_ID = 'a'.repeat(32);
const MESSAGE = { channel: 'D1', ts: '1700000000.1' };

/** A reply to a ticket without a card, whose work notes are these for its writer; undefined for more than is read. */
async function isAsked(notes: string | undefined): Promise<boolean> {
  const request: AsPerson = async ({ query, answer }) => {
    if (notes === undefined && query?.['sysparm_fields']?.includes('work_notes')) throw tooLong(true, 1);
    return answer.parse({ result: { sys_id: SYS_ID, work_notes: { value: '', display_value: notes ?? '' } } });
  };
  const held: unknown[] = [];
  const context = {
    replies: {
      decided: async () => undefined,
      ownMarks: async () => new Set(),
      hold: async (...what: unknown[]) => void held.push(what),
    },
    cards: { find: async () => undefined },
    messenger: { postIn: async () => MESSAGE },
    wordsFor: async () => T,
    enqueue: async () => {},
    now: () => NOON,
  } as unknown as JobContext;
  const asked = { person: ADA, correlationId: 'c', key: 'k', reply: { kind: 'dm', channel: 'D1' } } as const;
  const holdBack = holdingBack(asked, createDesk(request), context);
  const ref = { type: 'incident', sysId: SYS_ID } as const;
  const must = await holdBack({ ref, text: 'Do not tell them', fileIds: [], message: MESSAGE });
  expect(held).toHaveLength(must ? 1 : 0);
  return must;
}

test.each<[string, string | undefined, boolean]>([
  ['has work notes', '2026-02-03 10:15:00 - Bob Agent (Work notes)\nHR is involved', true],
  ['has none, or none that its writer may read', '', false],
  ['has more of them than can be read', undefined, true],
])('without a card, who may read a reply is asked where the ticket %s', async (_, notes, expected) => {
  expect(await isAsked(notes)).toBe(expected);
});

test('a reply below a card, while the digest that tells of a work note is still under way, is asked about', async () => {
  const redis = await emptyRedis();
  const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
  const [replies, digests] = [createReplies(redis, vault, INSTANCE), createDigests(redis, vault, INSTANCE)];
  const ref = { type: 'incident', sysId: SYS_ID } as const;
  const [seconds, snapshot] = [NOON / 1000, snapshotOf('incident', row({ sys_mod_count: '4' }))];
  const card = { channel: 'D1', ts: `${seconds - 3600}.000100` };
  const told = { message: card, reason: 'asked', told: snapshot, toldAt: NOON } as const;
  await cards.add(watcherId({ kind: 'person', person: ADA }), ref.sysId, told);
  await digests.begin(ADA, {
    at: NOON,
    key: 'k',
    since: NOON,
    text: 'News',
    blocks: [],
    told: [{ ref, from: 4, snapshot, internal: true }],
  });
  const asked: string[] = [];
  const context = {
    ...{ cards, replies, digests, now: () => NOON },
    messenger: { postIn: async (...[, , , post]: unknown[]) => asked.push((post as { key: string }).key) },
    wordsFor: async () => T,
    enqueue: async () => {},
  } as unknown as JobContext;
  const reply = { kind: 'dm', channel: 'D1', threadTs: card.ts } as const;
  const unread = createDesk(() => Promise.reject(new Error('asked ServiceNow')));
  const holdBack = holdingBack({ person: ADA, correlationId: 'c', key: 'k', reply }, unread, context);
  const message = { channel: 'D1', ts: `${seconds + 20}.000100` };
  expect(await holdBack({ ref, text: 'I blame the caller', fileIds: [], message })).toBe(true);
  redis.disconnect();
  expect(asked).toEqual([`lane-${message.ts}`]);
});
