import { type Person, personName } from '../redis/keys.ts';

/** So many at once are nobody's flood. */
const AT_ONCE = 5;
/** A flood is forgotten by so many jobs a second: no quicker than they are done, or its person's next job would overtake them. */
const FORGOTTEN_A_SECOND = 1;
/** BullMQ knows no more. */
const LAST = 2 ** 21 - 1;
/** Beyond so many people, those who have asked for little are forgotten. */
const REMEMBERED = 10_000;

/** How much somebody has asked for lately, as it was at a time. */
type Asked = { jobs: number; at: number };

/** Pure. */
const askedAt = ({ jobs, at }: Asked, now: number): number =>
  Math.max(0, jobs - ((now - at) / 1000) * FORGOTTEN_A_SECOND);

/** Pure. 0 is the first in a queue; whoever has asked for much stands behind those who have asked for little. */
const priorityAfter = (jobs: number): number => Math.min(LAST, Math.max(0, Math.ceil(jobs) - AT_ONCE));

/**
 * Each process counts what people ask of it. A flood that is spread over several processes is counted by each of them, as is
 * everybody else, so the order is the same as if one of them had counted it all, and no turn to Redis is spent on it.
 */
export function createFairness(now: () => number) {
  const lately = new Map<string, Asked>();

  function forgetLittle(): void {
    for (const [name, asked] of lately) if (askedAt(asked, now()) === 0) lately.delete(name);
  }

  /** @returns the priority of this person's next job in a queue */
  return (queue: string, person: Person): number => {
    const name = `${queue}/${personName(person)}`;
    const before = lately.get(name);
    const jobs = 1 + (before ? askedAt(before, now()) : 0);
    if (!before && lately.size >= REMEMBERED) forgetLittle();
    lately.set(name, { jobs, at: now() });
    return priorityAfter(jobs);
  };
}
