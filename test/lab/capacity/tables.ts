import { figure } from '../bench/table.ts';
import { BEHAVIOUR, LIMITS, UNIT_COSTS } from './figures.ts';
import { DEEDS, limitsMet, METHODS, needOf, processesFor, ratesOf } from './model.ts';

/** The tables of docs/capacity.md, cell by cell; a test holds the page against them. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

export type Table = { heading: string[]; rows: string[][] };

const whole = (value: number) => Number(value.toPrecision(2)).toLocaleString('en');
const megabytes = (bytes: number) =>
  bytes < 2 ** 30 ? `${figure(bytes / 2 ** 20)} MB` : `${figure(bytes / 2 ** 30)} GB`;

export function unitTable(): Table {
  const heading = ['Deed', 'web', 'worker', 'Redis', 'commands', 'ServiceNow', 'Slack', 'memory for an hour'];
  const rows = DEEDS.map((deed) => {
    const { webMs, workerMs, redisMs, redisCommands, serviceNow, slack, hourBytes } = UNIT_COSTS.deeds[deed];
    const calls = METHODS.filter((method) => slack[method]).map((method) => `\`${method}\``);
    return [
      deed,
      ...[webMs, workerMs, redisMs].map((ms) => `${figure(ms)} ms`),
      figure(redisCommands),
      figure(serviceNow),
      calls.join(', ') || '–',
      `${figure(hourBytes / 1024)} KB`,
    ];
  });
  return { heading, rows };
}

export function needTable(): Table {
  const needs = SIZES.map((people) => ({
    people,
    need: needOf(ratesOf(people, BEHAVIOUR), people, BEHAVIOUR, UNIT_COSTS),
  }));
  const line = (name: string, of: (need: (typeof needs)[number]['need']) => string) => [
    name,
    ...needs.map(({ need }) => of(need)),
  ];
  return {
    heading: ['In the busiest hour', ...SIZES.map((people) => `${people.toLocaleString('en')} people`)],
    rows: [
      line('deeds a second', ({ rates }) => figure(DEEDS.reduce((sum, deed) => sum + rates[deed], 0) - rates.refresh)),
      line('web: busy cores → processes', ({ web }) => `${figure(web)} → ${processesFor(web)}`),
      line('worker: busy cores → processes', ({ worker }) => `${figure(worker)} → ${processesFor(worker)}`),
      line('Redis: busy cores', ({ redis }) => figure(redis)),
      line('Redis: commands a second', ({ redisCommands }) => whole(redisCommands)),
      line('Redis: memory for people and their watches', ({ lastingBytes }) => megabytes(lastingBytes)),
      line('Redis: memory for the jobs of an hour', ({ hourBytes }) => megabytes(hourBytes)),
      line('ServiceNow: requests a second', ({ serviceNow }) => figure(serviceNow)),
      line('ServiceNow: refreshes of tokens a second', ({ rates }) => figure(rates.refresh)),
      ...METHODS.map((method) =>
        line(`Slack: \`${method}\` a minute`, ({ slackPerMinute }) => whole(slackPerMinute[method])),
      ),
    ],
  };
}

export function limitTable(): Table {
  const says: Record<string, string> = {
    ...Object.fromEntries(METHODS.map((method) => [method, `${LIMITS.slackPerMinute[method]} a minute and workspace`])),
    'places at the instance': `${LIMITS.places} at a time, ${LIMITS.serviceNowMs} ms each`,
    'one core of Redis': 'one thread does all commands',
  };
  return {
    heading: ['Limit', 'what it is', 'met at about'],
    rows: limitsMet(BEHAVIOUR, UNIT_COSTS, LIMITS).map(({ name, people }) => [
      METHODS.some((method) => method === name) ? `\`${name}\`` : name,
      says[name] ?? '',
      `${whole(people)} people`,
    ]),
  };
}

export const markdown = ({ heading, rows }: Table): string =>
  [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
