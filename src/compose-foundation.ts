import { createConnect } from './accounts/connect.ts';
import { type Instance, openInstance } from './compose-instance.ts';
import type { Config } from './config.ts';
import { OutsiderError } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createPreferences } from './notifications/preferences.ts';
import {
  connect as connectRedis,
  disconnect,
  findAddress,
  type Patience,
  type RedisClient,
  untilReady,
} from './redis/connection.ts';
import type { Person } from './redis/keys.ts';
import { createVault } from './redis/vault.ts';
import { createInstallations } from './slack/installations.ts';
import { createLanguages } from './slack/languages.ts';
import { createReadPerson } from './slack/people.ts';

const READY_MS = 10_000;

/** What both roles stand on; each has its own, with its own patience towards Redis. */
export async function createFoundation(
  config: Config,
  patience: Patience,
  log: Log,
  metrics: Metrics,
  now: () => number,
) {
  const shared = await createShared(config, patience, log, metrics, now);
  const [first, ...others] = config.instances;
  const all: [Instance, ...Instance[]] = [
    openInstance(shared, first),
    ...others.map((one) => openInstance(shared, one)),
  ];
  const instances = {
    all,
    /** Meant where nothing says another one. */
    main: all.find(({ settings }) => settings.isDefault) ?? all[0],
    /** Undefined for one that is served no more. @param name its host, as everything that is stored names it */
    named: (name: string) => all.find((each) => each.name === name),
  };
  return {
    ...shared,
    instances,
    connect: createConnect({
      ...shared,
      sideOf: (name) => instances.named(name)?.linkSide,
      policy: config.linkPolicy,
      publicUrl: config.publicUrl,
    }),
    async close() {
      for (const each of all) await each.close();
      await shared.close();
    },
  };
}

/** What all instances share: the store, and Slack's side. */
async function createShared(config: Config, patience: Patience, log: Log, metrics: Metrics, now: () => number) {
  const clients: RedisClient[] = [];
  const address = await findAddress(config.redisUrl, log, READY_MS);
  const open = (): RedisClient => {
    const client = connectRedis(address, patience, log);
    clients.push(client);
    return client;
  };
  const redis = open();
  await untilReady(redis, READY_MS);

  const vault = createVault(config.encryptionKeys);
  const installations = createInstallations({ config: config.slack, redis, vault, now });
  const slackPerson = createReadPerson(installations);
  const languages = createLanguages({
    redis,
    ask: async (person) => (await slackPerson(person)).locale,
    now,
    log,
  });
  return {
    config,
    patience,
    log,
    now,
    metrics,
    redis,
    open,
    vault,
    installations,
    preferences: createPreferences(redis),
    slackPerson,
    languages,
    async profileOf(person: Person) {
      const { name, email, active, standing, locale } = await slackPerson(person);
      if (locale) await languages.note(person, locale);
      if (standing === 'stranger' || (standing === 'guest' && !config.slack.guests)) throw new OutsiderError(standing);
      return { name, email, active };
    },
    async close() {
      for (const client of clients.reverse()) await disconnect(client);
    },
    /** Lets go of a Redis that does not answer. */
    cut() {
      for (const client of clients) client.disconnect();
    },
  };
}

export type Shared = Awaited<ReturnType<typeof createShared>>;
export type Foundation = Awaited<ReturnType<typeof createFoundation>>;
