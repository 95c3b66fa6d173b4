import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createDesk, type Desk } from '../../../src/desk/desk.ts';
import type { InsertAct } from '../../../src/desk/insert-once.ts';
import type { Change } from '../../../src/desk/proof.ts';
import { fateOf, UnavailableError } from '../../../src/errors.ts';
import { recordIdentity } from '../../../src/records/identity.ts';
import { shownValue, storedValue } from '../../../src/records/types.ts';
import { createServiceNowClient, type ServiceNowClient } from '../../../src/servicenow/client.ts';
import type { Fault, FaultKind } from '../../sandbox/servicenow/faults.ts';
import { MOODS, type MoodName, type Moods, usualMoods } from '../../sandbox/servicenow/moods.ts';
import { seededId } from '../../sandbox/servicenow/people.ts';
import { type ServiceNow, startServiceNow } from '../../sandbox/servicenow/server.ts';
import { clockAt, NOON, readableLog } from '../support.ts';

/** All that the simulated instance can do to a request; a new kind of fault does not compile without its row. */
const FAULTS: Record<FaultKind, Partial<Fault>> = {
  hibernate: {},
  offline: {},
  'bad-gateway': {},
  'timeout-after-commit': {},
  'drop-202': {},
  'rate-limit': {},
  semaphore: {},
  'truncated-200-error': {},
  slow: { ms: 20 },
  'reset-mid-body': {},
  'reset-after-commit': {},
  'forbidden-after-commit': {},
  'login-html': {},
  'unauthorized-once': { times: 1 },
  latency: { ms: 20 },
};
const KINDS = Object.keys(FAULTS) as FaultKind[];

/** Every instance that is not the usual one in one respect. */
const UNUSUAL = (Object.keys(MOODS) as MoodName[]).flatMap((name) =>
  MOODS[name].slice(1).map((entry): [string, Partial<Moods>] => [`${name}: ${entry}`, { [name]: entry }]),
);

const clock = clockAt(NOON);
let instance: ServiceNow;
let client: ServiceNowClient;
let desk: Desk;
let me: ServiceNow['people']['agent'];
let acts = 0;

beforeAll(async () => {
  instance = await startServiceNow();
  me = instance.people.agent;
  client = createServiceNowClient({
    instanceUrl: instance.url,
    maxParallel: 4,
    takePlace: async () => async () => {},
    now: clock.now,
    log: readableLog().log,
  });
  const token = async () => instance.tokens.grant(me.sysId).access;
  const linkBroke = async () => new UnavailableError('servicenow-unavailable', 'rejected');
  desk = createDesk(client.as(me.sysId, { accessToken: token, renewedToken: token, linkBroke }));
});
afterEach(() => {
  instance.faults.clear();
  instance.setMoods(usualMoods());
  expect(instance.violations).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await instance.close();
});

const MOST_RUNS = 6;

/** Runs until it is done, as the worker does: passing trouble is tried again, and a peer's wish to wait is granted. */
async function inRuns<T>(recipe: (isAgain: boolean) => Promise<T>): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await recipe(run > 1);
    } catch (error) {
      const fate = fateOf(error);
      if (run === MOST_RUNS || (fate.kind !== 'retry' && fate.kind !== 'wait')) throw error;
      if (fate.kind === 'wait') clock.advance(Math.max(0, fate.until - clock.now()));
    }
  }
}

/** A look that is refused ends a recipe: what came of the write is told as unknown. */
const REFUSED: FaultKind = 'forbidden-after-commit';

/** What can be in the way of a write: a fault on it, and one on the look for what came of it as well. */
const TROUBLE: [string, FaultKind[], FaultKind[]][] = [
  ...KINDS.map((kind): [string, FaultKind[], FaultKind[]] => [kind, [kind], []]),
  ...KINDS.filter((kind) => kind !== REFUSED).map((kind): [string, FaultKind[], FaultKind[]] => [
    `reset-after-commit, and ${kind} on the look for it`,
    ['reset-after-commit'],
    [kind],
  ]),
  ['two lost answers', ['reset-after-commit', 'timeout-after-commit'], []],
];

function strike(writes: FaultKind[], looks: FaultKind[], write: Pick<Fault, 'method' | 'path'>): void {
  for (const kind of writes) instance.faults.set({ kind, ...write, times: 1, ...FAULTS[kind] });
  // The first look of a recipe may come before its write, so two of them are struck.
  for (const kind of looks) instance.faults.set({ kind, method: 'GET', path: /\/table\//, times: 2, ...FAULTS[kind] });
}

/** A new incident of somebody else, and how it is by now. */
function ticket() {
  const { sys_id: sysId = '' } = instance.db.insert(
    'incident',
    { short_description: 'Printer', caller_id: instance.people.requester.sysId, urgency: '3', impact: '3' },
    instance.people.requester,
  );
  const modCount = () => Number(instance.db.get('incident', sysId)?.['sys_mod_count']);
  const before = modCount();
  return {
    ref: { type: 'incident', sysId } as const,
    row: () => instance.db.get('incident', sysId) ?? {},
    words: () => instance.journal(sysId).map(({ value }) => value),
    saves: () => modCount() - before,
  };
}

const act = (key: string, look: boolean) => ({ key, userName: me.userName, look, columns: ['sys_id', 'number'] });

const LONG = Array.from({ length: 700 }, (_, index) => `word${index}`).join(' ');
const CHANGES: [string, Change, { entries: number; saves: number }][] = [
  ['a text', { words: { journal: 'comments', text: 'Have a look' } }, { entries: 1, saves: 1 }],
  ['a text of two entries', { words: { journal: 'work_notes', text: LONG } }, { entries: 2, saves: 2 }],
  ['columns', { fields: { urgency: '1', short_description: 'Plotter' } }, { entries: 0, saves: 1 }],
  [
    'columns as the person saw them',
    { fields: { urgency: '1' }, seen: { urgency: '3', state: '1' } },
    { entries: 0, saves: 1 },
  ],
  [
    'columns and a text',
    { fields: { state: '2', urgency: '2' }, words: { journal: 'comments', text: 'At work' } },
    { entries: 1, saves: 1 },
  ],
  [
    'columns and a text without a signature',
    {
      fields: { urgency: '2' },
      words: { journal: 'comments', text: 'As you wish', isUnsigned: true },
      seen: { urgency: '3' },
    },
    { entries: 1, saves: 1 },
  ],
];

describe('a change is written once', () => {
  async function write(change: Change, trouble: () => void) {
    const { ref, row, words, saves } = ticket();
    const key = `write-${++acts}`;
    trouble();
    const receipt = await inRuns((look) => desk.writeOnce(ref, change, act(key, look)));
    // Where a flow wrote last, and no mark says whose doing it was, nobody can tell.
    const isTold = instance.settings.saves !== 'followed' || (change.words && !change.words.isUnsigned);
    const by = isTold ? 'actor' : expect.any(String);
    expect(receipt).toMatchObject({ by, hasWords: true, untaken: [], changed: [] });
    expect(receipt.record && storedValue(receipt.record, 'number')).toBe(row()['number']);
    expect(row()).toMatchObject(change.fields ?? {});
    return { entries: words().length, saves: saves() };
  }

  describe.each(CHANGES)('%s', (_change, change, expected) => {
    test.each(TROUBLE)('through %s', async (_what, writes, looks) => {
      const trouble = () => strike(writes, looks, { method: 'PATCH', path: /\/table\/incident\// });
      expect(await write(change, trouble)).toEqual(expected);
    });
  });

  describe.each(CHANGES.filter(([what]) => /^columns( and a text)?$/.test(what)))('%s', (_change, change, expected) => {
    test.each(UNUSUAL)('on an instance with %s, whose answer is lost', async (_what, moods) => {
      const trouble = () => {
        instance.setMoods(moods);
        strike(['reset-after-commit'], [], { method: 'PATCH', path: /\/table\/incident\// });
      };
      const { entries } = await write(change, trouble);
      expect(entries).toBe(expected.entries);
    });
  });

  test.each<[string, Change]>([
    ['columns as somebody saw them', { fields: { urgency: '1' }, seen: { urgency: '3', assignment_group: '' } }],
    [
      'columns and a text',
      { fields: { urgency: '1' }, seen: { urgency: '3' }, words: { journal: 'comments', text: 'Hurry' } },
    ],
  ])(
    '%s: a column that somebody else changed meanwhile is named, and nothing is overwritten',
    async (_what, change) => {
      const { ref, row, words } = ticket();
      instance.db.update('incident', ref.sysId, { urgency: '2' }, instance.people.admin);
      const receipt = await desk.writeOnce(ref, change, act(`write-${++acts}`, false));
      expect(receipt.changed).toEqual([{ field: 'urgency', seen: '3', now: '2' }]);
      expect([row()['urgency'], words()]).toEqual(['2', []]);
    },
  );

  test('columns that somebody else changed again after a lost answer stay as they are', async () => {
    const { ref, row } = ticket();
    strike(['reset-after-commit'], [], { method: 'PATCH', path: /\/table\/incident\// });
    let seen: Record<string, string> = {};
    const change = { fields: { urgency: '1' } };
    const begin = async (_part: unknown, met: Record<string, string>) => {
      seen = met;
    };
    const first = desk.writeOnce(ref, change, { ...act('write-kept', false), begin });
    await expect(first).rejects.toMatchObject({ fate: { kind: 'retry' } });
    instance.db.update('incident', ref.sysId, { urgency: '2' }, instance.people.admin);
    const receipt = await desk.writeOnce(ref, { ...change, seen }, act('write-kept', true));
    expect(receipt.changed).toEqual([{ field: 'urgency', seen: '3', now: '2' }]);
    expect(row()['urgency']).toBe('2');
  });

  test('a text that arrived with columns is proof of both, whatever others did with the columns since', async () => {
    const { ref, row, words } = ticket();
    strike(['reset-after-commit'], [], { method: 'PATCH', path: /\/table\/incident\// });
    const change: Change = { fields: { urgency: '1' }, words: { journal: 'comments', text: 'Hurry' } };
    const later = async (look: boolean) => {
      if (look) instance.db.update('incident', ref.sysId, { urgency: '2' }, instance.people.admin);
      return desk.writeOnce(ref, change, act('write-both', look));
    };
    expect(await inRuns(later)).toMatchObject({ by: 'actor', hasWords: true, untaken: [], changed: [] });
    expect([row()['urgency'], words().length]).toEqual(['2', 1]);
  });

  test('a look that is refused writes nothing a second time', async () => {
    const { ref, saves } = ticket();
    strike(['reset-after-commit'], [], { method: 'PATCH', path: /\/table\/incident\// });
    const key = `write-${++acts}`;
    const change: Change = { words: { journal: 'comments', text: 'Hurry' } };
    await expect(desk.writeOnce(ref, change, act(key, false))).rejects.toMatchObject({ fate: { kind: 'retry' } });
    strike([], [REFUSED], { method: 'PATCH' });
    await expect(desk.writeOnce(ref, change, act(key, true))).rejects.toMatchObject({ fate: { kind: 'give-up' } });
    expect(saves()).toBe(1);
  });

  test('columns that are as wanted already are somebody else’s doing, and cost no write', async () => {
    const { ref, saves } = ticket();
    instance.db.update('incident', ref.sysId, { urgency: '1' }, instance.people.admin);
    const receipt = await desk.writeOnce(ref, { fields: { urgency: '1' } }, act(`write-${++acts}`, false));
    expect([receipt.by, saves()]).toEqual(['somebody', 1]);
  });

  test('a column that ServiceNow drops without a word is named', async () => {
    const { ref } = ticket();
    const change = { fields: { urgency: '1', opened_at: '2020-01-01 00:00:00', number: 'INC1' } };
    const receipt = await desk.writeOnce(ref, change, act(`write-${++acts}`, false));
    expect(receipt.untaken.length).toBeGreaterThan(0);
    expect(receipt.untaken).not.toContain('urgency');
  });
});

describe('a record is made once', () => {
  async function make(trouble: () => void) {
    const title = `Filed by act ${++acts}`;
    const key = `insert-${acts}`;
    trouble();
    const made: InsertAct = {
      key,
      type: 'incident',
      me: me.sysId,
      columns: ['sys_id', 'number', 'short_description'],
      cancel: (number: string) => ({ state: '8', comments: `${number} counts.` }),
    };
    const { record } = await inRuns((again) => desk.insertOnce(made, { short_description: title }, again));
    const rows = instance.db.rows('incident').filter((row) => row['short_description'] === title);
    const counting = rows.filter((row) => row['state'] !== '8');
    expect(counting.map((row) => row['number'])).toEqual([shownValue(record, 'number')]);
    expect((await desk.findInserted(made))?.sysId).toBe(record.sysId);
    return rows.length;
  }
  const write = { method: 'POST', path: /\/table\/incident$/ };

  describe.each([true, false])('(the instance keeps the id that it is given: %s)', (honourCallerSysId) => {
    test.each(TROUBLE)('through %s', async (_what, writes, looks) => {
      instance.setMoods({ honourCallerSysId });
      expect(await make(() => strike(writes, looks, write))).toBe(1);
    });
    test.each(UNUSUAL)('on an instance with %s, whose answer is lost', async (_what, moods) => {
      instance.setMoods({ honourCallerSysId, ...moods });
      expect(await make(() => strike(['reset-after-commit'], [], write))).toBe(1);
    });
  });

  test('an earlier insert that arrives after the look leaves one that counts', async () => {
    instance.setMoods({ duplicateSysId: 'another-id' });
    const late = () =>
      void instance.db.insert(
        'incident',
        { sys_id: recordIdentity(`insert-${acts}`).sysId, short_description: `Filed by act ${acts}` },
        me,
      );
    expect(await make(late)).toBe(2);
  });
});

describe('a file is attached once', () => {
  const file = (name: string, bytes: number) => ({
    name,
    type: 'text/plain',
    bytes,
    open: async () => new Blob(['x'.repeat(bytes)]).stream(),
  });
  const write = { method: 'POST', path: /\/attachment\/file$/ };
  const filesOf = ({ sysId }: { sysId: string }) =>
    instance.db.rows('sys_attachment').filter((row) => row['table_sys_id'] === sysId);

  // A refusal is taken at its word: who sent the file hears that it could not be attached, and looks.
  const TRIED = TROUBLE.filter(([, writes]) => !writes.includes(REFUSED));
  test.each(TRIED)('two of one name and size, and another, through %s', async (_what, writes, looks) => {
    const { ref } = ticket();
    const to = { table: 'incident', sysId: ref.sysId };
    strike(writes, [], write);
    for (const kind of looks)
      instance.faults.set({ kind, method: 'GET', path: /\/attachment$/, times: 2, ...FAULTS[kind] });
    await inRuns(async (look) => {
      const { attach } = desk.attachOnce(to, look);
      for (const each of [file('shot.png', 20), file('shot.png', 20), file('log.txt', 30)]) await attach(each);
    });
    expect(filesOf(ref).map((row) => row['file_name'])).toEqual(['shot.png', 'shot.png', 'log.txt']);
  });

  test('what is there may not be looked at: nothing is sent on a guess', async () => {
    const { ref } = ticket();
    instance.faults.set({ kind: REFUSED, method: 'GET', path: /\/attachment$/, times: 1 });
    const { attach, hasLooked } = desk.attachOnce({ table: 'incident', sysId: ref.sysId }, true);
    await expect(attach(file('log.txt', 30))).rejects.toMatchObject({ fate: { kind: 'give-up' } });
    expect([hasLooked(), filesOf(ref).length]).toEqual([false, 0]);
  });
});

describe('an order is placed once', () => {
  const claims = new Map<string, string>();
  const order = { item: seededId('cat Headset'), quantity: 1, variables: { colour: 'black' } };
  const orders = () => instance.db.rows('sc_request').length;
  const write = { method: 'POST', path: /order_now$/ };

  /** An act of ordering, as whoever calls the desk keeps it. */
  function ordering() {
    const key = `order-${++acts}`;
    let met: string[] | undefined;
    return () =>
      desk.orderOnce(order, {
        me: me.sysId,
        met,
        begin: async (there) => {
          met = there;
        },
        claim: async (sysId) => {
          if (!claims.has(sysId)) claims.set(sysId, key);
          return claims.get(sysId) === key;
        },
      });
  }

  test.each(TROUBLE)('through %s', async (_what, writes, looks) => {
    const before = orders();
    strike(writes, looks, write);
    const { sysId } = await inRuns(ordering());
    expect(orders() - before).toBe(1);
    expect(instance.db.get('sc_request', sysId)).toMatchObject({ requested_for: me.sysId });
  });

  test.each(UNUSUAL)('on an instance with %s, whose answer is lost', async (_what, moods) => {
    instance.setMoods(moods);
    const before = orders();
    strike(['reset-after-commit'], [], write);
    await inRuns(ordering());
    expect(orders() - before).toBe(1);
  });

  test('a second order of the same is a second act, also where the answers to both are lost', async () => {
    const before = orders();
    strike(['reset-after-commit', 'reset-after-commit'], [], write);
    const acts = [ordering(), ordering()];
    for (const place of acts) await expect(place()).rejects.toMatchObject({ fate: { kind: 'retry' } });
    const made = await Promise.all(acts.map(inRuns));
    expect(orders() - before).toBe(2);
    expect(new Set(made.map(({ sysId }) => sysId)).size).toBe(2);
  });

  test('one that is refused is an error, and takes no earlier one for its own', async () => {
    await inRuns(ordering());
    const before = orders();
    const refused = desk.orderOnce(
      { ...order, quantity: 100 },
      { me: me.sysId, begin: async () => {}, claim: async () => true },
    );
    await expect(refused).rejects.toMatchObject({ fate: { kind: 'give-up' } });
    expect(orders()).toBe(before);
  });
});
