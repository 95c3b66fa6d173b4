/**
 * Who was told what, from what the two simulators hold, and from nothing that the bridge keeps.
 *
 * A change is one step of a ticket's `sys_mod_count`. A message in a watcher's thread covers a range `(from, to]`, which its
 * metadata names as `<sysId>-<from>-<to>`; the card itself is the first word and covers all before it. For each watcher and
 * ticket the ranges must follow each other by `ts`, must not overlap, and must reach the last step. Between two ranges, and
 * behind the last one, only silence that is right is let through. `(a, b]` may be silent where it can be cut into pieces each of which is
 *   - one step that the watcher made, or
 *   - any number of steps after which all columns that are told stand where they stood before, and in which nobody wrote
 *     anything that the watcher may read.
 * A list of many that came to somebody at once is the first word about each of them, and reaches the step at which it was posted
 * or one before it; such a ticket may have no card as long as silence is right.
 *
 * Who was made a watcher by an assignment hears that the ticket went to somebody else, and no more; it may come back by a new card.
 *
 * Where a card began is known for those who asked for it (the tickets stood still then); for those who were made watchers
 * by an assignment it is any step since the assignment, and not after the card's `ts`, whose state and priority the card's first words show.
 *
 * lost             audible steps that no message covers; or words that somebody wrote and that are in no message
 * doubled          ranges that overlap, a second card of a ticket that never went away, words told twice
 * outOfOrder       a range before one that was posted earlier
 * wrongPerson      a message about a ticket that its reader neither asked for nor was ever assigned to
 * invisible        a message about a step, or with words, that its reader may not see
 * wrongWords       "old → new" is not what the history says at the ends of the range
 * staleCards       a card that in the end does not show the ticket's last state and priority
 */
import { groupBy } from './log.ts';

export type Step = {
  modCount: number;
  at: number;
  /** user_name */
  by: string;
  /** What a reader sees, by column; all columns that are told by default. */
  shown: Readonly<Record<string, string>>;
  callerId: string;
  assignedTo: string;
  words: { word: string; internal: boolean }[];
};

export type History = { sysId: string; number: string; steps: Step[] };

export type Watcher = { name: string; userName: string; sysId: string; staff: boolean };

/** A message of the bridge in a watcher's DM, as Slack holds it in the end. */
export type Posted = {
  watcher: string;
  ts: string;
  threadTs: string | undefined;
  key: string;
  /** One for each block. */
  lines: string[];
  text: string;
  /** As it was before any edit. */
  firstText: string;
};

export type Evidence = {
  histories: History[];
  watchers: Watcher[];
  posted: Posted[];
  /** Who asked for a ticket, and at which step it stood still then. */
  asked: { watcher: string; sysId: string; at: number }[];
};

export const FIGURES = [
  'lost',
  'doubled',
  'outOfOrder',
  'wrongPerson',
  'invisible',
  'wrongWords',
  'staleCards',
] as const;
export type Figure = (typeof FIGURES)[number];

export type Reckoning = Record<Figure, number> & {
  pairs: number;
  /** Steps that somebody had to hear of, summed over watchers. */
  steps: number;
  messages: number;
  /** What each count is made of, in words. */
  findings: string[];
};

type Range = { from: number; to: number; message: Posted };

const isList = ({ key }: Posted) => key.startsWith('arrivals-');

export function reckon({ histories, watchers, posted, asked }: Evidence): Reckoning {
  const figures = Object.fromEntries(FIGURES.map((name) => [name, 0])) as Record<Figure, number>;
  const findings: string[] = [];
  const totals = { pairs: 0, steps: 0, messages: 0 };
  const byPair = groupBy(
    posted.flatMap((message) => {
      const about = aboutOf(message.key);
      return about ? [{ ...about, message }] : [];
    }),
    ({ sysId, message }) => `${message.watcher}/${sysId}`,
  );
  const expected = new Set<string>();

  for (const watcher of watchers)
    for (const history of histories) {
      const pair = `${watcher.name}/${history.sysId}`;
      const wish = asked.find((one) => one.watcher === watcher.name && one.sysId === history.sysId);
      const wasAssigned = history.steps.some(({ assignedTo }) => assignedTo === watcher.sysId);
      if (!wish && !wasAssigned) continue;
      expected.add(pair);
      totals.pairs++;
      const found = byPair.get(pair) ?? [];
      const note = (figure: Figure, count: number, words: string) => {
        if (count === 0) return;
        figures[figure] += count;
        findings.push(`${figure}: ${watcher.name}, ${history.number}: ${words}`);
      };
      const cards = found.filter(({ range }) => !range).map(({ message }) => message);
      const ranges = found
        .flatMap(({ range, message }) => (range ? [{ ...range, message }] : []))
        .sort((a, b) => Number(a.message.ts) - Number(b.message.ts));
      const lists = posted.filter(
        (one) =>
          isList(one) &&
          one.watcher === watcher.name &&
          one.lines.some((line) => line.startsWith(`${history.number} `)),
      );
      totals.messages += ranges.length;
      totals.steps += checkPair({ watcher, history, cards, lists, ranges, startsAt: wish?.at }, note);
    }
  for (const [pair, messages] of byPair)
    if (!expected.has(pair)) {
      figures.wrongPerson += messages.length;
      findings.push(`wrongPerson: ${pair}: ${messages[0]?.message.text}`);
    }
  return { ...figures, ...totals, findings };
}

type Pair = {
  watcher: Watcher;
  history: History;
  cards: Posted[];
  /** Those that told of it among others. */
  lists: Posted[];
  ranges: Range[];
  startsAt: number | undefined;
};
type Note = (figure: Figure, count: number, words: string) => void;

/** @returns how many steps the watcher had to hear of */
function checkPair({ watcher, history, cards, lists, ranges, startsAt }: Pair, note: Note): number {
  const { steps } = history;
  const last = steps.at(-1);
  const at = (modCount: number) => steps.find((step) => step.modCount === modCount);
  const sees = (step: Step) => watcher.staff || step.callerId === watcher.sysId;
  /** Whoever asked hears of it for good. */
  const isTheirs = (step: Step) => startsAt !== undefined || step.assignedTo === watcher.sysId;
  const isSilentFrom = (from: number[], to: number) => from.some((one) => isSilent(history, watcher, one, to));
  if (!last) return 0;
  const isGiven = isTheirs(last) && last.by !== watcher.userName;
  // Who was assigned only in passing may never have been noticed, nor who took it themselves; who was given it must be.
  const mustKnow = startsAt !== undefined ? sees(last) : isGiven;

  const beginnings = [...cards, ...lists];
  if (beginnings.length === 0) {
    note('lost', mustKnow ? 1 : 0, 'no card');
    note('wrongPerson', ranges.length, 'a range without a card');
    return 0;
  }

  /** They know that it went to somebody else, so that nothing is owed to them from then on. */
  const lettingGo = (reached: number[]): number =>
    steps.find(
      (step) => step.modCount >= Math.min(...reached) && !isTheirs(step) && isSilentFrom(reached, step.modCount),
    )?.modCount ?? Number.POSITIVE_INFINITY;
  const firstTheirs = steps.find(isTheirs)?.modCount ?? 0;
  const startsOf = (first: Posted, after: number): number[] => {
    // It may have gone to somebody else before the card was there.
    const since = steps.find((step) => step.modCount >= after && isTheirs(step))?.modCount ?? Number.POSITIVE_INFINITY;
    return steps
      .filter(({ modCount, at }) => modCount >= since && at <= Number(first.ts) * 1000)
      .filter((step) => isList(first) || cardShows(first.firstText, step))
      .map(({ modCount }) => modCount);
  };

  let reached: number[] = [];
  let card: Posted | undefined;
  let isListed = false;
  /** Since when a card has to show what comes. */
  const checkCard = (until: number): void => {
    if (!card || reached.length === 0) return;
    const [shown, from] = [card.text, Math.max(...reached)];
    const isUpToDate = (step: Step) => cardShows(shown, step);
    const owed =
      lettingGo(reached) <= until ? steps.filter((step) => step.modCount >= from && step.modCount <= until) : [last];
    note('staleCards', sees(last) && !owed.some(isUpToDate) ? 1 : 0, `the card says: ${shown}`);
  };
  const begin = (first: Posted): void => {
    const isFirst = reached.length === 0;
    const after = isFirst ? (startsAt ?? firstTheirs) : lettingGo(reached);
    const starts = isFirst && startsAt !== undefined ? [startsAt] : startsOf(first, after);
    // A list is the first word of what its card tells later on.
    const goesOn = !isFirst && isListed && !card && !isList(first);
    if (isFirst && starts.length === 0) note('wrongWords', 1, `no step looks like the card: ${first.firstText}`);
    if (!isFirst && !goesOn && starts.length === 0) note('doubled', 1, `${cards.length} cards, ${lists.length} lists`);
    if (!isFirst && !goesOn && starts.length > 0) checkCard(Math.max(...starts));
    reached = goesOn ? [...reached, ...starts] : starts.length > 0 ? starts : reached;
    card = isList(first) ? undefined : first;
    isListed = isList(first);
    if (!goesOn && starts.length > 0) seen.length = 0;
  };
  const seen: Range[] = [];
  const follow = (range: Range): void => {
    const { from, to, message } = range;
    const name = `${from}-${to}`;
    const earlier = seen.at(-1);
    note('outOfOrder', message.threadTs === card?.ts ? 0 : 1, 'not in the thread of the card');
    if (seen.some((one) => one.from < to && from < one.to)) note('doubled', 1, `${name} overlaps one before it`);
    else if (earlier && to <= earlier.from) note('outOfOrder', 1, `${name} after ${earlier.from}-${earlier.to}`);
    else if (!reached.some((one) => one <= from && isSilent(history, watcher, one, from)))
      note('lost', Math.max(1, audible(history, watcher, Math.max(...reached, -1), from)), `a gap before ${name}`);
    seen.push(range);
    reached = [Math.max(to, ...seen.map((one) => one.to))];
    const [old, now] = [at(from), at(to)];
    if (!old || !now) note('wrongWords', 1, `${name}: there is no such step`);
    else {
      note('invisible', sees(now) ? 0 : 1, `${name}: may not see it`);
      note('wrongWords', wrongLines(message.lines, old, now), `${name}: ${message.text}`);
    }
  };
  const byTime = [
    ...beginnings.map((first) => ({ ts: first.ts, first })),
    ...ranges.map((range) => ({ ts: range.message.ts, range })),
  ].sort((a, b) => Number(a.ts) - Number(b.ts));
  let first = Number.POSITIVE_INFINITY;
  for (const one of byTime) {
    if ('first' in one) begin(one.first);
    else follow(one.range);
    first = Math.min(first, ...reached);
  }

  const isOver = lettingGo(reached) <= last.modCount && !isGiven;
  if (sees(last) && !isOver && !isSilentFrom(reached, last.modCount))
    note(
      'lost',
      Math.max(1, audible(history, watcher, Math.max(...reached, -1), last.modCount)),
      `told to ${Math.max(...reached)} of ${last.modCount}, which ${last.by} made at ${new Date(last.at).toISOString()} (${history.sysId})`,
    );
  checkCard(last.modCount);

  // Word by word.
  for (const step of steps.filter(({ modCount }) => modCount > first))
    for (const { word, internal } of step.words) {
      const times = ranges.flatMap(({ message }) => message.text.match(wholeWord(word)) ?? []).length;
      const mayRead = watcher.staff || !internal;
      if (!mayRead) note('invisible', times, `${word} is internal`);
      else {
        note('doubled', Math.max(0, times - 1), `${word} ${times} times`);
        const covering = ranges.find(({ from, to }) => from < step.modCount && step.modCount <= to);
        if (covering && times === 0 && step.by !== watcher.userName)
          note('lost', 1, `${word} is not in ${covering.from}-${covering.to}`);
      }
    }
  return audible(history, watcher, first, last.modCount);
}

/** `card-<sysId>-<watcher>` or `<sysId>-<from>-<to>`. */
function aboutOf(key: string): { sysId: string; range: { from: number; to: number } | undefined } | undefined {
  const match = /^(?:card-([0-9a-f]{32})-|([0-9a-f]{32})-(\d+)-(\d+)-\d+$)/.exec(key);
  if (!match) return undefined;
  if (match[1]) return { sysId: match[1], range: undefined };
  return { sysId: match[2] ?? '', range: { from: Number(match[3]), to: Number(match[4]) } };
}

const wholeWord = (word: string) => new RegExp(`${word}(?!\\d)`, 'g');

/** Shortest way from step to step: can `(a, b]` be cut into silent pieces? */
function isSilent({ steps }: History, watcher: Watcher, a: number, b: number): boolean {
  const part = steps.filter(({ modCount }) => modCount >= a && modCount <= b);
  const reachable = part.map((_step, index) => index === 0);
  for (let end = 1; end < part.length; end++)
    reachable[end] = part
      .slice(0, end)
      .some((_step, start) => reachable[start] && isQuietPiece(part.slice(start, end + 1), watcher));
  return a === b || (part.length > 0 && reachable.at(-1) === true);
}

/** The first of the pieces is where it starts from. */
function isQuietPiece(piece: Step[], watcher: Watcher): boolean {
  const [before, ...rest] = piece;
  const after = rest.at(-1);
  if (!before || !after) return true;
  if (rest.length === 1 && after.by === watcher.userName) return true;
  const written = rest.some(({ words }) => words.some(({ internal }) => watcher.staff || !internal));
  return !written && Object.keys(after.shown).every((field) => after.shown[field] === before.shown[field]);
}

/** Steps in `(a, b]` that alone would have been worth a message. */
const audible = ({ steps }: History, watcher: Watcher, a: number, b: number): number =>
  steps.filter((step, index) => {
    const before = steps[index - 1];
    return step.modCount > a && step.modCount <= b && before && !isQuietPiece([before, step], watcher);
  }).length;

const TOLD_LINES = { state: 'State', priority: 'Priority', assigned_to: 'Assigned to' } as const;

function wrongLines(lines: string[], old: Step, now: Step): number {
  return Object.entries(TOLD_LINES).filter(([field, label]) => {
    const line = lines.find((one) => one.startsWith(`${label}: `));
    const [from, to] = [old.shown[field] || 'none', now.shown[field] || 'none'];
    if (from === to) return line !== undefined;
    return line !== `${label}: ${from} → ${to}` && !line?.startsWith(`${label}: ${from} → ${to} by `);
  }).length;
}

const cardShows = (text: string, { shown }: Step): boolean =>
  text.includes(` State: ${shown['state']}. Priority: ${shown['priority']}. You are told because`);

/** The figures as a table for people. */
export function inWords(reckoning: Reckoning): string {
  const rows = [
    ['watcher and ticket', reckoning.pairs],
    ['changes to hear of', reckoning.steps],
    ['messages that tell them', reckoning.messages],
    ...FIGURES.map((name) => [name, reckoning[name]]),
  ];
  return rows.map(([name, count]) => `${String(count).padStart(8)}  ${name}`).join('\n');
}

export const isClean = (reckoning: Reckoning): boolean => FIGURES.every((name) => reckoning[name] === 0);
