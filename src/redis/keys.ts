import { z } from 'zod';

/**
 * Every key that the bridge writes, with its shape and its life; `docs/redis.md` says the same for operators and a test
 * compares the two. The braces are hash tags: what one script or transaction touches shares a slot of a Redis Cluster.
 * BullMQ's own keys lie under `{sn-<queue>.<instance>}`.
 */

/**
 * A person in Slack. Grid users share ids across workspaces, so `tenant` is the enterprise where there is one, and it
 * alone, with the user, names them; `team` is where we met them, which decides whose bot answers. Both are those of the
 * installation, whatever a payload says. A workspace that joins an organisation later keeps its tenant, so nobody is lost.
 */
export const personSchema = z.object({
  tenant: z.string().min(1),
  team: z.string().min(1),
  user: z.string().min(1),
});
export type Person = z.infer<typeof personSchema>;

/** Names a person in sets and job ids. Not by their team: on Grid the same person is met in several. */
export const personName = ({ tenant, user }: Pick<Person, 'tenant' | 'user'>) => `${tenant}.${user}`;

const person = (of: Pick<Person, 'tenant' | 'user'>) => `sn:{${personName(of)}}`;

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** Lifetimes in seconds. Keys that are not here are permanent. */
export const TTL = {
  replay: 10 * MINUTE,
  push: 10 * MINUTE,
  notifyLock: 20,
  pollLock: 20,
  sent: 30 * DAY,
  sentAges: 30 * DAY,
  /** A reply is held for a day; the rest is for a worker that comes late to say that the day is over. */
  held: 2 * DAY,
  line: 30 * DAY,
  ownWrites: 30 * DAY,
  name: DAY,
  connect: 10 * MINUTE,
  authorization: 10 * MINUTE,
  confirmation: 10 * MINUTE,
  waiting: 30 * DAY,
  asked: 7 * DAY,
  shutOut: 30 * DAY,
  untold: 7 * DAY,
  locale: 60 * DAY,
  refreshLock: 30,
  options: 60,
  choices: 7 * DAY,
  ready: MINUTE,
  /** An instance of which nobody wants anything for so long is begun with anew. */
  places: 10 * MINUTE,
  /** A job that waits for them notes them again. */
  arrivals: DAY,
  arrivalsTelling: DAY,
  arrivalsLock: 20,
} as const;

/** What belongs to no instance: Slack's side, a person's wishes, and the ways to a link. */
export const keys = {
  /** JSON, sealed: a Slack installation of one workspace or organisation. Permanent until uninstalled. */
  installation: (teamOrEnterprise: string) => `sn:installation:{${teamOrEnterprise}}`,
  /** Hash: under whose name a workspace's people are kept, and the organisation that it belongs to. Permanent. */
  tenant: (team: string) => `sn:tenant:{${team}}`,
  /** String: a signed request that has been seen. */
  replay: (signatureHash: string) => `sn:replay:{${signatureHash}}`,
  /** String: a signed push that has been seen. */
  push: (signatureHash: string) => `sn:push:{${signatureHash}}`,
  /** JSON: what this person wants to hear, and when. Permanent. */
  preferences: (of: Person) => `${person(of)}:preferences`,
  /** JSON: the locale of this person's Slack profile, and when Slack was asked for it. */
  locale: (of: Person) => `${person(of)}:locale`,
  /** List, sealed: sentences that Slack refused everywhere, until this person sees an answer again. */
  untold: (of: Person) => `${person(of)}:untold`,
  /** JSON, sealed: a single-use connect link, by the hash of its secret. */
  connect: (idHash: string) => `sn:connect:{${idHash}}`,
  /** JSON, sealed: an authorization request under way, by the hash of its state. */
  authorization: (stateHash: string) => `sn:authorization:{${stateHash}}`,
  /** JSON, sealed: a token set that waits for the person's yes (`LINK_POLICY=confirm`). */
  confirmation: (idHash: string) => `sn:confirmation:{${idHash}}`,
} as const;

/** What belongs to one instance, named by its host. The same number, and in a clone the same sys_id, is another record there. */
export const keysOf = (instance: string) => ({
  /** Hash: the account link on one instance; `tokens` is sealed. Permanent until disconnected. */
  link: (of: Person) => `${person(of)}:link:${instance}`,
  /** Hash: the team in which we met them last, by user, of who has ever linked. Permanent. */
  members: (tenant: string) => `sn:members:{${instance}.${tenant}}`,
  /** String: `1` while one process refreshes the token set; its value is the holder's secret. */
  refreshLock: (of: Person) => `${person(of)}:refresh-lock:${instance}`,
  /** Hash: what waits for the person to connect: jobs by `queue/jobId`, and sealed, as JSON, the `form` that they wanted. */
  waiting: (of: Person) => `${person(of)}:waiting:${instance}`,
  /** String: the person has been asked to reconnect and need not be asked again. */
  asked: (of: Person) => `${person(of)}:asked:${instance}`,
  /** JSON: options of a select, as this person may see them. */
  options: (of: Person, source: string, queryHash: string) =>
    `${person(of)}:options:${instance}:${source}:${queryHash}`,
  /** Hash: reason by `type/sysId` of what this person watches, or `declined` where they want to hear no more. */
  watches: (of: Pick<Person, 'tenant' | 'user'>) => `${person(of)}:watches:${instance}`,
  /** Hash: reason and person by watcher id, of who watches a record; `1` for a channel that was told of it. */
  watchers: (sysId: string) => `sn:watchers:{${instance}.${sysId}}`,
  /** Hash: a watcher's card for a record, values sealed: what was told last, what is being told; where its message is lies in clear. */
  card: (watcher: string, sysId: string) => `sn:{${watcher}}:card:${instance}:${sysId}`,
  /** Sorted set: `<watcher>/<sysId>` by the time when to look whether that watch is over. */
  endings: () => `sn:endings:{${instance}}`,
  /** String: one process tells this watcher about this record. */
  notifyLock: (watcher: string, sysId: string) => `sn:{${watcher}}:notify-lock:${instance}:${sysId}`,
  /** Hash: `type/sysId` by the ts of a card's message, so that a reply in its thread finds the record. */
  threads: (of: Pick<Person, 'tenant' | 'user'>) => `${person(of)}:threads:${instance}`,
  /** Hash: `type/sysId/lane` by the ts of a message that becomes a comment; what was decided by `lane:`; `1` by `deleted:`; how far by `mark:`. */
  sent: (of: Person) => `${person(of)}:sent:${instance}`,
  /** Sorted set: the fields of `sent` by the time when each was written, so that it can be forgotten. */
  sentAges: (of: Person) => `${person(of)}:sent-ages:${instance}`,
  /** Sorted set: a person's replies to one record by their keys, by the time when each was written. */
  line: (of: Person, sysId: string) => `${person(of)}:line:${instance}:${sysId}`,
  /** Hash, JSON: what the bridge wrote for a person on one record and they could not read there yet, by an id. Words are hashed. */
  ownWrites: (of: Person, sysId: string) => `${person(of)}:own:${instance}:${sysId}`,
  /** JSON, sealed: a reply that waits for the person to say who may read it. */
  held: (of: Person, ts: string) => `${person(of)}:held:${instance}:${ts}`,
  /** Set: `type/sysId/modCount` of changes that wait for the digest. */
  digest: (of: Person) => `${person(of)}:digest:${instance}`,
  /** JSON, sealed: a digest that is being sent, with what it tells. */
  digestTelling: (of: Person) => `${person(of)}:digest-telling:${instance}`,
  /** Hash, values sealed: what came to this person by itself a moment ago and was not told yet, by `type/sysId`. */
  arrivals: (of: Person) => `${person(of)}:arrivals:${instance}`,
  /** JSON, sealed: a list of many arrivals that is being sent, with what it tells. */
  arrivalsTelling: (of: Person) => `${person(of)}:arrivals-telling:${instance}`,
  /** String: one process decides what becomes of this person's arrivals. */
  arrivalsLock: (of: Person) => `${person(of)}:arrivals-lock:${instance}`,
  /** JSON, sealed: a channel's subscription. */
  subscription: (id: string) => `sn:subscription:{${instance}.${id}}`,
  /** String: the owner was told that the app may not post in the channel. */
  shutOut: (id: string) => `sn:subscription:{${instance}.${id}}:shut-out`,
  /** Hash, JSON by id: channel, owner and wishes of all subscriptions on an instance, in ids and codes. */
  subscriptions: () => `sn:subscription-entries:{${instance}}`,
  /** Set: ids of the subscriptions that are found at one place: of one kind and value, in one channel, of one owner. */
  subscribers: (place: string) => `sn:subscribers:{${instance}}:${place}`,
  /** Set: names of people in Slack who are linked to a ServiceNow user. */
  peopleBehind: (userSysId: string) => `sn:people-behind:{${instance}.${userSysId}}`,
  /** Sorted set: who uses a grant, people and attempts to link, by the time until when; without end for people. Permanent while one of them has a link. */
  grant: (refreshTokenHash: string) => `sn:grant:{${instance}.${refreshTokenHash}}`,
  /** Sorted set: names of people by the time when their refresh token was issued; who was warned of its end is not in it. */
  linkAges: () => `sn:link-ages:{${instance}}`,
  /** Hash: how many requests may be under way at the instance, and the places that each process has leased. */
  places: () => `sn:places:{${instance}}`,
  /** String: when the store was first used; where it is missing, somebody has emptied the store. Permanent. */
  store: () => `sn:store:{${instance}}`,
  /** String: one process of the fleet polls this instance. */
  pollLock: () => `sn:poll-lock:{${instance}}`,
  /** Hash: the newest change seen by source, on the instance's own clock. */
  cursors: () => `sn:cursors:{${instance}}`,
  /** Sorted set: names of people by the time when their own token last polled. */
  pollers: () => `sn:pollers:{${instance}}`,
  /** String: a ServiceNow user's name by user_name, as this person may see it. */
  name: (of: Person, userName: string) => `${person(of)}:name:${instance}:${userName}`,
  /** JSON: choice lists of a table, and when they were read. */
  choices: (table: string) => `sn:choices:{${instance}}:${table}`,
  /** String: `1`, written anew by each look at `/readyz`. */
  ready: () => `sn:ready:{${instance}}`,
});

/** The tag that keeps all keys of one queue in one slot. Nobody else's workers take what is meant for this instance. */
export const queuePrefix = (queue: string, instance: string) => `{sn-${queue}.${instance}}`;
