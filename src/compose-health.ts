import type { Foundation } from './compose-foundation.ts';
import { adminGuard, metricsRoute } from './routes/admin.ts';
import { healthRoutes } from './routes/health.ts';
import { createWeb, type Route } from './routes/index.ts';
import { type Serving, serve } from './routes/serve.ts';

/** What an operator's machines ask any process. @param runsJobs a worker lives here, and what runs by itself is its matter */
export function healthTable(
  { redis, instances, config, metrics }: Foundation,
  runsJobs: boolean,
  isDraining: () => boolean,
): Route[] {
  const findLoss = async () => {
    for (const { storeMark } of instances.all) if (await storeMark.isGone()) return 'store-emptied';
    if (!runsJobs) return undefined;
    for (const { schedules } of instances.all) if (await schedules.areLost()) return 'schedule-lost';
    return undefined;
  };
  const health = healthRoutes(redis, instances.main.name, findLoss, isDraining);
  return [
    { method: 'get', path: '/healthz', handle: health.alive },
    { method: 'get', path: '/readyz', handle: health.ready },
    { method: 'get', path: '/metrics', before: [adminGuard(config.adminToken)], handle: metricsRoute(metrics) },
  ];
}

/**
 * A worker alone has no door for Slack or browsers, only this one. It works without it, too: where a web process on the
 * same machine has the port, nobody looks at the worker here.
 */
export async function startHealth(foundation: Foundation): Promise<Serving | undefined> {
  const { config, instances, log } = foundation;
  let draining = false;
  const web = createWeb({
    instanceUrls: instances.all.map(({ url }) => url),
    secure: config.publicUrl.startsWith('https:'),
    log,
    routes: healthTable(foundation, true, () => draining),
  });
  try {
    const serving = await serve(web, config.port);
    return {
      port: serving.port,
      async close() {
        draining = true;
        await serving.close();
      },
    };
  } catch (err) {
    log.warn(
      { err, port: config.port },
      'the port is not to be had: this worker has no /healthz, /readyz and /metrics',
    );
    return undefined;
  }
}
