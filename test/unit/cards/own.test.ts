import { describe, expect, test } from '@jest/globals';
import { createOwnWrites } from '../../../src/cards/own.ts';
import { createReplies } from '../../../src/conversation/replies.ts';
import { ownWrites } from '../../../src/records/changes.ts';
import { ADA, emptyRedis, INSTANCE, readableLog, row, T, USER, vault } from '../support.ts';

describe('after a deed of somebody who has no card of the ticket', () => {
  test.each([
    ['is not forgotten where they watch it: the card on its way may show it as it was before', true, 1],
    ['is forgotten where they do not', false, 0],
  ])('what they wrote %s', async (_what, isWatching, left) => {
    const redis = await emptyRedis();
    const replies = createReplies(redis, vault, INSTANCE);
    const ref = { type: 'incident', sysId: 'a'.repeat(32) } as const;
    await replies.noteOwn(ADA, ref.sysId, ownWrites('mark', { comments: 'It is the router' }));
    const own = createOwnWrites(ADA, {
      replies,
      cards: { forward: async () => undefined },
      watches: { has: async () => isWatching },
      messenger: { update: () => Promise.reject(new Error('no card to show')) },
      instanceUrl: 'https://dev1.service-now.com',
      wordsFor: async () => T,
      log: readableLog().log,
    });
    expect(await own.done(ref, USER, row({ sys_mod_count: '1' }), [])).toBe(isWatching);
    expect(await replies.ownWrites(ADA, ref.sysId)).toHaveLength(left);
    redis.disconnect();
  });
});
