import { describe, expect, test } from '@jest/globals';
import { forwardOwn } from '../../../src/cards/own.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import { ownWrites } from '../../../src/records/changes.ts';
import { ADA, emptyRedis, INSTANCE, row, USER, vault } from '../support.ts';

describe('after a deed of somebody who has no card of the ticket', () => {
  test.each([
    ['is not forgotten where they watch it: the card on its way may show it as it was before', true, 1],
    ['is forgotten where they do not', false, 0],
  ])('what they wrote %s', async (_what, isWatching, left) => {
    const redis = await emptyRedis();
    const replies = createReplies(redis, vault, INSTANCE);
    const ref = { type: 'incident', sysId: 'a'.repeat(32) } as const;
    await replies.noteOwn(ADA, ref.sysId, ownWrites('mark', { comments: 'It is the router' }));
    const context = {
      replies,
      cards: { forward: async () => undefined },
      watches: { has: async () => isWatching },
    } as unknown as Parameters<typeof forwardOwn>[1];
    await forwardOwn({ person: ADA, ref, user: USER, record: row({ sys_mod_count: '1' }) }, context);
    expect(await replies.ownWrites(ADA, ref.sysId)).toHaveLength(left);
    redis.disconnect();
  });
});
