import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isJobName, JOBS, type JobName, jobRow } from '../../../src/jobs/catalogue.ts';
import { policyOf, QUEUES } from '../../../src/jobs/define.ts';
import { createEnqueue, jobId, type Queues } from '../../../src/jobs/enqueue.ts';
import { question } from '../../../src/jobs/list-records.ts';
import { backoff, spread } from '../../../src/jobs/waits.ts';
import type { RedisClient } from '../../../src/redis/connection.ts';
import { encodeQuery } from '../../../src/servicenow/query.ts';
import { ADA, row } from '../support.ts';

const ME = '62826bf03710200044e0bfc8bcbe5df1';
const OTHER = '9d385017c611228701d22104cc95c371';

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
  await enqueue('update-record', { ...base, ref, update: { kind: 'confirm-fixed' }, key: 'k' }, 'k');
  await enqueue('answer', { ...base, message: { text: 'Done.', blocks: [] } }, 'k-2');
  expect(added).toEqual([
    ['update-record', expect.objectContaining({ account: ME }), expect.anything()],
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

describe('what a list asks ServiceNow', () => {
  test.each<[string, Parameters<typeof question>[0], string, string]>([
    ['mine, open', { kind: 'mine', state: 'open' }, 'incident', `caller_id=${ME}^ORopened_by=${ME}^active=true`],
    ['mine, all', { kind: 'mine', state: 'all' }, 'incident', `caller_id=${ME}^ORopened_by=${ME}`],
    ['assigned, open', { kind: 'assigned', state: 'open' }, 'task', `assigned_to=${ME}^active=true`],
    ['assigned, all', { kind: 'assigned', state: 'all' }, 'task', `assigned_to=${ME}`],
    ['a search', { kind: 'search', words: 'vpn ^home' }, 'incident', '123TEXTQUERY321=vpn home'],
  ])('%s', (_, list, table, where) => {
    const asked = question(list, ME);
    expect(asked.table).toBe(table);
    expect(encodeQuery(asked.query)).toBe(`${where}^ORDERBYDESCsys_updated_on^ORDERBYsys_id`);
    expect(asked.heading).not.toBe('');
    expect(asked.empty).toMatch(/\.$/);
  });

  test.each<[string, Parameters<typeof question>[0], Record<string, string>, boolean]>([
    ['I called', { kind: 'mine', state: 'open' }, { caller_id: ME, active: 'true' }, true],
    ['I opened it', { kind: 'mine', state: 'open' }, { caller_id: OTHER, opened_by: ME, active: 'true' }, true],
    ["somebody else's", { kind: 'mine', state: 'open' }, { caller_id: OTHER, opened_by: OTHER, active: 'true' }, false],
    ['closed', { kind: 'mine', state: 'open' }, { caller_id: ME, active: 'false' }, false],
    ['closed, of all', { kind: 'mine', state: 'all' }, { caller_id: ME, active: 'false' }, true],
    ['a row of nobody', { kind: 'mine', state: 'all' }, {}, false],
    ['assigned to me', { kind: 'assigned', state: 'open' }, { assigned_to: ME, active: 'true' }, true],
    ['assigned to another', { kind: 'assigned', state: 'all' }, { assigned_to: OTHER, active: 'true' }, false],
    ['with the words', { kind: 'search', words: 'vpn' }, { short_description: 'VPN down' }, true],
    ['without them', { kind: 'search', words: 'vpn' }, { short_description: 'Printer' }, false],
  ])(
    'a row that does not answer is dropped, because ServiceNow ignores what it does not like: %s',
    (_, list, fields, expected) => {
      expect(question(list, ME).answers(row(fields))).toBe(expected);
    },
  );
});
