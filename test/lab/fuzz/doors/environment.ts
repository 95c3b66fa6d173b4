import { Writable } from 'node:stream';
import fc from 'fast-check';
import { parseConfig, VARIABLES } from '../../../../src/config.ts';
import { ConfigError } from '../../../../src/errors.ts';
import { createLog } from '../../../../src/log.ts';
import { parseAddress } from '../../../../src/redis/address.ts';
import { connect } from '../../../../src/redis/connection.ts';
import { createVault } from '../../../../src/redis/vault.ts';
import { defineDoor, must } from '../door.ts';
import { HOSTILE_TEXTS } from '../hostile.ts';

/** A good environment; names of hosts that no resolver knows, because a client is made and thrown away. */
const GOOD: Record<string, string> = {
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
  SLACK_BOT_TOKEN: 'xoxb-plainly-fake-token',
  SERVICENOW_INSTANCE_URL: 'https://dev98042.service-now.com',
  SERVICENOW_CLIENT_ID: 'a32afa9b8c7d4e0f9a1b2c3d4e5f6071',
  SERVICENOW_CLIENT_SECRET: 'plainly-fake-secret',
  REDIS_URL: 'redis://user:pass%40word@redis.invalid:6379/2',
  PUBLIC_URL: 'https://bridge.example.com',
  ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString('base64'),
};

const NEAR = [
  'redis://[::1]:6379',
  'redis://:pass%zzword@redis.invalid',
  'redis://[bad',
  'rediss://a.invalid:6379,rediss://b.invalid:6379',
  'sentinel://a.invalid:26379,b.invalid:26379/mymaster',
  'sentinel://',
  'unix:///tmp/none',
  'redis.invalid:6379',
  'redis.invalid:99999',
  'redis://redis.invalid:99999',
  'redis://redis.invalid/no',
  'dev98042',
  'http://127.0.0.1:1',
  'https://[::1',
  'https://user:word@x.invalid/path?query#hash',
  '0',
  '65536',
  '3e3',
  'confirm',
  'silent',
  'xapp-1-a',
  'xoxb-',
  `${Buffer.alloc(32, 1).toString('base64')},${Buffer.alloc(32, 2).toString('base64')}`,
  `${Buffer.alloc(31, 1).toString('base64')}`,
];

const text = fc.oneof(
  fc.constantFrom(...NEAR),
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.webUrl({ withQueryParameters: true }),
  fc.string({ maxLength: 30 }).map((inner) => `redis://${inner}`),
  fc.string({ maxLength: 30 }).map((inner) => `redis://x:${inner}@redis.invalid:6379`),
  fc.string({ maxLength: 30 }).map((inner) => `https://${inner}`),
);

const quiet = createLog('silent', new Writable({ write: (_chunk, _encoding, done) => done() }));

export const environment = defineDoor({
  name: 'environment',
  oracle:
    'a configuration or a list of problems, none of them repeating a value; what is accepted makes a vault, a Redis client and addresses without throwing',
  share: 120,
  chunk: 500,
  open: () => ({
    arbitrary: fc.record({
      changed: fc.dictionary(fc.constantFrom(...VARIABLES, 'NODE_ENV'), text, { maxKeys: 4 }),
      removed: fc.uniqueArray(fc.constantFrom(...VARIABLES), { maxLength: 2 }),
    }),
    run({ changed, removed }) {
      const source: Record<string, string> = { ...GOOD, ...changed };
      for (const name of removed) delete source[name];
      let config: ReturnType<typeof parseConfig>;
      try {
        config = parseConfig(source);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        must(error.problems.length > 0, 'refused without a reason');
        for (const value of Object.values(source))
          must(value.length < 12 || isOurs(value) || !error.message.includes(value), `a value is echoed: ${value}`);
        return 'refused';
      }
      createVault(config.encryptionKeys).seal('x', 'y');
      for (const { url } of config.instances) must(new URL(url).origin === url, 'more than an origin');
      const path = '/servicenow/oauth/callback';
      must(new URL(`${config.publicUrl}${path}`).pathname.endsWith(path), 'addresses of ours cannot be built');
      must(new URL('auth.test', config.slack.apiUrl).href.endsWith('/auth.test'), 'Slack’s addresses cannot be built');
      // Clients that are thrown away before they are connected leave something behind; the bridge makes two in its life.
      const address = parseAddress(config.redisUrl);
      must(address !== undefined, 'no address of a Redis');
      if (address && changed['REDIS_URL'] !== undefined) connect(address, 'fast', quiet).disconnect();
      return 'accepted';
    },
  }),
});

/** Examples in our sentences, which an environment may repeat. */
const isOurs = (value: string) => value.startsWith('https://dev98042') || value.startsWith('https://bridge.example');
