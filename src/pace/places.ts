import { UnavailableError } from '../errors.ts';
import { type Answer, isWhole, judge, type Round, START, type Usual } from './bound.ts';
import type { Count, Lease, Proposal, TakeTurn } from './lease.ts';

/** A process that lacks places asks again after this long, one that uses its places after that: others may lack them. */
const LACKING_MS = 50;
const BUSY_MS = 250;
/** Places that are not used for so long are given back. */
const IDLE_MS = 1_000;

/** Who wants to send a request, and whether somebody waits for it. */
export type Wanting = { who: string; isBackground: boolean; patienceMs: number };

/** Gives a place back. @param answer what came of the request; absent where none was sent */
export type Leave = (answer?: Answer) => void;

/** @throws {UnavailableError} where no place came free in time */
export type TakePlace = (wanting: Wanting) => Promise<Leave>;

type Waiter = Wanting & { give: () => void; refuse: (reason: unknown) => void };

/**
 * The places that this process has leased, handed to its requests from memory. Persons come before the background, and of
 * persons whoever has the fewest requests under way.
 */
export function createPlaces(turn: TakeTurn, maximum: number, now: () => number) {
  let lease: Lease = { bound: START, version: 0, places: { all: 0, background: 0 }, until: 0, isShort: false };
  let waiting: Waiter[] = [];
  const used: Count = { all: 0, background: 0 };
  const usedBy = new Map<string, number>();
  /** The most that were wanted since the last turn: a dip between two requests gives nothing back. */
  let peak: Count = { all: 0, background: 0 };
  let usedAt = 0;
  let askedAt = 0;
  let round: Round = { bound: START, answers: [] };
  let usual: Usual = {};
  let proposal: Proposal | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;
  let isAskedAgain = false;
  let isClosed = false;

  function wanted(): Count {
    const background = used.background + waiting.filter(({ isBackground }) => isBackground).length;
    return { all: used.all + waiting.length, background };
  }

  function notePeak(): void {
    const { all, background } = wanted();
    peak = { all: Math.max(peak.all, all), background: Math.max(peak.background, background) };
  }

  const isFree = (isBackground: boolean): boolean =>
    now() < lease.until && used.all < lease.places.all && (!isBackground || used.background < lease.places.background);

  /** The next in the order of the rules above. */
  function nextOf(isBackground: boolean): Waiter | undefined {
    if (!isFree(isBackground)) return undefined;
    let best: Waiter | undefined;
    for (const waiter of waiting)
      if (waiter.isBackground === isBackground && (!best || usedOf(waiter) < usedOf(best))) best = waiter;
    return best;
  }
  const usedOf = ({ who }: Wanting) => usedBy.get(who) ?? 0;

  function handOut(): void {
    for (;;) {
      const next = nextOf(false) ?? nextOf(true);
      if (!next) return;
      waiting = waiting.filter((waiter) => waiter !== next);
      next.give();
    }
  }

  function count({ who, isBackground }: Wanting, by: 1 | -1): void {
    used.all += by;
    if (isBackground) used.background += by;
    const theirs = (usedBy.get(who) ?? 0) + by;
    if (theirs > 0) usedBy.set(who, theirs);
    else usedBy.delete(who);
    usedAt = now();
  }

  function hear(answer: Answer, version: number): void {
    // What was sent under another bound says nothing about this one.
    if (version !== lease.version || proposal) return;
    round = { ...round, answers: [...round.answers, answer] };
    if (!isWhole(round, lease.places.all)) return;
    const judged = judge(round, usual, maximum, lease.isShort);
    usual = judged.usual;
    round = { bound: lease.bound, answers: [] };
    if (judged.bound === lease.bound) return;
    proposal = { version, bound: judged.bound };
    void ask();
  }

  /** One turn at a time; whatever comes up meanwhile is for the next one. */
  async function ask(): Promise<void> {
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    askedAt = now();
    clearTimeout(timer);
    notePeak();
    const isIdle = used.all === 0 && waiting.length === 0 && now() - usedAt >= IDLE_MS;
    const demand = { used: { ...used }, wanted: isIdle ? wanted() : peak };
    peak = wanted();
    const proposed = proposal;
    try {
      const answer = await turn(demand, proposed);
      if (answer.version !== lease.version || answer.bound !== round.bound)
        round = { bound: answer.bound, answers: [] };
      lease = answer;
    } catch (error) {
      for (const { refuse } of waiting.splice(0)) refuse(error);
    }
    if (proposal === proposed) proposal = undefined;
    isAsking = false;
    handOut();
    if (isAskedAgain) {
      isAskedAgain = false;
      if (waiting.length > 0 || proposal) return ask();
    }
    askLater();
  }

  function askLater(): void {
    clearTimeout(timer);
    if (isClosed || (waiting.length === 0 && used.all === 0 && lease.places.all === 0)) return;
    const rest = waiting.length > 0 ? askedAt + LACKING_MS - now() : BUSY_MS;
    timer = setTimeout(look, Math.max(0, Math.min(rest, BUSY_MS)));
    timer.unref();
  }

  /** Whoever uses nothing keeps the places for a moment and asks for nothing meanwhile. */
  function look(): void {
    const restsFor = now() - usedAt;
    if (waiting.length > 0 || used.all > 0 || restsFor < BUSY_MS || restsFor >= IDLE_MS) void ask();
    else askLater();
  }

  function enter(wanting: Wanting): Leave {
    count(wanting, 1);
    notePeak();
    const { version } = lease;
    let hasLeft = false;
    return (answer) => {
      if (hasLeft) return;
      hasLeft = true;
      count(wanting, -1);
      if (answer) hear(answer, version);
      handOut();
    };
  }

  const take: TakePlace = (wanting) => {
    // Whoever is first in order would be served by now if there were a place.
    if (!waiting.some(({ isBackground }) => isBackground === wanting.isBackground) && isFree(wanting.isBackground))
      return Promise.resolve(enter(wanting));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        ...wanting,
        give: () => {
          clearTimeout(limit);
          resolve(enter(wanting));
        },
        refuse: (reason) => {
          clearTimeout(limit);
          reject(reason);
        },
      };
      const limit = setTimeout(() => {
        waiting = waiting.filter((other) => other !== waiter);
        reject(new UnavailableError('servicenow-unavailable', 'no place in time among the requests to the instance'));
      }, wanting.patienceMs);
      waiting.push(waiter);
      notePeak();
      // Where the fleet has no more to give, each waiter need not ask anew.
      if (lease.isShort && !isAsking) askLater();
      else void ask();
    });
  };

  return {
    take,
    /** For the operator: the fleet's bound, and how many places this process has and uses. */
    figures: () => ({ bound: lease.bound, leased: lease.places.all, used: used.all }),
    /** Gives everything back; where Redis is away, the lease ends by itself. */
    close(): void {
      isClosed = true;
      clearTimeout(timer);
      const closing = new UnavailableError('servicenow-unavailable', 'this process ends');
      for (const { refuse } of waiting.splice(0)) refuse(closing);
      if (lease.places.all > 0) turn({ used, wanted: used }).catch(() => {});
    },
  };
}

export type Places = ReturnType<typeof createPlaces>;
