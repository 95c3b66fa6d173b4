import { expect, test } from '@jest/globals';
import type { JobContext } from '../../../src/jobs/define.ts';
import { fanOutChange } from '../../../src/jobs/fan-out-change.ts';
import { createSubscriptions } from '../../../src/notifications/subscriptions.ts';
import { createWatches } from '../../../src/notifications/watches.ts';
import { changeSchema } from '../../../src/records/change-notice.ts';
import { ADA, emptyRedis, endingsIn, INSTANCE, NOON, vault } from '../support.ts';

const MANY = 300;
const SYS_ID = 'a'.repeat(32);

/** A house in which many channels have subscribed, each to a team of its own. */
async function subscribed() {
  const redis = await emptyRedis();
  const subscriptions = createSubscriptions(redis, vault, 'dev1');
  const watches = createWatches(redis, INSTANCE, endingsIn(redis));
  for (let nth = 0; nth < MANY; nth++)
    await subscriptions.save({
      id: `subscription-${nth}`,
      channel: `C${nth}`,
      owner: ADA,
      filter: {
        type: 'incident',
        assignmentGroup: { value: `group-${nth}`, label: 'A team' },
        priorities: nth % 2 ? ['1'] : [],
        states: [],
      },
      createdAt: NOON,
      paused: false,
    });
  let modCount = 0;
  /** @returns the subscriptions for which the record is read */
  async function readFor(more: object): Promise<string[]> {
    const read: string[] = [];
    const context = {
      subscriptions,
      watches,
      peopleBehind: async () => new Map(),
      enqueue: async (_name: string, payload: { watcher: { subscription: string } }) => {
        read.push(payload.watcher.subscription);
      },
    };
    modCount += 1;
    const change = changeSchema.parse({ table: 'incident', sysId: SYS_ID, modCount, ...more });
    await fanOutChange.process({ v: 1, correlationId: 'change', change }, context as unknown as JobContext);
    return read;
  }
  return { watches, readFor };
}

test('a change is read for the channels that it may fit, and for no other', async () => {
  const { readFor } = await subscribed();
  const values = { assignment_group: 'group-7', priority: '1', state: '1', category: '' };
  expect(await readFor({ values })).toEqual(['subscription-7']);
  expect(await readFor({ values: { ...values, priority: '3' } })).toEqual([]);
  expect(await readFor({ values: { ...values, assignment_group: 'of-nobody' } })).toEqual([]);
  expect(await readFor({ table: 'problem', values })).toEqual([]);
});

test('a change of an older script, which says nothing of the record, is read for all of its kind', async () => {
  const { readFor } = await subscribed();
  expect(await readFor({})).toHaveLength(MANY);
  expect(await readFor({ values: { priority: '3' } })).toHaveLength(MANY / 2);
});

test('a change that leaves the filter is read for the channels that were told of the record', async () => {
  const { readFor, watches } = await subscribed();
  await watches.addChannel('subscription-7', SYS_ID);
  await watches.addChannel('ended-long-ago', SYS_ID);
  const gone = { assignment_group: 'of-nobody', priority: '1', state: '6', category: '' };
  expect(await readFor({ values: gone })).toEqual(['subscription-7']);
  expect(await watches.watchersOf(SYS_ID)).toEqual([]);
  await watches.end({ watcher: 'channel.subscription-7', sysId: SYS_ID });
  expect(await readFor({ values: gone })).toEqual([]);
});

test('a file is for people', async () => {
  const { readFor } = await subscribed();
  expect(await readFor({ attachment: 'f'.repeat(32) })).toEqual([]);
});
