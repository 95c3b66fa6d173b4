import type { Spread } from './stats.ts';

/** One line of the table. */
export type Result = {
  name: string;
  unit: string;
  subject: Spread;
  /** The least that could do the job, measured in the same run, in turns with the subject. */
  floor?: Spread;
  /** Made of pairs that ran one after the other, so that a busy neighbour slows both down. */
  ratio?: Spread;
  /** What DESIGN wants, in words, and whether it is so. Figures without a target are there to be watched. */
  target?: { words: string; met: boolean };
  note?: string;
};

export type Settings = {
  /** Fewer and shorter repetitions: to see that it works, not to quote. */
  quick: boolean;
  repetitions: number;
  log(line: string): void;
};

/** A family of lines. A new one is a file under `rows/` and an entry in `main.ts`. */
export type Row = { name: string; about: string; run(settings: Settings): Promise<Result[]> };
