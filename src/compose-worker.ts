import { createArrivals } from './cards/arrivals.ts';
import type { Foundation } from './compose-foundation.ts';
import { fixedToken, type Instance } from './compose-instance.ts';
import { createDesk, type Desk } from './desk/desk.ts';
import { GrantRefusedError, unlessGivenUp } from './errors.ts';
import { createMark, NO_MARK } from './instances/mark.ts';
import type { Neighbour, Services } from './jobs/define.ts';
import { startWorkers, type Workers } from './jobs/work.ts';
import { createDigests } from './notifications/digests.ts';
import { createPollState } from './notifications/poll-state.ts';
import { writeCached } from './redis/cache.ts';
import { keysOf, type Person, keys as shared, TTL } from './redis/keys.ts';
import type { TokenSet } from './servicenow/oauth.ts';
import { createFiles, type Files } from './slack/files.ts';
import { createMessenger } from './slack/messenger.ts';
import { createNamed } from './slack/people.ts';
import { createReply } from './slack/reply.ts';
import { createUntold, type Untold } from './slack/untold.ts';

const EARLY_MS = 60_000;
/** An instance that grants no service identity is asked again after this long. */
const ASK_AGAIN_MS = 60 * 60_000;

/** The worker role: consumes the queues of all instances, calls ServiceNow and Slack. */
export async function startWorker(foundation: Foundation): Promise<Workers> {
  const { config, vault, redis, installations } = foundation;
  const untold = createUntold(redis, vault);
  const files = createFiles(installations, config.slack.apiUrl);
  const all = await Promise.all(
    foundation.instances.all.map(async (at) => {
      await at.schedules.begin();
      const workers = await startWorkers({
        services: servicesFor(foundation, at, untold, files),
        queues: at.queues,
        waiting: at.waiting,
        connection: foundation.open,
        log: at.log,
        observe: foundation.metrics.jobRun,
        observeStandBy: foundation.metrics.slackStandBy,
      });
      const stopLooking = lookAfterSchedules(at);
      return { workers, stopLooking };
    }),
  );
  return {
    async close(force) {
      for (const { stopLooking } of all) stopLooking();
      await Promise.all(all.map(({ workers }) => workers.close(force)));
      await files.close();
    },
  };
}

/** What the jobs of one instance work with. */
function servicesFor(foundation: Foundation, at: Instance, untold: Untold, files: Files): Services {
  const { config, now, redis, vault, installations, preferences, connect } = foundation;
  const { name: instance, links, waiting, watches, log } = at;
  const keys = keysOf(instance);
  const mark = foundation.instances.all.length > 1 ? createMark(instance, at.settings.alias) : NO_MARK;
  const { main } = foundation.instances;
  const rank = (each: { instance: string }) => (each.instance === main.name ? 0 : 1);
  return {
    instanceUrl: at.url,
    instance,
    neighbours: foundation.instances.all.map(neighbour).sort((a, b) => rank(a) - rank(b)),
    desk: at.desk,
    asService: serviceIdentity(foundation, at),
    links,
    connect: {
      admit: connect.admit,
      begin: (person) => connect.begin(person, instance),
      disconnect: at.access.disconnect,
    },
    reply: createReply({
      installations,
      vault,
      apiUrl: config.slack.apiUrl,
      untold,
      wordsFor: foundation.languages.of,
      mark,
      now,
      log,
    }),
    messenger: createMessenger(installations, untold, mark, log),
    untold,
    files,
    installations,
    watches,
    endings: at.endings,
    cards: at.cards,
    replies: at.replies,
    preferences,
    subscriptions: at.subscriptions,
    poll: createPollState(redis, instance, links.knownIn),
    slackPerson: foundation.slackPerson,
    named: createNamed(foundation.slackPerson, foundation.languages.of, now),
    wordsFor: foundation.languages.of,
    choices: {
      write: (table, choices) => writeCached(redis, keys.choices(table), TTL.choices, { readAt: now(), choices }),
    },
    nameOf: (person, userName) => cachedName(foundation, at, person, userName),
    digests: createDigests(redis, vault, instance),
    arrivals: createArrivals(redis, vault, instance),
    peopleBehind: (users) => links.peopleBehind(users),
    resumeParked: (person) => waiting.resume(person),
    keptWish: (person) => waiting.waitsFor(person),
    async forgetPerson(person) {
      await at.access.disconnect(person);
      await watches.forget(person);
      await redis.del(
        keys.waiting(person),
        keys.asked(person),
        shared.preferences(person),
        shared.untold(person),
        shared.locale(person),
      );
      // Last, so that a second run after a crash still finds them.
      await links.forgetMember(person);
    },
    enqueue: at.enqueue,
    now,
  };
}

const neighbour = ({ settings, name, url, links, desk }: Instance): Neighbour => ({
  alias: settings.alias,
  instance: name,
  instanceUrl: url,
  mark: createMark(name, settings.alias),
  links,
  desk: (person) => desk(person),
});

/** Polling must not end because a failover lost its schedule, or somebody emptied the store. @returns how to stop */
function lookAfterSchedules({ schedules, storeMark, log }: Instance): () => void {
  let isLooking = false;
  const look = async () => {
    if (await storeMark.leave())
      log.error(
        'the store was emptied: links, watches and waiting work are gone; restore a backup, or people connect again',
      );
    const healed = await schedules.heal();
    if (healed.length > 0) log.warn({ schedules: healed }, 'lost schedules are written again');
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((err: unknown) => log.warn({ err }, 'could not look after the schedules'))
      .finally(() => {
        isLooking = false;
      });
  }, schedules.lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Asks for the service identity once an hour at most; most instances grant none, and then people's own tokens poll. */
function serviceIdentity({ now }: Foundation, { oauth, serviceNow, log }: Instance): () => Promise<Desk | undefined> {
  let tokens: TokenSet | undefined;
  let askAgainAt = 0;
  return async () => {
    if (!tokens || tokens.accessExpiresAt - now() < EARLY_MS) {
      tokens = undefined;
      if (now() < askAgainAt) return undefined;
      try {
        tokens = await oauth.serviceTokens();
      } catch (error) {
        if (!(error instanceof GrantRefusedError)) throw error;
        askAgainAt = now() + ASK_AGAIN_MS;
        log.info("no service identity: people's own tokens poll");
        return undefined;
      }
    }
    const { accessToken } = tokens;
    const rejected = async (): Promise<never> => {
      tokens = undefined;
      throw await fixedToken('').linkBroke();
    };
    const source = { accessToken: async () => accessToken, renewedToken: rejected, linkBroke: rejected };
    return createDesk(serviceNow.as('service', source), { isBackground: true });
  };
}

async function cachedName(
  { redis }: Foundation,
  { name: instance, desk, log }: Instance,
  person: Person,
  userName: string,
) {
  if (!userName) return '';
  const key = keysOf(instance).name(person, userName);
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const name = await unlessGivenUp(desk(person).nameOf(userName), { log });
  if (name) await redis.set(key, name, 'EX', TTL.name);
  return name ?? userName;
}
