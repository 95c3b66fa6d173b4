import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isJobName, JOBS, type JobName, jobRow } from '../../../src/jobs/catalogue.ts';
import { policyOf, QUEUES } from '../../../src/jobs/define.ts';
import { createEnqueue, jobId, type Queues } from '../../../src/jobs/enqueue.ts';
import { backoff, spread } from '../../../src/jobs/waits.ts';
import type { RedisClient } from '../../../src/redis/connection.ts';
import { ADA } from '../support.ts';

const ME = '62826bf03710200044e0bfc8bcbe5df1';

describe('the table', () => {
  test.each(Object.keys(JOBS) as JobName[])('%s is complete', (name) => {
    const { queue, schema } = jobRow(name);
    const { attempts } = policyOf(jobRow(name));
    expect(Object.keys(QUEUES)).toContain(queue);
    expect(Number.isInteger(attempts) && attempts > 0).toBe(true);
    expect(schema.safeParse({}).success).toBe(false);
    // A newer release may put more in; nothing that this one does not name gets through.
    const { data } = schema.safeParse({ v: 1, correlationId: 'c', person: ADA, token: 'xoxb-1' });
    expect(JSON.stringify(data ?? {})).not.toContain('xoxb-1');
    expect(isJobName(name)).toBe(true);
  });
  test.each(['', 'toString', '__proto__', 'file-records'])('%j is no job', (name) => {
    expect(isJobName(name)).toBe(false);
  });
});

test('a deed bears the account as which it was asked for; the last word about it is said whoever is linked by then', async () => {
  const added: unknown[] = [];
  const queue = { add: async (...job: unknown[]) => void added.push(job) };
  const queues = { interactive: queue, deliver: queue } as unknown as Queues;
  const enqueue = createEnqueue(queues, { status: 'ready' } as RedisClient, 1_000, async () => ME);
  const base = { v: 1, correlationId: 'c', person: ADA, reply: { kind: 'dm', channel: 'D1' } } as const;
  const ref = { type: 'incident', sysId: 'a'.repeat(32) } as const;
  await enqueue('operate', { ...base, operation: 'confirm-fixed', args: { ref }, key: 'k' }, 'k');
  await enqueue('operate', { ...base, operation: 'approvals', args: {}, key: 'k-1' }, 'k-1');
  await enqueue('answer', { ...base, message: { text: 'Done.', blocks: [] } }, 'k-2');
  expect(added).toEqual([
    ['operate', expect.objectContaining({ account: ME }), expect.objectContaining({ attempts: 300 })],
    ['operate', expect.not.objectContaining({ account: ME }), expect.objectContaining({ attempts: 3 })],
    ['answer', expect.not.objectContaining({ account: ME }), expect.anything()],
  ]);
});

describe('the wait before the next try', () => {
  test.each<[number, number, number]>([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [5, 8_000, 16_000],
    [9, 128_000, 256_000],
    [10, 150_000, 300_000],
    [300, 150_000, 300_000],
  ])('after %i failures is from %i to %i ms', (failures, least, most) => {
    expect(backoff(failures, 0)).toBe(least);
    expect(backoff(failures, 1)).toBe(most);
  });
  test('differs by chance, within its bounds', () => {
    const waits = Array.from({ length: 100 }, () => backoff(5));
    expect(new Set(waits).size).toBeGreaterThan(50);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(8_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(16_000);
  });
});

test('a wait is spread by as long again at most, and by a second at most', () => {
  expect([0, 50, 500, 3_000, 600_000].map((ms) => spread(ms, 1))).toEqual([100, 100, 500, 1_000, 1_000]);
  expect(spread(3_000, 0)).toBe(0);
});

describe('a job id', () => {
  test('is one that BullMQ takes, whatever it is made from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (key) => {
        const id = jobId(key);
        expect(id).toMatch(/^j-[\w.-]*$/);
        expect(id.length).toBeLessThanOrEqual(200);
        expect(jobId(key)).toBe(id);
      }),
    );
  });
  test('differs for different acts', () => {
    expect(jobId('file-T1-V1')).not.toBe(jobId('file-T1-V2'));
    expect(jobId('command-1.2.abc')).toBe('j-command-1.2.abc');
  });
});
