import type { Condition } from '../records/query.ts';
import { type ServiceNowRecord, storedValue } from '../records/types.ts';
import type { AsPerson } from '../servicenow/client.ts';
import { queryWindow } from '../servicenow/table.ts';

/** Moments are as the instance stores them, `YYYY-MM-DD HH:MM:SS` in UTC, so that they compare as texts. */
const toMoment = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const toMs = (moment: string) => Date.parse(`${moment.replace(' ', 'T')}Z`);

export const secondsBefore = (moment: string, seconds: number): string => toMoment(toMs(moment) - seconds * 1000);
export const earlier = (one: string, another: string): string => (another < one ? another : one);
export const later = (one: string, another: string): string => (another > one ? another : one);
export const updatedOn = (record: ServiceNowRecord): string => storedValue(record, 'sys_updated_on');

/** The instance's own clock, as its last answer showed it; ours until then, and where answers show none. */
export type InstanceClock = { now(): string; learn(at: number | undefined): void };

export function createInstanceClock(now: () => number): InstanceClock {
  let ahead = 0;
  return {
    now: () => toMoment(now() + ahead),
    learn(at) {
      if (at !== undefined) ahead = at - now();
    },
  };
}

const MINUTE_MS = 60_000;
/** An answer takes 65 seconds at most, and the minutes count back from when the instance looks. */
const SPARE_MINUTES = 2;
/** The first answer may show that our clock is wrong; after that only the instance's own can be. */
const MOST_TRIES = 3;

const minutesBetween = (since: string, now: string) => Math.max(0, Math.ceil((toMs(now) - toMs(since)) / MINUTE_MS));

/** Pure: so many minutes reach back to `since` for sure. */
export const minutesBack = (since: string, now: string): number => minutesBetween(since, now) + SPARE_MINUTES;

export type ChangeQuestion = {
  table: string;
  where: Condition[];
  columns: readonly string[];
  limit: number;
  offset?: number;
  /** By the instance's clock; undefined for all there is. */
  since: (now: string) => string | undefined;
};

/** Pure: what keeps the rows of an answer that are as new as asked for; a row whose time is hidden counts as new. */
const isSince = (since: string) => (record: ServiceNowRecord) => (updatedOn(record) || since) >= since;

/**
 * One window of what changed since a moment, oldest first. The question is in whole minutes back from the instance's now; the
 * rest is our own comparison of stored values, which are UTC for everybody. Where the instance's clock turns out to be
 * further on than we thought, it is asked again.
 * @returns `minutes`: how far back the question reached
 */
export async function changedSince(request: AsPerson, clock: InstanceClock, question: ChangeQuestion) {
  const { table, where, columns, limit, offset = 0 } = question;
  const field = 'sys_updated_on';
  for (let tries = 1; ; tries++) {
    const asked = question.since(clock.now());
    const minutes = asked === undefined ? undefined : minutesBack(asked, clock.now());
    const reach: Condition[] = minutes === undefined ? [] : [{ field, is: 'within', minutes }];
    const query = { where: [...where, ...reach], orderBy: { field } };
    const window = await queryWindow(request, table, query, { columns: [...columns], limit, offset });
    clock.learn(window.at);
    const since = question.since(clock.now());
    if (since === undefined || minutes === undefined) return { ...window, minutes: Number.POSITIVE_INFINITY };
    if (minutes >= minutesBetween(since, clock.now()) || tries === MOST_TRIES)
      return { ...window, minutes, records: window.records.filter(isSince(since)) };
  }
}
