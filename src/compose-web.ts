import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { parsedCommandSchema } from './commands/parse.ts';
import type { Foundation } from './compose-foundation.ts';
import { UnavailableError } from './errors.ts';
import { QUEUES, type QueueName } from './jobs/define.ts';
import type { Queues } from './jobs/enqueue.ts';
import { createKeptWork } from './jobs/kept-work.ts';
import type { House } from './listeners/house.ts';
import { registerListeners } from './listeners/index.ts';
import { BASE_CATEGORIES } from './records/categories.ts';
import { readCached, writeCached } from './redis/cache.ts';
import { keys, type Person, TTL } from './redis/keys.ts';
import { fingerprint } from './redis/vault.ts';
import { adminGuard, metricsRoute } from './routes/admin.ts';
import { connectRoutes } from './routes/connect.ts';
import { healthRoutes } from './routes/health.ts';
import { createWeb, formBody, rawBody } from './routes/index.ts';
import { pushRoute } from './routes/servicenow-events.ts';
import { findOptions } from './servicenow/options.ts';
import { createSlackApp, EVENTS_PATH } from './slack/app.ts';
import { guardSlack } from './slack/ingress.ts';

/** Slack allows three seconds in all; what is left is for the road. */
const LOOK_UP_MS = 2_300;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const CHOICES_FRESH_MS = 60 * 60_000;
const DRAIN_MS = 5_000;

const choicesSchema = z.object({
  readAt: z.number(),
  choices: z.record(z.string(), z.array(z.object({ value: z.string(), label: z.string() }))),
});
const optionsSchema = z.array(z.object({ value: z.string(), label: z.string() }));

export type WebRole = { port: number; stop: () => Promise<void> };

/** Slack's and the browsers' door: verify, parse, enqueue, acknowledge. */
export async function startWeb(ground: Foundation): Promise<WebRole> {
  const { config, log, now, metrics, redis, installations, instance, instanceUrl } = ground;
  const secure = config.publicUrl.startsWith('https:');
  let draining = false;

  const { app, requestListener, socketMode } = createSlackApp({ config, installations, log });
  registerListeners(app, furnish(ground));
  metrics.watchQueues(() => countJobs(ground.queues));

  const pages = connectRoutes({
    connect: ground.connect,
    profileOf: ground.profileOf,
    workspaceName: async (person) => (await installations.find(person))?.teamName ?? 'your Slack workspace',
    enqueue: ground.enqueue,
    instance,
    secureCookies: secure,
    log,
  });
  const health = healthRoutes(redis, () => draining);
  const push = pushRoute({
    secrets: config.serviceNow.webhookSecrets,
    redis,
    enqueue: ground.enqueue,
    now,
    log,
    observe: metrics.push,
  });
  const web = createWeb({
    instanceUrl,
    secure,
    log,
    routes: [
      { method: 'get', path: '/servicenow/connect', handle: pages.preview },
      { method: 'post', path: '/servicenow/connect', before: [formBody], handle: pages.proceed },
      { method: 'post', path: '/servicenow/connect/confirm', before: [formBody], handle: pages.confirm },
      { method: 'get', path: '/servicenow/oauth/callback', handle: pages.callback },
      { method: 'post', path: '/servicenow/events', before: [rawBody], handle: push },
      { method: 'get', path: '/healthz', handle: health.alive },
      { method: 'get', path: '/readyz', handle: health.ready },
      { method: 'get', path: '/metrics', before: [adminGuard(config.adminToken)], handle: metricsRoute(metrics) },
    ],
  });
  const { signingSecret } = config.slack;
  const slack =
    signingSecret && !socketMode
      ? guardSlack({ signingSecret, redis, next: requestListener, now, log, observe: metrics.slackRequest })
      : undefined;

  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      // Slack's requests are many and hurried, so they do not pass through the routes.
      if (slack && path === EVENTS_PATH && request.method === 'POST') slack(request, response);
      else if (config.slack.install && path.startsWith('/slack/') && request.method === 'GET')
        requestListener(request, response);
      else web(request, response);
    },
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.port, resolve));
  if (socketMode) await app.start();
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      draining = true;
      if (socketMode) await app.stop();
      await closeServer(server);
    },
  };
}

/** What listeners are given. */
function furnish(ground: Foundation): House {
  const { redis, now, log, instance, enqueue } = ground;

  /** In the background: nobody waits for it, and one hour has one job. */
  function refreshChoices(person: Person): void {
    const hour = Math.floor(now() / CHOICES_FRESH_MS);
    enqueue('refresh-choices', { v: 1, correlationId: `choices-${hour}`, person }, `choices-${instance}-${hour}`).catch(
      (err) => log.info({ err }, 'choice lists not refreshed'),
    );
  }

  return {
    enqueue,
    links: ground.links,
    connect: ground.connect,
    vault: ground.vault,
    keptWork: createKeptWork(ground.queues),
    replies: ground.replies,
    preferences: ground.preferences,
    subscriptions: ground.subscriptions,
    instance,
    async categories(person) {
      const cached = await readCached(redis, keys.choices(instance, 'incident'), choicesSchema);
      if (!cached || now() - cached.readAt > CHOICES_FRESH_MS) refreshChoices(person);
      const own = cached?.choices['category'] ?? [];
      return own.length > 0 ? own : BASE_CATEGORIES;
    },
    async lookUp(person, source, text) {
      const key = keys.options(person, source, fingerprint(text.trim().toLowerCase()));
      try {
        const cached = await readCached(redis, key, optionsSchema);
        if (cached) return cached;
        const found = await withinTime(LOOK_UP_MS, findOptions(ground.asPerson(person), source, text, LOOK_UP_MS));
        await writeCached(redis, key, TTL.options, found);
        return found;
      } catch (err) {
        log.info({ err, source }, 'no options in time');
        return [];
      }
    },
    pending: {
      keep: (person, command) => writeCached(redis, keys.pending(person), TTL.pending, command),
      async take(person) {
        const pending = await readCached(redis, keys.pending(person), parsedCommandSchema);
        await redis.del(keys.pending(person));
        return pending;
      },
    },
    now,
    log,
  };
}

async function withinTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const tooSlow = sleep(ms, undefined, { ref: false }).then((): never => {
    throw new UnavailableError('servicenow-unavailable', `no answer within ${ms} ms`);
  });
  return Promise.race([work, tooSlow]);
}

async function countJobs(queues: Queues) {
  const counts = await Promise.all(
    (Object.keys(QUEUES) as QueueName[]).map(async (queue) =>
      Object.entries(await queues[queue].getJobCounts('waiting', 'active', 'delayed', 'failed')).map(
        ([state, count]) => ({
          queue,
          state,
          count,
        }),
      ),
    ),
  );
  return counts.flat();
}

/** Idle connections go at once, busy ones when they are answered or time is up. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}
