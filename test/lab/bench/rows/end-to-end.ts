import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { until } from '../../../support/until.ts';
import { accessTokenOf, INSERT_PATH, incidentFields } from '../ada.ts';
import { preciseNow, withHouse } from '../house.ts';
import type { Result, Row } from '../row.ts';
import { shot, templateOf } from '../slack-requests.ts';
import { quantile, spreadOf } from '../stats.ts';

const TARGET_MS = 10;

/** From the press of the button to ServiceNow's receipt, beside a direct POST of the same record. */
export const endToEnd: Row = {
  name: 'end-to-end',
  about: 'from a submission to ServiceNow’s receipt',
  run: (settings) =>
    withHouse({ serviceNow: { now: preciseNow } }, async (house) => {
      const { ada, serviceNow, slack } = house;
      await house.start('web');
      await house.start('worker');
      await house.link();
      await house.openForm('Printer on fire');
      ada.fill({ description: 'It began at nine, on the second floor.' });
      const template = templateOf(await ada.submit());
      const token = await accessTokenOf(house);
      const agent = new Agent({ connections: 1 });
      const bridge = new Agent({ connections: 1 });

      const inserts = () => serviceNow.requests.filter(({ method }) => method === 'POST').length;
      const receipt = async (before: number) =>
        until('the receipt', () => serviceNow.requests.filter(({ method }) => method === 'POST')[before]?.at);

      async function submitted(): Promise<{ receipt: number; dm: number }> {
        const before = inserts();
        const dms = slack.calls.length;
        const { path, headers, body } = shot(template, slack.signingSecret);
        const begin = preciseNow();
        const answer = await bridge.request({ origin: house.publicUrl, method: 'POST', path, headers, body });
        await answer.body.text();
        const at = await receipt(before);
        const call = await until('the DM', () =>
          slack.calls.slice(dms).find(({ method }) => method === 'chat.postMessage'),
        );
        return { receipt: at - begin, dm: call.at - begin };
      }
      async function direct(): Promise<number> {
        const before = inserts();
        const record = incidentFields('Direct', randomBytes(16).toString('hex'), serviceNow.people.requester.sysId);
        const begin = preciseNow();
        const answer = await request(`${serviceNow.url}${INSERT_PATH}`, {
          method: 'POST',
          dispatcher: agent,
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify(record),
        });
        await answer.body.text();
        if (answer.statusCode !== 201) throw new Error(`direct POST: status ${answer.statusCode}`);
        return (await receipt(before)) - begin;
      }

      const perRepetition = settings.quick ? 10 : 30;
      const pairs: { filed: number; dm: number; floor: number }[] = [];
      for (let run = -1; run < settings.repetitions; run++) {
        settings.log(`end-to-end: ${run < 0 ? 'warm-up' : `repetition ${run + 1}`}`);
        const filed: number[] = [];
        const dm: number[] = [];
        const floor: number[] = [];
        for (let each = 0; each < perRepetition; each++) {
          floor.push(await direct());
          const one = await submitted();
          filed.push(one.receipt);
          dm.push(one.dm);
          // People do not file in step with our timers.
          await sleep(10 + Math.random() * 20);
        }
        const middle = (values: number[]) => quantile(values, 0.5);
        if (run >= 0) pairs.push({ filed: middle(filed), dm: middle(dm), floor: middle(floor) });
      }
      await agent.close();
      await bridge.close();

      const floor = spreadOf(pairs.map((pair) => pair.floor));
      const added = spreadOf(pairs.map((pair) => pair.filed - pair.floor));
      const results: Result[] = [
        {
          name: 'submission → receipt, median',
          unit: 'ms',
          subject: spreadOf(pairs.map(({ filed }) => filed)),
          floor,
          ratio: spreadOf(pairs.map((pair) => pair.filed / pair.floor)),
        },
        {
          name: 'of which the bridge’s own',
          unit: 'ms',
          subject: added,
          target: { words: `≤ ${TARGET_MS} ms`, met: added.median <= TARGET_MS },
        },
        {
          name: 'submission → DM, median',
          unit: 'ms',
          subject: spreadOf(pairs.map(({ dm }) => dm)),
        },
      ];
      return results;
    }),
};
