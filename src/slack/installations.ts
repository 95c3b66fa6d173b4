import type { Installation, InstallationStore } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { CorruptDataError, RefusedError } from '../errors.ts';
import type { RedisClient } from '../redis/connection.ts';
import { keys, type Person } from '../redis/keys.ts';
import { openJson, type Vault } from '../redis/vault.ts';
import { slackCall, webClientOptions } from './call.ts';

/** A workspace, and the organisation that it may belong to. */
export type Where = Pick<Person, 'team' | 'tenant'>;

/** What the house needs of an installation: the bot's token and who the bot is. */
type Bot = { token: string; botId: string; botUserId: string; teamName: string };

const CACHE_MS = 60_000;

const storedBot = z.looseObject({
  team: z.looseObject({ name: z.string() }).optional(),
  enterprise: z.looseObject({ name: z.string() }).optional(),
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

  /** Installed for the workspace, or, on Grid, perhaps for the whole organisation. */
  const placesOf = ({ team, tenant }: Where) => [...new Set([team, tenant])];

  async function load(where: Where): Promise<Bot | undefined> {
    if (config.botToken) return identifySingle(config.botToken);
    for (const place of placesOf(where)) {
      const key = keys.installation(place);
      const sealed = await redis.get(key);
      if (sealed === null) continue;
      const { bot, team, enterprise } = openJson(vault, storedBot, sealed, key);
      const teamName = team?.name ?? enterprise?.name ?? 'your Slack workspace';
      return { token: bot.token, botId: bot.id, botUserId: bot.userId, teamName };
    }
    return undefined;
  }

  /** One `auth.test` for the life of the process: a bot's identity does not change. */
  let single: Promise<Bot> | undefined;
  function identifySingle(token: string): Promise<Bot> {
    single ??= slackCall(() => new WebClient(token, options).auth.test()).then(
      (me) => ({
        token,
        botId: me.bot_id ?? '',
        botUserId: me.user_id ?? '',
        teamName: me.team ?? 'your Slack workspace',
      }),
      (error) => {
        single = undefined;
        throw error;
      },
    );
    return single;
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

  return {
    store,
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
      if (sealed !== null && installedAt(sealed, key) <= before) await redis.del(key);
      cache.clear();
    },
  };
}

export type Installations = ReturnType<typeof createInstallations>;

/** Plain text, for whoever acts where the app has gone. */
export const NOT_INSTALLED =
  'This app is no longer installed here, so nothing was done. Whoever manages the apps of this workspace can add it again.';

const notInstalled = () =>
  new RefusedError('rejected', 'not_installed', 'no installation for this tenant', NOT_INSTALLED);
