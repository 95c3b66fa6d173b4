import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../signals.ts';
import { BUILT_IN } from './builtin-log.ts';
import { parseLog } from './log.ts';
import { replay, SET_UPS, type SetUp } from './play.ts';
import { inWords, isClean } from './reckoning.ts';

/** `npm run replay -- FILE`: is everybody told of every change, once? Without a file, the small built-in log. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    watchers: { type: 'string', default: '50' },
    seed: { type: 'string', default: '20261123' },
    kills: { type: 'string', default: '10' },
    speed: { type: 'string', default: '8' },
    poll: { type: 'string', default: '3' },
    tickets: { type: 'string' },
    'set-up': { type: 'string', default: 'both' },
    limit: { type: 'string', default: '20' },
    settle: { type: 'string', default: '240' },
    /** A file for all that the reckoning is made of, to be reckoned again. */
    evidence: { type: 'string' },
  },
});
exitOnSignals();

const number = (name: keyof typeof values, minimum: number): number => {
  const given = Number(values[name]);
  if (Number.isFinite(given) && given >= minimum) return given;
  console.error(`--${name} needs a number of at least ${minimum}.`);
  process.exit(2);
};

const limitMinutes = number('limit', 1);
setTimeout(() => {
  console.error(`The replay took longer than ${limitMinutes} minutes (--limit) and was stopped.`);
  process.exit(1);
}, limitMinutes * 60_000).unref();

const setUp = values['set-up'] as SetUp;
if (!(setUp in SET_UPS)) {
  console.error(`--set-up is one of ${Object.keys(SET_UPS).join(', ')}.`);
  process.exit(2);
}

const [file] = positionals;
let rows = file ? parseLog(readFileSync(file, 'utf8')) : BUILT_IN;
if (values.tickets) {
  const some = new Set([...new Set(rows.map((row) => row.number))].slice(0, number('tickets', 1)));
  rows = rows.filter((row) => some.has(row.number));
}

const began = Date.now();
const say = (line: string) =>
  console.error(`${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s  ${line}`);
const result = await replay({
  rows,
  watchers: number('watchers', 5),
  seed: number('seed', 0),
  kills: number('kills', 0),
  perSecond: number('speed', 0.1),
  pollSeconds: number('poll', 1),
  setUp,
  settleMs: number('settle', 1) * 1000,
  say,
});
const { reckoning, pushes } = result;
if (values.evidence) writeFileSync(values.evidence, JSON.stringify(result.evidence));
const tickets = new Set(rows.map((row) => row.number)).size;
console.log(
  [
    `${tickets} tickets, ${result.updates} updates (${result.refused} refused by the instance's rules), ${values.watchers} watchers, ${result.kills} kills, seed ${values.seed}, ${SET_UPS[setUp].in}`,
    `${pushes.sent} pushes arrived or tried (${pushes.refused} refused), ${result.pollRequests} requests of the poll, ${result.slackRefusals} calls that Slack refused; played in ${Math.round(result.playedMs / 1000)} s, complete ${Math.round(result.settledMs / 1000)} s later`,
    `calls to Slack: ${Object.entries(result.slackCalls)
      .map(([method, count]) => `${method} ${count}`)
      .join(', ')}`,
    inWords(reckoning),
    ...reckoning.findings.slice(0, 40),
    ...(result.violations.length > 0 ? [`rules of the peers broken: ${result.violations.slice(0, 5).join('; ')}`] : []),
  ].join('\n'),
);
process.exit(isClean(reckoning) && result.violations.length === 0 ? 0 : 1);
