import { setTimeout as sleep } from 'node:timers/promises';
import { type House, preciseNow } from '../bench/house.ts';
import { atEach } from '../bench/load.ts';
import { createDeeds } from './deeds.ts';
import type { Meter } from './meter.ts';
import { DEEDS, type Deed } from './model.ts';
import type { Member } from './people.ts';

type Act = Exclude<Deed, 'refresh'>;

/** Who does what: everybody in turn, so that nobody's changes fall into one burst. */
export type Cast = Record<Act, readonly Member[]>;

export type Day = {
  planned: number;
  refused: string[];
  ackMs: number[];
  /** How late the generator itself was. */
  lagMs: number[];
  /** Jobs that were not done, second by second. */
  depths: number[];
  changes: { sysId: string; at: number }[];
};

/** Plays so many seconds of these rates, in an open loop: each deed begins when it is due, whatever became of the others. */
export async function play(
  house: House,
  cast: Cast,
  rates: Record<Deed, number>,
  seconds: number,
  meter: Meter,
): Promise<Day> {
  const deeds = createDeeds(house);
  const begin = preciseNow() + 500;
  const plan = scheduleOf(rates, seconds);
  const day: Day = { planned: plan.length, refused: [], ackMs: [], lagMs: [], depths: [], changes: [] };
  const underWay: Promise<void>[] = [];

  async function act(deed: Act, nth: number): Promise<void> {
    const members = cast[deed];
    const member = members[nth % members.length];
    if (!member) return;
    if (deed === 'told') day.changes.push({ sysId: member.ticket['sys_id'] ?? '', at: preciseNow() });
    try {
      const { refused, ackMs } = await deeds[deed](member, nth);
      day.refused.push(...refused);
      day.ackMs.push(...ackMs);
    } catch (error) {
      day.refused.push(`${deed}: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  const watching = watch(meter, seconds, day.depths);
  await atEach(
    plan.map(({ at }) => begin + at * 1000),
    (index, due) => {
      const next = plan[index];
      if (!next) return;
      day.lagMs.push(preciseNow() - due);
      underWay.push(act(next.deed, next.nth));
    },
  );
  await Promise.all([...underWay, watching]);
  return day;
}

/** Each kind evenly, at its own rate; together they meet as they like. */
export function scheduleOf(rates: Record<Deed, number>, seconds: number): { at: number; deed: Act; nth: number }[] {
  const acts = DEEDS.filter((deed): deed is Act => deed !== 'refresh');
  return acts
    .flatMap((deed, index) =>
      Array.from({ length: Math.round(rates[deed] * seconds) }, (_, nth) => ({
        at: (nth + (index + 1) / (acts.length + 1)) / rates[deed],
        deed,
        nth,
      })),
    )
    .sort((one, other) => one.at - other.at);
}

async function watch(meter: Meter, seconds: number, depths: number[]): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(1000)) depths.push(await meter.depth());
}

/** From each change to the first words about its ticket after it; `left` are those of which nobody heard. */
export function tellingTimes({ slack }: House, changes: Day['changes']): { ms: number[]; left: number } {
  const posts = new Map<string, number[]>();
  for (const { method, ok, at, args } of slack.calls) {
    if (method !== 'chat.postMessage' || !ok) continue;
    const [sysId] = /[0-9a-f]{32}(?=-\d+-\d+")/.exec(JSON.stringify(args['metadata'] ?? '')) ?? [];
    if (sysId) posts.set(sysId, [...(posts.get(sysId) ?? []), at]);
  }
  const ms = changes.flatMap(({ sysId, at }) => {
    const told = posts.get(sysId)?.find((post) => post >= at);
    return told === undefined ? [] : [told - at];
  });
  return { ms, left: changes.length - ms.length };
}
