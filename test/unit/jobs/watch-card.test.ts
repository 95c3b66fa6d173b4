import { expect, test } from '@jest/globals';
import { createCards } from '../../../src/cards/store.ts';
import type { JobContext } from '../../../src/jobs/define.ts';
import { endWithAssignment } from '../../../src/jobs/watch-card.ts';
import { createWatches, watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import { ADA, emptyRedis, endingsIn, NOON, readableLog, row, USER, vault } from '../support.ts';

test.each([
  ['was given back meanwhile', USER.sysId, { watched: true, looks: 1 }],
  ['is still somebody else’s', 'b'.repeat(32), { watched: false, looks: 0 }],
])('the watch of who was told that a ticket has gone to another, where it %s', async (_what, assignedTo, expected) => {
  const redis = await emptyRedis();
  const endings = endingsIn(redis);
  const [cards, watches] = [createCards(redis, vault, endings), createWatches(redis, endings)];
  const ref = { type: 'incident', sysId: 'a'.repeat(32) } as const;
  const watcher = { kind: 'person', person: ADA } as const;
  await watches.add(ADA, ref, 'assigned');
  await cards.add(watcherId(watcher), ref.sysId, {
    message: { channel: 'D1', ts: '1.000100' },
    reason: 'assigned',
    told: snapshotOf('incident', row({ sys_mod_count: '4', assigned_to: 'b'.repeat(32) })),
    toldAt: NOON,
  });
  const looks: string[] = [];
  const context = {
    watches,
    log: readableLog().log,
    links: { find: async () => ({ status: 'linked', user: USER }) },
    desk: () => ({ readWatched: async () => row({ sys_mod_count: '5', assigned_to: assignedTo }) }),
    enqueue: async (name: string) => looks.push(name),
  } as unknown as JobContext;
  const held = await cards.hold(watcherId(watcher), ref.sysId);
  if (!held) throw new Error('the card is in use');
  await endWithAssignment({ person: ADA, watcher, ref, reason: 'assigned', correlationId: 'c' }, held, context);
  await held.release();
  expect({ watched: await watches.has(ADA, ref), looks: looks.length }).toEqual(expected);
  redis.disconnect();
});
