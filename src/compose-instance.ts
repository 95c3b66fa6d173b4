import { randomUUID } from 'node:crypto';
import { createAccess } from './accounts/access.ts';
import type { LinkSide } from './accounts/connect.ts';
import { createLinks, type Link } from './accounts/links.ts';
import { createTokenSets } from './accounts/token-set.ts';
import { createCards } from './cards/store.ts';
import type { Shared } from './compose-foundation.ts';
import { createReplies } from './conversation/replies.ts';
import { createDesk, type Manner } from './desk/desk.ts';
import { type BridgeError, RefusedError } from './errors.ts';
import type { InstanceSettings } from './instances/settings.ts';
import { closeQueues, createEnqueue, createQueues } from './jobs/enqueue.ts';
import { createSchedules } from './jobs/schedules.ts';
import { createWaiting } from './jobs/waiting.ts';
import { createEndings } from './notifications/endings.ts';
import { createSubscriptions } from './notifications/subscriptions.ts';
import { createWatches } from './notifications/watches.ts';
import { createLease } from './pace/lease.ts';
import { createPlaces } from './pace/places.ts';
import { keysOf, type Person, personName } from './redis/keys.ts';
import { createStoreMark } from './redis/store-mark.ts';
import { fingerprint } from './redis/vault.ts';
import { createServiceNowClient } from './servicenow/client.ts';
import { createOAuth } from './servicenow/oauth.ts';
import { whoIsThis } from './servicenow/people.ts';

/** The web role fails fast, so that a person hears within 2.5 s whatever it has to look for; a worker waits for Redis to come back. */
const PATIENCE_MS = { fast: 1_500, patient: 60_000 } as const;

/**
 * All that belongs to one ServiceNow instance: its clients, its queues, its part of the store. A job's queue says whose it is,
 * so two instances share no worker, no place and no record, and one that is down keeps nobody waiting but its own.
 */
export function openInstance(shared: Shared, settings: InstanceSettings) {
  const { config, redis, vault, now, metrics, patience } = shared;
  const { name: instance, url } = settings;
  const { maxParallel, scope, pollSeconds } = config.serviceNow;
  const whose = config.instances.length > 1 ? { instance: settings.alias } : {};
  const log = shared.log.child(whose);
  const links = createLinks(redis, vault, instance, now);
  const oauth = createOAuth({
    instanceUrl: url,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    scope,
    redirectUri: `${config.publicUrl}/servicenow/oauth/callback`,
    now,
  });
  const lease = createLease(redis, keysOf(instance).places(), randomUUID(), maxParallel, now);
  const places = createPlaces(lease, maxParallel, now);
  metrics.watchPlaces(places.figures, whose);
  const serviceNow = createServiceNowClient({
    instanceUrl: url,
    maxParallel,
    takePlace: places.take,
    now,
    log,
    observe: ({ status, ms }) => metrics.serviceNowRequest(status, ms, whose),
  });
  const tokenSets = createTokenSets({ redis, links, oauth, instance, now, log });
  const access = createAccess({ links, oauth, log });
  const endings = createEndings(redis, instance, now);
  const queues = createQueues(redis, instance);
  const accountOf = async (person: Person) => (await links.find(person))?.user.sysId;
  const enqueue = createEnqueue(queues, redis, PATIENCE_MS[patience], accountOf);
  const linkSide: LinkSide = {
    links,
    oauth,
    access,
    identify: (token) => whoIsThis(serviceNow.as(`new-link-${fingerprint(token)}`, fixedToken(token))),
    announce(person, linkId) {
      const correlationId = `link-${linkId}`;
      return enqueue('resume-after-connect', { v: 1, correlationId, person, linkId }, correlationId);
    },
  };

  return {
    settings,
    /** Labels its figures and its log lines, where there are several. */
    whose,
    log,
    name: instance,
    url,
    links,
    linkSide,
    oauth,
    access,
    serviceNow,
    /** ServiceNow as this person, with their own token. */
    desk: (person: Person, link?: Link, manner?: Manner) =>
      createDesk(serviceNow.as(personName(person), tokenSets.sourceFor(person, link)), manner),
    /** Where this person's access tokens come from. */
    tokenSource: (person: Person) => tokenSets.sourceFor(person),
    queues,
    schedules: createSchedules(queues.sync, pollSeconds),
    storeMark: createStoreMark(redis, instance, now),
    enqueue,
    waiting: createWaiting(redis, vault, instance, queues, links, now),
    endings,
    watches: createWatches(redis, instance, endings),
    cards: createCards(redis, vault, instance, endings, now),
    replies: createReplies(redis, vault, instance, now),
    subscriptions: createSubscriptions(redis, vault, instance),
    async close() {
      places.close();
      await serviceNow.close();
      await oauth.close();
      await closeQueues(queues);
    },
  };
}

export type Instance = ReturnType<typeof openInstance>;

/** A token that cannot be renewed: for the moment between the code exchange and the link. */
export function fixedToken(token: string) {
  const refused = () => new RefusedError('forbidden', 401, 'a new token was rejected', ['errors.new-access']);
  return {
    accessToken: async () => token,
    renewedToken: async (): Promise<string> => {
      throw refused();
    },
    linkBroke: async (): Promise<BridgeError> => refused(),
  };
}
