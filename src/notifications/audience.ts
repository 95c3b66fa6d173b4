import type { Change } from '../records/changes.ts';
import type { Preferences } from '../records/preferences.ts';
import type { Card } from './cards.ts';

/** What becomes of changes that one watcher has not been told. */
type Delivery =
  | { kind: 'tell'; changes: Change[] }
  /** Nothing of it is worth a message; the card is brought up to date. */
  | { kind: 'only-card' }
  /** Kept back until something else lets it be told; the card is brought up to date. */
  | { kind: 'collect' }
  | { kind: 'later'; until: number }
  | { kind: 'digest'; at: number };

export type Situation = {
  changes: Change[];
  /** Raw state as it is now. */
  state: string;
  /** The whole difference was made by the watcher. */
  own: boolean;
  card: Pick<Card, 'muted' | 'snoozed'>;
  preferences: Preferences;
  now: number;
};

/** Pure: who hears of it, and when. Nobody hears of their own change; silence never loses anything, it only collects. */
export function decide({ changes, state, own, card, preferences, now }: Situation): Delivery {
  const wanted = changes.filter(({ kind }) => preferences.kinds.includes(kind));
  if (own || wanted.length === 0 || card.muted) return { kind: 'only-card' };
  const snoozed = whileSnoozed(card, state, now);
  if (snoozed) return snoozed;
  if (preferences.digestAt) return { kind: 'digest', at: nextTime(preferences.digestAt, preferences.timeZone, now) };
  const quietUntil = endOfQuiet(preferences, now);
  return quietUntil ? { kind: 'later', until: quietUntil } : { kind: 'tell', changes: wanted };
}

/** Pure: the same for files that somebody else attached. They are of no kind, and a digest carries none. */
export function decideOnFiles({ state, card, preferences, now }: Omit<Situation, 'changes' | 'own'>): Delivery {
  if (card.muted) return { kind: 'only-card' };
  const snoozed = whileSnoozed(card, state, now);
  if (snoozed) return snoozed;
  const quietUntil = endOfQuiet(preferences, now);
  return quietUntil ? { kind: 'later', until: quietUntil } : { kind: 'tell', changes: [] };
}

function whileSnoozed({ snoozed }: Situation['card'], state: string, now: number): Delivery | undefined {
  if (snoozed?.until !== undefined && snoozed.until > now) return { kind: 'later', until: snoozed.until };
  if (snoozed?.whileState !== undefined && snoozed.whileState === state) return { kind: 'collect' };
  return undefined;
}

function endOfQuiet({ quiet, timeZone }: Preferences, now: number): number | undefined {
  if (!quiet || quiet.from === quiet.to) return undefined;
  const minute = minuteOfDay(timeZone, now);
  const from = toMinutes(quiet.from);
  const to = toMinutes(quiet.to);
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  return isQuiet ? nextTime(quiet.to, timeZone, now) : undefined;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** The next moment when clocks in `timeZone` show `time`. On the day of a clock change it may be an hour off. */
export function nextTime(time: string, timeZone: string, now: number): number {
  const ahead = (toMinutes(time) - minuteOfDay(timeZone, now) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  return Math.floor(now / MINUTE_MS) * MINUTE_MS + ahead * MINUTE_MS;
}

const toMinutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

function minuteOfDay(timeZone: string, now: number): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(timeZone),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return toMinutes(clock.format(now));
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'Etc/UTC';
  }
}
