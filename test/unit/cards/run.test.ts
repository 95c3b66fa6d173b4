import { expect, test } from '@jest/globals';
import type { Situation } from '../../../src/cards/plan.ts';
import { bringUpToDate, type Hands } from '../../../src/cards/run.ts';
import { createCards } from '../../../src/cards/store.ts';
import { createWatches, watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import { DEFAULT_PREFERENCES } from '../../../src/records/preferences.ts';
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
  const record = row({ sys_mod_count: '4', assigned_to: 'b'.repeat(32) });
  const told = snapshotOf('incident', record);
  const card = { message: { channel: 'D1', ts: '1.000100' }, reason: 'assigned', told, toldAt: NOON } as const;
  await cards.add(watcherId(watcher), ref.sysId, card);
  const looks: string[] = [];
  const hands = {
    watches,
    instanceUrl: 'https://dev98042.service-now.com',
    log: readableLog().log,
    readAgain: async () => row({ sys_mod_count: '5', assigned_to: assignedTo }),
    later: { lookNow: async (name: string) => void looks.push(name) },
  } as unknown as Hands;
  const situation: Situation = {
    type: 'incident',
    reason: 'assigned',
    reader: { ...USER, own: [] },
    isWanted: true,
    rows: undefined,
    files: [],
    preferences: DEFAULT_PREFERENCES,
    mayBegin: false,
    now: NOON,
    noticedAt: NOON,
  };
  const held = await cards.hold(watcherId(watcher), ref.sysId);
  if (!held) throw new Error('the card is in use');
  await bringUpToDate({ person: ADA, watcher, ref, reason: 'assigned' }, held, { card, record, situation }, hands);
  await held.release();
  expect({ watched: await watches.has(ADA, ref), looks: looks.length }).toEqual(expected);
  redis.disconnect();
});
