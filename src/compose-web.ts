import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { withNames } from './blocks/marks.ts';
import type { Foundation } from './compose-foundation.ts';
import { healthTable } from './compose-health.ts';
import type { Instance } from './compose-instance.ts';
import { UnavailableError } from './errors.ts';
import { createMark, NO_MARK } from './instances/mark.ts';
import { createKeptWork } from './jobs/kept-work.ts';
import { registerListeners } from './listeners/index.ts';
import { createServed } from './listeners/served.ts';
import type { Services } from './listeners/services.ts';
import type { Connection } from './operations/known.ts';
import { matchingChoices } from './records/choices.ts';
import { recordType, USUAL_TYPE } from './records/types.ts';
import { readCached, writeCached } from './redis/cache.ts';
import { keysOf, type Person, TTL } from './redis/keys.ts';
import { fingerprint } from './redis/vault.ts';
import { adminGuard, QUEUES_PATH, queuesRoute } from './routes/admin.ts';
import { connectRoutes } from './routes/connect.ts';
import { createWeb, formBody, ownForm, rawBody } from './routes/index.ts';
import { type Serving, serve } from './routes/serve.ts';
import { pushRoute } from './routes/servicenow-events.ts';
import { createSlackApp, EVENTS_PATH } from './slack/app.ts';
import { createInstallFlow, INSTALL_PATH, REDIRECT_PATH } from './slack/install-flow.ts';
import { createNamed } from './slack/people.ts';
import { createSay } from './slack/reply.ts';
import { withinTime } from './within-time.ts';

/** Slack allows three seconds in all; what is left is for the road. */
const LOOK_UP_MS = 2_300;
/** For a form that somebody waits for. */
const NAMES_MS = 1_000;
const CHOICES_FRESH_MS = 60 * 60_000;
const PUSH_PATH = '/servicenow/events';

const choicesSchema = z.object({
  readAt: z.number(),
  choices: z.record(z.string(), z.array(z.object({ value: z.string(), label: z.string() }))),
});
const optionsSchema = z.array(z.object({ value: z.string(), label: z.string() }));

/**
 * Slack's and the browsers' door: verify, parse, enqueue, acknowledge.
 * @param runsJobs a worker lives in the same process
 */
export async function startWeb(foundation: Foundation, runsJobs: boolean): Promise<Serving> {
  const { config, log, now, metrics, redis, installations, instances } = foundation;
  const secure = config.publicUrl.startsWith('https:');
  let draining = false;

  const { app, listening, requestListener, idle } = createSlackApp({
    config,
    installations,
    redis,
    wordsFor: foundation.languages.atOnce,
    now,
    log,
    observe: metrics.slackRequest,
  });
  const [first, ...others] = instances.all;
  const all = [servicesOf(foundation, first), ...others.map((one) => servicesOf(foundation, one))] as const;
  registerListeners(listening, createServed(config.instances, all));
  const installFlow = createInstallFlow(config, installations, log);

  const pages = connectRoutes({
    connect: foundation.connect,
    profileOf: foundation.profileOf,
    workspaceName: async (person) => (await installations.find(person))?.teamName,
    secureCookies: secure,
    log,
  });
  const pushFor = ({ settings, enqueue, log }: Instance) =>
    pushRoute({ secrets: settings.webhookSecrets, readBody: rawBody, redis, enqueue, now, log, observe: metrics.push });
  const several = instances.all.length > 1 ? instances.all : [];
  const board = instances.all.map(({ settings, queues }) => ({
    prefix: several.length > 0 ? `${settings.alias}: ` : '',
    queues,
  }));
  const web = createWeb({
    instanceUrls: instances.all.map(({ url }) => url),
    secure,
    log,
    routes: [
      { method: 'get', path: '/servicenow/connect', handle: pages.preview },
      { method: 'post', path: '/servicenow/connect', before: [ownForm, formBody], handle: pages.proceed },
      { method: 'post', path: '/servicenow/connect/confirm', before: [ownForm, formBody], handle: pages.confirm },
      { method: 'get', path: '/servicenow/oauth/callback', handle: pages.callback },
      { method: 'post', path: PUSH_PATH, handle: pushFor(instances.main) },
      ...several.map((each) => ({
        method: 'post' as const,
        path: `${PUSH_PATH}/${each.settings.alias}`,
        handle: pushFor(each),
      })),
      // Only these: Bolt throws at any other address.
      ...[INSTALL_PATH, REDIRECT_PATH].flatMap((path) =>
        installFlow ? [{ method: 'get', path, handle: installFlow } as const] : [],
      ),
      ...healthTable(foundation, runsJobs, () => draining),
    ],
    below: { [QUEUES_PATH]: [adminGuard(config.adminToken), queuesRoute(board)] },
  });
  const serving = await serve((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    // Slack's requests are many and hurried, so they do not pass through the routes.
    if (requestListener && path === EVENTS_PATH && request.method === 'POST') requestListener(request, response);
    else web(request, response);
  }, config.port);
  if (!requestListener) await app.start();
  return {
    port: serving.port,
    async close() {
      draining = true;
      // A balancer that has not looked yet still sends people here.
      await sleep(config.shutdownDelayMs);
      if (!requestListener) await app.stop();
      await serving.close();
      await idle();
    },
  };
}

/** What listeners are given. */
function servicesOf(foundation: Foundation, at: Instance): Services {
  const { config, redis, now, installations, vault, connect } = foundation;
  const { name: instance, enqueue, log } = at;
  const keys = keysOf(instance);
  const mark = foundation.instances.all.length > 1 ? createMark(instance, at.settings.alias) : NO_MARK;

  /** In the background: nobody waits for it, and one hour has one job. */
  function refreshChoices(person: Person): void {
    const hour = Math.floor(now() / CHOICES_FRESH_MS);
    enqueue('refresh-choices', { v: 1, correlationId: `choices-${hour}`, person }, `choices-${hour}`).catch((err) =>
      log.info({ err }, 'choice lists not refreshed'),
    );
  }

  async function categories(person: Person) {
    const cached = await readCached(redis, keys.choices(recordType(USUAL_TYPE).table), choicesSchema);
    if (!cached || now() - cached.readAt > CHOICES_FRESH_MS) refreshChoices(person);
    return cached?.choices['category'] ?? [];
  }

  const named = createNamed(foundation.slackPerson, foundation.languages.atOnce, now);
  return {
    enqueue,
    say: createSay({ installations, vault, apiUrl: config.slack.apiUrl, mark, now }),
    links: at.links,
    connect: { admit: connect.admit, begin: (person) => connect.begin(person, instance) },
    vault,
    keptWork: createKeptWork(at.queues),
    replies: at.replies,
    preferences: foundation.preferences,
    subscriptions: at.subscriptions,
    instance,
    mark,
    connections: (person) => connectionsOf(foundation, person),
    categories,
    async lookUp(person, source, text) {
      if (source === 'category') return matchingChoices(await categories(person), text);
      const key = keys.options(person, source, fingerprint(text.trim().toLowerCase()));
      try {
        const cached = await readCached(redis, key, optionsSchema);
        if (cached) return cached;
        const found = await withinTime(LOOK_UP_MS, at.desk(person).options(source, text, LOOK_UP_MS), tooSlow);
        await writeCached(redis, key, TTL.options, found);
        return found;
      } catch (err) {
        log.info({ err, source }, 'no options in time');
        return [];
      }
    },
    async named(person, text) {
      try {
        return await withinTime(NAMES_MS, named(person, text), tooSlow);
      } catch (err) {
        log.info({ err }, 'no names in time');
        return withNames(text, new Map(), await foundation.languages.atOnce(person));
      }
    },
    waiting: at.waiting,
    wordsFor: foundation.languages.atOnce,
    noteLocale: foundation.languages.note,
    now,
    log,
  };
}

/** To each instance, where there are several. */
async function connectionsOf({ instances }: Foundation, person: Person): Promise<Connection[]> {
  if (instances.all.length === 1) return [];
  return Promise.all(
    instances.all.map(async ({ settings: { alias }, name: instance, links }) => {
      const link = await links.find(person);
      if (link?.status !== 'linked') return { alias, instance, account: undefined };
      const { sysId, userName, name } = link.user;
      return { alias, instance, account: { sysId, userName, name, instance, linkedAt: link.linkedAt } };
    }),
  );
}

const tooSlow = () => new UnavailableError('servicenow-unavailable', 'no answer in time');
