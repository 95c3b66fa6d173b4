import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../signals.ts';
import type { Result, Row, Settings } from './row.ts';
import { ack } from './rows/ack.ts';
import { endToEnd } from './rows/end-to-end.ts';
import { fairness } from './rows/fairness.ts';
import { footprint } from './rows/footprint.ts';
import { instances } from './rows/instances.ts';
import { pace } from './rows/pace.ts';
import { pollCost } from './rows/poll-cost.ts';
import { redisCost } from './rows/redis-cost.ts';
import { redisTurns } from './rows/redis-turns.ts';
import { subscriptionsCost } from './rows/subscriptions.ts';
import { throughput } from './rows/throughput.ts';
import { unitCost } from './rows/unit-cost.ts';
import { table } from './table.ts';

/**
 * `npm run bench`: programs that measure, not tests. Each figure stands beside its floor, measured in the same run, because
 * on a busy machine only the ratio means something. `--only ack,footprint` picks rows, `--quick` makes it short.
 */
const ROWS: Row[] = [
  ack,
  redisTurns,
  endToEnd,
  throughput,
  redisCost,
  footprint,
  pollCost,
  subscriptionsCost,
  unitCost,
  pace,
  fairness,
  instances,
];

/** It stops by itself, whatever hangs. */
const LIMIT_MS = 30 * 60_000;
const OUT = fileURLToPath(new URL('../../../test-results/', import.meta.url));

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
exitOnSignals();
const wanted = values.only?.split(',').map((name) => name.trim());
const unknown = wanted?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}; there are: ${ROWS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

setTimeout(() => {
  console.error(`The bench took longer than ${LIMIT_MS / 60_000} minutes and was stopped.`);
  process.exit(1);
}, LIMIT_MS).unref();

// Ended from outside, it takes its store and its processes along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const settings: Settings = {
  quick: values.quick,
  repetitions: values.quick ? 3 : 5,
  log: (line) => console.error(line),
};
const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
const all: { row: string; results: Result[]; error?: string }[] = [];
for (const row of ROWS.filter(({ name }) => wanted?.includes(name) ?? true)) {
  try {
    const results = await row.run(settings);
    all.push({ row: row.name, results });
    console.log(table(`${row.name}: ${row.about}`, results));
  } catch (error) {
    // One row that cannot be measured does not cost the others.
    const words = error instanceof Error ? error.message : 'unknown';
    all.push({ row: row.name, results: [], error: words });
    console.log(`${row.name}: not measured: ${words}\n`);
  }
}
mkdirSync(OUT, { recursive: true });
writeFileSync(`${OUT}bench.json`, `${JSON.stringify({ machine, quick: settings.quick, rows: all }, null, 2)}\n`);
const missed = all.flatMap(({ results }) => results.filter(({ target }) => target && !target.met));
console.log(
  missed.length > 0 ? `missed: ${missed.map(({ name }) => name).join('; ')}` : 'All targets of these rows are met.',
);
process.exit(0);
