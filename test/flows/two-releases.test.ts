import { expect, test } from '@jest/globals';
import { type Job, Queue } from 'bullmq';
import { keys } from '../../src/redis/keys.ts';
import { createVault } from '../../src/redis/vault.ts';
import { fileIncident, incidentsCalled, settled, toldByDm } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { personOf, prefixOf } from '../support/store.ts';
import { scanKeys } from '../support/store-dump.ts';
import { storyStarter } from '../support/story.ts';
import { cardsOf, pushing, ticketCalled, toldInThread } from '../support/told.ts';
import { until } from '../support/until.ts';

/** The house is the older release here: a newer one beside it makes jobs, and writes what both read. */
const start = storyStarter();
const startPushed = pushing(start);

/** What a newer release adds to everything. */
const withMore = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, each]) => [name, withMore(each)]);
  return { ...Object.fromEntries(members), ofALaterRelease: { since: 2 } };
};

const filing = (flow: Flow, title: string) => ({
  v: 1,
  correlationId: `newer-${title.length}`,
  person: personOf(flow, 'ada'),
  key: `newer-${title}`,
  operation: 'incident',
  args: { submission: `newer-${title}`, draft: { title, description: '', impact: '2', urgency: '2' } },
});

async function addedByNewer<T>(flow: Flow, use: (add: (name: string, data: unknown) => Promise<Job>) => Promise<T>) {
  const queue = new Queue('interactive', { connection: flow.redis, prefix: prefixOf(flow, 'interactive') });
  try {
    return await use((name, data) => queue.add(name, data, { jobId: `newer-${name}` }));
  } finally {
    await queue.close();
  }
}

test('a job with more in it than this release knows is carried out', async () => {
  const flow = await start();
  await flow.link('ada');
  await addedByNewer(flow, async (add) => {
    await add('operate', withMore(filing(flow, 'With more')));
    await toldByDm(flow.person('ada'), ': With more.');
  });
  expect(incidentsCalled(flow, 'With more')).toHaveLength(1);
});

test.each([
  ['a name', 'translate-record', (data: object) => data],
  ['a shape', 'operate', (data: object) => ({ ...data, v: 2, key: { kind: 'view' } })],
  ['an operation', 'operate', (data: object) => ({ ...data, operation: 'translate' })],
])('a job of %s that this release does not know waits for a worker that does', async (_what, name, change) => {
  const flow = await start();
  const ada = flow.person('ada');
  await flow.link('ada');
  const told = ada.dm().messages.length;
  await addedByNewer(flow, async (add) => {
    const job = await add(name, change(filing(flow, 'For a newer one')));
    await until('it to wait', () => job.isDelayed());
    // Once more, as on the next look.
    await job.promote();
    await until('it to wait on', async () => (await job.isDelayed()) && !(await job.isFailed()));
    expect(ada.dm().messages).toHaveLength(told);
    expect(flow.logLines.filter((line) => line.includes('it waits for a newer worker'))).toHaveLength(1);
    await job.remove();
  });
});

test('a card with more in it than this release knows is kept up, and no second one is posted', async () => {
  const flow = await startPushed();
  const ada = flow.person('ada');
  await flow.link('ada');
  await fileIncident(ada, 'Card of both');
  await toldByDm(ada, 'Filed INC');
  await settled(flow);
  const { sysId, number } = ticketCalled(flow, 'Card of both');
  const [card] = cardsOf(ada, number);
  if (!card) throw new Error('no card');
  const vault = createVault([Buffer.from(flow.env['ENCRYPTION_KEYS'] ?? '', 'base64')]);
  const [key = ''] = (await scanKeys(flow.redis, '*:card:*')).filter((each) => each.endsWith(sysId));
  const stored: unknown = JSON.parse(vault.open((await flow.redis.hget(key, 'card')) ?? '', key));
  const { told, message, ...rest } = stored as Record<string, object>;
  const newer = {
    ...rest,
    told: { ...told, weather: 'fine' },
    message: { ...message, team: 'T1' },
    ofALaterRelease: {},
  };
  await flow.redis.hset(key, 'card', vault.seal(JSON.stringify(newer), key));
  await flow.redis.set(keys.preferences(personOf(flow, 'ada')), JSON.stringify(withMore({})));
  const { db, people } = flow.serviceNow;
  db.update('incident', sysId, { comments: 'On my way' }, people.agent);
  await toldInThread(ada, card, 'On my way');
  expect(cardsOf(ada, number)).toHaveLength(1);
});
