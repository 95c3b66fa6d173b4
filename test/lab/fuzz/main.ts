import { parseArgs } from 'node:util';
import { exitOnSignals } from '../signals.ts';
import { openAround } from './around.ts';
import type { Door } from './door.ts';
import { DOORS } from './doors/index.ts';
import { megabytes, type Report, runDoor } from './run.ts';

/**
 * `npm run fuzz -- [--cases 100000] [--seed N] [--door NAME[,NAME]] [--minutes 10]`: everything that comes in from outside,
 * changed in every way that we could think of. `--path` with `--seed` and `--door` replays one case of a report.
 */
const USAGE_EXIT = 2;
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 0x7fff_ffff)) },
    door: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    path: { type: 'string' },
  },
});
exitOnSignals();
const [cases, seed, minutes] = [values.cases, values.seed, values.minutes].map(Number);
const wanted = values.door?.split(',').map((name) => name.trim());
const unknown = wanted?.filter((name) => !DOORS.some((door) => door.name === name)) ?? [];
if (unknown.length > 0 || !cases || seed === undefined || Number.isNaN(seed) || !minutes) {
  console.error(`Numbers, please, and doors of these: ${DOORS.map(({ name }) => name).join(', ')}.`);
  process.exit(USAGE_EXIT);
}

const around = openAround();
const doors = DOORS.filter(({ name }) => wanted?.includes(name) ?? true);
const shares = doors.reduce((sum, { share }) => sum + share, 0);
const casesFor = (door: Door) => Math.max(1, Math.round((cases * door.share) / shares));
const began = performance.now();
const deadline = began + minutes * 60_000;
console.log(`seed ${seed}, ${cases} cases, at most ${minutes} minutes`);

const reports: Report[] = [];
try {
  for (const door of doors) {
    const report = await runDoor(door, around, { cases: casesFor(door), seed, path: values.path, deadline });
    reports.push(report);
    tell(report, door);
  }
} finally {
  // Or the private store would outlive us.
  await around.close();
}

const total = reports.reduce((sum, report) => sum + report.cases, 0);
const failed = reports.flatMap(({ failures }) => failures).length;
const seconds = (performance.now() - began) / 1000;
console.log(
  `\n${total} cases in ${seconds.toFixed(0)} s, ${failed} failures; resident ${megabytes(process.memoryUsage.rss())}`,
);
if (values.path === undefined && total < cases * 0.99) console.log('Time was up before all cases were run.');
process.exit(failed > 0 ? 1 : 0);

function tell({ door, cases: ran, ms, outcomes, slowest, failures, memory }: Report, { oracle }: Door): void {
  const rate = Math.round(ran / (ms / 1000));
  console.log(`\n${door}: ${ran} cases, ${rate} a second; ${failures.length === 0 ? 'nothing found' : 'FAILED'}`);
  console.log(`  holds: ${oracle}`);
  const most = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  console.log(`  outcomes: ${most.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  console.log(`  slowest: ${slowest.ms.toFixed(0)} ms for ${slowest.input.slice(0, 200)}`);
  console.log(`  held: ${memory.map(megabytes).join(', ')}; resident ${megabytes(process.memoryUsage.rss())}`);
  for (const { message, input, seed: at, path, stack } of failures) {
    console.log(`  ✗ ${message}\n    input: ${input}\n${stack}`);
    if (path) console.log(`    again: npm run fuzz -- --door ${door} --seed=${at} --path=${path}`);
  }
}
