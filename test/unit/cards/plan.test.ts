import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Attached, filedCard, plan, type Situation, type Step } from '../../../src/cards/plan.ts';
import type { Card } from '../../../src/cards/store.ts';
import { REASONS } from '../../../src/notifications/watches.ts';
import { snapshotOf } from '../../../src/records/changes.ts';
import { DEFAULT_PREFERENCES } from '../../../src/records/preferences.ts';
import type { ServiceNowRecord } from '../../../src/records/types.ts';
import { NOON, row, USER } from '../support.ts';

const BOB = 'b'.repeat(32);
const MINUTE_MS = 60_000;

const entry = (words: string, kind: 'Comments' | 'Work notes') =>
  `2026-11-23 11:59:00 - Bob Agent (${kind})\n${words}\n\n`;

/** A ticket after so many saves. @param fields what differs from a new one */
const ticket = (saves: number, fields: Record<string, string> = {}): ServiceNowRecord =>
  row({
    number: 'INC0010023',
    short_description: 'VPN',
    state: '1',
    assigned_to: USER.sysId,
    sys_mod_count: String(saves),
    sys_updated_by: 'bob',
    comments: '',
    work_notes: '',
    ...fields,
  });
const NEW = ticket(0);
const IN_PROGRESS = ticket(1, { state: '2' });

const cardOf = (more: Partial<Card> = {}): Card => ({
  message: { channel: 'D1', ts: '1.1' },
  reason: 'asked',
  told: snapshotOf('incident', NEW),
  toldAt: NOON - MINUTE_MS,
  files: [],
  ...more,
});
const unseen = (more: Partial<Card> = {}): Card => {
  const { message: _none, ...card } = cardOf(more);
  return card;
};

const situation = (more: Partial<Situation> = {}): Situation => ({
  type: 'incident',
  reason: 'asked',
  reader: { ...USER, own: [] },
  isWanted: true,
  rows: undefined,
  files: [],
  preferences: DEFAULT_PREFERENCES,
  mayBegin: true,
  now: NOON,
  noticedAt: NOON,
  ...more,
});

const LOG: Attached = { sysId: 'f1', name: 'vpn.log', bytes: 10, isOwn: false };
const did = (steps: Step[]) => steps.map((step) => step.do).join(', ');

type Case = [what: string, card: Card | undefined, record: ServiceNowRecord, more: Partial<Situation>, steps: string];

describe('without a card', () => {
  test.each<Case>([
    ['it begins', undefined, NEW, {}, 'post, again'],
    ['it does not where a channel’s filter does not take it', undefined, NEW, { isWanted: false }, ''],
    ['what was filed waits for the message that says so', undefined, NEW, { reason: 'filed' }, 'wait'],
    ['but not for ever', undefined, NEW, { reason: 'filed', noticedAt: NOON - 61 * MINUTE_MS }, 'post, again'],
    ['what comes by itself waits for others', undefined, NEW, { reason: 'assigned', mayBegin: false }, 'await-others'],
    ['and then begins', undefined, NEW, { reason: 'assigned' }, 'post, again'],
    [
      'what they took themselves is no news',
      undefined,
      ticket(1, { sys_updated_by: USER.userName }),
      { reason: 'assigned', mayBegin: false },
      '',
    ],
    [
      'what went to another meanwhile is over',
      undefined,
      ticket(1, { assigned_to: BOB }),
      { reason: 'assigned' },
      'withdraw',
    ],
    [
      'what is decided is no approval any more',
      undefined,
      ticket(1, { state: 'approved' }),
      { type: 'approval', reason: 'approval' },
      'withdraw',
    ],
    [
      'what ended long ago begins no watch',
      undefined,
      ticket(1, { state: '7', active: 'false', closed_at: '2026-09-01 12:00:00' }),
      { reason: 'assigned' },
      'withdraw',
    ],
  ])('%s', (_what, card, record, more, steps) => expect(did(plan(card, record, situation(more)))).toBe(steps));
});

describe('a card without a message', () => {
  const listed = unseen({ reason: 'assigned', known: true });
  const byList = { reason: 'assigned', mayBegin: false } as const;
  test.each<Case>([
    ['is posted where an attempt came no further', unseen({ askedAt: NOON - MINUTE_MS }), NEW, {}, 'post, again'],
    ['stays one where a list told of it and nothing came since', listed, NEW, byList, 'keep, forget'],
    ['gets one with the next change', listed, IN_PROGRESS, byList, 'post, again'],
    ['gets one with a file', listed, NEW, { ...byList, files: [LOG] }, 'post, again'],
    ['gets one when its watcher wants to see it', listed, NEW, { reason: 'assigned', mayBegin: true }, 'post, again'],
    [
      'is over where the ticket has gone to another',
      { ...listed, told: snapshotOf('incident', ticket(1, { assigned_to: BOB })) },
      ticket(1, { assigned_to: BOB }),
      byList,
      'withdraw',
    ],
    ['stays quiet where it is muted', { ...listed, muted: true }, IN_PROGRESS, byList, ''],
    [
      'needs nothing as long as “filed” is on its way',
      filedCard(snapshotOf('incident', NEW), NOON),
      NEW,
      { reason: 'filed' },
      '',
    ],
    [
      'has news wait for “filed”',
      filedCard(snapshotOf('incident', NEW), NOON),
      IN_PROGRESS,
      { reason: 'filed' },
      'wait',
    ],
    [
      'waits no longer than an hour',
      filedCard(snapshotOf('incident', NEW), NOON - 61 * MINUTE_MS),
      NEW,
      { reason: 'filed' },
      'post, again',
    ],
  ])('%s', (_what, card, record, more, steps) => expect(did(plan(card, record, situation(more)))).toBe(steps));

  test.each([
    ['its watcher knows of it already: what came since is still to be told', true, '1'],
    ['nobody has read of it: the message shows it all', false, '2'],
  ])('is posted where %s', (_what, known, told) => {
    const [first] = plan(unseen({ known }), IN_PROGRESS, situation());
    expect(first).toMatchObject({ do: 'post', card: { told: { fields: { state: [told, told] } }, toldAt: NOON } });
  });
});

describe('a card with a message', () => {
  const quiet = { ...DEFAULT_PREFERENCES, quiet: { from: '11:00', to: '13:00' } };
  const passedOn = ticket(1, { assigned_to: BOB });
  test.each<Case>([
    ['has nothing to do where nothing changed', cardOf(), NEW, {}, ''],
    ['is brought up to date where Slack held that up', cardOf({ stale: true }), NEW, {}, 'show'],
    ['first says what an earlier attempt has left', cardOf({ telling: {} as never }), IN_PROGRESS, {}, 'finish, again'],
    ['tells', cardOf(), IN_PROGRESS, {}, 'tell, again'],
    ['lets a burst settle', cardOf({ toldAt: NOON - 1_000 }), IN_PROGRESS, {}, 'wait'],
    [
      'knows of its watcher’s own deed',
      cardOf(),
      ticket(1, { state: '2', sys_updated_by: 'ada' }),
      {},
      'show, keep, forget',
    ],
    ['tells nothing while it is muted', cardOf({ muted: true }), IN_PROGRESS, {}, 'show, keep, forget'],
    [
      'waits for the end of a day of quiet',
      cardOf({ snoozed: { until: NOON + 1 } }),
      IN_PROGRESS,
      {},
      'show, look-later',
    ],
    ['collects until the state changes', cardOf({ snoozed: { whileState: '2' } }), IN_PROGRESS, {}, 'show'],
    ['waits in quiet hours', cardOf(), IN_PROGRESS, { preferences: quiet }, 'show, look-later'],
    [
      'lasts while a reopened ticket waits to be told',
      cardOf({ told: { ...snapshotOf('incident', NEW), ended: true } }),
      IN_PROGRESS,
      { preferences: quiet },
      'show, note-ended, look-later',
    ],
    [
      'leaves it to the digest',
      cardOf(),
      IN_PROGRESS,
      { preferences: { ...DEFAULT_PREFERENCES, digestAt: '17:00' } },
      'show, digest',
    ],
    ['passes files on', cardOf(), NEW, { files: [LOG] }, 'pass-files, keep, again'],
    ['passes nobody their own', cardOf(), NEW, { files: [{ ...LOG, isOwn: true }] }, ''],
    ['lets files wait in quiet hours', cardOf(), NEW, { files: [LOG], preferences: quiet }, 'look-later'],
    ['keeps files away while it is muted', cardOf({ muted: true }), NEW, { files: [LOG] }, 'keep, again'],
    ['knows files that it could not list before', cardOf({ files: undefined }), NEW, { files: [LOG] }, 'keep, again'],
    [
      'ends where what was assigned has gone to another',
      cardOf({ told: snapshotOf('incident', passedOn) }),
      passedOn,
      { reason: 'assigned' },
      'end',
    ],
    ['and not before that is told', cardOf(), passedOn, { reason: 'assigned', preferences: quiet }, 'show, look-later'],
  ])('%s', (_what, card, record, more, steps) => expect(did(plan(card, record, situation(more)))).toBe(steps));

  test('asks for the rows of a journal whose headers name several, and once', () => {
    const mixed = `${entry('One', 'Comments')}2026-11-23 11:58:00 - Cy Agent (Comments)\nTwo\n\n`;
    const record = ticket(2, { comments: mixed });
    expect(did(plan(cardOf(), record, situation()))).toBe('read-journal, again');
    expect(did(plan(cardOf(), record, situation({ rows: {} })))).toBe('tell, again');
  });
});

const changed = fc.record(
  {
    state: fc.constantFrom('1', '2', '6', '7'),
    assigned_to: fc.constantFrom(USER.sysId, BOB),
    sys_updated_by: fc.constantFrom('ada', 'bob'),
    comments: fc.constantFrom('', entry('For all', 'Comments')),
    work_notes: fc.constantFrom('', entry('For staff', 'Work notes')),
  },
  { requiredKeys: [] },
);
const anyCard = fc.option(
  fc.record(
    {
      message: fc.constant({ channel: 'D1', ts: '1.1' }),
      askedAt: fc.constant(NOON - MINUTE_MS),
      reason: fc.constantFrom(...REASONS),
      told: fc.constantFrom(snapshotOf('incident', NEW), snapshotOf('incident', IN_PROGRESS)),
      toldAt: fc.constantFrom(0, NOON),
      known: fc.boolean(),
      muted: fc.boolean(),
      stale: fc.boolean(),
      expectedUntil: fc.constantFrom(0, NOON + 1),
    },
    { requiredKeys: ['reason', 'told', 'toldAt'] },
  ),
  { nil: undefined },
);
const anySituation = fc.record({
  reason: fc.constantFrom(...REASONS),
  isWanted: fc.boolean(),
  mayBegin: fc.boolean(),
  rows: fc.constantFrom(undefined, {}),
  files: fc.constantFrom<Attached[] | undefined>(undefined, [], [LOG]),
});

test('whatever happens, nothing internal is told where nobody is known to be staff', () => {
  fc.assert(
    fc.property(anyCard, changed, fc.nat(3), anySituation, (card, fields, saves, more) => {
      const steps = plan(card, ticket(saves, fields), situation({ ...more, reader: undefined }));
      for (const step of steps) if (step.do === 'tell') expect(JSON.stringify(step.changes)).not.toContain('staff');
    }),
  );
});

test('whatever happens, one plan posts, tells and ends once at most, and nothing follows what waits', () => {
  fc.assert(
    fc.property(anyCard, changed, fc.nat(3), anySituation, (card, fields, saves, more) => {
      const steps = plan(card, ticket(saves, fields), situation(more)).map((step) => step.do);
      for (const once of ['post', 'tell', 'finish', 'end', 'wait', 'again'] as const)
        expect(steps.filter((step) => step === once).length).toBeLessThanOrEqual(1);
      for (const last of ['wait', 'await-others', 'withdraw', 'again'] as const)
        expect([-1, steps.length - 1]).toContain(steps.indexOf(last));
    }),
  );
});
