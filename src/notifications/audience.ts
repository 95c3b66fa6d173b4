import { Cron } from 'croner';
import type { Change } from '../records/changes.ts';
import type { Preferences } from '../records/preferences.ts';

/** What becomes of changes that one watcher has not been told. */
type Delivery =
  | { kind: 'tell'; changes: Change[] }
  /** Nothing of it is worth a message; the card is brought up to date. */
  | { kind: 'only-card' }
  /** Kept back until something else lets it be told; the card is brought up to date. */
  | { kind: 'collect' }
  | { kind: 'later'; until: number }
  | { kind: 'digest'; at: number };

/** What a watcher has asked for one ticket. */
type Silence = {
  muted?: boolean | undefined;
  /** No messages before this time, or before the state is another than this one. */
  snoozed?: { until?: number | undefined; whileState?: string | undefined } | undefined;
};

export type Situation = {
  /** By others than the watcher. */
  changes: Change[];
  /** Raw state as it is now. */
  state: string;
  card: Silence;
  preferences: Preferences;
  now: number;
};

/** Pure: who hears of it, and when. Nobody hears of their own change; silence never loses anything, it only collects. */
export function decide({ changes, state, card, preferences, now }: Situation): Delivery {
  const wanted = changes.filter(({ kind }) => preferences.kinds.includes(kind));
  if (wanted.length === 0 || card.muted) return { kind: 'only-card' };
  const snoozed = whileSnoozed(card, state, now);
  if (snoozed) return snoozed;
  if (preferences.digestAt) return { kind: 'digest', at: nextTime(preferences.digestAt, preferences.timeZone, now) };
  const quietUntil = endOfQuiet(preferences, now);
  return quietUntil ? { kind: 'later', until: quietUntil } : { kind: 'tell', changes: wanted };
}

/** Pure: the same for files that somebody else attached. They are of no kind, and a digest carries none. */
export function decideOnFiles({ state, card, preferences, now }: Omit<Situation, 'changes'>): Delivery {
  if (card.muted) return { kind: 'only-card' };
  const snoozed = whileSnoozed(card, state, now);
  if (snoozed) return snoozed;
  const quietUntil = endOfQuiet(preferences, now);
  return quietUntil ? { kind: 'later', until: quietUntil } : { kind: 'tell', changes: [] };
}

function whileSnoozed({ snoozed }: Silence, state: string, now: number): Delivery | undefined {
  if (snoozed?.until !== undefined && snoozed.until > now) return { kind: 'later', until: snoozed.until };
  if (snoozed?.whileState !== undefined && snoozed.whileState === state) return { kind: 'collect' };
  return undefined;
}

/** It is quiet where the end of the quiet hours comes before their next beginning. */
function endOfQuiet({ quiet, timeZone }: Preferences, now: number): number | undefined {
  if (!quiet || quiet.from === quiet.to) return undefined;
  const end = nextTime(quiet.to, timeZone, now);
  return end < nextTime(quiet.from, timeZone, now) ? end : undefined;
}

/** The next moment when clocks in `timeZone` show `time`; where they skip it, the first moment after it. */
export function nextTime(time: string, timeZone: string, now: number): number {
  const [hours, minutes] = time.split(':');
  const next = new Cron(`${minutes} ${hours} * * *`, { timezone: knownZone(timeZone) }).nextRun(new Date(now));
  // A time of day comes every day.
  return next?.getTime() ?? now;
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'Etc/UTC';
  }
}
