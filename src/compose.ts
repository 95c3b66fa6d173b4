import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createConnect } from './accounts/connect.ts';
import { createLinks } from './accounts/links.ts';
import { createTokenSets } from './accounts/token-set.ts';
import { parsedCommandSchema } from './commands/parse.ts';
import type { Config } from './config.ts';
import { type BridgeError, RefusedError, UnavailableError } from './errors.ts';
import { QUEUES, type QueueName, type Services } from './jobs/define.ts';
import { closeQueues, createEnqueue, createQueues } from './jobs/enqueue.ts';
import { createKeptWork } from './jobs/kept-work.ts';
import { createParking } from './jobs/park.ts';
import { startWorkers, type Workers } from './jobs/work.ts';
import type { House } from './listeners/house.ts';
import { registerListeners } from './listeners/index.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { BASE_CATEGORIES } from './records/categories.ts';
import { readCached, writeCached } from './redis/cache.ts';
import { connect as connectRedis, durabilityProblems, type RedisClient, untilReady } from './redis/connection.ts';
import { keys, type Person, TTL } from './redis/keys.ts';
import { createVault, fingerprint } from './redis/vault.ts';
import { adminGuard, metricsRoute } from './routes/admin.ts';
import { connectRoutes } from './routes/connect.ts';
import { healthRoutes } from './routes/health.ts';
import { createWeb, formBody } from './routes/index.ts';
import { createServiceNowClient } from './servicenow/client.ts';
import { createOAuth } from './servicenow/oauth.ts';
import { findOptions } from './servicenow/options.ts';
import { whoIsThis } from './servicenow/people.ts';
import { createSlackApp, EVENTS_PATH } from './slack/app.ts';
import { createFiles } from './slack/files.ts';
import { guardSlack } from './slack/ingress.ts';
import { createInstallations } from './slack/installations.ts';
import { createMessenger } from './slack/messenger.ts';
import { readPerson } from './slack/people.ts';
import { createReply } from './slack/reply.ts';

export type Role = 'web' | 'worker' | 'both';

export type Bridge = {
  /** Where the web role listens; undefined in a worker. */
  port: number | undefined;
  /** Stops taking work, finishes or hands back what it has, and closes everything. */
  close(): Promise<void>;
};

/** Slack allows three seconds in all; what is left is for the road. */
const LOOK_UP_MS = 2_300;
/** DESIGN: at most four requests at a time to one instance. */
const MAX_PARALLEL = 4;
const READY_MS = 10_000;
/** On the way to an acknowledgement; with one attempt's time-out the person hears within 2.5 s. */
const WEB_PATIENCE_MS = 2_000;
const WORKER_PATIENCE_MS = 60_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;

const choicesSchema = z.object({
  readAt: z.number(),
  choices: z.record(z.string(), z.array(z.object({ value: z.string(), label: z.string() }))),
});
const optionsSchema = z.array(z.object({ value: z.string(), label: z.string() }));
const CHOICES_FRESH_MS = 60 * 60_000;

/** The only place that constructs. Everybody else is handed what they need. */
export async function startBridge(config: Config, role: Role, log: Log, now: () => number = Date.now): Promise<Bridge> {
  const instanceUrl = config.serviceNow.instanceUrl;
  const instance = new URL(instanceUrl).host;
  const closers: (() => Promise<unknown>)[] = [];
  const metrics = createMetrics();

  const open = (temper: 'fast' | 'patient'): RedisClient => {
    const client = connectRedis(config.redisUrl, temper, log);
    closers.push(() => client.quit().catch(() => client.disconnect()));
    return client;
  };
  // The web role fails fast; a worker waits for Redis to come back.
  const redis = open(role === 'worker' ? 'patient' : 'fast');
  await untilReady(redis, READY_MS);
  for (const problem of await durabilityProblems(redis)) log.warn({ problem }, 'redis may lose work');

  const vault = createVault(config.encryptionKeys);
  const links = createLinks(redis, vault, instance, now);
  const installations = createInstallations({ config: config.slack, redis, vault, now });
  const oauth = createOAuth({
    instanceUrl,
    clientId: config.serviceNow.clientId,
    clientSecret: config.serviceNow.clientSecret,
    redirectUri: `${config.publicUrl}/servicenow/oauth/callback`,
    now,
  });
  const serviceNow = createServiceNowClient({
    instanceUrl,
    maxParallel: MAX_PARALLEL,
    now,
    log,
    observe: ({ status, ms }) => metrics.serviceNowRequest(status, ms),
  });
  closers.push(
    () => oauth.close(),
    () => serviceNow.close(),
  );

  const profileOf = async (person: Person) => {
    const { name, email, active } = await readPerson(installations, person);
    return { name, email, active };
  };
  const tokenSets = createTokenSets({ redis, links, oauth, instance, now, log });
  const asPerson = (person: Person) => serviceNow.as(`${person.tenant}.${person.user}`, tokenSets.sourceFor(person));
  const connect = createConnect({
    redis,
    vault,
    links,
    oauth,
    policy: config.linkPolicy,
    publicUrl: config.publicUrl,
    identify: (token) => whoIsThis(serviceNow.as(`new-link-${fingerprint(token)}`, fixedToken(token))),
    profileOf,
    log,
  });

  const queues = createQueues(redis);
  closers.push(() => closeQueues(queues));
  const webEnqueue = createEnqueue(queues, redis, role === 'worker' ? WORKER_PATIENCE_MS : WEB_PATIENCE_MS);
  metrics.watchQueues(() => countJobs(queues));

  const choicesKey = keys.choices(instance, 'incident');

  async function startWorker(): Promise<Workers> {
    // In a process with both roles the worker has its own, patient connection.
    const own = role === 'worker' ? redis : open('patient');
    const ownQueues = role === 'worker' ? queues : createQueues(own);
    if (role !== 'worker') closers.push(() => closeQueues(ownQueues));
    const enqueue = createEnqueue(ownQueues, own, WORKER_PATIENCE_MS);
    const workerLinks = createLinks(own, vault, instance, now);
    const parking = createParking(own, ownQueues, workerLinks, now);
    const workerTokens = createTokenSets({ redis: own, links: workerLinks, oauth, instance, now, log });
    const files = createFiles(installations, config.slack.apiUrl);
    closers.push(() => files.close());
    const services: Services = {
      instanceUrl,
      instance,
      asPerson: (person) => serviceNow.as(`${person.tenant}.${person.user}`, workerTokens.sourceFor(person)),
      links: workerLinks,
      connect,
      reply: createReply({ installations, vault, apiUrl: config.slack.apiUrl, now }),
      messenger: createMessenger(installations, log),
      files,
      installations,
      slackName: async (person) => (await readPerson(installations, person)).name,
      choices: {
        write: (table, choices) =>
          writeCached(own, keys.choices(instance, table), TTL.choices, { readAt: now(), choices }),
      },
      resumeParked: (person) => parking.resume(person),
      pendingForm: async (person) => (await own.exists(keys.pending(person))) === 1,
      forget: {
        person: async (person) => {
          await connect.disconnect(person);
          await own.del(keys.pending(person), keys.parked(person), keys.asked(person));
        },
        workspace: async (where) => {
          for (const person of await workerLinks.peopleOf(where.team))
            await connect.disconnect({ ...where, user: person });
          await installations.remove(where);
        },
      },
      enqueue,
      now,
    };
    return startWorkers({
      services,
      queues: ownQueues,
      parking,
      connection: () => open('patient'),
      log,
      observe: metrics.jobRun,
    });
  }

  const house: House = {
    enqueue: webEnqueue,
    links,
    connect,
    vault,
    keptWork: createKeptWork(queues),
    instance,
    async categories(person) {
      const cached = await readCached(redis, choicesKey, choicesSchema);
      if (!cached || now() - cached.readAt > CHOICES_FRESH_MS) refreshChoices(person);
      const own = cached?.choices['category'] ?? [];
      return own.length > 0 ? own : BASE_CATEGORIES;
    },
    async lookUp(person, source, text) {
      const key = keys.options(person, source, fingerprint(text.trim().toLowerCase()));
      try {
        const cached = await readCached(redis, key, optionsSchema);
        if (cached) return cached;
        const found = await withinTime(LOOK_UP_MS, findOptions(asPerson(person), source, text, LOOK_UP_MS));
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

  /** In the background: nobody waits for it, and one hour has one job. */
  function refreshChoices(person: Person): void {
    const hour = Math.floor(now() / CHOICES_FRESH_MS);
    webEnqueue(
      'refresh-choices',
      { v: 1, correlationId: `choices-${hour}`, person },
      `choices-${instance}-${hour}`,
    ).catch((err) => log.info({ err }, 'choice lists not refreshed'));
  }

  let draining = false;
  async function startWeb(): Promise<{ port: number; stop: () => Promise<void> }> {
    const { app, requestListener, socketMode } = createSlackApp({ config, installations, log });
    registerListeners(app, house);
    const pages = connectRoutes({
      connect,
      profileOf,
      workspaceName: async (person) => (await installations.find(person))?.teamName ?? 'your Slack workspace',
      enqueue: webEnqueue,
      instance,
      secureCookies: config.publicUrl.startsWith('https:'),
      log,
    });
    const health = healthRoutes(redis, () => draining);
    const guard = adminGuard(config.adminToken);
    const web = createWeb({
      instanceUrl,
      secure: config.publicUrl.startsWith('https:'),
      log,
      routes: [
        { method: 'get', path: '/servicenow/connect', handle: pages.preview },
        { method: 'post', path: '/servicenow/connect', before: [formBody], handle: pages.proceed },
        { method: 'post', path: '/servicenow/connect/confirm', before: [formBody], handle: pages.confirm },
        { method: 'get', path: '/servicenow/oauth/callback', handle: pages.callback },
        { method: 'get', path: '/healthz', handle: health.alive },
        { method: 'get', path: '/readyz', handle: health.ready },
        { method: 'get', path: '/metrics', before: [guard], handle: metricsRoute(metrics) },
      ],
    });
    const slack = config.slack.signingSecret
      ? guardSlack({
          signingSecret: config.slack.signingSecret,
          redis,
          next: requestListener,
          now,
          log,
          observe: metrics.slackRequest,
        })
      : undefined;

    const server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      (request, response) => {
        const path = request.url?.split('?')[0] ?? '';
        if (path === EVENTS_PATH && request.method === 'POST' && slack && !socketMode) slack(request, response);
        else if (path.startsWith('/slack/') && request.method === 'GET' && config.slack.install)
          requestListener(request, response);
        else web(request, response);
      },
    );
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.port, resolve));
    if (socketMode) await app.start();
    return {
      port: (server.address() as AddressInfo).port,
      stop: async () => {
        draining = true;
        if (socketMode) await app.stop();
        await closeServer(server);
      },
    };
  }

  const web = role === 'worker' ? undefined : await startWeb();
  const workers = role === 'web' ? undefined : await startWorker();
  log.info({ role, port: web?.port, instance, policy: config.linkPolicy }, 'bridge started');

  return {
    port: web?.port,
    // In this order: no new work, finish what is begun, then cut the connections.
    async close() {
      await web?.stop();
      await workers?.close();
      for (const closer of closers.reverse()) await closer();
      log.info('bridge stopped');
    },
  };
}

/** A token that cannot be renewed: for the moment between the code exchange and the link. */
function fixedToken(token: string) {
  const refused = () =>
    new RefusedError(
      'forbidden',
      401,
      'a new token was rejected',
      'ServiceNow did not accept the access that it just gave.',
    );
  return {
    accessToken: async () => token,
    renewedToken: async (): Promise<string> => {
      throw refused();
    },
    linkBroke: async (): Promise<BridgeError> => refused(),
  };
}

async function withinTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const tooSlow = sleep(ms, undefined, { ref: false }).then((): never => {
    throw new UnavailableError('servicenow-unavailable', `no answer within ${ms} ms`);
  });
  return Promise.race([work, tooSlow]);
}

async function countJobs(queues: ReturnType<typeof createQueues>) {
  const counts = await Promise.all(
    (Object.keys(QUEUES) as QueueName[]).map(async (queue) =>
      Object.entries(await queues[queue].getJobCounts('waiting', 'active', 'delayed', 'failed')).map(
        ([state, count]) => ({ queue, state, count }),
      ),
    ),
  );
  return counts.flat();
}

const DRAIN_MS = 5_000;

/** Idle connections go at once, busy ones when they are answered or time is up. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}
