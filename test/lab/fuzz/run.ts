import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type Around, type Door, Finding, must } from './door.ts';

/** Nobody in Slack waits longer than three seconds; what is pure has to be far below that. */
const LONGEST_CASE_MS = 3_000;
const HANG_MS = 15_000;
/** A chunk takes a second or two; shrinking a case whose consequences take seconds would never end. */
const CHECK_MS = 30_000;
const MOST_FAILURES = 5;
/** What may stay after a forced collection, from a quarter of a door's cases to its end. */
const MEMORY_FREE_BYTES = 8 * 1024 * 1024;
const MEMORY_PER_CASE_BYTES = 200;
const LOOKS_AT_MEMORY = 8;

type Failure = { message: string; input: string; seed: number; path: string; stack: string };
export type Report = {
  door: string;
  cases: number;
  ms: number;
  outcomes: Record<string, number>;
  slowest: { ms: number; input: string };
  failures: Failure[];
  /** Bytes held after a forced collection, at intervals. */
  memory: number[];
};

export type RunOptions = {
  cases: number;
  seed: number;
  /** fast-check's way to one case of a run; with it, only that case runs. */
  path?: string | undefined;
  /** When to stop, by `performance.now()`. */
  deadline: number;
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function heldBytes(): Promise<number> {
  collect();
  // Buffers go after their owners.
  await setImmediate();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Errors that nobody caught, anywhere in this process. */
function watchProcess(): { take(): unknown[]; stop(): void } {
  const seen: unknown[] = [];
  const note = (error: unknown) => void seen.push(error);
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  return {
    take: () => seen.splice(0),
    stop() {
      process.off('unhandledRejection', note);
      process.off('uncaughtException', note);
    },
  };
}

const SHOWN = 600;
const brief = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text);

/** Each door and each chunk has a seed of its own, so that a chunk can be replayed without those before it. */
const seedFor = (seed: number, name: string, chunk: number): number =>
  createHash('sha256').update(`${seed}/${name}/${chunk}`).digest().readInt32BE(0);

export async function runDoor(door: Door, around: Around, options: RunOptions): Promise<Report> {
  const opened = await door.open(around);
  const show = opened.show ?? ((input: unknown) => fc.stringify(input));
  const began = performance.now();
  const report: Report = {
    door: door.name,
    cases: 0,
    ms: 0,
    outcomes: {},
    slowest: { ms: 0, input: '' },
    failures: [],
    memory: [await heldBytes()],
  };
  const uncaught = watchProcess();
  const everyCases = Math.max(1, Math.floor(options.cases / LOOKS_AT_MEMORY));

  /** One case, or with `after` one case and everything that follows from it. */
  const attempt = async (input: unknown, after: boolean): Promise<void> => {
    const started = performance.now();
    const outcome = await withinTime(Promise.resolve(opened.run(input)));
    const ms = performance.now() - started;
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
    if (ms > report.slowest.ms) report.slowest = { ms, input: brief(show(input)) };
    must(ms < LONGEST_CASE_MS, `took ${Math.round(ms)} ms`);
    if (after) await opened.after?.();
    const [stray] = uncaught.take();
    if (stray !== undefined) throw stray;
  };

  const check = (seed: number, numRuns: number, after: boolean, path?: string) =>
    fc.check(
      fc.asyncProperty(opened.arbitrary, (input) => attempt(input, after)),
      { seed, numRuns, ...(path === undefined ? {} : { path }), interruptAfterTimeLimit: CHECK_MS },
    );

  try {
    for (let chunk = 0; report.cases < options.cases && performance.now() < options.deadline; chunk++) {
      const seed = options.path === undefined ? seedFor(options.seed, door.name, chunk) : options.seed;
      const moods = await around.drawMoods(seed);
      const numRuns = options.path === undefined ? Math.min(door.chunk, options.cases - report.cases) : 1;
      const result = await check(seed, numRuns, options.path !== undefined, options.path);
      report.cases += result.numRuns;
      const together = result.failed ? undefined : await failureOf(opened.after?.bind(opened));
      const inMoods = (failure: Failure): Failure => ({
        ...failure,
        message: `${failure.message}\n    neighbours: ${JSON.stringify(moods)}`,
      });
      if (result.failed) note(report, inMoods(failureFrom(result, seed, show)));
      // What they did together went wrong: the same cases again, each looked at by itself.
      else if (together !== undefined) {
        const alone = await check(seed, numRuns, true);
        // Without a counterexample it only took too long to look at each of them.
        const found = alone.counterexample ? failureFrom(alone, seed, show) : undefined;
        note(report, inMoods(found ?? { ...describe(together), input: '(only together)', seed, path: '' }));
      }
      if (result.failed) await failureOf(opened.after?.bind(opened));
      if (report.cases >= report.memory.length * everyCases) report.memory.push(await heldBytes());
      if (options.path !== undefined || report.failures.length >= MOST_FAILURES) break;
    }
  } finally {
    uncaught.stop();
    await opened.close?.();
  }
  report.ms = performance.now() - began;
  const growth = growthOf(report);
  if (growth.bytes > growth.allowed)
    note(report, {
      message: `memory grew by ${megabytes(growth.bytes)}, and ${megabytes(growth.allowed)} may stay`,
      input: `(all): ${report.memory.map(megabytes).join(', ')}`,
      seed: options.seed,
      path: '',
      stack: '',
    });
  return report;
}

export const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** The first quarter fills caches and compiles code; the least of a quarter is what none of its cases was still using. */
function growthOf({ memory, cases }: Report): { bytes: number; allowed: number } {
  const quarter = Math.floor(memory.length / 4);
  if (memory.length < LOOKS_AT_MEMORY) return { bytes: 0, allowed: 0 };
  const early = Math.min(...memory.slice(quarter, 2 * quarter));
  const late = Math.min(...memory.slice(-quarter));
  return { bytes: late - early, allowed: MEMORY_FREE_BYTES + MEMORY_PER_CASE_BYTES * cases };
}

async function failureOf(act: (() => Promise<void>) | undefined): Promise<unknown> {
  try {
    await act?.();
    return undefined;
  } catch (error) {
    return error ?? new Error('nothing was thrown');
  }
}

const describe = (error: unknown) =>
  error instanceof Error
    ? { message: `${error.name}: ${error.message}`, stack: error.stack?.split('\n').slice(1, 5).join('\n') ?? '' }
    : { message: String(error), stack: '' };

function failureFrom(result: fc.RunDetails<[unknown]>, seed: number, show: (input: unknown) => string): Failure {
  const found = result.counterexample;
  return {
    ...describe(result.errorInstance ?? new Finding(`the first case had no end after ${CHECK_MS} ms`)),
    input: found ? brief(show(found[0])) : '(none: interrupted before one was done)',
    seed,
    path: result.counterexamplePath ?? '',
  };
}

/** The same sentence twice is one failure. */
function note(report: Report, failure: Failure): void {
  if (!report.failures.some(({ message }) => message === failure.message)) report.failures.push(failure);
}

async function withinTime(work: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Finding(`no end after ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    return await Promise.race([work, hang]);
  } finally {
    clearTimeout(timer);
  }
}
