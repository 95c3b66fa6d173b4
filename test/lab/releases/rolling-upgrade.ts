import { setTimeout as sleep } from 'node:timers/promises';
import { MAIN } from '../../sandbox/bridge-process.ts';
import type { startStorm } from '../chaos/faults.ts';

/** Each process once forth, once back and once forth again: whichever release wrote something, the other reads it. */
const ROUNDS = ['current', 'previous', 'current'] as const;
const PAUSE_MS = 400;

/** A rollout that is taken back once, in the place of a storm: the processes change their builds one after the other. */
export const rollingUpgrade =
  (previous: string): typeof startStorm =>
  (house, _chance, { say }) => {
    const struck: Record<string, number> = {};
    const rolling = (async () => {
      for (const round of ROUNDS)
        for (const member of house.members) {
          await sleep(PAUSE_MS);
          const build = round === 'current' ? MAIN : previous;
          if (member.build === build) continue;
          await house.rollOut(member, build);
          const name = `a ${member.role} process runs the ${round} build`;
          struck[name] = (struck[name] ?? 0) + 1;
          say(name);
        }
    })();
    return {
      // However quick people are, the rollout is carried to its end.
      async end() {
        await rolling;
        return struck;
      },
    };
  };
