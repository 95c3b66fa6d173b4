import { Queue } from 'bullmq';
import { QUEUES, type QueueName } from '../../src/jobs/define.ts';
import { clientOf } from '../sandbox/redis.ts';
import type { World } from '../sandbox/world.ts';
import { prefixOf } from '../support/store.ts';

/** Looks into the queues of a running bridge; those of the system itself, which never end, are left out. */
export function watchQueues(world: Pick<World, 'env'>, storeUrl: string) {
  const connection = clientOf(storeUrl, { maxRetriesPerRequest: null });
  const queues = (Object.keys(QUEUES) as QueueName[])
    .filter((name) => name !== 'sync')
    .map((name) => new Queue(name, { connection, prefix: prefixOf(world, name), skipMetasUpdate: true }));
  return {
    queues,
    async left(): Promise<number> {
      const counts = await Promise.all(
        queues.map((queue) => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized')),
      );
      return counts.reduce((sum, each) => sum + each, 0);
    },
    async close(): Promise<void> {
      await Promise.all(queues.map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
