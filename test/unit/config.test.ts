import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConfig, VARIABLES } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const GOOD = {
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SERVICENOW_INSTANCE_URL: 'dev98042',
  SERVICENOW_CLIENT_ID: 'client',
  SERVICENOW_CLIENT_SECRET: 'secret',
  REDIS_URL: 'redis://localhost:6379',
  PUBLIC_URL: 'https://bridge.example.com',
  ENCRYPTION_KEYS: KEY,
};

function problemsOf(source: Record<string, string | undefined>): string[] {
  try {
    parseConfig(source);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
const namesIn = (problems: string[]) => problems.map((problem) => problem.split(' ')[0]);

test('the variables are those of the contract', () => {
  expect([...VARIABLES].sort()).toEqual(
    [
      'SLACK_SIGNING_SECRET',
      'SLACK_BOT_TOKEN',
      'SLACK_CLIENT_ID',
      'SLACK_CLIENT_SECRET',
      'SLACK_STATE_SECRET',
      'SLACK_APP_TOKEN',
      'SLACK_INSTALL_TEAMS',
      'SLACK_GUESTS',
      'SLACK_API_URL',
      'INSTANCES_FILE',
      'SERVICENOW_INSTANCE_URL',
      'SERVICENOW_CLIENT_ID',
      'SERVICENOW_CLIENT_SECRET',
      'SERVICENOW_SCOPE',
      'SERVICENOW_WEBHOOK_SECRET',
      'SERVICENOW_POLL_SECONDS',
      'SERVICENOW_MAX_PARALLEL',
      'REDIS_URL',
      'PUBLIC_URL',
      'SHUTDOWN_DELAY_SECONDS',
      'HTTPS_PROXY',
      'HTTP_PROXY',
      'NO_PROXY',
      'PORT',
      'ENCRYPTION_KEYS',
      'LINK_POLICY',
      'ADMIN_TOKEN',
      'LOG_LEVEL',
    ].sort(),
  );
});

test('the least that is needed gives the documented defaults', () => {
  expect(parseConfig(GOOD)).toEqual({
    production: false,
    port: 3000,
    portIsGiven: false,
    shutdownDelayMs: 5_000,
    logLevel: 'info',
    publicUrl: 'https://bridge.example.com',
    redisUrl: 'redis://localhost:6379',
    encryptionKeys: [Buffer.alloc(32, 1)],
    adminToken: undefined,
    linkPolicy: 'email',
    slack: {
      signingSecret: GOOD.SLACK_SIGNING_SECRET,
      appToken: undefined,
      botToken: 'xoxb-1',
      install: undefined,
      installTeams: undefined,
      guests: false,
      apiUrl: 'https://slack.com/api/',
    },
    instances: [
      {
        alias: 'default',
        name: 'dev98042.service-now.com',
        url: 'https://dev98042.service-now.com',
        clientId: 'client',
        clientSecret: 'secret',
        webhookSecrets: [],
        isDefault: true,
        workspaces: [],
        channels: [],
      },
    ],
    serviceNow: {
      scope: 'useraccount',
      pollSeconds: 30,
      maxParallel: 16,
    },
  });
});

test('an empty environment: every problem at once, each with a name and an example', () => {
  const problems = problemsOf({});
  expect(namesIn(problems).sort()).toEqual([
    'ENCRYPTION_KEYS',
    'PUBLIC_URL',
    'REDIS_URL',
    'SERVICENOW_CLIENT_ID',
    'SERVICENOW_CLIENT_SECRET',
    'SERVICENOW_INSTANCE_URL',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
  ]);
  for (const problem of problems) expect(problem).toMatch(/is missing, e\.g\. ./);
});

test('a variable set to nothing is a missing one', () => {
  expect(namesIn(problemsOf({ ...GOOD, REDIS_URL: '' }))).toEqual(['REDIS_URL']);
  expect(parseConfig({ ...GOOD, PORT: '', LINK_POLICY: '' })).toMatchObject({ port: 3000, linkPolicy: 'email' });
});

describe('one variable', () => {
  test.each<[string, string]>([
    ['SLACK_BOT_TOKEN', 'xoxp-1'],
    ['SLACK_APP_TOKEN', 'xoxb-1'],
    ['SLACK_API_URL', 'http://slack.example.com/api/'],
    ['SLACK_API_URL', 'slack.com/api'],
    ['PUBLIC_URL', 'https://bridge.example.com?tenant=1'],
    ['PUBLIC_URL', 'https://bridge.example.com/#/'],
    ['REDIS_URL', 'redis://user:half%@localhost:6379'],
    ['REDIS_URL', 'redis://user: ?@localhost:6379'],
    ['REDIS_URL', 'redis://localhost:99999'],
    ['REDIS_URL', 'localhost:99999'],
    ['REDIS_URL', 'redis:///2'],
    ['SERVICENOW_INSTANCE_URL', 'http://dev98042.service-now.com'],
    ['SERVICENOW_INSTANCE_URL', 'ftp://dev98042.service-now.com'],
    ['SERVICENOW_INSTANCE_URL', 'not an instance'],
    ['SERVICENOW_INSTANCE_URL', '-dev'],
    ['SERVICENOW_WEBHOOK_SECRET', 'short'],
    ['SERVICENOW_WEBHOOK_SECRET', `${'x'.repeat(16)},short`],
    ['SERVICENOW_POLL_SECONDS', '-1'],
    ['SERVICENOW_POLL_SECONDS', '1.5'],
    ['SERVICENOW_POLL_SECONDS', '86401'],
    ['SERVICENOW_POLL_SECONDS', 'often'],
    ['SERVICENOW_MAX_PARALLEL', '0'],
    ['REDIS_URL', 'http://localhost:6379'],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL', 'unix:///run/redis.sock?db=two'],
    ['REDIS_URL', 'redis://a:6379,nonsense'],
    ['PUBLIC_URL', 'http://bridge.example.com'],
    ['PUBLIC_URL', 'bridge.example.com'],
    // The bridge answers below the root only, so nobody could connect.
    ['PUBLIC_URL', 'https://example.com/bridge'],
    ['HTTPS_PROXY', 'proxy.example.com:3128'],
    // Where there is no other, it is the way to https, too.
    ['HTTP_PROXY', 'proxy.example.com:3128'],
    ['HTTP_PROXY', 'socks5://proxy.example.com:1080'],
    ['PORT', '65536'],
    ['PORT', '0x10'],
    ['PORT', '80 '],
    ['ENCRYPTION_KEYS', 'abcd'],
    ['ENCRYPTION_KEYS', `${KEY},${Buffer.alloc(31).toString('base64')}`],
    ['ENCRYPTION_KEYS', `${KEY},`],
    ['LINK_POLICY', 'trust'],
    ['LINK_POLICY', 'Email'],
    ['ADMIN_TOKEN', 'letmein'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s is refused, and nothing else', (name, value) => {
    const problems = problemsOf({ ...GOOD, [name]: value });
    expect(namesIn(problems)).toEqual([name]);
    expect(problems[0]).toMatch(/(e\.g\.|make one with:) ./);
  });

  test.each<[string, string, object]>([
    ['SLACK_API_URL', 'http://127.0.0.1:4010/api', { slack: { apiUrl: 'http://127.0.0.1:4010/api/' } }],
    ['SLACK_API_URL', 'https://slack-gov.com/api/', { slack: { apiUrl: 'https://slack-gov.com/api/' } }],
    ['SERVICENOW_INSTANCE_URL', 'DEV98042', { instances: [{ url: 'https://dev98042.service-now.com' }] }],
    [
      'SERVICENOW_INSTANCE_URL',
      'https://dev98042.service-now.com/nav_to.do?uri=x',
      { instances: [{ url: 'https://dev98042.service-now.com' }] },
    ],
    ['SERVICENOW_INSTANCE_URL', 'http://127.0.0.1:8080/', { instances: [{ url: 'http://127.0.0.1:8080' }] }],
    [
      'SERVICENOW_WEBHOOK_SECRET',
      `${'a'.repeat(16)}, ${'b'.repeat(16)}`,
      { instances: [{ webhookSecrets: ['a'.repeat(16), 'b'.repeat(16)] }] },
    ],
    ['SERVICENOW_POLL_SECONDS', '0', { serviceNow: { pollSeconds: 0 } }],
    ['SERVICENOW_MAX_PARALLEL', '4', { serviceNow: { maxParallel: 4 } }],
    ['REDIS_URL', 'rediss://a:6379, rediss://b:6379', { redisUrl: 'rediss://a:6379, rediss://b:6379' }],
    ['REDIS_URL', 'redis://a:6379,b:6379', { redisUrl: 'redis://a:6379,b:6379' }],
    ['REDIS_URL', 'unix:///run/redis.sock', { redisUrl: 'unix:///run/redis.sock' }],
    ['REDIS_URL', 'unix:///run/redis.sock?db=2', { redisUrl: 'unix:///run/redis.sock?db=2' }],
    ['REDIS_URL', 'sentinel://a:26379,b:26379/mymaster', { redisUrl: 'sentinel://a:26379,b:26379/mymaster' }],
    ['PUBLIC_URL', 'https://example.com//', { publicUrl: 'https://example.com' }],
    ['SHUTDOWN_DELAY_SECONDS', '0', { shutdownDelayMs: 0 }],
    ['PUBLIC_URL', 'http://localhost:3000', { publicUrl: 'http://localhost:3000' }],
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['LINK_POLICY', 'confirm', { linkPolicy: 'confirm' }],
    ['ADMIN_TOKEN', 'x'.repeat(16), { adminToken: 'x'.repeat(16) }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['NODE_ENV', 'production', { production: true }],
  ])('%s=%s is taken', (name, value, expected) => {
    expect(parseConfig({ ...GOOD, [name]: value })).toMatchObject(expected);
  });

  test('a ring of keys keeps its order, because the first one encrypts', () => {
    const ring = [Buffer.alloc(32, 2), Buffer.alloc(32, 1), Buffer.alloc(32, 3)];
    const { encryptionKeys } = parseConfig({
      ...GOOD,
      ENCRYPTION_KEYS: ring.map((key) => key.toString('base64')).join(' , '),
    });
    expect(encryptionKeys).toEqual(ring);
  });

  test('a wrong key is named by its place', () => {
    expect(problemsOf({ ...GOOD, ENCRYPTION_KEYS: `${KEY},zzzz` })[0]).toContain('key 2');
  });
});

describe('how Slack is reached and installed', () => {
  const { SLACK_BOT_TOKEN: _, ...withoutBot } = GOOD;
  const { SLACK_SIGNING_SECRET: __, ...withoutSecret } = GOOD;
  const INSTALL = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'c', SLACK_STATE_SECRET: 's' };

  test('many workspaces', () => {
    expect(parseConfig({ ...withoutBot, ...INSTALL }).slack).toMatchObject({
      botToken: undefined,
      install: { clientId: '1.2', clientSecret: 'c', stateSecret: 's' },
    });
  });
  test('Socket Mode needs no signing secret', () => {
    expect(parseConfig({ ...withoutSecret, SLACK_APP_TOKEN: 'xapp-1' }).slack).toMatchObject({ appToken: 'xapp-1' });
  });
  test.each<[string, Record<string, string>, string[]]>([
    ['neither way to install', withoutBot, ['SLACK_BOT_TOKEN']],
    ['both ways to install', { ...GOOD, ...INSTALL }, ['SLACK_BOT_TOKEN']],
    ['half an install', { ...withoutBot, SLACK_CLIENT_ID: '1.2' }, ['SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET']],
    ['neither signing secret nor socket', withoutSecret, ['SLACK_SIGNING_SECRET']],
  ])('%s', (_name, source, expected) => {
    expect(namesIn(problemsOf(source))).toEqual(expected);
  });
  test('a rule over several variables is told together with a wrong single one', () => {
    expect(namesIn(problemsOf({ ...withoutBot, PORT: 'x' })).sort()).toEqual(['PORT', 'SLACK_BOT_TOKEN']);
  });
});

test('no value is ever echoed', () => {
  // Long and improbable enough not to occur in our own sentences.
  const garbage = fc.string({ minLength: 6, maxLength: 80 }).map((text) => `~${text}~`);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...VARIABLES), garbage, { minKeys: 1 }), (source) => {
      const said = problemsOf(source).join('\n');
      for (const value of Object.values(source)) expect(said).not.toContain(value);
    }),
  );
});
