import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parse } from 'yaml';
import { type Store, startStore } from './redis.ts';
import { type ServiceNow, type Options as ServiceNowOptions, startServiceNow } from './servicenow/server.ts';
import { type Slack, type SlackManifest, type SlackOptions, startSlack } from './slack/server.ts';

/** Everything around the bridge: a store, a simulated Slack and a simulated ServiceNow, and the environment that names them. */
export type World = {
  store: Store;
  slack: Slack;
  serviceNow: ServiceNow;
  /** The bridge's own address. */
  publicUrl: string;
  port: number;
  /** What production sets, too; nothing in it is for simulators only. */
  env: Record<string, string>;
  close(): Promise<void>;
};

export type WorldOptions = {
  /** The bridge's port; a free one if absent. */
  port?: number;
  slack?: Partial<SlackOptions>;
  serviceNow?: ServiceNowOptions;
  env?: Record<string, string>;
  store?: Store;
};

export const readManifest = (): SlackManifest =>
  parse(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')) as SlackManifest;

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const store = options.store ?? (await startStore());
  const port = options.port ?? (await freePort());
  const publicUrl = `http://127.0.0.1:${port}`;
  const manifest = readManifest();
  if (manifest.oauth_config) manifest.oauth_config.redirect_urls = [`${publicUrl}/slack/oauth_redirect`];
  const serviceNow = await startServiceNow({
    redirectUris: [`${publicUrl}/servicenow/oauth/callback`],
    ...options.serviceNow,
  });
  // The page that asks who you are: whoever connected in this browser is still logged in there.
  const links = { serviceNow: `${serviceNow.url}/oauth_login.do` };
  const slack = await startSlack({ manifest, links, ...options.slack });
  slack.connectApp(`${publicUrl}/slack/events`);
  const env: Record<string, string> = {
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ...(options.slack?.multiWorkspace
      ? {
          SLACK_CLIENT_ID: slack.clientId,
          SLACK_CLIENT_SECRET: slack.clientSecret,
          SLACK_STATE_SECRET: randomBytes(16).toString('hex'),
        }
      : { SLACK_BOT_TOKEN: slack.botToken }),
    SLACK_API_URL: slack.apiUrl,
    SERVICENOW_INSTANCE_URL: serviceNow.url,
    SERVICENOW_CLIENT_ID: serviceNow.clientId,
    SERVICENOW_CLIENT_SECRET: serviceNow.clientSecret,
    REDIS_URL: store.url,
    PUBLIC_URL: publicUrl,
    PORT: String(port),
    SHUTDOWN_DELAY_SECONDS: '0',
    ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    ...options.env,
  };
  return {
    store,
    slack,
    serviceNow,
    publicUrl,
    port,
    env,
    close: async () => {
      await Promise.all([slack.close(), serviceNow.close()]);
      if (!options.store) await store.close();
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
