import { expect, jest, test } from '@jest/globals';
import { createEnqueue, jobId, type Queues } from '../../../src/jobs/enqueue.ts';
import type { RedisClient } from '../../../src/redis/connection.ts';
import { ADA } from '../support.ts';

const PATIENCE_MS = 200;
const unheard = () => Promise.reject(new Error('Command timed out'));
const refused = () => Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false"));
const never = () => new Promise<never>(() => {});
const linked = async () => 'user-of-ada';

type Parts = {
  add: () => Promise<unknown>;
  getJob?: () => Promise<unknown>;
  accountOf?: () => Promise<string | undefined>;
};

function asked({ add, getJob = never, accountOf = linked }: Parts) {
  const queue = {
    add: jest.fn(add),
    getJob: jest.fn((_id: string) => getJob()),
    getJobState: jest.fn(async () => 'unknown'),
  };
  const enqueue = createEnqueue(
    { interactive: queue } as unknown as Queues,
    { status: 'ready' } as RedisClient,
    PATIENCE_MS,
    accountOf,
  );
  const payload = {
    v: 1 as const,
    correlationId: 'c',
    person: ADA,
    key: 'k',
    operation: 'incident',
    args: { submission: 'k', draft: { title: 'VPN is down', impact: '2', urgency: '2' } },
  };
  return { queue, result: enqueue('operate', payload, 'file-x') };
}

test('what was sent and not answered is looked for under its id: it is there', async () => {
  const { queue, result } = asked({ add: unheard, getJob: async () => ({ id: jobId('file-x') }) });
  await expect(result).resolves.toBeUndefined();
  expect(queue.getJob).toHaveBeenCalledWith(jobId('file-x'));
});

test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
  ['not there yet', unheard, async () => undefined],
  ['nobody says', unheard, never],
  ['neither command is answered', never, never],
  ['it cannot be asked', unheard, refused],
])('what was sent and not answered may be done: %s', async (_why, add, getJob) => {
  await expect(asked({ add, getJob }).result).rejects.toMatchObject({ code: 'store-silent' });
});

test('sent once without an answer, and refused after that, it may be done all the same', async () => {
  const add = jest.fn(refused).mockImplementationOnce(unheard);
  const { result } = asked({ add, getJob: refused });
  await expect(result).rejects.toMatchObject({ code: 'store-silent' });
});

test.each<[string, Parts]>([
  ['the job was refused', { add: refused }],
  ['nobody said as whom', { add: async () => ({}), accountOf: unheard }],
  ['nobody said in time as whom', { add: async () => ({}), accountOf: never }],
])('nothing was done where %s', async (_why, parts) => {
  const { queue, result } = asked(parts);
  await expect(result).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(queue.getJob).not.toHaveBeenCalled();
});

test('what is not sent in time is never sent: its person was told that nothing was done', async () => {
  let answer: (account: string) => void = () => {};
  const late = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const { queue, result } = asked({ add: async () => ({}), accountOf: () => late });
  await expect(result).rejects.toMatchObject({ code: 'store-unavailable' });
  answer('user-of-ada');
  await late;
  await new Promise(setImmediate);
  expect(queue.add).not.toHaveBeenCalled();
});
