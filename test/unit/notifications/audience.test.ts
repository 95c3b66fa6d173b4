import { describe, expect, test } from '@jest/globals';
import { decide, decideOnFiles, nextTime, type Situation } from '../../../src/notifications/audience.ts';
import { DEFAULT_PREFERENCES, preferencesSchema } from '../../../src/records/preferences.ts';
import { NOON } from '../support.ts';

const HOUR = 3_600_000;
const STATE = { kind: 'state', label: 'State', from: 'New', to: 'In Progress' } as const;
const OTHER = { kind: 'other', label: 'Short description', from: 'a', to: 'b' } as const;

const weigh = (changed: Partial<Omit<Situation, 'preferences'>> & { preferences?: object }) =>
  decide({
    changes: [STATE],
    state: '2',
    card: {},
    now: NOON,
    ...changed,
    preferences: { ...DEFAULT_PREFERENCES, ...changed.preferences },
  });
const at = (time: string) => Date.parse(`2026-11-23T${time}:00Z`);

describe('who hears of it', () => {
  test('by default state, comments, assignment and priority are told, and other details are not', () => {
    expect(weigh({})).toEqual({ kind: 'tell', changes: [STATE] });
    expect(weigh({ changes: [OTHER] })).toEqual({ kind: 'only-card' });
    expect(weigh({ changes: [STATE, OTHER] })).toEqual({ kind: 'tell', changes: [STATE] });
    expect(weigh({ changes: [OTHER], preferences: { kinds: ['other'] } })).toEqual({ kind: 'tell', changes: [OTHER] });
  });
  test.each<[string, Parameters<typeof weigh>[0]]>([
    ['nothing by others', { changes: [] }],
    ['nothing by others, in quiet hours', { changes: [], preferences: { quiet: { from: '00:00', to: '23:59' } } }],
    ['muted', { card: { muted: true } }],
    ['muted, with a digest', { card: { muted: true }, preferences: { digestAt: '08:00' } }],
    ['nothing new', { changes: [] }],
  ])('%s: only the card', (_, situation) => {
    expect(weigh(situation)).toEqual({ kind: 'only-card' });
  });
  test('files wait where words wait, only a digest does not hold them up', () => {
    const files = (changed: { card?: Situation['card']; preferences?: object }) =>
      decideOnFiles({
        state: '2',
        card: changed.card ?? {},
        now: NOON,
        preferences: { ...DEFAULT_PREFERENCES, ...changed.preferences },
      }).kind;
    expect(files({})).toBe('tell');
    expect(files({ card: { muted: true } })).toBe('only-card');
    expect(files({ card: { snoozed: { until: NOON + 1 } } })).toBe('later');
    expect(files({ card: { snoozed: { whileState: '2' } } })).toBe('collect');
    expect(files({ preferences: { quiet: { from: '00:00', to: '23:59' } } })).toBe('later');
    expect(files({ preferences: { digestAt: '08:00' } })).toBe('tell');
  });
  test('snoozed: later, or when the state is another', () => {
    expect(weigh({ card: { snoozed: { until: NOON + 1 } } })).toEqual({ kind: 'later', until: NOON + 1 });
    expect(weigh({ card: { snoozed: { until: NOON } } }).kind).toBe('tell');
    expect(weigh({ card: { snoozed: { whileState: '2' } } })).toEqual({ kind: 'collect' });
    expect(weigh({ card: { snoozed: { whileState: '1' } } }).kind).toBe('tell');
  });
});

describe('quiet hours', () => {
  test.each<[string, string, string, string, string | undefined]>([
    ['12:00', '13:00', '14:00', 'Etc/UTC', undefined],
    ['13:00', '13:00', '14:00', 'Etc/UTC', '2026-11-23T14:00'],
    ['13:59', '13:00', '14:00', 'Etc/UTC', '2026-11-23T14:00'],
    ['14:00', '13:00', '14:00', 'Etc/UTC', undefined],
    ['23:30', '22:00', '07:00', 'Etc/UTC', '2026-11-24T07:00'],
    ['00:00', '22:00', '07:00', 'Etc/UTC', '2026-11-23T07:00'],
    ['06:59', '22:00', '07:00', 'Etc/UTC', '2026-11-23T07:00'],
    ['07:00', '22:00', '07:00', 'Etc/UTC', undefined],
    ['21:59', '22:00', '07:00', 'Etc/UTC', undefined],
    ['12:00', '12:00', '12:00', 'Etc/UTC', undefined],
    // Berlin is an hour ahead, Tokyo nine, Los Angeles eight behind, Kathmandu five and three quarters ahead.
    ['21:30', '22:00', '07:00', 'Europe/Berlin', '2026-11-24T06:00'],
    ['12:00', '21:00', '06:00', 'Asia/Tokyo', '2026-11-23T21:00'],
    ['06:00', '22:00', '07:00', 'America/Los_Angeles', '2026-11-23T15:00'],
    ['16:20', '22:00', '07:00', 'Asia/Kathmandu', '2026-11-24T01:15'],
    ['23:30', '22:00', '07:00', 'Atlantis/Nowhere', '2026-11-24T07:00'],
  ])('at %s, quiet from %s to %s in %s', (now, from, to, timeZone, until) => {
    expect(weigh({ now: at(now), preferences: { quiet: { from, to }, timeZone } })).toEqual(
      until ? { kind: 'later', until: Date.parse(`${until}:00Z`) } : { kind: 'tell', changes: [STATE] },
    );
  });
});

describe('the digest', () => {
  test.each<[string, string, string, string]>([
    ['12:00', '17:00', 'Etc/UTC', '2026-11-23T17:00'],
    ['12:00', '08:00', 'Etc/UTC', '2026-11-24T08:00'],
    ['08:00', '08:00', 'Etc/UTC', '2026-11-24T08:00'],
    ['12:00', '08:00', 'Europe/Berlin', '2026-11-24T07:00'],
    ['12:00', '00:00', 'Etc/UTC', '2026-11-24T00:00'],
  ])('at %s, for %s in %s', (now, digestAt, timeZone, expected) => {
    expect(weigh({ now: at(now), preferences: { digestAt, timeZone } })).toEqual({
      kind: 'digest',
      at: Date.parse(`${expected}:00Z`),
    });
  });
  test('goes before quiet hours, and waits for its own time', () => {
    expect(weigh({ preferences: { digestAt: '13:00', quiet: { from: '11:00', to: '23:00' } } })).toEqual({
      kind: 'digest',
      at: NOON + HOUR,
    });
  });
  test('seconds are left out, so that all changes of a day have one moment', () => {
    expect(nextTime('13:00', 'Etc/UTC', NOON + 12_345)).toBe(NOON + HOUR);
  });
});

describe('the day on which clocks are changed', () => {
  test.each<[string, string, string, string, string]>([
    ['spring, from before the change to after it', 'Europe/Berlin', '2026-03-28T21:30Z', '07:00', '2026-03-29T05:00Z'],
    ['autumn, from before the change to after it', 'Europe/Berlin', '2026-10-24T21:30Z', '07:00', '2026-10-25T06:00Z'],
    ['the same in New York', 'America/New_York', '2026-11-01T02:30Z', '07:00', '2026-11-01T12:00Z'],
    ['half an hour in Lord Howe', 'Australia/Lord_Howe', '2026-10-03T12:00Z', '07:00', '2026-10-03T20:00Z'],
    ['a time that is skipped', 'Europe/Berlin', '2026-03-29T00:00Z', '02:30', '2026-03-29T01:00Z'],
    ['a time that comes twice: its first', 'Europe/Berlin', '2026-10-24T22:00Z', '02:30', '2026-10-25T00:30Z'],
  ])('%s', (_what, timeZone, now, time, expected) => {
    expect(new Date(nextTime(time, timeZone, Date.parse(now))).toISOString()).toBe(
      new Date(Date.parse(expected)).toISOString(),
    );
  });
});

describe('preferences', () => {
  test('what was never set is the quiet default', () => {
    expect(preferencesSchema.parse({})).toEqual({
      kinds: ['state', 'comments', 'assignment', 'priority'],
      quiet: null,
      digestAt: null,
      automatic: { filed: true, assigned: true, approval: true },
      timeZone: 'Etc/UTC',
    });
  });
  test.each(['24:00', '7:00', '07:60', '0700', '', 'noon'])('%j is no time of day', (time) => {
    expect(preferencesSchema.safeParse({ digestAt: time }).success).toBe(false);
    expect(preferencesSchema.safeParse({ quiet: { from: time, to: '07:00' } }).success).toBe(false);
  });
});
