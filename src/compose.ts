import { createFoundation } from './compose-foundation.ts';
import type { Config } from './config.ts';
import { countJobs } from './jobs/enqueue.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { durabilityProblems, type Patience, untilAway } from './redis/connection.ts';

export type Role = 'web' | 'worker' | 'both';

export type Bridge = {
  /** Where it listens; undefined in a worker that has no port of its own. */
  port: number | undefined;
  /** Stops taking work, finishes or hands back what it has, and closes everything; does not wait for a Redis that is away. */
  close(): Promise<void>;
};

/** Here and in the other `compose-` files things are constructed, and nowhere else. Everybody is handed what they need. */
export async function startBridge(config: Config, role: Role, log: Log, now: () => number = Date.now): Promise<Bridge> {
  const metrics = createMetrics();
  const lay = (patience: Patience) => createFoundation(config, patience, log, metrics, now);
  const [webFoundation, workerFoundation] = await Promise.all([
    role === 'worker' ? undefined : lay('fast'),
    role === 'web' ? undefined : lay('patient'),
  ]);
  const foundation = webFoundation ?? workerFoundation;
  for (const { queues, storeMark, whose } of foundation?.instances.all ?? []) {
    metrics.watchQueues(() => countJobs(queues), whose);
    await storeMark.leave();
  }
  for (const problem of foundation ? await durabilityProblems(foundation.redis) : [])
    log.warn({ problem }, 'redis may lose work');

  // Imported where they are needed: a worker carries no Bolt and, without a port of its own, no Express.
  const web = webFoundation
    ? await (await import('./compose-web.ts')).startWeb(webFoundation, role === 'both')
    : undefined;
  const worker = workerFoundation
    ? await (await import('./compose-worker.ts')).startWorker(workerFoundation)
    : undefined;
  const isAlone = role === 'worker' && workerFoundation && config.portIsGiven;
  const door = web ?? (isAlone ? await (await import('./compose-health.ts')).startHealth(workerFoundation) : undefined);
  log.info(
    {
      role,
      port: door?.port,
      instance: foundation?.instances.all.map(({ name }) => name).join(', '),
      policy: config.linkPolicy,
    },
    'bridge started',
  );

  /** No new work, finish what is begun, then end the connections. */
  async function closeInOrder(): Promise<void> {
    await door?.close();
    await worker?.close();
    await webFoundation?.close();
    await workerFoundation?.close();
  }

  return {
    port: door?.port,
    async close() {
      const closed = new AbortController();
      const closing = closeInOrder().finally(() => closed.abort());
      // A worker's commands wait for Redis, and its end waits for them: so it would stay as long as Redis is away.
      await (workerFoundation ? Promise.race([closing, untilAway(workerFoundation.redis, closed.signal)]) : closing);
      if (closed.signal.aborted) return log.info('bridge stopped');
      webFoundation?.cut();
      workerFoundation?.cut();
      log.warn('stopped without redis, which is away; another worker takes over what was begun here');
    },
  };
}
