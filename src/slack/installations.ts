import type { Installation, InstallationStore } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { CorruptDataError, RefusedError } from '../errors.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import type { Phrase } from '../words/index.ts';
import { slackCall, webClientOptions } from './call.ts';

/** A workspace, and the organisation that it may belong to. */
export type Where = Pick<Person, 'team' | 'tenant'>;

/** What the bridge needs of an installation: the bot's token and who the bot is. */
type Bot = { token: string; botId: string; botUserId: string; teamName: string | undefined } & Home;

/** Where the app is at home: one workspace, or, without `team`, a whole organisation. */
export type Home = { team: string | undefined; enterprise: string | undefined; tenant: string };

const CACHE_MS = 60_000;

const storedBot = z.looseObject({
  team: z.looseObject({ id: z.string(), name: z.string().optional() }).optional(),
  enterprise: z.looseObject({ id: z.string(), name: z.string().optional() }).optional(),
  isEnterpriseInstall: z.boolean().optional(),
  bot: z.looseObject({ token: z.string(), id: z.string(), userId: z.string() }),
  installedAt: z.number().optional(),
});

/**
 * Where bots' tokens come from: `SLACK_BOT_TOKEN`, or, with many workspaces, the sealed store.
 */
export function createInstallations(parts: {
  config: Config['slack'];
  redis: RedisClient;
  vault: Vault;
  now: () => number;
}) {
  const { config, redis, vault, now } = parts;
  const cache = new Map<string, { bot: Bot; client: WebClient; until: number }>();
  const options = webClientOptions(config.apiUrl);

  /** Installed for the workspace, or, on Grid, perhaps for the whole organisation, which it may have joined since. */
  async function* placesOf({ team, tenant }: Where) {
    yield* new Set([team, tenant]);
    const enterprise = await redis.hget(keys.tenant(team), 'enterprise');
    if (enterprise) yield enterprise;
  }

  /** The first one stays: keys and seals are made of it. */
  async function tenantOf(team: string, enterprise: string | undefined): Promise<string> {
    const key = keys.tenant(team);
    await redis.hsetnx(key, 'tenant', enterprise ?? team);
    if (enterprise) await redis.hset(key, 'enterprise', enterprise);
    return (await redis.hget(key, 'tenant')) ?? team;
  }

  async function load(where: Where): Promise<Bot | undefined> {
    if (config.botToken) return identifySingle(config.botToken);
    for await (const place of placesOf(where)) {
      const key = keys.installation(place);
      const sealed = await redis.get(key);
      if (sealed === null) continue;
      const stored = openJson(vault, storedBot, sealed, key);
      // Installed before the list was drawn up.
      if (!isWelcome(stored)) continue;
      const { bot, team, enterprise, isEnterpriseInstall } = stored;
      const teamName = team?.name ?? enterprise?.name;
      const home = { team: isEnterpriseInstall ? undefined : team?.id, enterprise: enterprise?.id };
      const tenant = await tenantOf(home.team ?? where.team, enterprise?.id);
      return { token: bot.token, botId: bot.id, botUserId: bot.userId, teamName, ...home, tenant };
    }
    return undefined;
  }

  /** One `auth.test` for the life of the process: a bot's identity does not change. */
  let single: Promise<Bot> | undefined;
  function identifySingle(token: string): Promise<Bot> {
    single ??= whoIs(token).catch((error) => {
      single = undefined;
      throw error;
    });
    return single;
  }

  async function whoIs(token: string): Promise<Bot> {
    const me = await slackCall(() => new WebClient(token, options).auth.test());
    const [team = '', enterprise] = [me.team_id, me.enterprise_id];
    return {
      token,
      botId: me.bot_id ?? '',
      botUserId: me.user_id ?? '',
      teamName: me.team,
      team: me.is_enterprise_install ? undefined : team,
      enterprise,
      tenant: await tenantOf(team, enterprise),
    };
  }

  /** What cannot be read serves nobody, so it counts as an old one. */
  function installedAt(sealed: string, key: string): number {
    try {
      return openJson(vault, storedBot, sealed, key).installedAt ?? 0;
    } catch (error) {
      if (error instanceof CorruptDataError) return 0;
      throw error;
    }
  }

  /** A bot and its client, which is kept along with it: Slack's makes a function for each of its 300 methods. */
  async function known(where: Where) {
    const cached = cache.get(where.team);
    if (cached && cached.until > now()) return cached;
    const bot = await load(where);
    const found = bot && { bot, client: new WebClient(bot.token, options), until: now() + CACHE_MS };
    if (found) cache.set(where.team, found);
    else cache.delete(where.team);
    return found;
  }

  const placeOf = (of: {
    isEnterpriseInstall?: boolean;
    enterpriseId?: string | undefined;
    teamId?: string | undefined;
  }) => (of.isEnterpriseInstall ? of.enterpriseId : of.teamId) ?? of.enterpriseId ?? '';

  /** What Bolt's install flow reads and writes. */
  const store: InstallationStore = {
    storeInstallation: async (installation) => {
      const { isEnterpriseInstall = false, enterprise, team } = installation;
      const key = keys.installation(placeOf({ isEnterpriseInstall, enterpriseId: enterprise?.id, teamId: team?.id }));
      await redis.set(key, vault.seal(JSON.stringify({ ...installation, installedAt: now() }), key));
      cache.clear();
    },
    fetchInstallation: async (query) => {
      const key = keys.installation(placeOf(query));
      const sealed = await redis.get(key);
      if (sealed === null) throw notInstalled();
      return openJson(vault, storedBot, sealed, key) as unknown as Installation<'v2', boolean>;
    },
    deleteInstallation: async (query) => {
      await redis.del(keys.installation(placeOf(query)));
      cache.clear();
    },
  };

  /** Nobody of theirs is left, so whoever comes again begins anew. */
  async function forgetPlace(teamOrEnterprise: string): Promise<void> {
    await redis.del(keys.installation(teamOrEnterprise));
    await redis.del(keys.tenant(teamOrEnterprise));
  }

  const isWelcome = (of: Pick<z.infer<typeof storedBot>, 'team' | 'enterprise'>): boolean =>
    !config.installTeams || [of.team?.id, of.enterprise?.id].some((id) => id && config.installTeams?.includes(id));

  return {
    store,
    /** May this workspace, or its organisation, install the app? */
    isWelcome: ({ team, enterprise }: Installation): boolean =>
      isWelcome({ team: team && { id: team.id }, enterprise: enterprise && { id: enterprise.id } }),
    /** With its only token the app leaves a workspace again. @throws {BridgeError} */
    async turnAway({ bot }: Installation): Promise<void> {
      if (bot?.token) await slackCall(() => new WebClient(bot.token, options).auth.revoke());
    },
    /** Under whose name a workspace's people are kept. */
    tenantOf: async ({ team, tenant }: Where): Promise<string> =>
      (await redis.hget(keys.tenant(team), 'tenant')) ?? tenant,
    find: async (where: Where): Promise<Bot | undefined> => (await known(where))?.bot,
    /** A Web API client that speaks as the bot there. @throws {RefusedError} where the app is not installed */
    async client(where: Where): Promise<WebClient> {
      const found = await known(where);
      if (!found) throw notInstalled();
      return found.client;
    },
    /** @param before in ms; an installation that was made later stays */
    async remove(teamOrEnterprise: string, before: number): Promise<void> {
      const key = keys.installation(teamOrEnterprise);
      const sealed = await redis.get(key);
      if (sealed !== null && installedAt(sealed, key) <= before) await forgetPlace(teamOrEnterprise);
      cache.clear();
    },
  };
}

export type Installations = ReturnType<typeof createInstallations>;

/** For whoever acts where the app has gone. */
export const NOT_INSTALLED: Phrase = ['errors.not-installed'];

const notInstalled = () =>
  new RefusedError('rejected', 'not_installed', 'no installation for this tenant', NOT_INSTALLED);
