import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { isSecureOrLoopback, NO_ADDRESS, originOf, SHORT_SECRET, webhookSecretsIn } from './instances/address.ts';
import { readInstances } from './instances/file.ts';
import { type InstanceList, ONLY_ALIAS } from './instances/settings.ts';
import { OPERATIONS } from './operations/index.ts';
import { parseAddress } from './redis/address.ts';

type SlackInstall = { clientId: string; clientSecret: string; stateSecret: string };

export type Config = {
  production: boolean;
  port: number;
  /** A worker listens only where it is told to; its default would be the web role's. */
  portIsGiven: boolean;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  publicUrl: string;
  /** How long the port stays open after `/readyz` has begun to say 503, so that a balancer sees it. */
  shutdownDelayMs: number;
  redisUrl: string;
  encryptionKeys: Buffer[];
  adminToken: string | undefined;
  linkPolicy: 'email' | 'confirm';
  slack: {
    signingSecret: string | undefined;
    appToken: string | undefined;
    /** One workspace: its token. Many: how to install. Exactly one of the two is set. */
    botToken: string | undefined;
    install: SlackInstall | undefined;
    /** Workspaces and organisations that may install the app; without it, each may. */
    installTeams: string[] | undefined;
    /** May guests of a workspace connect? */
    guests: boolean;
    /** Ends with a slash. */
    apiUrl: string;
  };
  instances: InstanceList;
  /** What holds for each of them. */
  serviceNow: {
    scope: string;
    pollSeconds: number;
    /** The most requests at a time to one instance, of all processes together. */
    maxParallel: number;
  };
};

type Environment = Record<string, string | undefined>;

/** A `.env` file in the working directory is for development; production has its variables from outside. */
export function loadEnvFile(): void {
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
}

/** Sentences never repeat the value: half of these variables are secrets, and start-up logs travel far. */
const text = (example: string) =>
  z.string({ error: `is missing, e.g. ${example}` }).min(1, `is empty, e.g. ${example}`);

const wholeNumber = (minimum: number, maximum: number, fallback: number) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      if (value === undefined) return fallback;
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= minimum && number <= maximum) return number;
      context.addIssue(`must be a whole number from ${minimum} to ${maximum}, e.g. ${fallback}`);
      return z.NEVER;
    });

const oneOf = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}, e.g. ${fallback}` }).default(fallback);

const encryptionKeys = text('the output of: openssl rand -base64 32').transform((value, context) => {
  const keys = value.split(',').map((key) => Buffer.from(key.trim(), 'base64'));
  const wrong = keys.findIndex((key) => key.length !== 32);
  if (wrong === -1) return keys;
  context.addIssue(`key ${wrong + 1} is not base64 of 32 bytes; make one with: openssl rand -base64 32`);
  return z.NEVER;
});

/** Paths are appended to it, so neither query nor fragment may stand behind its own. */
const baseUrl = (example: string) =>
  text(example).refine(
    (value) => URL.canParse(value) && isSecureOrLoopback(new URL(value)) && !/[?#]/.test(value),
    `must be an https URL without query (http only for this machine itself), e.g. ${example}`,
  );

const redisUrl = text('redis://localhost:6379').refine(
  (value) => parseAddress(value) !== undefined,
  'is not such a URL, e.g. redis://localhost:6379, rediss://a:6379,rediss://b:6379 for a Cluster, or sentinel://a:26379,b:26379/mymaster',
);

const authScopes = text('useraccount').regex(
  /^[\w.:-]+( [\w.:-]+)*$/,
  'must be names of auth scopes with a blank between them, e.g. useraccount',
);

const optionalText = z.string().optional();

/** `src/outbound.ts` reads it by itself; here it is only judged, so that the start says what is wrong with it. */
const proxy = optionalText.refine(
  (value) => !value || (/^https?:\/\/./.test(value) && URL.canParse(value)),
  'must be an http or https URL, e.g. http://proxy.example.com:3128',
);

const environment = z.object({
  SLACK_SIGNING_SECRET: optionalText,
  SLACK_BOT_TOKEN: optionalText.refine((v) => !v || v.startsWith('xoxb-'), 'must be a bot token, e.g. xoxb-…'),
  SLACK_CLIENT_ID: optionalText,
  SLACK_CLIENT_SECRET: optionalText,
  SLACK_STATE_SECRET: optionalText,
  SLACK_APP_TOKEN: optionalText.refine((v) => !v || v.startsWith('xapp-'), 'must be an app-level token, e.g. xapp-…'),
  SLACK_INSTALL_TEAMS: optionalText.refine(
    (value) => !value || value.split(',').every((id) => /^[TE][A-Z0-9]{1,40}$/.test(id.trim())),
    'must be ids of workspaces or organisations, e.g. T012AB3C4,E012AB3C4',
  ),
  SLACK_GUESTS: oneOf(['refuse', 'allow'], 'refuse'),
  SLACK_API_URL: baseUrl('https://slack.com/api/').default('https://slack.com/api/'),
  INSTANCES_FILE: optionalText,
  SERVICENOW_INSTANCE_URL: optionalText.refine((value) => value === undefined || originOf(value), NO_ADDRESS),
  SERVICENOW_CLIENT_ID: optionalText,
  SERVICENOW_CLIENT_SECRET: optionalText,
  SERVICENOW_SCOPE: authScopes.default('useraccount'),
  SERVICENOW_WEBHOOK_SECRET: optionalText.refine((value) => !value || webhookSecretsIn(value), SHORT_SECRET),
  SERVICENOW_POLL_SECONDS: wholeNumber(0, 86_400, 30),
  SERVICENOW_MAX_PARALLEL: wholeNumber(1, 1_000, 16),
  REDIS_URL: redisUrl,
  PUBLIC_URL: baseUrl('https://bridge.example.com').refine(
    (value) => !URL.canParse(value) || /^\/*$/.test(new URL(value).pathname),
    'must have no path, because the bridge answers below / only: give it a host name of its own, e.g. https://bridge.example.com',
  ),
  PORT: wholeNumber(0, 65_535, 3000),
  SHUTDOWN_DELAY_SECONDS: wholeNumber(0, 60, 5),
  ENCRYPTION_KEYS: encryptionKeys,
  LINK_POLICY: oneOf(['email', 'confirm'], 'email'),
  ADMIN_TOKEN: optionalText.refine(
    (v) => !v || v.length >= 16,
    'needs at least 16 characters, e.g. the output of: openssl rand -hex 16',
  ),
  LOG_LEVEL: oneOf(['info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent'], 'info'),
  HTTPS_PROXY: proxy,
  HTTP_PROXY: proxy,
  NO_PROXY: optionalText,
  NODE_ENV: optionalText,
});

/** The names that the README, `.env.example` and this module must agree on; a test compares them. */
export const VARIABLES = Object.keys(environment.shape).filter((name) => name !== 'NODE_ENV');

/**
 * Reads the environment once.
 * @throws {ConfigError} with every problem at once, none of them repeating a value.
 */
export function parseConfig(source: Environment = process.env): Config {
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY'].map((name) => [name, source[name.toLowerCase()] ?? source[name]]);
  const either: Environment = { ...source, ...Object.fromEntries(proxies) };
  const given = Object.fromEntries(Object.entries(either).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}.`);
  problems.push(...slackProblems(given));
  const served = given['INSTANCES_FILE'] ? severalInstances(given['INSTANCES_FILE'], given) : oneInstance(given);
  if ('problems' in served) problems.push(...served.problems);
  if (!parsed.success || 'problems' in served || problems.length > 0) throw new ConfigError(problems);

  const env = parsed.data;
  return {
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    portIsGiven: given['PORT'] !== undefined,
    logLevel: env.LOG_LEVEL,
    shutdownDelayMs: env.SHUTDOWN_DELAY_SECONDS * 1000,
    publicUrl: env.PUBLIC_URL.replace(/(?<!\/)\/+$/, ''),
    redisUrl: env.REDIS_URL,
    encryptionKeys: env.ENCRYPTION_KEYS,
    adminToken: env.ADMIN_TOKEN,
    linkPolicy: env.LINK_POLICY,
    slack: {
      signingSecret: env.SLACK_SIGNING_SECRET,
      appToken: env.SLACK_APP_TOKEN,
      botToken: env.SLACK_BOT_TOKEN,
      install:
        env.SLACK_CLIENT_ID && env.SLACK_CLIENT_SECRET && env.SLACK_STATE_SECRET
          ? {
              clientId: env.SLACK_CLIENT_ID,
              clientSecret: env.SLACK_CLIENT_SECRET,
              stateSecret: env.SLACK_STATE_SECRET,
            }
          : undefined,
      installTeams: env.SLACK_INSTALL_TEAMS?.split(',').map((id) => id.trim()),
      guests: env.SLACK_GUESTS === 'allow',
      apiUrl: env.SLACK_API_URL.replace(/(?<!\/)\/*$/, '/'),
    },
    instances: served.instances,
    serviceNow: {
      scope: env.SERVICENOW_SCOPE,
      pollSeconds: env.SERVICENOW_POLL_SECONDS,
      maxParallel: env.SERVICENOW_MAX_PARALLEL,
    },
  };
}

type Served = { instances: InstanceList } | { problems: string[] };

/** What says all about the one instance, and is refused beside a file that says it about several. */
const OF_ONE = {
  SERVICENOW_INSTANCE_URL: 'https://dev98042.service-now.com',
  SERVICENOW_CLIENT_ID: 'a32afa9b8c7d4e0f9a1b2c3d4e5f6071',
  SERVICENOW_CLIENT_SECRET: 'the secret of the OAuth entry in ServiceNow',
};

function oneInstance(env: Environment): Served {
  const missing = Object.entries(OF_ONE).filter(([name]) => !env[name]);
  const url = originOf(env['SERVICENOW_INSTANCE_URL'] ?? '');
  const problems = missing.map(([name, example]) => `${name} is missing, e.g. ${example}.`);
  // What is there and is no address has its sentence already.
  if (problems.length > 0 || !url) return { problems };
  return {
    instances: [
      {
        alias: ONLY_ALIAS,
        name: new URL(url).host,
        url,
        clientId: env['SERVICENOW_CLIENT_ID'] ?? '',
        clientSecret: env['SERVICENOW_CLIENT_SECRET'] ?? '',
        webhookSecrets: webhookSecretsIn(env['SERVICENOW_WEBHOOK_SECRET'] ?? '') ?? [],
        isDefault: true,
        workspaces: [],
        channels: [],
      },
    ],
  };
}

function severalInstances(path: string, env: Environment): Served {
  const beside = [...Object.keys(OF_ONE), 'SERVICENOW_WEBHOOK_SECRET'].filter((name) => env[name]);
  const problems = beside.map(
    (name) => `${name} is for a single instance; with INSTANCES_FILE it belongs into the file.`,
  );
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch {
    return { problems: [...problems, 'INSTANCES_FILE cannot be read, e.g. /etc/bridge/instances.yml.'] };
  }
  const words = OPERATIONS.flatMap((each) => each.words ?? []);
  const read = readInstances(source, env, words);
  if (problems.length === 0) return read;
  return { problems: [...problems, ...('problems' in read ? read.problems : [])] };
}

/** Rules that span several variables; they are checked even when single variables are wrong, so that nobody fixes one at a time. */
function slackProblems(env: Environment): string[] {
  const problems: string[] = [];
  const installNames = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'];
  const installGiven = installNames.filter((name) => env[name]);
  if (env['SLACK_BOT_TOKEN'] && installGiven.length > 0)
    problems.push(
      'SLACK_BOT_TOKEN serves one workspace and SLACK_CLIENT_ID many; set one or the other, e.g. only SLACK_BOT_TOKEN=xoxb-….',
    );
  else if (!env['SLACK_BOT_TOKEN'] && installGiven.length === 0)
    problems.push(
      'SLACK_BOT_TOKEN is missing, e.g. xoxb-… (or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET for many workspaces).',
    );
  else if (installGiven.length > 0)
    for (const name of installNames.filter((each) => !env[each]))
      problems.push(
        `${name} is missing; it goes with ${installGiven.join(' and ')}, e.g. from the app's Basic Information page.`,
      );
  if (!env['SLACK_APP_TOKEN'] && !env['SLACK_SIGNING_SECRET'])
    problems.push(
      "SLACK_SIGNING_SECRET is missing, e.g. the 32 hex digits on the app's Basic Information page (or set SLACK_APP_TOKEN for Socket Mode).",
    );
  return problems;
}
