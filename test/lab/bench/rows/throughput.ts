import { randomBytes } from 'node:crypto';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { Queue } from 'bullmq';
import { closeQueues, createEnqueue, createQueues } from '../../../../src/jobs/enqueue.ts';
import { clientOf } from '../../../sandbox/redis.ts';
import { instanceOf } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';
import { accessTokenOf, adaOf, INSERT_PATH, incidentFields } from '../ada.ts';
import { type House, withHouse } from '../house.ts';
import { cpuMs, startBare } from '../processes.ts';
import type { Result, Row } from '../row.ts';
import { spreadOf } from '../stats.ts';

const LATENCIES = [0, 20];
const TARGET = 0.6;
const BARE_QUEUE = 'bare';
const LIMIT_MS = 60_000;

/** Filings a second of one worker process, each with its record and its DM, beside a bare worker that sends the same. */
export const throughput: Row = {
  name: 'throughput',
  about: 'sustained filings of one worker process',
  run: (settings) =>
    withHouse({}, async (house) => {
      if (!house.store.url.startsWith('unix://')) {
        settings.log('throughput: left out, for it needs a private valkey-server or redis-server');
        return [];
      }
      const web = await house.start('web');
      await house.link();
      await web.end('SIGTERM');
      const worker = await house.start('worker');
      const connection = clientOf(house.store.url);
      connection.options.maxRetriesPerRequest = null;
      const queues = createQueues(connection, instanceOf(house));
      const enqueue = createEnqueue(queues, connection, 10_000, async () => undefined);
      const bareQueue = new Queue(BARE_QUEUE, { connection });
      const message = await exampleMessage();
      const bare = await startBare('bare-worker', {
        JOB: JSON.stringify({
          redisPath: house.store.url.slice('unix://'.length),
          queue: BARE_QUEUE,
          serviceNowUrl: house.serviceNow.url + INSERT_PATH,
          slackUrl: `${house.slack.apiUrl}chat.postMessage`,
          serviceNowToken: await accessTokenOf(house),
          slackToken: house.slack.botToken,
        }),
      });

      const fileByBridge = async (count: number) => {
        await queues.interactive.pause();
        await Promise.all(Array.from({ length: count }, () => enqueueOne()));
        return run(house, count, worker.pid, () => queues.interactive.resume());
      };
      const fileBare = async (count: number) => {
        await bareQueue.pause();
        await bareQueue.addBulk(
          Array.from({ length: count }, () => ({
            name: 'file',
            data: { record: record(), message },
            opts: { removeOnComplete: { age: 3600 } },
          })),
        );
        return run(house, count, bare.pid, () => bareQueue.resume());
      };

      const count = settings.quick ? 100 : 300;
      const results: Result[] = [];
      try {
        for (const latencyMs of LATENCIES) {
          house.serviceNow.settings.latencyMs = latencyMs;
          await fileByBridge(count);
          await fileBare(count);
          const pairs: { bridge: Rate; bare: Rate }[] = [];
          for (let repetition = 0; repetition < settings.repetitions; repetition++) {
            settings.log(`throughput: ${latencyMs} ms, repetition ${repetition + 1}`);
            const first = await (repetition % 2 ? fileBare : fileByBridge)(count);
            const second = await (repetition % 2 ? fileByBridge : fileBare)(count);
            pairs.push(repetition % 2 ? { bridge: second, bare: first } : { bridge: first, bare: second });
          }
          const ratio = spreadOf(pairs.map(({ bridge, bare: floor }) => bridge.perSecond / floor.perSecond));
          const busy = (side: 'bridge' | 'bare') =>
            Math.round(spreadOf(pairs.map((pair) => pair[side].neighboursBusy)).median * 100);
          results.push({
            name: `filings, ServiceNow takes ${latencyMs} ms`,
            unit: '/s',
            subject: spreadOf(pairs.map(({ bridge }) => bridge.perSecond)),
            floor: spreadOf(pairs.map(({ bare: floor }) => floor.perSecond)),
            ratio,
            target: { words: `≥ × ${TARGET}`, met: ratio.median >= TARGET },
            note: `the simulators were ${busy('bridge')} % busy beside the bridge, ${busy('bare')} % beside the floor`,
          });
          results.push({
            name: `  processor time of each, ${latencyMs} ms`,
            unit: 'ms',
            subject: spreadOf(pairs.map(({ bridge }) => bridge.cpuMs)),
            floor: spreadOf(pairs.map(({ bare: floor }) => floor.cpuMs)),
            ratio: spreadOf(pairs.map(({ bridge, bare: floor }) => bridge.cpuMs / floor.cpuMs)),
          });
        }
        if (house.slack.violations.length > 0) settings.log(`Slack complains: ${house.slack.violations[0]}`);
        return results;
      } finally {
        await bare.end();
        await closeQueues(queues);
        await bareQueue.close();
        connection.disconnect();
      }

      function record() {
        const sysId = randomBytes(16).toString('hex');
        return incidentFields('Printer on fire', sysId, house.serviceNow.people.requester.sysId);
      }

      async function enqueueOne(): Promise<void> {
        const view = `V${randomBytes(8).toString('hex').toUpperCase()}`;
        const person = adaOf(house);
        const key = `${person.tenant}-${view}`;
        const { short_description: title = '', description = '' } = record();
        const draft = { title, description, impact: '3', urgency: '3', fileIds: [] } as const;
        const args = { submission: key, draft };
        const payload = { v: 1 as const, correlationId: `file-${view}`, person, operation: 'incident', args, key };
        await enqueue('operate', payload, `file-${key}`);
      }

      /** The very message that the bridge posts, so that the floor's is no lighter. */
      async function exampleMessage(): Promise<unknown> {
        const before = house.slack.calls.length;
        await enqueueOne();
        const call = await until('an example', () =>
          house.slack.calls.slice(before).find(({ method }) => method === 'chat.postMessage'),
        );
        return call.args;
      }
    }),
};

type Rate = { perSecond: number; neighboursBusy: number; cpuMs: number };

/** Lets the queue go, and counts until everybody has been told. */
async function run({ slack, serviceNow }: House, count: number, pid: number, go: () => Promise<void>): Promise<Rate> {
  const told = () => slack.calls.filter(({ method, ok }) => ok && method === 'chat.postMessage').length;
  // The simulators remember everything; they should not become slower for it.
  slack.calls.length = 0;
  serviceNow.requests.length = 0;
  for (const row of serviceNow.db.rows('incident').filter((each) => each['short_description'] === 'Printer on fire'))
    serviceNow.db.remove('incident', row['sys_id'] ?? '');
  const busy: EventLoopUtilization = performance.eventLoopUtilization();
  const cpu = cpuMs(pid);
  const begin = performance.now();
  await go();
  await until(`${count} filings`, () => told() >= count, LIMIT_MS);
  const seconds = (performance.now() - begin) / 1000;
  return {
    perSecond: count / seconds,
    neighboursBusy: performance.eventLoopUtilization(busy).utilization,
    cpuMs: (cpuMs(pid) - cpu) / count,
  };
}
