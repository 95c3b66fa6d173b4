import { expect, test } from '@jest/globals';
import { createArrivals } from '../../../src/cards/arrivals.ts';
import { mayBeginCard } from '../../../src/cards/arrive.ts';
import { createCards } from '../../../src/cards/store.ts';
import { createWatches, watcherId } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import type { Post } from '../../../src/slack/messenger.ts';
import { ADA, emptyRedis, endingsIn, INSTANCE, NOON, readableLog, row, T, vault } from '../support.ts';

const WATCHER = { kind: 'person', person: ADA } as const;
const told = snapshotOf('incident', row({ sys_mod_count: '1' }));

test('a ticket that has a card by now is in no list of what came at once', async () => {
  const redis = await emptyRedis();
  const endings = endingsIn(redis);
  const [cards, watches] = [createCards(redis, vault, INSTANCE, endings), createWatches(redis, INSTANCE, endings)];
  const arrivals = createArrivals(redis, vault, INSTANCE);
  const refs = ['a', 'b', 'c', 'd', 'e', 'f', '0'].map(
    (digit) => ({ type: 'incident', sysId: digit.repeat(32) }) as const,
  );
  for (const [index, ref] of refs.entries()) {
    await watches.add(ADA, ref, 'assigned');
    const arrival = {
      at: NOON,
      ref,
      reason: 'assigned',
      number: `INC000${index}`,
      title: 'Printer',
      shown: { told },
    } as const;
    await arrivals.note(ADA, arrival);
  }
  const [first, last] = [refs[0], refs.at(-1)];
  if (!first || !last) throw new Error('no tickets');
  const message = { channel: 'D1', ts: '1.1' };
  await cards.add(watcherId(WATCHER), first.sysId, { reason: 'assigned', told, toldAt: NOON, message });
  const texts: string[] = [];
  const mayBegin = await mayBeginCard(
    { person: ADA, watcher: WATCHER, ref: last, reason: 'assigned' },
    {
      arrivals,
      watches,
      cards,
      messenger: {
        async postDirect(_person: unknown, { message: { text } }: Post) {
          texts.push(text);
          return message;
        },
      },
      wordsFor: async () => T,
      jobId: 'j-1',
      now: () => NOON + 10_000,
      log: readableLog().log,
    },
  );
  expect({ mayBegin, lists: texts.length }).toEqual({ mayBegin: false, lists: 1 });
  expect(texts[0]).toContain('INC0006');
  expect(texts[0]).not.toContain('INC0000');
  expect(await arrivals.waiting(ADA)).toEqual([]);
  redis.disconnect();
});
