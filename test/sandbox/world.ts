import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Store, startStore } from './redis.ts';
import { type ServiceNow, type Options as ServiceNowOptions, startServiceNow } from './servicenow/server.ts';
import { type Slack, type SlackManifest, type SlackOptions, startSlack } from './slack/server.ts';

/** Everything around the bridge: a store, a simulated Slack and a simulated ServiceNow, and the environment that names them. */
export type World = {
  store: Store;
  slack: Slack;
  serviceNow: ServiceNow;
  /** A second instance, where the world has one; its alias is `hr`, and that of the first is `it`. */
  second: ServiceNow | undefined;
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
  /** Gives the world a second instance, which has the same numbers, other ids and other accounts. */
  second?: ServiceNowOptions;
  env?: Record<string, string>;
  store?: Store;
};

export const readManifest = (): SlackManifest =>
  parse(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')) as SlackManifest;

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const store = options.store ?? (await startStore());
  const folder = mkdtempSync(join(tmpdir(), 'bridge-world-'));
  const port = options.port ?? (await freePort());
  const publicUrl = `http://127.0.0.1:${port}`;
  const manifest = readManifest();
  if (manifest.oauth_config) manifest.oauth_config.redirect_urls = [`${publicUrl}/slack/oauth_redirect`];
  const serviceNow = await startServiceNow({
    redirectUris: [`${publicUrl}/servicenow/oauth/callback`],
    ...options.serviceNow,
  });
  const second = options.second
    ? await startServiceNow({ redirectUris: serviceNow.redirectUris, realm: SECOND, ...options.second })
    : undefined;
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
    ...(second
      ? several(serviceNow, second, folder)
      : {
          SERVICENOW_INSTANCE_URL: serviceNow.url,
          SERVICENOW_CLIENT_ID: serviceNow.clientId,
          SERVICENOW_CLIENT_SECRET: serviceNow.clientSecret,
        }),
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
    second,
    publicUrl,
    port,
    env,
    close: async () => {
      await Promise.all([slack.close(), serviceNow.close(), second?.close()]);
      rmSync(folder, { recursive: true, force: true });
      if (!options.store) await store.close();
    },
  };
}

const [FIRST, SECOND] = ['it', 'hr'];

/** How an operator names two instances. Secrets come from the environment, one for each that pushes. */
function several(first: ServiceNow, second: ServiceNow, folder: string): Record<string, string> {
  const instance = (alias: string, { url, clientId }: ServiceNow) => ({
    url,
    clientId,
    clientSecret: { env: `${alias.toUpperCase()}_CLIENT_SECRET` },
    webhookSecret: { env: `${alias.toUpperCase()}_WEBHOOK_SECRET` },
  });
  const file = join(folder, 'instances.yml');
  const instances = { [FIRST]: { ...instance(FIRST, first), default: true }, [SECOND]: instance(SECOND, second) };
  writeFileSync(file, stringify({ instances }));
  return {
    INSTANCES_FILE: file,
    IT_CLIENT_SECRET: first.clientSecret,
    HR_CLIENT_SECRET: second.clientSecret,
    IT_WEBHOOK_SECRET: randomBytes(24).toString('hex'),
    HR_WEBHOOK_SECRET: randomBytes(24).toString('hex'),
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
