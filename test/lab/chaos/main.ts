import { parseArgs } from 'node:util';
import { type Moods, usualMoods } from '../../sandbox/servicenow/moods.ts';
import { exitOnSignals } from '../signals.ts';
import { inWords, runChaos } from './run.ts';

/**
 * `npm run chaos`: the built bridge as several processes in a storm of faults, and an independent check in the end. It
 * prints its seed; `--seed` plays the same deeds and the same troubles again.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    filings: { type: 'string', default: '2000' },
    replies: { type: 'string', default: '2000' },
    changes: { type: 'string', default: '2000' },
    people: { type: 'string', default: '100' },
    /** Deeds a second. */
    rate: { type: 'string', default: '10' },
    /** Seconds between two troubles, on average. */
    calm: { type: 'string', default: '2' },
    /** The longest that it may take in all. */
    minutes: { type: 'string', default: '30' },
    fsync: { type: 'string', default: 'always' },
    /** As JSON: how the instance differs from the usual one; else the seed draws it. */
    moods: { type: 'string' },
  },
});
exitOnSignals();

const number = (name: Exclude<keyof typeof values, 'seed' | 'fsync' | 'moods'>, minimum: number): number => {
  const given = Number(values[name]);
  if (Number.isFinite(given) && given >= minimum) return given;
  console.error(`--${name} needs a number of at least ${minimum}.`);
  process.exit(2);
};
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const { fsync } = values;
if (!Number.isInteger(seed) || (fsync !== 'everysec' && fsync !== 'always')) {
  console.error('--seed needs a whole number; --fsync is everysec or always.');
  process.exit(2);
}
const minutes = number('minutes', 1);
setTimeout(() => {
  console.error(`seed ${seed}: it took longer than ${minutes} minutes (--minutes) and was stopped.`);
  process.exit(1);
}, minutes * 60_000).unref();

const began = Date.now();
const say = (line: string) => console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
say(`seed ${seed}`);
const result = await runChaos({
  seed,
  ...(values.moods === undefined
    ? {}
    : { moods: { ...usualMoods(), ...(JSON.parse(values.moods) as Partial<Moods>) } }),
  counts: { filing: number('filings', 1), reply: number('replies', 0), change: number('changes', 0) },
  people: number('people', 1),
  perSecond: number('rate', 0.1),
  troubleEveryMs: number('calm', 0.1) * 1000,
  deedsMs: minutes * 60_000 * 0.7,
  settleMs: minutes * 60_000 * 0.25,
  short: false,
  appendFsync: fsync,
  say,
});
console.log(`seed ${seed}\n${inWords(result)}`);
process.exit(result.findings.length === 0 ? 0 : 1);
