import { expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { dmsWith, fileIncident, linkAll, settled, toldByDm } from '../../support/filing.ts';
import { prefixOf } from '../../support/store.ts';
import { storyStarter } from '../../support/story.ts';
import { startWire } from '../../support/tcp-proxy.ts';
import { until } from '../../support/until.ts';

const start = storyStarter();
const TITLE = 'Stood still';

test('a worker that stood still while it asked for leave does not say what another has said meanwhile', async () => {
  const flow = await start({ role: 'web' });
  const ada = flow.person('ada');
  const wire = await startWire(flow.store.url);
  const queue = new Queue('deliver', { connection: flow.redis, prefix: prefixOf(flow, 'deliver') });
  const sleeper = await flow.join('worker', { REDIS_URL: wire.url });
  try {
    await linkAll(flow, 'ada');
    await settled(flow);

    // Slack lets it wait right before it asks whether the message is still its own to send.
    flow.slack.faults.set({ kind: 'slow', method: 'views.update', ms: 1_500, times: 1 });
    await fileIncident(ada, TITLE);
    const job = await until('the message to be on its way', async () => (await queue.getActive())[0]);
    const lock = `${prefixOf(flow, 'deliver')}:deliver:${job.id}:lock`;
    const leaseEnds = async () => Date.now() + (await flow.redis.pttl(lock));
    const atFirst = await leaseEnds();
    // From that question on it hears no answer, though Redis gives one.
    wire.holdFrom(lock);
    await until('leave to be given', async () => (await leaseEnds()) > atFirst + 500, 5_000);
    wire.hold('everything');
    expect(dmsWith(ada, TITLE)).toEqual([]);

    await flow.join('worker');
    await toldByDm(ada, TITLE, 30_000);
    wire.letGo();
    const ends = () => flow.logLines.filter((line) => /Missing lock for job|"said".*told by DM/.test(line));
    await until('the sleeper to go on', () => ends().length > 1);
    await settled(flow);
    expect(dmsWith(ada, TITLE)).toHaveLength(1);
  } finally {
    wire.letGo();
    await sleeper.close();
    await queue.close();
    await wire.close();
  }
}, 60_000);
