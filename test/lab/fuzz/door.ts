import type fc from 'fast-check';
import type { Moods } from '../../sandbox/servicenow/moods.ts';
import type { SlackMoods } from '../../sandbox/slack/moods.ts';
import type { Corpus } from './corpus.ts';
import type { Live } from './live.ts';

/** What a case did that nobody may be done to. Everything else that `run` throws is a finding, too. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** @throws {Finding} unless it holds */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Finding(otherwise);
}

/** What doors share: both are made when the first door asks. */
export type Around = {
  live(): Promise<Live>;
  corpus(): Promise<Corpus>;
  /** From now on the instance and Slack have the moods of this seed, which a replay of one case repeats. @returns the unusual ones */
  drawMoods(seed: number): Promise<Partial<Moods & SlackMoods>>;
};

type Opened<C> = {
  arbitrary: fc.Arbitrary<C>;
  /** @returns the class of the outcome, for the tally */
  run(input: C): string | Promise<string>;
  /** Asked after each chunk of cases, where an answer comes late or concerns them together. */
  after?(): Promise<void>;
  close?(): Promise<void>;
  /** How a case is shown in a report; its JSON if absent. */
  show?(input: C): string;
};

/** A way into the bridge from outside. Adding one: a file that exports a door, and its row in `doors/index.ts`. */
export type Door<C = unknown> = {
  name: string;
  /** What must hold whatever comes in, for the report. */
  oracle: string;
  /** Its part of a run, in thousandths. */
  share: number;
  /** Cases between two looks at what they did together. */
  chunk: number;
  open(around: Around): Opened<C> | Promise<Opened<C>>;
};

/** Doors are listed together, so each forgets what its cases look like. */
export const defineDoor = <C>(door: Door<C>): Door => door as unknown as Door;
