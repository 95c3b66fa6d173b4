import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { SLASH_COMMAND } from '../../src/listeners/commands.ts';
import { EVENTS } from '../../src/listeners/events.ts';
import { SHORTCUTS } from '../../src/listeners/shortcuts.ts';
import { EVENTS_PATH } from '../../src/slack/app.ts';
import { BOT_SCOPES, REDIRECT_PATH } from '../../src/slack/install-flow.ts';
import { METHODS } from '../sandbox/slack/web-api/index.ts';
import { DATA, read, SOURCES } from './code.ts';
import { registered } from './registered.ts';

type Manifest = {
  features: {
    slash_commands: { command: string; url: string }[];
    shortcuts: { name: string; type: 'global' | 'message'; callback_id: string }[];
  };
  oauth_config: { redirect_urls: string[]; scopes: { bot: string[]; user?: string[] } };
  settings: {
    event_subscriptions: { request_url: string; bot_events: string[] };
    interactivity: { request_url: string; message_menu_options_url: string };
  };
};

const { features, oauth_config, settings } = parse(read('manifest.yml')) as Manifest;
const listened = registered();

/** Slack's own names for the two kinds of shortcut: one in the manifest, another in payloads. */
const PAYLOAD_TYPE = { global: 'shortcut', message: 'message_action' } as const;

/** What Slack demands before it sends something; from the reference page of each event. */
const SCOPE_OF_EVENT: Record<string, string[]> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  channel_shared: ['channels:read', 'groups:read'],
  'message.im': ['im:history'],
  tokens_revoked: [],
  user_change: ['users:read'],
};

/** Scopes that add members to an answer, or that a call needs which the client makes of several methods. */
const SCOPE_OF_MEMBER: [scope: string, file: string, reads: RegExp][] = [
  ['files:write', 'src/slack/messenger.ts', /filesUploadV2\(/],
  ['users:read.email', 'src/slack/people.ts', /profile\?\.email/],
];

describe('manifest.yml says what the code does', () => {
  test('slash commands', () => {
    expect(features.slash_commands.map(({ command }) => command)).toEqual(listened.commands);
    expect(listened.commands).toEqual([SLASH_COMMAND]);
  });

  test('shortcuts', () => {
    const declared = features.shortcuts.map(({ callback_id, type }) => ({
      callbackId: callback_id,
      type: PAYLOAD_TYPE[type],
    }));
    expect(declared).toEqual(listened.shortcuts);
    expect(declared.map(({ callbackId }) => callbackId)).toEqual(Object.values(SHORTCUTS));
  });

  test('events', () => {
    expect([...settings.event_subscriptions.bot_events].sort()).toEqual([...listened.events].sort());
    expect([...settings.event_subscriptions.bot_events].sort()).toEqual([...EVENTS].sort());
  });

  test('scopes: those that the code needs, no more, no fewer', () => {
    expect([...oauth_config.scopes.bot].sort()).toEqual([...BOT_SCOPES].sort());
    expect(oauth_config.scopes.user).toBeUndefined();

    const calls = SOURCES.flatMap((path) => [...read(path).matchAll(/(?:client|\))\.([a-z]+)\.([a-zA-Z]+)\(\{/g)])
      .map(([, group, name]) => `${group}.${name}`)
      .filter((method) => method in METHODS);
    expect(calls).toContain('chat.postMessage');
    const needed = new Set([
      ...(listened.commands.length + listened.shortcuts.length > 0 ? ['commands'] : []),
      ...listened.events.flatMap((event) => SCOPE_OF_EVENT[event] ?? [`no scope known for ${event}`]),
      ...calls.flatMap((method) => METHODS[method]?.scopes ?? []),
      ...SCOPE_OF_MEMBER.filter(([, file, reads]) => reads.test(read(file))).map(([scope]) => scope),
    ]);
    expect([...needed].sort()).toEqual([...BOT_SCOPES].sort());
  });

  test('every scope is given its reason', () => {
    const unexplained = oauth_config.scopes.bot.filter((scope) => !read('manifest.yml').includes(`- ${scope} # `));
    expect(unexplained).toEqual([]);
  });

  test('addresses', () => {
    const paths = (urls: string[]) => new Set(urls.map((url) => new URL(url).pathname));
    const { request_url, message_menu_options_url } = settings.interactivity;
    const slackCalls = features.slash_commands.map(({ url }) => url);
    slackCalls.push(settings.event_subscriptions.request_url, request_url, message_menu_options_url);
    expect(paths(slackCalls)).toEqual(new Set([EVENTS_PATH]));
    expect(paths(oauth_config.redirect_urls)).toEqual(new Set([REDIRECT_PATH]));
  });

  const schemaFile = new URL('slack-app-manifest.schema.v2.json', DATA);
  if (existsSync(schemaFile))
    test("Slack's own schema accepts it", () => {
      const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
      // Slack accepts these two, and its published schema has not heard of them.
      const known = schema.definitions['app-manifests.v1.features.schema'].properties;
      Object.assign(known, { search: { type: 'object' }, rich_previews: { type: 'object' } });
      const ajv = new Ajv({ strict: false, allErrors: true });
      addFormats.default(ajv);
      const validate = ajv.compile(schema);
      validate(parse(read('manifest.yml')));
      expect(validate.errors).toBeNull();
    });
  else test.todo("Slack's own schema accepts it (the schema is not beside the project)");
});
