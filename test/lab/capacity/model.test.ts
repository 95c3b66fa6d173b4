import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { read, tableRows } from '../../house/code.ts';
import { scheduleOf } from './day.ts';
import { BEHAVIOUR, LIMITS, UNIT_COSTS } from './figures.ts';
import { DEEDS, limitsMet, METHODS, needOf, pollRequestsPerSecond, processesFor, ratesOf } from './model.ts';
import { limitTable, needTable, type Table, unitTable } from './tables.ts';

const NONE = Object.fromEntries(DEEDS.map((deed) => [deed, 0])) as ReturnType<typeof ratesOf>;
const need = (people: number) => needOf(ratesOf(people, BEHAVIOUR), people, BEHAVIOUR, UNIT_COSTS);

describe('what people do', () => {
  test('a day’s deeds fall into its hours, and the busiest is so much busier', () => {
    const one = { ...BEHAVIOUR.perDay, show: 1 };
    const rates = ratesOf(28_800, { ...BEHAVIOUR, perDay: one, workingHours: 8, peak: 3 });
    expect(rates.show).toBeCloseTo(3);
  });
  test('only what is read as a person can begin with a refresh', () => {
    const perDay = { show: 0, list: 0, filing: 0, watch: 0, told: 0, unheard: 100 };
    expect(ratesOf(1_000, { ...BEHAVIOUR, perDay, expired: 1 }).refresh).toBe(0);
    const { refresh, told } = ratesOf(1_000, { ...BEHAVIOUR, perDay: { ...perDay, told: 4 }, expired: 0.5 });
    expect(refresh).toBeCloseTo(told / 2);
  });
});

describe('the poll', () => {
  test.each<[string, number, number, number]>([
    ['on a quiet instance', 0, 30, 3 / 30],
    ['where one window holds all', 4, 30, 3 / 30],
    ['where it holds less than half', 10, 40, 6 / 40],
  ])('asks, %s, as often as it must', (_, changes, seconds, requests) => {
    expect(pollRequestsPerSecond(changes, seconds)).toBeCloseTo(requests);
  });
});

describe('what it needs', () => {
  test('each deed costs what one costs', () => {
    for (const deed of DEEDS) {
      const { redisCommands, web } = needOf({ ...NONE, [deed]: 10 }, 0, BEHAVIOUR, UNIT_COSTS);
      expect(redisCommands).toBeCloseTo(10 * UNIT_COSTS.deeds[deed].redisCommands);
      expect(web).toBeCloseTo(UNIT_COSTS.deeds[deed].webMs / 100);
    }
  });
  test('nobody costs nothing but the poll', () => {
    expect(need(0)).toMatchObject({ web: 0, worker: 0, redis: 0, lastingBytes: 0, hourBytes: 0 });
    expect(need(0).serviceNow).toBeCloseTo(pollRequestsPerSecond(0, BEHAVIOUR.pollSeconds));
  });
  test('nothing grows faster than the number of people', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 1_000_000 }), fc.integer({ min: 2, max: 50 }), (people, times) => {
        const [few, many] = [need(people), need(people * times)];
        for (const name of ['web', 'worker', 'redis', 'redisCommands', 'lastingBytes', 'hourBytes'] as const)
          expect(many[name] / few[name]).toBeCloseTo(times, 6);
        // A window more of the poll may begin just here.
        expect(many.serviceNow).toBeLessThanOrEqual(few.serviceNow * times + 1 / BEHAVIOUR.pollSeconds);
      }),
    );
  });
  test.each<[number, number]>([
    [0.01, 2],
    [1, 2],
    [1.01, 3],
    [4, 8],
  ])('%d busy cores are %d processes', (cores, processes) => {
    expect(processesFor(cores)).toBe(processes);
  });
});

test('with so many people as it says, a limit is met, and the nearest comes first', () => {
  const limits = limitsMet(BEHAVIOUR, UNIT_COSTS, LIMITS);
  expect(limits.map(({ people }) => people)).toEqual(limits.map(({ people }) => people).sort((a, b) => a - b));
  for (const method of METHODS) {
    const people = limits.find(({ name }) => name === method)?.people ?? 0;
    expect(need(people).slackPerMinute[method]).toBeCloseTo(LIMITS.slackPerMinute[method]);
  }
});

test('a simulated day has each kind at its own rate, in order', () => {
  const plan = scheduleOf({ ...NONE, show: 5, told: 2.5, refresh: 9 }, 20);
  expect(plan.filter(({ deed }) => deed === 'show')).toHaveLength(100);
  expect(plan.filter(({ deed }) => deed === 'told').map(({ nth }) => nth)).toEqual([...Array(50).keys()]);
  expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).sort((a, b) => a - b));
  expect(plan.at(-1)?.at).toBeLessThan(20);
  expect(plan).toHaveLength(150);
});

describe('docs/capacity.md', () => {
  const page = read('docs/capacity.md');
  test.each<[string, () => Table]>([
    ['unit costs', unitTable],
    ['needs', needTable],
    ['limits', limitTable],
  ])('its table of %s is what the arithmetic gives', (_, table) => {
    const { heading, rows } = table();
    expect(tableRows(page, heading.join(' | '))).toEqual(rows);
  });
  test('its assumptions are those of the arithmetic', () => {
    const { perDay, watches, cards, workingHours, peak, expired, pollSeconds } = BEHAVIOUR;
    expect(tableRows(page, 'Assumed').map(([, value]) => value)).toEqual(
      [...Object.values(perDay), watches, cards, workingHours, peak, expired, pollSeconds].map(String),
    );
  });
});
