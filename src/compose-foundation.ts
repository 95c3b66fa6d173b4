import { randomUUID } from 'node:crypto';
import { createConnect } from './accounts/connect.ts';
import { createLinks, type Link } from './accounts/links.ts';
import { createTokenSets } from './accounts/token-set.ts';
import { createCards } from './cards/store.ts';
import type { Config } from './config.ts';
import { createReplies } from './conversation/replies.ts';
import { createDesk, type Manner } from './desk/desk.ts';
import { type BridgeError, OutsiderError, RefusedError } from './errors.ts';
import { closeQueues, createEnqueue, createQueues } from './jobs/enqueue.ts';
import { createSchedules } from './jobs/schedules.ts';
import { createWaiting } from './jobs/waiting.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createEndings } from './notifications/endings.ts';
import { createPreferences } from './notifications/preferences.ts';
import { createSubscriptions } from './notifications/subscriptions.ts';
import { createWatches } from './notifications/watches.ts';
import { createLease } from './pace/lease.ts';
import { createPlaces } from './pace/places.ts';
import {
  connect as connectRedis,
  disconnect,
  findAddress,
  type RedisClient,
  type Temper,
  untilReady,
} from './redis/connection.ts';
import { keys, type Person, personName } from './redis/keys.ts';
import { createStoreMark } from './redis/store-mark.ts';
import { createVault, fingerprint } from './redis/vault.ts';
import { createServiceNowClient } from './servicenow/client.ts';
import { createOAuth } from './servicenow/oauth.ts';
import { whoIsThis } from './servicenow/people.ts';
import { createInstallations } from './slack/installations.ts';
import { readPerson } from './slack/people.ts';

const READY_MS = 10_000;
/** The web role fails fast, so that a person hears within 2.5 s whatever it has to look for; a worker waits for Redis to come back. */
const PATIENCE_MS = { fast: 1_500, patient: 60_000 } as const;

/** What both roles stand on; each has its own, with its own temper towards Redis. */
export async function layFoundation(config: Config, temper: Temper, log: Log, metrics: Metrics, now: () => number) {
  const instanceUrl = config.serviceNow.instanceUrl;
  const instance = new URL(instanceUrl).host;
  const closers: (() => Promise<unknown>)[] = [];
  const clients: RedisClient[] = [];
  const address = await findAddress(config.redisUrl, log, READY_MS);
  const open = (): RedisClient => {
    const client = connectRedis(address, temper, log);
    clients.push(client);
    closers.push(() => disconnect(client));
    return client;
  };
  const redis = open();
  await untilReady(redis, READY_MS);

  const vault = createVault(config.encryptionKeys);
  const links = createLinks(redis, vault, instance, now);
  const installations = createInstallations({ config: config.slack, redis, vault, now });
  const oauth = createOAuth({
    instanceUrl,
    clientId: config.serviceNow.clientId,
    clientSecret: config.serviceNow.clientSecret,
    scope: config.serviceNow.scope,
    redirectUri: `${config.publicUrl}/servicenow/oauth/callback`,
    now,
  });
  const { maxParallel } = config.serviceNow;
  const places = createPlaces(
    createLease(redis, keys.places(instance), randomUUID(), maxParallel, now),
    maxParallel,
    now,
  );
  metrics.watchPlaces(places.figures);
  const serviceNow = createServiceNowClient({
    instanceUrl,
    maxParallel,
    takePlace: places.take,
    now,
    log,
    observe: ({ status, ms }) => metrics.serviceNowRequest(status, ms),
  });
  const tokenSets = createTokenSets({ redis, links, oauth, instance, now, log });
  const profileOf = async (person: Person) => {
    const { name, email, active, standing } = await readPerson(installations, person);
    if (standing === 'stranger' || (standing === 'guest' && !config.slack.guests)) throw new OutsiderError(standing);
    return { name, email, active };
  };
  const endings = createEndings(redis, instance, now);
  const queues = createQueues(redis, instance);
  const enqueue = createEnqueue(
    queues,
    redis,
    PATIENCE_MS[temper],
    async (person) => (await links.find(person))?.user.sysId,
  );
  const connect = createConnect({
    redis,
    vault,
    links,
    oauth,
    policy: config.linkPolicy,
    publicUrl: config.publicUrl,
    identify: (token) => whoIsThis(serviceNow.as(`new-link-${fingerprint(token)}`, fixedToken(token))),
    profileOf,
    announce(person, linkId) {
      const correlationId = `link-${linkId}`;
      return enqueue('resume-after-connect', { v: 1, correlationId, person, linkId }, correlationId);
    },
    log,
  });
  closers.push(
    () => closeQueues(queues),
    () => oauth.close(),
    () => serviceNow.close(),
    async () => places.close(),
  );

  return {
    config,
    log,
    now,
    metrics,
    instanceUrl,
    instance,
    redis,
    open,
    vault,
    links,
    installations,
    oauth,
    serviceNow,
    /** ServiceNow as this person, with their own token. */
    desk: (person: Person, link?: Link, manner?: Manner) =>
      createDesk(serviceNow.as(personName(person), tokenSets.sourceFor(person, link)), manner),
    /** Where this person's access tokens come from. */
    tokenSource: (person: Person) => tokenSets.sourceFor(person),
    connect,
    profileOf,
    queues,
    schedules: createSchedules(queues.sync, config.serviceNow.pollSeconds),
    storeMark: createStoreMark(redis, instance, now),
    enqueue,
    waiting: createWaiting(redis, queues, links, vault, now),
    endings,
    watches: createWatches(redis, endings),
    cards: createCards(redis, vault, endings, now),
    replies: createReplies(redis, vault, now),
    preferences: createPreferences(redis),
    subscriptions: createSubscriptions(redis, vault, instance),
    async close() {
      for (const closer of closers.reverse()) await closer();
    },
    /** Lets go of a Redis that does not answer. */
    cut() {
      for (const client of clients) client.disconnect();
    },
  };
}

export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

/** A token that cannot be renewed: for the moment between the code exchange and the link. */
export function fixedToken(token: string) {
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
