import { createArrivals } from './cards/arrivals.ts';
import { type Foundation, fixedToken } from './compose-foundation.ts';
import { createDesk, type Desk } from './desk/desk.ts';
import { GrantRefusedError, unlessGivenUp } from './errors.ts';
import type { Services } from './jobs/define.ts';
import { startWorkers, type Workers } from './jobs/work.ts';
import { createDigests } from './notifications/digests.ts';
import { createPollState } from './notifications/poll-state.ts';
import { writeCached } from './redis/cache.ts';
import { keys, type Person, TTL } from './redis/keys.ts';
import type { TokenSet } from './servicenow/oauth.ts';
import { createFiles } from './slack/files.ts';
import { createMessenger } from './slack/messenger.ts';
import { createNamed, readPerson } from './slack/people.ts';
import { createReply } from './slack/reply.ts';
import { createUntold } from './slack/untold.ts';

const EARLY_MS = 60_000;
/** An instance that grants no service identity is asked again after this long. */
const ASK_AGAIN_MS = 60 * 60_000;

/** The hands: consumes the queues, calls ServiceNow and Slack. */
export async function startWorker(ground: Foundation): Promise<Workers> {
  const {
    config,
    log,
    now,
    redis,
    vault,
    installations,
    instance,
    instanceUrl,
    links,
    connect,
    enqueue,
    cards,
    waiting,
  } = ground;
  const untold = createUntold(redis, vault);
  const files = createFiles(installations, config.slack.apiUrl);

  const services: Services = {
    instanceUrl,
    instance,
    desk: ground.desk,
    asService: serviceIdentity(ground),
    links,
    connect,
    reply: createReply({ installations, vault, apiUrl: config.slack.apiUrl, untold, now, log }),
    messenger: createMessenger(installations, untold, log),
    untold,
    files,
    installations,
    watches: ground.watches,
    endings: ground.endings,
    cards,
    replies: ground.replies,
    preferences: ground.preferences,
    subscriptions: ground.subscriptions,
    poll: createPollState(redis, instance, links.knownIn),
    slackPerson: (person) => readPerson(installations, person),
    named: createNamed(installations, now),
    choices: {
      write: (table, choices) =>
        writeCached(redis, keys.choices(instance, table), TTL.choices, { readAt: now(), choices }),
    },
    nameOf: (person, userName) => cachedName(ground, person, userName),
    digests: createDigests(redis, vault),
    arrivals: createArrivals(redis, vault),
    peopleBehind: (users) => links.peopleBehind(users),
    resumeParked: (person) => waiting.resume(person),
    keptWish: (person) => waiting.waitsFor(person),
    async forgetPerson(person) {
      await connect.disconnect(person);
      await ground.watches.forget(person);
      await redis.del(keys.waiting(person), keys.asked(person), keys.untold(person));
      // Last, so that a second run after a crash still finds them.
      await links.forgetMember(person);
    },
    enqueue,
    now,
  };

  await ground.schedules.begin();
  const workers = await startWorkers({
    services,
    queues: ground.queues,
    waiting,
    connection: ground.open,
    log,
    observe: ground.metrics.jobRun,
    observeStandBy: ground.metrics.slackStandBy,
  });
  const stopLooking = lookAfterSchedules(ground);
  return {
    async close(force) {
      stopLooking();
      await workers.close(force);
      await files.close();
    },
  };
}

/** Polling must not end because a failover lost its schedule, or somebody emptied the store. @returns how to stop */
function lookAfterSchedules({ schedules, storeMark, log }: Foundation): () => void {
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
function serviceIdentity({ oauth, serviceNow, now, log }: Foundation): () => Promise<Desk | undefined> {
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

async function cachedName({ redis, instance, desk, log }: Foundation, person: Person, userName: string) {
  if (!userName) return '';
  const key = keys.name(person, instance, userName);
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const name = await unlessGivenUp(desk(person).nameOf(userName), { log });
  if (name) await redis.set(key, name, 'EX', TTL.name);
  return name ?? userName;
}
