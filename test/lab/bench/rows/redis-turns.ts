import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisProxy, startRedisProxy, type Turn } from '../../../support/redis-proxy.ts';
import { withHouse } from '../house.ts';
import type { Shot } from '../load.ts';
import type { Result, Row } from '../row.ts';
import { shot, type Template, templateOf } from '../slack-requests.ts';
import { spreadOf } from '../stats.ts';

const TARGET = 2;
const QUIET_MS = 120;

/** How often Slack's acknowledgement waits for Redis; counted on the wire between the two. */
export const redisTurns: Row = {
  name: 'redis-turns',
  about: 'round trips to Redis that end before the acknowledgement',
  run: (settings) =>
    withHouse({}, async (house) => {
      const { ada, slack } = house;
      const proxy = await startRedisProxy(house.store.url);
      try {
        await house.start('web', { REDIS_URL: proxy.url });
        const worker = await house.start('worker');
        const unlinked = templateOf(await house.slack.person('carl').command('incident'));
        await house.link();
        const shortcut = templateOf(await ada.globalShortcut('file_incident'));
        const form = templateOf(await house.openForm('Printer on fire'));
        const preview = templateOf(await ada.click({}, 'preview-priority', { value: '1' }));
        const viewId = ada.modal()?.id ?? '';
        await ada.options({ view: viewId }, 'item', 'find-item', 'mail');
        const lookUp = templateOf(lastOf('block_suggestion'));
        ada.fill({ description: 'It began at nine.' });
        const submission = templateOf(await ada.submit());
        const said = await ada.say(ada.dm().channel, 'list');
        const home = await ada.openHome();
        const kinds: [string, Template | undefined][] = [
          ['/snow help', templateOf(await ada.command('help'))],
          ['/snow list', templateOf(await ada.command('list'))],
          ['/snow whoami', templateOf(await ada.command('whoami'))],
          ['/snow incident', form],
          ['/snow incident, not linked', unlinked],
          ['shortcut', shortcut],
          ['submission', submission],
          ['select in the form', preview],
          ['options of a select, cached', lookUp],
          ['message to the bot', said.deliveries[0] && templateOf(said.deliveries[0])],
          ['Home opened', home[0] && templateOf(home[0])],
        ];
        await worker.end('SIGTERM');
        const results: Result[] = [];
        for (const [name, template] of kinds) {
          if (!template) throw new Error(`${name}: Slack sent nothing`);
          settings.log(`redis-turns: ${name}`);
          results.push(await count(name, template, proxy));
        }
        return results;
      } finally {
        await proxy.close();
      }

      function lastOf(kind: string) {
        const found = slack.deliveries.findLast((each) => each.kind === kind);
        if (!found) throw new Error(`no ${kind} was sent`);
        return found;
      }

      async function count(name: string, template: Template, { turns }: RedisProxy): Promise<Result> {
        const counts: number[] = [];
        let seen: Turn[] = [];
        for (let run = 0; run < settings.repetitions; run++) {
          await sleep(QUIET_MS);
          turns.length = 0;
          const answeredAt = await post(house.publicUrl, shot(template, slack.signingSecret));
          await sleep(QUIET_MS);
          seen = turns.filter((turn) => turn.answeredAt <= answeredAt);
          counts.push(seen.length);
        }
        const spread = spreadOf(counts);
        return {
          name,
          unit: spread.median === 1 ? 'turn' : 'turns',
          subject: spread,
          target: { words: `≤ ${TARGET}`, met: spread.high <= TARGET },
          note: seen.map(({ commands }) => commands.join('+')).join(', ') || 'none',
        };
      }
    }),
};

/** @returns when the first byte of the answer was read; a promise would say so only a little later */
function post(origin: string, { path, headers, body }: Shot): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${origin}${path}`, { method: 'POST', headers }, (response) => {
      const answeredAt = performance.now();
      response.resume();
      if (response.statusCode === 200) resolve(answeredAt);
      else reject(new Error(`status ${response.statusCode}`));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
