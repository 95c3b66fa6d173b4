import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { startRedisProxy } from '../../../support/redis-proxy.ts';
import { scanKeys } from '../../../support/store-dump.ts';
import { until } from '../../../support/until.ts';
import { withHouse } from '../house.ts';
import type { Result, Row } from '../row.ts';
import { shot, templateOf } from '../slack-requests.ts';
import { spreadOf } from '../stats.ts';

const SETTLE_MS = 300;

/** What one ticket and one linked person cost Redis: commands and bytes on the wire, and memory that stays. */
export const redisCost: Row = {
  name: 'redis-cost',
  about: 'commands and bytes for each filed ticket and each linked person',
  run: (settings) =>
    withHouse({}, async (house) => {
      const { ada, slack, redis } = house;
      const web = await startRedisProxy(house.store.url);
      const worker = await startRedisProxy(house.store.url);
      try {
        await house.start('web', { REDIS_URL: web.url });
        await house.start('worker', { REDIS_URL: worker.url });
        await sleep(SETTLE_MS);
        const empty = await memory(redis);
        await house.link();
        await told(0);
        const linked = await memory(redis);
        await house.openForm('Printer on fire');
        ada.fill({ description: 'It began at nine, on the second floor.' });
        const template = templateOf(await ada.submit());
        await told(1);

        const filings = settings.quick ? 10 : 40;
        const samples: Record<'webCommands' | 'workerCommands' | 'wire' | 'kept', number>[] = [];
        for (let run = 0; run < settings.repetitions; run++) {
          settings.log(`redis-cost: repetition ${run + 1}`);
          const before = await memory(redis);
          const begin = slack.calls.filter(({ method }) => method === 'chat.postMessage').length;
          for (const { count } of [web, worker]) Object.assign(count, { commands: 0, bytesUp: 0, bytesDown: 0 });
          for (let each = 0; each < filings; each++) {
            const { path, headers, body } = shot(template, slack.signingSecret);
            await fetch(house.publicUrl + path, { method: 'POST', headers, body });
            await told(begin + each);
          }
          await sleep(SETTLE_MS);
          const wire = [web, worker].reduce((sum, { count }) => sum + count.bytesUp + count.bytesDown, 0);
          samples.push({
            webCommands: web.count.commands / filings,
            workerCommands: worker.count.commands / filings,
            wire: wire / filings / 1024,
            kept: ((await memory(redis)).all - before.all) / filings / 1024,
          });
        }
        const line = (name: string, unit: string, of: keyof (typeof samples)[number], note?: string): Result => ({
          name,
          unit,
          subject: spreadOf(samples.map((sample) => sample[of])),
          ...(note ? { note } : {}),
        });
        const results = [
          line('ticket: commands of the web role', '', 'webCommands'),
          line('ticket: commands of the worker', '', 'workerCommands', 'with its own housekeeping meanwhile'),
          line('ticket: bytes on the wire', 'KB', 'wire'),
        ];
        if (Number.isNaN(empty.all)) return results;
        return [
          ...results,
          line('ticket: memory for an hour', 'KB', 'kept', 'finished jobs, by which a repetition is recognised'),
          {
            name: 'linked person: memory for good',
            unit: 'KB',
            subject: spreadOf([(linked.permanent - empty.permanent) / 1024]),
            note: 'the link and the list of who has one',
          },
        ];
      } finally {
        await web.close();
        await worker.close();
      }

      async function told(before: number): Promise<void> {
        await until(
          'the DM',
          () => slack.calls.filter(({ method, ok }) => ok && method === 'chat.postMessage').length > before,
        );
      }
    }),
};

/** Bytes by MEMORY USAGE over all keys; `NaN` where the store cannot say. `permanent`: people's own keys without an end. */
async function memory(redis: Redis): Promise<{ all: number; permanent: number }> {
  let all = 0;
  let permanent = 0;
  for (const key of await scanKeys(redis)) {
    const bytes = Number((await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0').catch(() => Number.NaN)) ?? 0);
    all += bytes;
    if (key.startsWith('sn:') && (await redis.ttl(key)) === -1) permanent += bytes;
  }
  return { all, permanent };
}
