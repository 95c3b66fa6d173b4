import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../sandbox/world.ts';
import { withHouse } from '../house.ts';
import { residentMb, startBare } from '../processes.ts';
import type { Result, Row } from '../row.ts';
import { spreadOf } from '../stats.ts';

/** Long enough for what starts late, such as the first answer of a metrics registry. */
const SETTLE_MS = 1_000;

type Sample = { readyMs: number; residentMb: number };

/** Memory after the start, and how long that takes. */
export const footprint: Row = {
  name: 'footprint',
  about: 'resident memory after the start, and the time until ready',
  run: (settings) =>
    withHouse({}, async (house) => {
      const sides = {
        web: async (): Promise<Sample> => {
          const begin = performance.now();
          const started = house.start('web');
          const readyMs = await readyAfter(begin, house.publicUrl);
          const web = await started;
          await sleep(SETTLE_MS);
          const sample = { readyMs, residentMb: residentMb(web.pid) };
          await web.end('SIGTERM');
          return sample;
        },
        worker: async (): Promise<Sample> => {
          const begin = performance.now();
          const worker = await house.start('worker');
          const readyMs = performance.now() - begin;
          await sleep(SETTLE_MS);
          const sample = { readyMs, residentMb: residentMb(worker.pid) };
          await worker.end('SIGTERM');
          return sample;
        },
        bare: async (): Promise<Sample> => {
          const port = await freePort();
          const begin = performance.now();
          const started = startBare('bare-bolt', { SLACK_SIGNING_SECRET: 'secret', PORT: String(port) });
          const readyMs = await readyAfter(begin, `http://127.0.0.1:${port}`);
          const bare = await started;
          await sleep(SETTLE_MS);
          const sample = { readyMs, residentMb: residentMb(bare.pid) };
          await bare.end();
          return sample;
        },
      };
      const rounds: Record<keyof typeof sides, Sample>[] = [];
      for (let run = 0; run < settings.repetitions; run++) {
        settings.log(`footprint: repetition ${run + 1}`);
        rounds.push({ bare: await sides.bare(), web: await sides.web(), worker: await sides.worker() });
      }
      const line = (name: 'web' | 'worker', label: string, unit: string, of: (sample: Sample) => number): Result => ({
        name: `${name}: ${label}`,
        unit,
        subject: spreadOf(rounds.map((round) => of(round[name]))),
        floor: spreadOf(rounds.map(({ bare }) => of(bare))),
        ratio: spreadOf(rounds.map((round) => of(round[name]) / of(round.bare))),
      });
      return (['web', 'worker'] as const).flatMap((name) => [
        line(name, 'memory', 'MB', (sample) => sample.residentMb),
        line(name, 'until ready', 'ms', (sample) => sample.readyMs),
      ]);
    }),
};

async function readyAfter(begin: number, origin: string): Promise<number> {
  for (;;) {
    const ready = await fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return performance.now() - begin;
    if (performance.now() - begin > 20_000) throw new Error(`${origin} was not ready in time`);
    await sleep(5);
  }
}
