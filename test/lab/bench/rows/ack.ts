import { freePort } from '../../../sandbox/world.ts';
import { ADMIN_TOKEN, withHouse } from '../house.ts';
import { fire, type Load } from '../load.ts';
import { cpuMs, startBare } from '../processes.ts';
import type { Result, Row, Settings } from '../row.ts';
import { shots, type Template, templateOf } from '../slack-requests.ts';
import { spreadOf } from '../stats.ts';

const RATES = [50, 200, 500];
/** At the middle rate: beyond it the machine is what is measured, below it the waits of an idle one. */
const TARGETS = { rate: 200, p50: 1.2, p99: 2, CPU: 1.4 };
/** Both sides need their code compiled before it counts. */
const WARM_UP = { rate: 200, count: 600 };

type Side = { origin: string; pid: number; loopDelayMs(): Promise<number> };
type Sample = Load & { cpuMsPerRequest: number; loopDelayMs: number };

/** Open loop, in turns: at each rate the bridge and the bare app get the same requests, one slot after the other. */
export const ack: Row = {
  name: 'ack',
  about: 'acknowledgements of the web role beside a Bolt app that only acknowledges',
  run: (settings) =>
    withHouse({}, async (house) => {
      const { ada, slack } = house;
      const web = await house.start('web');
      const barePort = await freePort();
      const bare = await startBare('bare-bolt', {
        SLACK_SIGNING_SECRET: slack.signingSecret,
        PORT: String(barePort),
      });
      try {
        await house.link();
        const templates: Record<string, Template> = {
          '/snow help': templateOf(await ada.command('help')),
          '/snow list': templateOf(await ada.command('list')),
          submission: await submission(),
        };
        const bridge: Side = {
          origin: house.publicUrl,
          pid: web.pid,
          loopDelayMs: () => loopDelayOf(house.publicUrl),
        };
        const floor: Side = {
          origin: `http://127.0.0.1:${barePort}`,
          pid: bare.pid,
          loopDelayMs: async () => Number(await (await fetch(`http://127.0.0.1:${barePort}/delay`)).text()) * 1000,
        };
        return await compare(settings, templates, slack.signingSecret, bridge, floor);
      } finally {
        await bare.end();
      }

      async function submission(): Promise<Template> {
        await house.openForm('Printer on fire');
        ada.fill({ description: 'It began at nine, on the second floor.' });
        return templateOf(await ada.submit());
      }
    }),
};

async function compare(
  settings: Settings,
  templates: Record<string, Template>,
  secret: string,
  bridge: Side,
  floor: Side,
): Promise<Result[]> {
  const seconds = settings.quick ? 0.5 : 2;
  for (const side of [bridge, floor])
    for (const template of Object.values(templates))
      await fire(side.origin, shots(template, secret, WARM_UP.count), WARM_UP.rate);

  const sample = async (side: Side, template: Template, rate: number): Promise<Sample> => {
    const ammunition = shots(template, secret, Math.round(rate * seconds));
    await side.loopDelayMs();
    const before = cpuMs(side.pid);
    const load = await fire(side.origin, ammunition, rate);
    const used = cpuMs(side.pid) - before;
    return { ...load, cpuMsPerRequest: used / load.sent, loopDelayMs: await side.loopDelayMs() };
  };

  const results: Result[] = [];
  for (const rate of RATES) {
    for (const [name, template] of Object.entries(templates)) {
      settings.log(`ack: ${name} at ${rate}/s`);
      const pairs: { subject: Sample; bare: Sample }[] = [];
      for (let run = 0; run < settings.repetitions; run++) {
        // Who goes first alternates, so that neither always follows a warm neighbour.
        const first = await sample(run % 2 ? floor : bridge, template, rate);
        const second = await sample(run % 2 ? bridge : floor, template, rate);
        pairs.push(run % 2 ? { subject: second, bare: first } : { subject: first, bare: second });
      }
      const failed = pairs.flatMap(({ subject, bare }) => [...subject.failures, ...bare.failures]);
      const lag = spreadOf(pairs.map(({ subject }) => subject.lagP99)).median;
      const line = (label: string, unit: string, of: (sample: Sample) => number, limit?: number): Result => {
        const ratio = spreadOf(pairs.map(({ subject, bare }) => of(subject) / of(bare)));
        return {
          name: `${name} ${rate}/s ${label}`,
          unit,
          subject: spreadOf(pairs.map(({ subject }) => of(subject))),
          floor: spreadOf(pairs.map(({ bare }) => of(bare))),
          ratio,
          ...(limit && rate === TARGETS.rate ? { target: { words: `≤ ${limit} ×`, met: ratio.median <= limit } } : {}),
        };
      };
      results.push(
        {
          ...line('p50', 'ms', ({ p50 }) => p50, TARGETS.p50),
          ...(failed[0] ? { target: { words: 'all 200', met: false } } : {}),
          ...(failed[0] ? { note: `${failed.length} failed, e.g. ${failed[0]}` } : {}),
        },
        line('p99', 'ms', ({ p99 }) => p99, TARGETS.p99),
        line('CPU', 'ms', ({ cpuMsPerRequest }) => cpuMsPerRequest, TARGETS.CPU),
      );
      if (rate === 200) results.push(line('loop delay p99', 'ms', ({ loopDelayMs }) => loopDelayMs));
      if (lag > 2) settings.log(`  the generator itself was late: p99 ${lag.toFixed(1)} ms`);
    }
  }
  return results;
}

/** From the bridge's own metrics, which begin anew with each reading. Sampled every 10 ms, so 10 is the least. */
async function loopDelayOf(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  const text = await answer.text();
  return Number(/^bridge_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]) * 1000;
}
