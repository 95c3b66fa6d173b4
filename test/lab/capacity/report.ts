import { cpus } from 'node:os';
import type { House } from '../bench/house.ts';
import { quantile } from '../bench/stats.ts';
import { align, figure } from '../bench/table.ts';
import { type Day, tellingTimes } from './day.ts';
import type { Reading } from './meter.ts';
import { METHODS, type Need } from './model.ts';

type Played = {
  title: string;
  house: House;
  day: Day;
  seconds: number;
  need: Need;
  memory: { bytes: number; people: number };
  /** Until everything was done. */
  whole: Reading;
  /** Until the last deed was due. */
  loaded: Reading;
  strict: boolean;
};

/** What was measured beside what the arithmetic says, and what it does not say. */
export function report({ title, house, day, seconds, need, memory, whole, loaded, strict }: Played): string {
  const row = (what: string, unit: string, measured: number, predicted: number) => [
    what,
    `${figure(measured)}${unit}`,
    `${figure(predicted)}${unit}`,
    `× ${figure(measured / predicted)}`,
  ];
  const perSecond = (count: number) => count / seconds;
  const rates = Object.values(need.rates).reduce((sum, rate) => sum + rate, 0) - need.rates.refresh;
  const rows = [
    ['', 'measured', 'predicted', 'ratio'],
    row('deeds a second', '', perSecond(day.planned - day.refused.length), rates),
    row('web, cores', '', perSecond(whole.webMs / 1000), need.web),
    row('worker, cores', '', perSecond(whole.workerMs / 1000), need.worker),
    row('Redis, cores', '', perSecond(whole.redisMs / 1000), need.redis),
    row('Redis, commands a second', '', perSecond(whole.redisCommands), need.redisCommands),
    row('ServiceNow, requests a second', '', perSecond(whole.serviceNow), need.serviceNow),
    row('ServiceNow, refreshes a second', '', perSecond(whole.refreshes), need.rates.refresh),
    ...METHODS.map((method) =>
      row(`Slack, ${method} a minute`, '', perSecond(whole.slack[method]) * 60, need.slackPerMinute[method]),
    ),
    row('memory of a person', ' KB', memory.bytes / memory.people / 1024, need.lastingBytes / memory.people / 1024),
    row('memory of the load', ' MB', whole.usedBytes / 2 ** 20, ((need.hourBytes / 3600) * seconds) / 2 ** 20),
  ];
  const told = tellingTimes(house, day.changes);
  const quantiles = (list: number[]) => `p50 ${figure(quantile(list, 0.5))}, p99 ${figure(quantile(list, 0.99))} ms`;
  const busy = (ms: number) => `${Math.round(ms / loaded.at / cpus().length / 0.01)} %`;
  const limited = house.slack.calls.filter(({ error }) => error === 'ratelimited').length;
  const spent = `web ${busy(loaded.webMs)}, worker ${busy(loaded.workerMs)}, Redis ${busy(loaded.redisMs)}, simulators ${busy(loaded.simulatorMs)}`;
  const drained = (whole.at - loaded.at) / 1000;
  return [
    title,
    ...align(rows),
    '',
    `acknowledgements (${day.ackMs.length}): ${quantiles(day.ackMs)}; the generator was late by p99 ${figure(quantile(day.lagMs, 0.99))} ms`,
    `from a change to the words (${told.ms.length}): ${quantiles(told.ms)}; not told: ${told.left}`,
    `jobs not done, each fifth second: ${day.depths.filter((_, index) => index % 5 === 0).join(' ')}; empty ${figure(drained)} s after the end`,
    `of the ${cpus().length} cores: ${spent}`,
    `refused: ${day.refused.length}${day.refused[0] ? `, e.g. ${day.refused[0]}` : ''}; violations at the simulators: ${house.slack.violations.length + house.serviceNow.violations.length}`,
    ...(strict ? [`Slack said “slow down” ${limited} times`] : []),
    '',
  ].join('\n');
}
