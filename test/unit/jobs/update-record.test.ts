import { expect, test } from '@jest/globals';
import { createCards } from '../../../src/cards/store.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { updateRecordJob } from '../../../src/jobs/update-record.ts';
import { createDigests } from '../../../src/notifications/digests.ts';
import { watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import { ADA, emptyRedis, endingsIn, INSTANCE, NOON, row, USER, vault } from '../support.ts';

test('a reply below a card, while the digest that tells of a work note is still under way, is asked about', async () => {
  const redis = await emptyRedis();
  const cards = createCards(redis, vault, INSTANCE, endingsIn(redis));
  const [replies, digests] = [createReplies(redis, vault, INSTANCE), createDigests(redis, vault, INSTANCE)];
  const ref = { type: 'incident', sysId: 'a'.repeat(32) } as const;
  const [seconds, snapshot] = [NOON / 1000, snapshotOf('incident', row({ sys_mod_count: '4' }))];
  const message = { channel: 'D1', ts: `${seconds - 3600}.000100` };
  await cards.add(watcherId({ kind: 'person', person: ADA }), ref.sysId, {
    message,
    reason: 'asked',
    told: snapshot,
    toldAt: NOON,
  });
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
    ...{ cards, replies, digests, run: 1, again: false, madeAt: NOON, now: () => NOON },
    links: { find: async () => ({ status: 'linked', user: USER }) },
    named: async (_person: unknown, text: string) => text,
    messenger: { postIn: async (...[, , , post]: unknown[]) => asked.push((post as { key: string }).key) },
    enqueue: async () => {},
    desk: () => () => {
      throw new Error('written');
    },
  } as unknown as JobContext;
  const reply = { channel: 'D1', ts: `${seconds + 20}.000100` };
  await updateRecordJob.process(
    {
      v: 1,
      correlationId: 'c',
      person: ADA,
      reply: { kind: 'dm', channel: 'D1', threadTs: message.ts },
      ref,
      update: { kind: 'comment', text: 'I blame the caller', fileIds: [] },
      key: 'k',
      message: reply,
    },
    context,
  );
  redis.disconnect();
  expect(asked).toEqual([`lane-${reply.ts}`]);
});
