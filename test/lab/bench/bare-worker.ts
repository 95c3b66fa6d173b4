import { Worker } from 'bullmq';
import { Agent, request } from 'undici';

/**
 * The floor of filing: a BullMQ worker that sends the same two requests and keeps none of the bridge's promises.
 * `JOB` is what is sent, written by the bench.
 */
const { redisPath, queue, serviceNowUrl, slackUrl, serviceNowToken, slackToken } = JSON.parse(
  process.env['JOB'] ?? '{}',
) as Record<string, string>;

const serviceNow = new Agent({ connections: 4 });
const slack = new Agent({ connections: 8 });

async function post(url: string, dispatcher: Agent, token: string, json: unknown): Promise<void> {
  const answer = await request(url, {
    method: 'POST',
    dispatcher,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(json),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300 || text.startsWith('{"ok":false')) throw new Error(`${answer.statusCode} ${text}`);
}

const worker = new Worker<{ record: unknown; message: unknown }>(
  queue ?? '',
  async ({ data }) => {
    await post(serviceNowUrl ?? '', serviceNow, serviceNowToken ?? '', data.record);
    await post(slackUrl ?? '', slack, slackToken ?? '', data.message);
  },
  { connection: { path: redisPath ?? '', maxRetriesPerRequest: null }, concurrency: 8 },
);
worker.on('failed', (_job, error) => console.error(error.message));
await worker.waitUntilReady();
process.stdout.write('ready\n');
