import { until } from '../../../support/until.ts';
import { createSettlers } from '../../capacity/people.ts';
import { preciseNow, withHouse } from '../house.ts';
import type { Row } from '../row.ts';
import { shot, templateOf } from '../slack-requests.ts';
import { spreadOf } from '../stats.ts';

const FLOOD = 120;
const LATENCY_MS = 250;
const TARGET = 2;
/** The flood has begun to be worked at by then. */
const UNDER_WAY = 8;

/** One person's filing, alone and while another one's commands wait. */
export const fairness: Row = {
  name: 'fairness',
  about: `a filing beside ${FLOOD} commands of somebody else, ${LATENCY_MS} ms each at the instance`,
  run: (settings) =>
    withHouse(
      {
        serviceNow: { now: preciseNow, latencyMs: LATENCY_MS, crowd: settings.repetitions },
        slack: { crowd: settings.repetitions },
        env: { SERVICENOW_POLL_SECONDS: '0' },
      },
      async (house) => {
        const { ada, slack, serviceNow } = house;
        const settlers = createSettlers(house);
        await settlers.linkAll(false);
        const others = settlers.members(0, settings.repetitions, 'Printer on fire');
        await house.start('web');
        await house.start('worker');
        await house.link();
        await house.openForm('Printer on fire');
        ada.fill({ description: 'It began at nine, on the second floor.' });
        const template = templateOf(await ada.submit());
        const told = () => slack.calls.filter(({ method, ok }) => ok && method === 'chat.postMessage').length;
        const asked = () => serviceNow.requests.filter(({ path }) => path.startsWith('/api/')).length;
        await until('the first ticket', () => told() > 0);

        async function file(): Promise<number> {
          const before = told();
          const begin = preciseNow();
          const { path, headers, body } = shot(template, slack.signingSecret);
          await fetch(house.publicUrl + path, { method: 'POST', headers, body });
          await until('the DM', () => told() > before);
          return preciseNow() - begin;
        }

        const pairs: { alone: number; beside: number }[] = [];
        for (const [run, { hands }] of others.entries()) {
          settings.log(`fairness: repetition ${run + 1}`);
          const alone = await file();
          const before = asked();
          const flood = Array.from({ length: FLOOD }, () => hands.command('list'));
          await Promise.all(flood);
          await until('the flood', () => asked() >= before + UNDER_WAY);
          const beside = await file();
          if (asked() >= before + FLOOD) throw new Error('the flood was over before the filing was');
          pairs.push({ alone, beside });
          await until('the end of the flood', () => asked() >= before + FLOOD + 1);
        }
        const ratio = spreadOf(pairs.map(({ alone, beside }) => beside / alone));
        return [
          {
            name: 'submission → DM',
            unit: 'ms',
            subject: spreadOf(pairs.map(({ beside }) => beside)),
            floor: spreadOf(pairs.map(({ alone }) => alone)),
            ratio,
            target: { words: `≤ × ${TARGET}`, met: ratio.median <= TARGET },
          },
        ];
      },
    ),
};
